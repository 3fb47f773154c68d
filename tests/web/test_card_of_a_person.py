"""The card of a person: the new facts with where each came from, and the state as it was known on another day."""

from datetime import date, timedelta

from sqlalchemy import select

from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.die import register_death
from registry.insured.operations.people.facts import change_address
from registry.insured.operations.people.writing import write_people
from registry.insured.tables import Insurance, Person
from registry.store.base import OPEN_DATE
from tests.web.conftest import Site


def somebody(site: Site) -> int:
    with site.hub.sessions() as session:
        query = select(Person.id).join(Insurance).where(Person.status == 1, Insurance.valid_to == OPEN_DATE)
        return session.scalars(query.order_by(Person.id.desc())).first() or 0


def test_the_card_shows_acts_addresses_and_a_death_with_where_they_came_from(site: Site) -> None:
    one, now = somebody(site), site.hub.context.clock.now()
    day = now.date() - timedelta(days=3)
    with site.hub.sessions.begin() as session:
        changed = FactChange(one, {"first_name": "Изольда", "category": 6}, day, "7", reason="П061", operator="Котова")
        change_facts(session, [changed], Told(now, "СМО"))
        ledger = open_people(session, [one], Origin(now, "ЗАГС"))
        address = {"kind": 1, "settlement": "Сызрань", "street": "Советская", "house": "5"}
        change_address(ledger, ledger[one], address, Act("changed", day, "П04", "П040"))
        register_death(ledger, ledger[one], Act("death", day, "П02", "П022"), act_number="110", act_date=day)
        write_people(ledger)
    page = site.signed_in("operator").get(f"/people/{one}").text
    told = ("Изольда", "Неработающий гражданин", "История записи", "оператор Котова", "П061", "ЗАГС", "110", "Умер")
    assert [words for words in told if words not in page] == []
    assert "Советская" not in page  # an address is shown on demand, and the look is audited


def test_the_card_tells_what_was_known_then(site: Site) -> None:
    one, now = somebody(site), site.hub.context.clock.now()
    with site.hub.sessions.begin() as session:
        ledger = open_people(session, [one], Origin(now, "ЗАГС"))
        register_death(ledger, ledger[one], Act("death", date(2020, 1, 1), "П02", "П022"))
        write_people(ledger)
    client = site.signed_in("operator")
    assert "умер(ла)" in client.get(f"/people/{one}").text
    before = client.get(f"/people/{one}?known={now.date() - timedelta(days=1)}")
    assert before.status_code == 200
    assert "умер(ла)" not in before.text
