"""Whom the lists of attachment tell of, as of which day, and that nothing is cut off without a word."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from registry.exchange.options import set_option
from registry.insured.operations.make_act import days_without_act, make_act
from registry.insured.queries.districts import Worker, district_lines
from registry.insured.tables import Address, Attachment, DistrictDoctor, Insurance, Person
from registry.store.base import OPEN_DATE
from tests.channels.dcx.attached import ATTACH, CANCEL, DEPARTMENT, DETACH, attachment, detachment, detail, send
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    DEAD,
    FIRST_INSURER,
    FUND,
    HOSPITAL,
    OTHER,
    PATIENT,
    SECOND,
    SECOND_INSURER,
    HospitalHub,
    package,
    person_block,
)
from tests.channels.hospital.records import discharge, emergency, hospitalisation
from tests.channels.invented import Someone
from tests.channels.soap_hub import CLOCK

SINCE = {"controldate": "2026-11-01T00:00:00.000"}
SECTION = ("SendAttachDoctorSectionInformation", CLINIC)


def person_id(hub: HospitalHub, someone: Someone) -> int:
    with hub.sessions() as session:
        return session.scalars(select(Person.id).where(Person.enp == someone.enp)).one()


def insert_attachment(hub: HospitalHub, someone: Someone, **columns: object) -> None:
    usual = {"clinic_code": "630001", "method": "application", "applied_on": date(2020, 1, 1)}
    told = {"valid_from": date(2020, 1, 1), "recorded_at": CLOCK.now() - timedelta(days=90)}
    with hub.sessions.begin() as session:
        session.add(Attachment(person_id=person_id(hub, someone), **(usual | told | columns)))


def set_rows(hub: HospitalHub, most: int) -> None:
    with hub.sessions.begin() as session:
        set_option(session, "whole_list_rows", most, CLOCK.now())
    hub.context.remembered.forget()


def enps(hub: HospitalHub, operation: str, asker: str, **asked: object) -> list[str | None]:
    return [row.findtext("a08") for row in hub.ask(operation, asker, startid=0, **asked).rows()]


def workers(hub: HospitalHub, *sections: str) -> None:
    told = [{"s10_sect": one} for one in sections]
    record = {"d10_nzap": 1, "d11_snils": "112-233-445 95", "d12_orcl": told, "d14_st": 1}
    content = {**package(CLINIC), "p11_mocd": CLINIC, "p12_orcl": [record]}
    assert hub.call(*SECTION, {"orderpack": content}).code == 2000


def test_the_dead_are_told_to_who_insured_them_with_the_policy_they_had(hub: HospitalHub) -> None:
    insert_attachment(hub, DEAD, valid_to=date(2026, 10, 1), end_reason=1)
    seen = {one: enps(hub, "GetAttachListByRangeDead", one) for one in (CLINIC, FIRST_INSURER, SECOND_INSURER, FUND)}
    assert seen == {CLINIC: [DEAD.enp], FIRST_INSURER: [DEAD.enp], SECOND_INSURER: [], FUND: [DEAD.enp]}
    (row,) = hub.ask("GetAttachListByRangeDead", CLINIC, startid=0).rows()
    assert [row.findtext(name) for name in ("a01", "a06", "a32")] == [DEAD.names[0], DEAD.enp, FIRST_INSURER]
    (gone,) = hub.ask("GetDeAttachByDate", FIRST_INSURER, controldate="2026-09-01T00:00:00.000").rows()
    assert gone.findtext("p11_pr/a12_dcn") == DEAD.enp


def test_a_move_between_sections_is_no_detachment(hub: HospitalHub) -> None:
    workers(hub, "12", "13")
    moved = attachment(ATTACHED, detail(a12_sect="13"))
    assert send(hub, ATTACH, CLINIC, moved).errors == {"1": [552]}
    assert hub.ask("GetDeAttachByDate", CLINIC, **SINCE).rows() == []
    assert send(hub, DETACH, CLINIC, detachment(p13_add="2026-11-15T00:00:00.000")).code == 2000
    (gone,) = hub.ask("GetDeAttachByDate", CLINIC, **SINCE).rows()
    assert [gone.findtext(name) for name in ("p12_sect", "p14_adr", "p15_mo")] == ["13", "3", CLINIC]


def test_a_list_that_does_not_fit_is_refused_and_not_cut(hub: HospitalHub) -> None:
    for someone, number in ((ATTACHED, 1), (PATIENT, 2)):
        assert send(hub, ATTACH, CLINIC, attachment(someone, p10_nzap=number)).code in (2000, 1001)
        assert send(hub, DETACH, CLINIC, detachment(someone, p13_add="2026-11-16T00:00:00.000")).code == 2000
    assert len(hub.ask("GetDeAttachByDate", CLINIC, **SINCE).rows()) == 2
    set_rows(hub, 1)
    answer = hub.ask("GetDeAttachByDate", CLINIC, **SINCE)
    assert answer.rows() == []
    assert "слишком длинный" in answer.refusal


def test_an_act_tells_what_was_known_when_it_was_made(hub: HospitalHub) -> None:
    asked = {"monthact": 10, "yearact": 2026}
    with hub.sessions.begin() as session:
        assert make_act(session, date(2026, 11, 3), CLOCK.now())
    assert enps(hub, "GetAttachListByRangeAct", FIRST_INSURER, **asked) == [ATTACHED.enp]
    with hub.sessions.begin() as session:
        mine = Insurance.person_id == person_id(hub, ATTACHED)
        learnt = CLOCK.now() + timedelta(hours=1)
        policy_id = session.scalars(select(Insurance.policy_id).where(mine)).one()
        session.execute(update(Insurance).where(mine).values(retracted_at=learnt))
        corrected = {"insurer_code": "63002", "valid_from": date(2015, 1, 1), "valid_to": OPEN_DATE}
        told = {"person_id": person_id(hub, ATTACHED), "policy_id": policy_id, "recorded_at": learnt}
        session.add(Insurance(**told, **corrected))
    assert enps(hub, "GetAttachListByRangeAct", FIRST_INSURER, **asked) == [ATTACHED.enp]
    assert enps(hub, "GetAttachListByRangeAct", SECOND_INSURER, **asked) == []
    assert enps(hub, "GetAttachListByRange", SECOND_INSURER, isadres=0) == [ATTACHED.enp]


def test_acts_are_made_for_every_month_that_ended_since_the_last(hub: HospitalHub) -> None:
    with hub.sessions.begin() as session:
        assert days_without_act(session, date(2026, 8, 3)) == [date(2026, 8, 1)]
        assert make_act(session, date(2026, 8, 3), CLOCK.now())
        days = days_without_act(session, date(2026, 11, 20))
        assert days == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
        assert all(make_act(session, day, CLOCK.now()) for day in days)
        assert days_without_act(session, date(2026, 11, 20)) == []


def notice(someone: Someone = ATTACHED, **changed: object) -> dict[str, object]:
    told = {"m01_nzap": 1, "m02_mosrc": HOSPITAL, "m03_modes": CLINIC, "m05_nntf": "7", "m06_dntf": "2026-11-19"}
    return {**told, "m04_pep": person_block(someone), **changed}


def test_a_notice_sent_again_is_read_once(hub: HospitalHub) -> None:
    for record in (notice(), notice(m01_nzap=5), notice(m05_nntf="8")):
        content = {**package(HOSPITAL), "p11_list": {"p_10orcl": [record]}}
        assert hub.call("SendQueryForDeAttachForMO", HOSPITAL, {"orderpack": content}).code == 2000
    since = {"synhdate": "2026-11-19T00:00:00.000"}
    rows = hub.ask("GetQueryForDeAttachForMO", CLINIC, **since).rows("p_10orcl")
    told = [[row.findtext(name) for name in ("m02_mosrc", "m03_modes", "m05_nntf", "m06_dntf")] for row in rows]
    assert told == [[HOSPITAL, CLINIC, number, "2026-11-19"] for number in ("7", "8")]
    assert hub.ask("GetQueryForDeAttachForMO", OTHER, **since).rows("p_10orcl") == []


def test_a_worker_told_again_is_corrected(hub: HospitalHub) -> None:
    workers(hub, "12")
    told = [{"s10_sect": "12", "s11_dn": "2026-02-01T00:00:00.000"}]
    names = {"d16_sr": "Лекарева", "d17_nm": "Инна", "d18_ln": "Олеговна", "d19_br": "1980-03-04T00:00:00.000"}
    record = {"d10_nzap": 1, "d11_snils": "112-233-445 95", "d12_orcl": told, "d14_st": 2, **names, "d20_ds": 27}
    content = {**package(CLINIC), "p11_mocd": CLINIC, "p12_orcl": [record]}
    assert hub.call(*SECTION, {"orderpack": content}).code == 2000
    with hub.sessions() as session:
        (worker,) = session.scalars(select(DistrictDoctor)).all()
        assert (worker.category, worker.since) == (2, date(2026, 2, 1))
        assert (worker.surname, worker.first_name, worker.patronymic) == ("Лекарева", "Инна", "Олеговна")
        assert (worker.birth_date, worker.speciality) == (date(1980, 3, 4), 27)
    workers(hub, "12")  # a record that names nobody leaves who they are
    with hub.sessions() as session:
        assert session.scalars(select(DistrictDoctor.surname)).one() == "Лекарева"
        lines = district_lines(session, {"630001"}, CLOCK.now().date(), {})
        [district] = [line for line in lines if line.code == "12"]
    assert district.workers == [Worker("11223344595", 1, "Лекарева Инна Олеговна", 27)]
    content = {**package(CLINIC), "p11_mocd": CLINIC, "p12_orcl": [record | {"d16_sr": "Л" * 61}]}
    assert hub.call(*SECTION, {"orderpack": content}).errors == {"1": [7009]}


def test_addresses_are_told_when_they_are_asked_for(hub: HospitalHub) -> None:
    places = {1: {"settlement": "г. Самара", "street": "Садовая", "house": "1", "flat": "7"}, 2: {"text": "Дальняя, 3"}}
    with hub.sessions.begin() as session:
        for kind, parts in places.items():
            days = {"valid_from": date(2020, 1, 1), "recorded_at": CLOCK.now()}
            session.add(Address(person_id=person_id(hub, ATTACHED), kind=kind, **days, **parts))
    (row,) = hub.ask("GetAttachListByRange", CLINIC, startid=0, isadres=1).rows()
    names = ("a13_c", "a14_n", "a15_u", "a16_d", "a17_k", "a18_k", "a22_pu")
    assert [row.findtext(name) for name in names] == ["г. Самара", None, "Садовая", "1", None, "7", "Дальняя, 3"]
    (row,) = hub.ask("GetAttachListByRange", CLINIC, startid=0, isadres=0).rows()
    assert row.findtext("a15_u") is None


def test_a_department_sees_what_its_legal_entity_sees(hub: HospitalHub) -> None:
    assert enps(hub, "GetAttachListByRange", DEPARTMENT, isadres=0) == [ATTACHED.enp]
    assert enps(hub, "GetAttachListByRange", OTHER, isadres=0) == []


def test_undoing_a_detachment_brings_the_rural_section_back_too(hub: HospitalHub) -> None:
    insert_attachment(hub, ATTACHED, area_type=5, district_code="ф1", valid_to=OPEN_DATE)
    assert send(hub, DETACH, CLINIC, detachment()).code == 2000
    assert send(hub, CANCEL, CLINIC, attachment(ATTACHED)).code == 2000
    with hub.sessions() as session:
        mine = Attachment.person_id == person_id(hub, ATTACHED)
        found = session.scalars(select(Attachment).where(mine, Attachment.valid_to == OPEN_DATE)).all()
        assert sorted(one.area_type for one in found if one.retracted_at.year == 9999) == [1, 5]


def test_an_emergency_is_discharged_by_programs_that_know_two_forms(hub: HospitalHub) -> None:
    urgent = ("SendOrdersHospitalUrgently", HOSPITAL, "p11_orderhospitalurgentlylist")
    leave = ("SendOrdersLeave", HOSPITAL, "p11_orderleavehospitallist")
    assert hub.send(*urgent, emergency()).code == 2000
    gone = discharge(m13_ortp=2, m11_ornm=None, m12_ordt=None, m20_crdnum="16/26")
    assert hub.send(*leave, gone).code == 2000
    assert hub.send(*leave, {**gone, "m20_crdnum": "17/26"}).errors == {"1": [200]}
    fact = ("SendFactOrdersHospital", HOSPITAL, "p11_orderhospitallist")
    assert hub.send(*fact, hospitalisation(SECOND, m11_ornm="404")).errors == {"1": [200]}
    assert person_block(SECOND)["a25_enp"] == SECOND.enp
