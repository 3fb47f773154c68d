"""Stage 4 of matching: a stranger is asked about, and what the central segment knows becomes the answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from registry.central.batch import schema_bytes
from registry.central.operations.after_answers import answer_askers
from registry.core.checks.enp import make_enp
from registry.exchange.options import set_option
from registry.exchange.tables import Job, OutgoingPacket, RecordRow
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.tables import Insurance
from server.demo.centre import Element, Judgement, local, messages_of, text_of
from server.demo.packets import dbf_file, packaged_layout
from tests.channels.central.hub import CentralHub, always
from tests.channels.insurers.hub import NOW, PEOPLE, newcomer

BORN = date(1984, 3, 5)
FOREIGN, OTHER, OWN = (make_enp(code, 17, 1, BORN) for code in ("77", "78", "63"))


def asked(enp: str = FOREIGN, **told: Any) -> IdentificationRequest:
    names = {"surname": "ДАЛЬНИЙ", "first_name": "ИВАН", "patronymic": "ПЕТРОВИЧ"}
    return IdentificationRequest(**{"number": "1", "enp": enp, "birth_date": BORN, "sex": 1, **names, **told})


def send(hub: CentralHub, number: int, *records: IdentificationRequest) -> int:
    """Hand in a DBF of people to be found; returns the packet."""
    layout = packaged_layout(hub.context.catalog, "crimea")
    body = dbf_file(layout, list(records), code_page="cp866", today=hub.clock.now().date())
    reply = hub.send((f"630001_{hub.clock.now():%d%m%Y}_{number}.dbf", body), "630001")
    assert reply.packet_id is not None, reply.refusal
    return reply.packet_id


def outcome(hub: CentralHub, packet_id: int) -> tuple[str, dict[str, Any]]:
    with hub.sessions() as session:
        [row] = session.scalars(select(RecordRow).where(RecordRow.packet_id == packet_id))
        return row.outcome, dict(row.answer.get("row", {}))


def known(enp: str = FOREIGN, *, okato: str = "45000", died: str = "", until: str = "") -> Judgement:
    """One person with one insurance."""
    person = {
        "PID.3": [{"CX.1": enp, "CX.5": "NI"}],
        "PID.7": BORN.isoformat(),
        "PID.8": "1",
        **({"PID.29": died, "PID.30": "Y"} if died else {}),
    }
    insurance = {"IN1.1": "1", "IN1.3": {"CX.1": "1027739008440", "CX.5": "NII"}, "IN1.12": "2020-01-01"}
    insurance |= {"IN1.13": until} if until else {}
    insurance |= {"IN1.15": okato, "IN1.35": "П", "IN1.36": enp}
    return Judgement("AA", known=({"PID": [person], "IN1": [insurance], "QRI": [{"QRI.1": "Д", "QRI.2": ["H02"]}]},))


def answer(hub: CentralHub, judgement: Judgement) -> None:
    [file] = hub.form(questions=True)

    def judge(_message: Element) -> Judgement:
        return judgement

    reply = hub.second(file, judge)
    assert hub.status(reply.packet_id) == "accepted"


def test_a_stranger_with_a_foreign_enp_is_asked_about(both: CentralHub) -> None:
    packet = send(both, 1, asked())
    found, row = outcome(both, packet)
    assert found == "not_found"
    assert row["refusal"] == "Не найден в РС ЕРЗ; поиск в ЦС ЕРЗ поставлен"
    [question] = both.messages()
    assert (question.trigger, question.state, question.person_id) == ("ZP1", "waiting", None)
    [file] = both.form(questions=True)
    body = both.body(file)
    etree.XMLSchema(etree.fromstring(schema_bytes())).assertValid(etree.fromstring(body))
    [message] = messages_of(body)
    assert local(message) == "QBP_ZP1"
    assert text_of(message, "QPD/QPD.1/CWE.1") == "СП"
    assert text_of(message, "QPD/QPD.3") == "У"
    assert text_of(message, "QPD/QPD.5/CX.1") == FOREIGN
    assert text_of(message, "QPD/QPD.5/CX.5") == "NI"
    assert text_of(message, "QPD/QPD.6/XPN.1/FN.1") == "ДАЛЬНИЙ"
    assert text_of(message, "QPD/QPD.7") == "1984-03-05"


def test_the_answer_is_told_when_the_same_person_is_asked_about_again(both: CentralHub) -> None:
    send(both, 1, asked())
    answer(both, known())
    found, row = outcome(both, send(both, 2, asked()))
    assert found == "elsewhere"
    assert row["refusal"] == ""
    assert (row["okato"], row["ogrn"], row["enp"], row["policy_type"]) == ("45000", "1027739008440", FOREIGN, "П")
    assert len(both.messages()) == 1
    with both.sessions() as session:
        query = select(RecordRow.evidence).order_by(RecordRow.packet_id.desc()).limit(1)
        evidence = session.scalars(query).one()
    assert (evidence["stage"], evidence["trust"]) == (4, "Д")


@pytest.mark.parametrize(
    ("judgement", "expected", "code"),
    [
        (known(died="2026-01-02"), "dead", "УМЕР"),
        (known(until="2021-01-01"), "not_insured", ""),
        (known(okato="36000"), "not_found", "СВОЙ"),
        (Judgement("AA"), "not_found", "НЕТ"),
        (known(OTHER), "elsewhere", "ЕНП"),
        (Judgement("AR", (("207", "E", "сбой"),)), "not_found", "207"),
    ],
    ids=["dead", "ended", "ours", "nobody", "renumbered", "refused"],
)
def test_what_is_known_there_is_the_outcome_here(
    hub: CentralHub, judgement: Judgement, expected: str, code: str
) -> None:
    send(hub, 1, asked())
    answer(hub, judgement)
    assert hub.messages()[0].code == code
    assert outcome(hub, send(hub, 2, asked()))[0] == expected


def test_one_person_asked_about_by_many_is_one_question(hub: CentralHub) -> None:
    send(hub, 1, asked(), asked(number="2"))
    send(hub, 2, asked())
    assert len(hub.messages()) == 1


def test_an_own_or_an_absent_number_is_not_asked_about_unless_the_settings_say_so(hub: CentralHub) -> None:
    send(hub, 1, asked(OWN))
    assert hub.messages() == []
    with hub.sessions.begin() as session:
        set_option(session, "central_questions", "all", NOW)
    hub.context.remembered.forget()
    send(hub, 2, asked(OWN))
    assert len(hub.messages()) == 1


def test_switched_off_nothing_is_asked(hub: CentralHub) -> None:
    with hub.sessions.begin() as session:
        set_option(session, "central_exchange", value=False, now=NOW)
    hub.context.remembered.forget()
    assert outcome(hub, send(hub, 1, asked()))[1]["refusal"] == "Не найден в РС ЕРЗ"
    assert hub.messages() == []


def test_an_old_answer_is_asked_for_anew_and_a_death_is_not(hub: CentralHub) -> None:
    send(hub, 1, asked())
    answer(hub, known())
    send(hub, 2, asked(OTHER))
    answer(hub, known(OTHER, died="2026-01-02"))
    hub.clock.moment += timedelta(hours=25)
    send(hub, 3, asked())
    send(hub, 4, asked(OTHER))
    assert [one.state for one in hub.messages()] == ["accepted", "accepted", "waiting"]


def test_a_new_number_known_there_leads_to_our_own_person(hub: CentralHub) -> None:
    anna = PEOPLE["anna"]
    told = {name: anna.block[name] for name in ("surname", "first_name", "patronymic", "birth_date", "sex")}
    stranger = asked(FOREIGN, **{**told, "surname": "ПРЕЖНЯЯ", "patronymic": "ДРУГОВНА"})
    assert outcome(hub, send(hub, 1, stranger))[0] == "not_found"
    answer(hub, known(anna.block["enp"], okato="36000"))
    found, row = outcome(hub, send(hub, 2, stranger))
    assert (found, row["enp"]) == ("found_diff", anna.block["enp"])
    assert "ЕНП заменён по данным ЦС ЕРЗ" in row["note"]


def test_a_file_is_answered_once_more_when_its_last_question_is_decided(both: CentralHub) -> None:
    packet = send(both, 1, asked(), asked(OTHER, number="2"))
    [file] = both.form(questions=True)

    def half(message: Element) -> Judgement | None:
        return known() if text_of(message, "QPD/QPD.5/CX.1") == FOREIGN else None

    def rest(message: Element) -> Judgement | None:
        return None if half(message) else Judgement("AA")

    both.second(file, half)
    assert jobs(both) == []
    both.second(file, rest, name=file.name.replace(".uprmes", "-2.uprak2"))
    [job] = jobs(both)
    assert job == packet
    with both.sessions.begin() as session:
        [one] = session.scalars(select(Job).where(Job.name == "asked_elsewhere"))
        answer_askers(session, one, both.context)
        answer_askers(session, one, both.context)
    with both.sessions() as session:
        query = select(OutgoingPacket).where(OutgoingPacket.kind == "identification_review")
        [again] = session.scalars(query)
        assert again.title == "Ответ после поиска в других регистрах"
        rows = session.scalars(
            select(RecordRow).where(RecordRow.packet_id == packet).order_by(RecordRow.position)
        ).all()
    assert [row.outcome for row in rows] == ["elsewhere", "not_found"]


def jobs(hub: CentralHub) -> list[int | None]:
    with hub.sessions() as session:
        return [one.packet_id for one in session.scalars(select(Job).where(Job.name == "asked_elsewhere"))]


def test_an_accepted_notice_confirms_the_insurance_it_told_of(hub: CentralHub) -> None:
    hub.changed(1, newcomer(9, "1"))
    [file] = hub.form()
    with hub.sessions() as session:
        assert session.scalars(select(Insurance).where(Insurance.confirmed)).all() == []
    hub.second(file, always("AA"))
    with hub.sessions() as session:
        assert len(session.scalars(select(Insurance).where(Insurance.confirmed)).all()) == 1
