"""The screens of departments and of districts: what operators see and decide, what nobody else sees."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.core.fields import Record
from registry.exchange.access import caller_of_sender
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, advance, receive
from registry.insured.agencies.kinds.conscription import Conscription
from registry.insured.agencies.kinds.death import Death
from registry.insured.queries.examples import example_people
from registry.insured.tables import DeathFact, Person
from registry.store.base import OPEN_MOMENT
from server.demo.packets import csv_file, packaged_layout
from tests.web.conftest import Site, token_of

SCREENS = ("/agencies", "/agencies/unmatched", "/announced-deaths", "/suspended")


def block(site: Site, place: int) -> dict[str, Any]:
    """The block of somebody nobody else of these tests speaks of."""
    with site.hub.sessions() as session:
        people = example_people(session, site.hub.context.clock.today(), 12, but_of="630001")
    return people[place].block


def told(kind: type[Record], values: dict[str, Any], **others: Any) -> Record:
    return kind(**{k: v for k, v in {**values, "number": "1", **others}.items() if k in kind.fields and v is not None})


def hand_in(site: Site, name: str, layout: str, record: Record, sender: str) -> int:
    path = site.hub.settings.data_dir / name
    path.write_bytes(csv_file(packaged_layout(site.hub.context.catalog, layout), [record]))
    with site.hub.sessions.begin() as session:
        caller = caller_of_sender(session, sender)
        assert caller is not None
        reply = receive(session, Incoming("file", "files", path=path, caller=caller, file_name=name), site.hub.context)
        assert reply.packet_id is not None
        while advance(session, reply.packet_id, site.hub.context):
            pass
    return reply.packet_id


def day(site: Site) -> date:
    return site.hub.context.clock.today()


def announce(site: Site, place: int) -> int:
    """A clinic tells of a death without an act; returns the number of what was said."""
    person = block(site, place)
    record = told(Death, person, cancels=False, died_on=day(site) - timedelta(days=1))
    packet = hand_in(site, f"DEATH_630001_{day(site):%Y%m%d}_{place}.csv", "zags_death", record, "630001")
    with site.hub.sessions() as session:
        return session.scalars(select(DeathFact.id).where(DeathFact.packet_id == packet)).one()


def died_on(site: Site, fact: int) -> date | None:
    with site.hub.sessions() as session:
        return session.scalars(
            select(Person.died_on).join(DeathFact, DeathFact.person_id == Person.id).where(DeathFact.id == fact)
        ).one()


def test_files_of_departments_are_counted_and_their_unmatched_rows_listed(site: Site) -> None:
    stranger = {**block(site, 0), "surname": "Незнакомцев", "enp": None, "snils": None, "document_number": "010203"}
    record = told(Death, stranger, cancels=False, died_on=day(site), act_number="77")
    packet = hand_in(site, f"ZAGS_DEATH_{day(site):%Y%m%d}_91.csv", "zags_death", record, "zags")
    operator = site.signed_in("operator")
    page = operator.get("/agencies").text
    assert f"ZAGS_DEATH_{day(site):%Y%m%d}_91.csv" in page
    assert f"/agencies/unmatched?packet={packet}" in page
    rows = operator.get(f"/agencies/unmatched?packet={packet}").text
    assert "Незнакомцев" in rows
    with operator.get(f"/agencies/unmatched?packet={packet}&export=csv") as exported:
        assert "Незнакомцев" in exported.data.decode("utf-8-sig")


def test_an_operator_confirms_one_announced_death_and_refuses_another(site: Site) -> None:
    confirmed, refused = announce(site, 1), announce(site, 2)
    operator = site.signed_in("operator")
    page = operator.get("/announced-deaths").text
    assert page.count('name="id"') >= 2
    assert "630001 Городская поликлиника № 1" in page
    assert 'title="Ждёт внимания"' in page[page.index('href="/announced-deaths"') :].partition("</a>")[0]
    for address, fact in (("confirm", confirmed), ("refuse", refused)):
        form = {"csrf_token": token_of(page), "id": str(fact)}
        shown = operator.post(f"/announced-deaths/{address}", data=form, follow_redirects=True).text
        assert "1 лица" in shown
    assert died_on(site, confirmed) == day(site) - timedelta(days=1)
    assert died_on(site, refused) is None
    with site.hub.sessions() as session:
        left = session.scalars(
            select(DeathFact.id).where(DeathFact.id == refused, DeathFact.retracted_at == OPEN_MOMENT)
        )
        assert left.all() == []


def test_deciding_nothing_asks_for_rows(site: Site) -> None:
    operator = site.signed_in("operator")
    form = {"csrf_token": token_of(operator.get("/announced-deaths").text), "id": "0; DROP TABLE person"}
    assert "Отметьте строки" in operator.post("/announced-deaths/confirm", data=form, follow_redirects=True).text


def test_a_suspended_policy_is_shown_and_may_be_exported(site: Site) -> None:
    person = block(site, 3)
    record = told(Conscription, person, service=1, served_from=day(site) - timedelta(days=3))
    hand_in(site, f"VK_CONSCRIPTS_{day(site):%Y%m%d}_1.csv", "vk_conscripts", record, "vk")
    operator = site.signed_in("operator")
    assert person["surname"] in operator.get("/suspended").text
    assert person["surname"] not in operator.get("/suspended?state=restored").text
    with operator.get("/suspended?export=xlsx") as sheet:
        assert sheet.data.startswith(b"PK")


@pytest.mark.parametrize("login", ["clinic630001", "insurer63001", "zags"])
@pytest.mark.parametrize("address", SCREENS)
def test_only_the_fund_sees_what_departments_tell(site: Site, login: str, address: str) -> None:
    assert site.signed_in(login).get(address).status_code in {403, 404}


def test_a_department_hands_in_its_own_list_by_the_form(site: Site) -> None:
    zags = site.signed_in("zags")
    record = told(Death, block(site, 4), cancels=True)
    body = csv_file(packaged_layout(site.hub.context.catalog, "zags_death"), [record])
    name = f"ZAGS_DEATH_{day(site):%Y%m%d}_92.csv"
    form = {"csrf_token": token_of(zags.get("/uploads").text), "file": (io.BytesIO(body), name)}
    assert name in zags.post("/uploads", data=form, follow_redirects=True).text


def test_districts_of_a_clinic_show_numbers_that_lead_to_people(site: Site) -> None:
    operator = site.signed_in("operator")
    assert "Выберите медицинскую организацию" in operator.get("/districts").text
    page = operator.get("/districts?clinic=630001").text
    link = re.search(r'href="(/districts/people\?[^"]+)"', page)
    assert link is not None
    people = operator.get(link[1].replace("&amp;", "&")).text
    assert "/people/" in people
    assert "по врачам" in page
    workers = operator.get("/districts?clinic=630001&by=worker").text
    assert "/districts/people?" in workers


def test_a_district_above_its_norm_is_marked(site: Site) -> None:
    operator = site.signed_in("operator")
    assert "Больше норматива</span>" not in operator.get("/districts?clinic=630001").text
    with site.hub.sessions.begin() as session:
        set_option(session, "district_norm", {"1": 1}, site.hub.context.clock.now())
    try:
        assert "Больше норматива" in operator.get("/districts?clinic=630001&load=over&area=1").text
    finally:
        with site.hub.sessions.begin() as session:
            set_option(session, "district_norm", {"1": 1_700, "2": 2_200, "5": 700}, site.hub.context.clock.now())


def test_a_clinic_sees_its_own_districts_only(site: Site) -> None:
    clinic = site.signed_in("clinic630001")
    assert clinic.get("/districts").status_code == 200
    assert "/districts/people" not in clinic.get("/districts?clinic=630007").text
    assert clinic.get("/districts/people?clinic=630007&area=1").status_code == 404
    assert site.signed_in("insurer63001").get("/districts").status_code == 403
