"""Stage 4 of matching by the federal register, over real HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from registry.central.operations.after_answers import answer_askers
from registry.central.operations.decide import resend
from registry.central.operations.question_federal import take_question
from registry.central.tables import CentralCall, CentralMessage
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.tables import Job, OutgoingPacket, Packet, RecordRow
from server.demo.centre import Judgement
from tests.channels.central.test_questions import FOREIGN, OTHER, answer, asked, known, outcome, send
from tests.channels.federal.hub import FederalHub
from tests.channels.federal.service import TOKEN, FederalService, fault, found, nobody, several
from tests.channels.insurers.hub import PEOPLE

POLICY = {
    "enp": FOREIGN,
    "pcyDateB": "2020-01-01+03:00",
    "pcyType": "П",
    "pcyStatus": "ДПП",
    "insurOgrn": "1027739008440",
    "okato": "45000",
}
PATH = "/t-foms/integration/ws/{}/wsdl/mpiPersonInfoServiceWs"


def only(hub: FederalHub) -> CentralMessage:
    [one] = hub.messages()
    return one


def test_a_stranger_is_asked_about_and_found_there(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY)]
    assert outcome(hub, send(hub, 1, asked()))[1]["refusal"] == "Не найден в РС ЕРЗ; поиск в ФЕРЗЛ поставлен"
    hub.ask()
    [call] = service.calls
    one = only(hub)
    assert (one.trigger, one.state, one.code, one.tries) == ("GPD", "accepted", "", 1)
    assert call.path == PATH.format("24.1.2")
    assert call.headers["content-type"] == "text/xml; charset=utf-8"
    told = {name: call.text(name) for name in ("externalRequestId", "enp", "surname", "firstName", "dt")}
    assert told == {
        "externalRequestId": one.control_id,
        "enp": FOREIGN,
        "surname": "ДАЛЬНИЙ",
        "firstName": "ИВАН",
        "dt": "2026-10-20",
    }
    assert "http://ffoms.ru/types/24.1.2/mpiPersonInfoSchema" in call.spaces()
    result, row = outcome(hub, send(hub, 2, asked()))
    assert (result, row["okato"], row["ogrn"], row["enp"]) == ("elsewhere", "45000", "1027739008440", FOREIGN)
    assert row["policy_type"] == "П"
    assert "По данным ФЕРЗЛ" in row["note"]
    hub.ask()
    assert len(service.calls) == 1


def test_the_early_form_of_namespaces_is_written_and_read(hub: FederalHub, service: FederalService) -> None:
    hub.set(ferzl_namespaces="plain", ferzl_version="4.5")
    service.says = [found(POLICY, version="")]
    send(hub, 1, asked())
    hub.ask()
    [call] = service.calls
    assert call.path == PATH.format("4.5")
    assert {"http://ffoms.ru/types/commonTypes", "http://ffoms.ru/types/mpiPersonInfoSchema"} < call.spaces()
    assert outcome(hub, send(hub, 2, asked()))[0] == "elsewhere"


def test_whom_the_federal_register_does_not_know_the_central_segment_is_asked_about(
    hub: FederalHub, service: FederalService
) -> None:
    service.says = [nobody]
    packet = send(hub, 1, asked())
    assert hub.form(questions=True) == []
    hub.ask()
    assert (only(hub).state, only(hub).code) == ("accepted", "НЕТ")
    assert answers_again(hub) == []
    assert [one.trigger for one in hub.messages()] == ["GPD", "ZP1"]
    with hub.sessions() as session:
        [row] = session.scalars(select(RecordRow).where(RecordRow.packet_id == packet))
    assert row.answer["row"]["refusal"] == "Не найден в РС ЕРЗ; в ФЕРЗЛ не найден; поиск в ЦС ЕРЗ поставлен"
    answer(hub, known())
    assert answers_again(hub) == ["_2.dbf"]
    assert outcome(hub, packet)[0] == "elsewhere"
    assert answers_again(hub) == ["_2.dbf"]


def test_a_row_asked_of_both_registers_is_one_row_of_every_file_that_brings_news(
    hub: FederalHub, service: FederalService
) -> None:
    service.says = [nobody, found({**POLICY, "enp": OTHER})]
    packet = send(hub, 1, asked(), asked(OTHER, number="2"), asked(number="3"))
    hub.ask()
    assert answers_again(hub) == ["_2.dbf"]
    assert results(hub, packet) == ["not_found", "elsewhere", "not_found"]
    answer(hub, Judgement("AA"))
    assert answers_again(hub) == ["_2.dbf", "_3.dbf"]
    assert results(hub, packet) == ["not_found", "elsewhere", "not_found"]
    assert [one.trigger for one in hub.messages()] == ["GPD", "GPD", "ZP1"]
    with hub.sessions() as session:
        query = select(RecordRow).where(RecordRow.packet_id == packet).order_by(RecordRow.position)
        texts = [row.answer["row"]["refusal"] for row in session.scalars(query)]
        bodies = [stored_bytes(session, one, RAW) for one in session.scalars(select(OutgoingPacket.id).order_by("id"))]
    assert texts == [NOWHERE, "", NOWHERE]
    assert [body.count("ДАЛЬНИЙ".encode("cp866")) for body in bodies if body[:1] == b"\x03"] == [3, 3]


NOWHERE = "Не найден в РС ЕРЗ; в ФЕРЗЛ не найден; в ЦС ЕРЗ не найден"


def answers_again(hub: FederalHub) -> list[str]:
    """Let the worker do what was ordered; the ends of the names of all answers after the first."""
    with hub.sessions.begin() as session:
        for job in session.scalars(select(Job).where(Job.name == "asked_elsewhere").order_by(Job.id)):
            answer_askers(session, job, hub.context)
    with hub.sessions() as session:
        query = select(Packet.file_name).join(OutgoingPacket, OutgoingPacket.id == Packet.id)
        again = query.where(OutgoingPacket.kind == "identification_review").order_by(Packet.id)
        return [name[-6:].lower() for name in session.scalars(again)]


def results(hub: FederalHub, packet: int) -> list[str]:
    with hub.sessions() as session:
        query = select(RecordRow.outcome).where(RecordRow.packet_id == packet).order_by(RecordRow.position)
        return list(session.scalars(query))


def test_an_answer_that_does_not_count_at_all_is_still_told_to_who_asked(
    hub: FederalHub, service: FederalService
) -> None:
    hub.set(ferzl_found_hours=0, ferzl_unknown_hours=0, central_insured_hours=0)
    service.says = [nobody]
    packet = send(hub, 1, asked())
    hub.ask()
    answers_again(hub)
    answer(hub, Judgement("AA"))
    assert answers_again(hub) == ["_2.dbf"]
    assert [one.trigger for one in hub.messages()] == ["GPD", "ZP1"]
    assert outcome(hub, packet)[1]["refusal"] == NOWHERE
    hub.later(minutes=11)
    send(hub, 2, asked())
    assert [one.trigger for one in hub.messages()] == ["GPD", "ZP1", "GPD"]


def test_a_death_counts_for_thirty_days_and_an_insurance_for_one(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY, died="2026-01-02")]
    send(hub, 1, asked())
    hub.ask()
    hub.later(days=29)
    assert outcome(hub, send(hub, 2, asked()))[0] == "dead"
    hub.later(days=2)
    assert outcome(hub, send(hub, 3, asked()))[0] == "not_found"
    assert count(hub) == 2


def test_another_number_told_before_finds_our_own_while_the_insurance_is_asked_about_anew(
    hub: FederalHub, service: FederalService
) -> None:
    anna = PEOPLE["anna"]
    told = {name: anna.block[name] for name in ("surname", "first_name", "patronymic", "birth_date", "sex")}
    stranger = asked(FOREIGN, **{**told, "surname": "ПРЕЖНЯЯ", "patronymic": "ДРУГОВНА"})
    names = {"surname": anna.block["surname"], "firstName": anna.block["first_name"]}
    service.says = [found({**POLICY, "enp": anna.block["enp"], "okato": "36000"}, **names, born=anna.birth_date)]
    send(hub, 1, stranger)
    hub.ask()
    hub.later(days=10)
    result, row = outcome(hub, send(hub, 2, stranger))
    assert (result, row["enp"], count(hub)) == ("found_diff", anna.block["enp"], 2)
    assert "ЕНП заменён по данным ФЕРЗЛ" in row["note"]


def test_one_of_ours_by_its_word_is_said_so_and_nobody_else_is_asked(hub: FederalHub, service: FederalService) -> None:
    service.says = [found({**POLICY, "okato": "36000"})]
    send(hub, 1, asked())
    hub.ask()
    assert only(hub).code == "СВОЙ"
    refusal = outcome(hub, send(hub, 2, asked()))[1]["refusal"]
    assert refusal == "Не найден в РС ЕРЗ; по данным ФЕРЗЛ застрахован на нашей территории"
    assert len(hub.messages()) == 1


def test_after_a_refusal_the_central_segment_is_asked(hub: FederalHub, service: FederalService) -> None:
    service.says = [fault("ERR-17", "Нет прав на операцию")]
    send(hub, 1, asked())
    hub.ask()
    assert outcome(hub, send(hub, 2, asked()))[1]["refusal"] == "Не найден в РС ЕРЗ; поиск в ЦС ЕРЗ поставлен"
    assert [one.trigger for one in hub.messages()] == ["GPD", "ZP1"]


def test_somebody_else_under_the_number_is_not_taken_for_the_person(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY)]
    send(hub, 1, asked(surname="БЛИЖНИЙ", first_name="ОЛЕГ"))
    hub.ask()
    one = only(hub)
    assert (one.state, one.code) == ("refused", "ДРУГОЙ")
    assert one.error == "ФЕРЗЛ назвал другого человека: не сходятся фамилия, имя"


def test_a_changed_surname_alone_does_not_make_another_person(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY)]
    send(hub, 1, asked(surname="БЛИЖНИЙ"))
    hub.ask()
    assert (only(hub).state, only(hub).code) == ("accepted", "")


def test_a_negative_answer_counts_for_an_hour_and_a_positive_one_for_a_day(
    hub: FederalHub, service: FederalService
) -> None:
    service.says = [nobody, found({**POLICY, "enp": OTHER})]
    send(hub, 1, asked())
    send(hub, 2, asked(OTHER))
    hub.ask()
    hub.later(minutes=59)
    send(hub, 3, asked())
    assert count(hub) == 2
    hub.later(minutes=2)
    send(hub, 4, asked())
    send(hub, 5, asked(OTHER))
    assert count(hub) == 3
    hub.later(hours=23)
    send(hub, 6, asked(OTHER))
    assert count(hub) == 4


def count(hub: FederalHub) -> int:
    return sum(one.trigger == "GPD" for one in hub.messages())


def test_an_error_is_told_with_its_code_and_not_asked_again(hub: FederalHub, service: FederalService) -> None:
    service.says = [fault("ERR-17", "Нет прав на операцию"), found(POLICY)]
    send(hub, 1, asked())
    hub.ask()
    hub.later(minutes=30)
    hub.ask()
    one = only(hub)
    assert (one.state, one.code, one.error) == ("refused", "ERR-17", "Нет прав на операцию")
    assert len(service.calls) == 1
    before = one.control_id
    with hub.sessions.begin() as session:
        assert resend(session, [one.id], "operator", hub.clock.now()) == 1
    hub.ask()
    assert only(hub).state == "accepted"
    assert only(hub).control_id != before


def test_an_error_whose_code_means_nobody_is_a_negative_answer(hub: FederalHub, service: FederalService) -> None:
    hub.set(ferzl_unknown_codes="E1 NOT_FOUND")
    service.says = [fault("NOT_FOUND", "Лицо не найдено")]
    send(hub, 1, asked())
    hub.ask()
    assert (only(hub).state, only(hub).code) == ("accepted", "НЕТ")


def test_silence_is_asked_again_under_the_same_request_id(hub: FederalHub, service: FederalService) -> None:
    service.says = [service.silence, found(POLICY)]
    send(hub, 1, asked())
    hub.ask()
    one = only(hub)
    assert (one.state, one.error) == ("resend", "Нет связи с ФЕРЗЛ: ответа нет за 1 с")
    hub.ask()
    assert len(service.calls) == 1
    hub.later(minutes=1)
    hub.ask()
    assert (only(hub).state, only(hub).tries, only(hub).error) == ("accepted", 2, "")
    first, second = (call.text("externalRequestId") for call in service.calls)
    assert first == second == one.control_id


def test_retries_grow_apart_and_end(hub: FederalHub, service: FederalService) -> None:
    service.says = [lambda _call: (503, "<html>later</html>")]
    send(hub, 1, asked())
    for pause in (1, 2, 4):
        hub.ask()
        assert (only(hub).available_at - hub.clock.now()).total_seconds() == pause * 60
        hub.later(minutes=pause)
    hub.ask()
    one = only(hub)
    assert (one.state, one.code, len(service.calls)) == ("refused", "СВЯЗЬ", 4)
    hub.later(minutes=30)
    hub.ask()
    assert len(service.calls) == 4


def test_nobody_listening_is_no_connection(hub: FederalHub) -> None:
    hub.set(ferzl_address="http://127.0.0.1:9")
    send(hub, 1, asked())
    hub.ask()
    assert (only(hub).state, only(hub).error) == ("resend", "Нет связи с ФЕРЗЛ: соединение не установлено")


def test_a_wrong_token_ends_the_turn_with_an_alarm_and_is_never_shown(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY)]
    send(hub, 1, asked())
    send(hub, 2, asked(OTHER))
    with capture_logs() as lines:
        hub.ask(token="vydumannyj-klyuch")
    assert len(service.calls) == 1
    assert [one.state for one in hub.messages()] == ["refused", "waiting"]
    assert hub.messages()[0].code == "HTTP 401"
    assert [line["why"] for line in lines if line.get("alarm")] == ["HTTP 401"]
    kept = [str(vars(one)) for one in hub.messages()]
    assert not [text for text in (*kept, str(lines)) if "vydumannyj-klyuch" in text or TOKEN in text]


def test_without_a_token_nothing_is_asked(hub: FederalHub, service: FederalService) -> None:
    send(hub, 1, asked())
    with capture_logs() as lines:
        hub.ask(token="")
    assert (service.calls, only(hub).state) == ([], "waiting")
    assert [line["alarm"] for line in lines] == [True]


def test_a_question_whose_process_died_goes_again(hub: FederalHub, service: FederalService) -> None:
    service.says = [found(POLICY)]
    send(hub, 1, asked())
    with hub.sessions.begin() as session:
        assert take_question(session, hub.context) is not None
    hub.ask()
    assert (service.calls, only(hub).state) == ([], "sent")
    assert hub.silence() == (0, 0)
    hub.later(minutes=2)
    hub.ask()
    assert (only(hub).state, only(hub).tries) == ("accepted", 2)


def test_an_answer_to_another_question_is_refused(hub: FederalHub, service: FederalService) -> None:
    service.says = [lambda call: (200, found(POLICY)(call)[1].replace(str(call.text("externalRequestId")), "другой"))]
    send(hub, 1, asked())
    hub.ask()
    assert (only(hub).state, only(hub).error) == ("refused", "Ответ ФЕРЗЛ не разобран: ответ на другой запрос")


def test_switched_off_only_the_central_segment_is_asked(hub: FederalHub) -> None:
    hub.set(ferzl_exchange=False)
    send(hub, 1, asked())
    assert [one.trigger for one in hub.messages()] == ["ZP1"]
    hub.ask()


@pytest.mark.parametrize(
    ("policy", "died", "result"),
    [
        ({}, "2026-01-02", "dead"),
        ({"pcyStatus": "НСП"}, "", "dead"),
        ({"pcyStatus": "НВС"}, "", "not_insured"),
        ({"pcyStatus": "НВС", "pcyDateE": "2030-01-01"}, "", "not_insured"),
        ({"pcyStatus": "НПВ", "pcyDateT": "2030-01-01"}, "", "elsewhere"),
        ({"pcyStatus": "НАП", "pcyDateE": "2030-01-01"}, "", "not_insured"),
        ({"pcyStatus": "НСД", "pcyDateE": "2026-09-30"}, "", "not_insured"),
        ({"pcyStatus": "НСД", "pcyDateE": "2026-11-30"}, "", "elsewhere"),
        ({"pcyStatus": "ДНП", "pcyType": "М"}, "", "elsewhere"),
    ],
)
def test_the_state_of_the_policy_becomes_the_outcome(
    hub: FederalHub, service: FederalService, policy: dict[str, str], died: str, result: str
) -> None:
    service.says = [found({**POLICY, **policy}, died=died)]
    send(hub, 1, asked())
    hub.ask()
    assert outcome(hub, send(hub, 2, asked()))[0] == result


def test_of_several_people_nobody_is_chosen_but_those_who_are_others_are_left_out(
    hub: FederalHub, service: FederalService
) -> None:
    service.says = [several(POLICY, {**POLICY, "enp": OTHER})]
    send(hub, 1, asked())
    hub.ask()
    assert (only(hub).state, only(hub).code) == ("accepted", "МНОГО")
    assert outcome(hub, send(hub, 2, asked()))[0] == "several"


def test_every_call_is_kept_as_it_went_and_as_it_was_answered(hub: FederalHub, service: FederalService) -> None:
    service.says = [service.silence, lambda _call: (503, "позже"), found(POLICY)]
    send(hub, 1, asked())
    for _ in range(3):
        hub.ask()
        hub.later(minutes=5)
    with hub.sessions() as session:
        calls = session.scalars(select(CentralCall).order_by(CentralCall.id)).all()
        assert [(one.number, one.status, one.trouble) for one in calls] == [
            (1, 0, "ответа нет за 1 с"),
            (2, 503, ""),
            (3, 200, ""),
        ]
        assert [one.request for one in calls] == [call.body for call in service.calls]
        assert calls[1].answer.decode() == "позже"
        assert FOREIGN in calls[2].answer.decode()
        assert calls[2].size == len(calls[2].answer)
        assert not any(TOKEN.encode() in one.request for one in calls)
