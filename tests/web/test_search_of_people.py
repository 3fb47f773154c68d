"""The search of people on its page: exact first, and what is written alike when nothing agrees."""

from __future__ import annotations

from sqlalchemy import func, select

from registry.exchange.tables import AuditEntry
from registry.insured.tables import PersonVersion
from tests.web.conftest import Site


def test_a_mistyped_name_shows_people_written_alike_and_says_so(site: Site) -> None:
    with site.hub.sessions() as session:
        known = session.scalars(select(PersonVersion).order_by(PersonVersion.id)).first()
    assert known is not None
    wrong = known.surname[:2] + known.surname[3] + known.surname[2] + known.surname[4:] + "ъ"
    asked = {"surname": wrong, "first_name": known.first_name, "birth_date": known.birth_date.isoformat()}
    client = site.signed_in("operator")
    page = client.get("/people", query_string=asked).text
    assert "Точных совпадений нет" in page
    assert known.surname in page
    assert "сходство" in page
    exact = client.get("/people", query_string={**asked, "how": "exact"}).text
    assert "Никто не найден" in exact
    assert client.get("/people", query_string={**asked, "how": "similar", "export": "csv"}).status_code == 200


def test_an_exact_name_is_shown_without_people_only_alike(site: Site) -> None:
    with site.hub.sessions() as session:
        known = session.scalars(select(PersonVersion).order_by(PersonVersion.id)).first()
    assert known is not None
    page = site.signed_in("operator").get("/people", query_string={"surname": known.surname}).text
    assert known.surname in page
    assert "Точных совпадений нет" not in page


def test_the_purpose_is_asked_once_in_a_sitting_and_kept_with_every_search_and_card(site: Site) -> None:
    with site.hub.sessions() as session:
        known = session.scalars(select(PersonVersion).order_by(PersonVersion.id)).first()
        last = session.scalar(select(func.max(AuditEntry.id))) or 0
    assert known is not None
    client = site.signed_in("operator", purpose="")
    asked = {"surname": known.surname, "how": "exact"}
    unsaid = client.get("/people", query_string=asked).text
    assert "Укажите цель поиска" in unsaid
    assert f"/people/{known.person_id}" not in unsaid
    assert f"/people/{known.person_id}" in client.get("/people", query_string={**asked, "purpose": "packet"}).text
    assert f"/people/{known.person_id}" in client.get("/people", query_string=asked).text
    client.get(f"/people/{known.person_id}")
    with site.hub.sessions() as session:
        acts = session.scalars(
            select(AuditEntry).where(AuditEntry.id > last, AuditEntry.action.in_(("search", "open_person")))
        ).all()
    assert [(one.action, one.details.get("purpose")) for one in acts] == [
        ("search", "packet"),
        ("search", "packet"),
        ("open_person", "packet"),
    ]
    again = site.signed_in("operator", purpose="").get("/people", query_string=asked).text
    assert "Укажите цель поиска" in again
    assert 'value="packet" selected' in again
    assert "цель: Разбор пакета" in site.signed_in("admin").get("/audit?action=search").text
