"""The screen «Изменения» and the same by REST: one's own people only."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from registry.exchange.tables import AuditEntry
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Attachment
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.scheduled.news import look_for_news
from tests.web.conftest import Site


@pytest.fixture(scope="module")
def renamed(site: Site) -> int:
    """A person of 630001 whose surname changed."""
    with site.hub.sessions.begin() as session:
        person_id = session.scalars(
            select(Attachment.person_id)
            .where(
                Attachment.clinic_code == "630001",
                Attachment.valid_to == OPEN_DATE,
                Attachment.retracted_at == OPEN_MOMENT,
                Attachment.area_type == 1,
            )
            .order_by(Attachment.person_id.desc())
        ).first()
        assert person_id is not None
        change = FactChange(person_id, {"surname": "ПЕРЕМЕНОВА"}, since=date(2026, 1, 1))
        change_facts(session, [change], Told(site.hub.context.clock.now(), "СМО"))
    look_for_news(site.hub)
    return person_id


def test_a_change_is_shown_with_what_was_before(site: Site, renamed: int) -> None:
    page = site.signed_in("operator").get("/changes").text
    assert "→ ПЕРЕМЕНОВА" in page
    assert f"/people/{renamed}" in page
    assert "ПЕРЕМЕНОВА" not in site.signed_in("operator").get("/changes?aspect=policy").text


@pytest.mark.parametrize("form", ["", "?export=csv", "?print=1"])
def test_a_foreign_clinic_sees_nothing_of_it(site: Site, renamed: int, form: str) -> None:
    assert "ПЕРЕМЕНОВА" in site.signed_in("clinic630001").get(f"/changes{form}").text
    assert "ПЕРЕМЕНОВА" not in site.signed_in("clinic630007").get(f"/changes{form}").text


def test_who_looked_at_the_changes_is_kept(site: Site, renamed: int) -> None:
    site.signed_in("clinic630001").get("/changes?aspect=names")
    with site.hub.sessions() as session:
        last = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "list_changes").order_by(AuditEntry.id.desc())
        ).first()
    assert last is not None


def test_a_long_period_is_cut_and_says_so(site: Site, renamed: int) -> None:
    page = site.signed_in("operator").get("/changes?since=2026-01-01&until=2026-12-31").text
    assert "Период длиннее 31 дней" in page
