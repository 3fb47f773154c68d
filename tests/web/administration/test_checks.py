"""The book of checks on its screen: what may be switched off, since when, on what ground."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete

from registry.catalog import collect
from registry.core.findings import FindingCode
from registry.exchange.check_book.queries import checks_off
from registry.exchange.check_book.reach import MAY_BE_OFF, checked_codes, switchable_codes
from registry.exchange.tables import CheckSwitch
from tests.web.conftest import Site, token_of

PAGE = "/checks/attachment.NAME_PLACEHOLDER"


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    yield
    with site.hub.sessions.begin() as session:
        session.execute(delete(CheckSwitch))
    site.hub.context.remembered.forget()


def is_off(site: Site, days: int) -> bool:
    with site.hub.sessions() as session:
        on = site.hub.context.clock.today() + timedelta(days=days)
        return "NAME_PLACEHOLDER" in checks_off(session, site.hub.context, on).get("attachment", ())


def test_an_operator_switches_a_check_off_since_a_day_and_on_again(site: Site) -> None:
    operator = site.signed_in("operator")
    token = token_of(operator.get(PAGE).text)
    soon = site.hub.context.clock.today() + timedelta(days=3)
    form = {"csrf_token": token, "off": "1", "since": soon.isoformat()}
    assert "Укажите основание" in operator.post(PAGE, data=form, follow_redirects=True).text
    form["reason"] = "письмо ФФОМС № 1"
    assert "не срабатывает" in operator.post(PAGE, data=form, follow_redirects=True).text
    assert (is_off(site, 2), is_off(site, 3)) == (False, True)
    assert "письмо ФФОМС № 1" in operator.get("/checks?state=soon").text
    past = form | {"since": "2020-01-01"}
    assert "прошлое не переписывается" in operator.post(PAGE, data=past, follow_redirects=True).text
    on = {"csrf_token": token, "off": "0", "since": (soon + timedelta(days=2)).isoformat()}
    assert "проверка работает" in operator.post(PAGE, data=on, follow_redirects=True).text
    assert (is_off(site, 4), is_off(site, 5)) == (True, False)
    assert "Выключена проверка" in site.signed_in("admin").get("/audit?action=switch_check_off").text


def test_what_an_effect_relies_on_cannot_be_switched_off(site: Site) -> None:
    operator = site.signed_in("operator")
    page = "/checks/attachment.FOREIGN_ORGANISATION"
    shown = operator.get(page).text
    assert "выключить нельзя" in shown
    form = {"csrf_token": token_of(shown), "off": "1", "reason": "хочется"}
    assert "Эту проверку выключить нельзя" in operator.post(page, data=form, follow_redirects=True).text
    assert operator.get("/checks/attachment.PERSON_NOT_FOUND").status_code == 404
    assert site.signed_in("clinic630001").get("/checks").status_code == 403


def test_the_book_knows_what_the_checks_may_say() -> None:
    kinds = collect().kinds
    assert FindingCode.ENP_FACET_DIFFERS in checked_codes(kinds["attachment"])
    assert FindingCode.PERSON_NOT_FOUND not in checked_codes(kinds["attachment"])
    assert {code for kind in kinds.values() for code in switchable_codes(kind)} == MAY_BE_OFF
