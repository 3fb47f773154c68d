"""The screen «Настройки»: found by words, changed after a look at old → new, returned, kept in history and audit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from registry.exchange.options import OPTIONS, option_history
from registry.exchange.tables import AuditEntry, Setting
from tests.web.conftest import Site, token_of

PAGE = "/settings/unknown_district"


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    with site.hub.sessions() as session:
        kept = {row.name for row in session.scalars(select(Setting))}
    yield
    with site.hub.sessions.begin() as session:
        session.execute(delete(Setting).where(Setting.name.not_in(kept)))
    site.hub.context.remembered.forget()


def present(site: Site, name: str) -> object:
    with site.hub.sessions() as session:
        return site.hub.context.options(session)[name]


def test_every_setting_is_listed_and_found_by_its_words(site: Site) -> None:
    administrator = site.signed_in("admin")
    told = administrator.get("/settings?export=csv").get_data(as_text=True)
    assert {option.title for option in OPTIONS.values() if option.title not in told} == set()
    found = administrator.get("/settings?q=участок+неизвестен").text
    assert "Если участок неизвестен" in found
    assert "SOAP DCExchangeSrv: отклонить" in found
    assert "Папка резервных копий" not in found
    assert "Папка резервных копий" in administrator.get("/settings?group=upkeep").text
    assert "Таких настроек нет" in administrator.get("/settings?q=такойнет").text
    public = site.app.test_client().get("/formats/settings").text
    assert {name for name in OPTIONS if f"<code>{name}</code>" not in public} == set()


def test_a_change_is_seen_first_and_holds_for_the_next_packet(site: Site) -> None:
    administrator = site.signed_in("admin")
    assert present(site, "unknown_district") == "warn"  # and is remembered now
    form = {"csrf_token": token_of(administrator.get(PAGE).text), "dialect": "", "value": "refuse"}
    seen = administrator.post(PAGE, data=form).text
    assert "Изменить настройку?" in seen
    assert "принять с замечанием" in seen
    assert present(site, "unknown_district") == "warn"
    token = re.search(r'name="seen" value="([^"]+)"', seen)
    assert token is not None
    done = administrator.post(PAGE, data=form | {"seen": token.group(1)}, follow_redirects=True).text
    assert "принять с замечанием → отклонить" in done
    assert present(site, "unknown_district") == "refuse"
    assert "admin" in done
    assert "Если участок неизвестен" in administrator.get("/settings?state=set").text
    returned = administrator.post(f"{PAGE}/reset", data=form, follow_redirects=True).text
    assert "отклонить → принять с замечанием" in returned
    assert present(site, "unknown_district") == "warn"
    with site.hub.sessions() as session:
        history = option_history(session, "unknown_district")
        assert [(one.before, one.after, one.changed_by) for one in history[:2]] == [
            ('"refuse"', None, "admin"),
            (None, '"refuse"', "admin"),
        ]
        acts = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "set_option", AuditEntry.object_id == "unknown_district")
        ).all()
    assert [one.details for one in acts] == [
        {"before": "warn", "after": "refuse"},
        {"before": "refuse", "after": "warn"},
    ]
    assert "было: warn" in administrator.get("/audit?action=set_option").text


def test_a_confirmation_of_what_another_has_changed_meanwhile_is_asked_again(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get(PAGE).text), "value": "refuse", "seen": "create"}
    assert "Изменить настройку?" in administrator.post(PAGE, data=form).text
    assert present(site, "unknown_district") == "warn"


def test_a_dialect_gets_a_value_of_its_own(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get(PAGE).text), "dialect": "dcx", "value": "warn", "seen": "refuse"}
    done = administrator.post(PAGE, data=form, follow_redirects=True).text
    assert "отклонить → принять с замечанием" in done
    with site.hub.sessions() as session:
        options = site.hub.context.options(session)
    assert options.of_dialect("dcx")["unknown_district"] == "warn"
    assert options.of_dialect("generic")["unknown_district"] == "create"
    foreign = administrator.post(PAGE, data=form | {"dialect": "events"})
    assert foreign.status_code == 400
    assert "своего значения" in foreign.text


def test_a_wrong_value_is_refused_in_words_and_nothing_changes(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get("/settings/max_failures").text), "value": "тысяча"}
    refused = administrator.post("/settings/max_failures", data=form)
    assert refused.status_code == 400
    assert "ожидается целое число от 1 до 100" in refused.text
    assert "VALUE_MALFORMED · max_failures · тысяча" in refused.text
    assert 'value="тысяча"' in refused.text
    form["value"] = "30"
    contradicting = administrator.post("/settings/matching_review", data=form)
    assert contradicting.status_code == 400
    assert "не выше порога «найден»" in contradicting.text
    assert administrator.get("/settings/nothing").status_code == 404


def test_several_values_are_ticked(site: Site) -> None:
    administrator = site.signed_in("admin")
    page = administrator.get("/settings/outgoing_kinds").text
    form = {"csrf_token": token_of(page), "dialect": "generic", "value": ["POLIS", "DOUBLES"], "seen": ""}
    assert "полисы (POLIS)" in administrator.post("/settings/outgoing_kinds", data=form, follow_redirects=True).text
    assert present(site, "outgoing_kinds.generic") == ["POLIS", "DOUBLES"]


def test_only_administrators_of_the_fund_see_settings(site: Site) -> None:
    for login in ("operator", "clinic630001"):
        assert site.signed_in(login).get("/settings").status_code == 403
        assert site.signed_in(login).get(PAGE).status_code == 403
