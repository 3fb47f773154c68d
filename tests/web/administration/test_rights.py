"""Rights of roles: what is taken away is gone from menu and addresses at the next click, and the refusal is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from registry.exchange.tables import RoleRight
from server.web.permissions import ROLES_OF, TITLES, Permission, may_be_changed, permissions_of, permissions_with
from tests.web.conftest import Site, token_of

PAGE = "/rights/fund.operator"


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    yield
    with site.hub.sessions.begin() as session:
        session.execute(delete(RoleRight))


def ticked(kind: str, role: str, *, but: str = "") -> list[str]:
    return [one.value for one in permissions_of(kind, role) if one.value != but]


def test_a_right_taken_away_is_gone_at_the_next_click_and_comes_back(site: Site) -> None:
    administrator, operator = site.signed_in("admin"), site.signed_in("operator")
    assert "Дубликаты" in operator.get("/").text
    form = {"csrf_token": token_of(administrator.get(PAGE).text)}
    taken = form | {"right": ticked("fund", "operator", but="duplicates")}
    assert "Права изменены" in administrator.post(PAGE, data=taken, follow_redirects=True).text
    assert 'href="/duplicates"' not in operator.get("/").text
    assert operator.get("/duplicates").status_code == 403
    told = administrator.get("/audit?action=refused&login=operator").text
    assert "адрес: /duplicates" in told
    assert "отнято: duplicates" in administrator.get("/audit?action=set_rights").text
    assert "Дубликаты" in administrator.get("/rights").text
    administrator.post(PAGE, data=form | {"right": ticked("fund", "operator")})
    assert operator.get("/duplicates").status_code == 200
    with site.hub.sessions() as session:
        assert session.query(RoleRight).count() == 0


def test_a_right_of_the_fund_is_given_to_its_operators_only(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get(PAGE).text)}
    administrator.post(PAGE, data=form | {"right": [*ticked("fund", "operator"), "audit"]})
    assert site.signed_in("operator").get("/audit").status_code == 200
    administrator.post("/rights/clinic.clerk", data=form | {"right": [*ticked("clinic", "clerk"), "audit"]})
    assert site.signed_in("clinic630001").get("/audit").status_code == 403


def test_an_administrator_cannot_shut_himself_out(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get("/rights/fund.administrator").text)}
    administrator.post("/rights/fund.administrator", data=form)
    assert administrator.get("/rights").status_code == 200
    assert administrator.get("/duplicates").status_code == 403
    assert administrator.get("/rights/fund.nobody").status_code == 404


def test_every_right_has_its_words_and_a_ceiling() -> None:
    assert set(TITLES) == set(Permission) - {Permission.PUBLIC}
    for kind, roles in ROLES_OF.items():
        for role in roles:
            everything = {one.value: True for one in Permission}
            if kind != "fund" or role == "clerk":
                assert permissions_with(kind, role, everything) == permissions_of(kind, role)
            assert Permission.SIGNED_IN not in may_be_changed(kind, role)
