"""Stage 4 of matching by the federal register, over real HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from registry.central.operations.after_answers import answer_askers
from registry.central.operations.decide import resend
from registry.central.operations.question_federal import take_question
from registry.central.tables import CentralMessage
from registry.exchange.tables import Job, RecordRow
from tests.channels.central.test_questions import FOREIGN, OTHER, asked, outcome, send
from tests.channels.federal.hub import FederalHub
from tests.channels.federal.service import TOKEN, FederalService, fault, found, nobody

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
    with hub.sessions.begin() as session:
        [job] = session.scalars(select(Job).where(Job.name == "asked_elsewhere"))
        answer_askers(session, job, hub.context)
    assert [one.trigger for one in hub.messages()] == ["GPD", "ZP1"]
    with hub.sessions() as session:
        [row] = session.scalars(select(RecordRow).where(RecordRow.packet_id == packet))
    assert row.answer["row"]["refusal"] == "Не найден в РС ЕРЗ; в ФЕРЗЛ не найден; поиск в ЦС ЕРЗ поставлен"
    assert len(hub.form(questions=True)) == 1


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
