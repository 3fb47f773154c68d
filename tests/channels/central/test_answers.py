"""Answers of the central segment are attached to the change they are about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.central.operations.decide import drop, resend
from registry.central.tables import CentralFile, CentralSending
from registry.exchange.tables import FindingRow, OutgoingPacket
from server.demo.centre import Judgement, answers, messages_of, text_of
from tests.channels.central.hub import CentralHub, always
from tests.channels.insurers.hub import PEOPLE, statement


def states(hub: CentralHub) -> list[str]:
    return [one.state for one in hub.messages()]


def findings(hub: CentralHub, packet_id: int | None) -> list[str]:
    with hub.sessions() as session:
        return list(session.scalars(select(FindingRow.code).where(FindingRow.packet_id == packet_id)))


def one_sent(hub: CentralHub, surname: str = "ГРИБОВА") -> CentralFile:
    hub.changed(1, statement(PEOPLE["anna"], "1", "4", surname=surname))
    [file] = hub.form()
    return file


def test_first_and_second_answer_move_the_notice(both: CentralHub) -> None:
    file = one_sent(both)
    assert both.status(both.first(file, always("CA")).packet_id) == "accepted"
    [taken] = both.messages()
    assert (taken.state, taken.answered_at) == ("taken", None)
    both.second(file, always("AA"))
    [done] = both.messages()
    assert (done.state, done.code, done.error) == ("accepted", "", "")
    assert done.answered_at is not None
    with both.sessions() as session:
        assert session.get_one(OutgoingPacket, file.packet_id).status == "acknowledged"
        [sent] = session.scalars(select(CentralSending))
        assert (sent.first_verdict, sent.verdict) == ("CA", "AA")


def test_answers_in_the_wrong_order_do_not_take_anything_back(hub: CentralHub) -> None:
    file = one_sent(hub)
    hub.second(file, always("AA"))
    hub.first(file, always("CA"))
    assert states(hub) == ["accepted"]


def test_a_refusal_stands_with_code_and_text(both: CentralHub) -> None:
    file = one_sent(both)
    both.first(file, always("CA"))
    both.second(file, always("AE", ("204", "E", "Лицо с таким ЕНП не найдено")))
    [one] = both.messages()
    assert (one.state, one.code, one.error) == ("refused", "204", "204 Лицо с таким ЕНП не найдено")


def test_warnings_alone_are_an_acceptance(hub: CentralHub) -> None:
    file = one_sent(hub)
    hub.second(file, always("AE", ("103", "W", "Место рождения не указано")))
    [one] = hub.messages()
    assert (one.state, one.code) == ("accepted", "103")


def test_a_second_same_answer_changes_nothing(both: CentralHub) -> None:
    file = one_sent(both)
    both.second(file, always("AA"))
    before = [(one.state, one.answered_at, one.error) for one in both.messages()]
    both.clock.moment += timedelta(hours=1)
    again = both.second(file, always("AA"), name=file.name.replace(".uprmes", "-2.uprak2"))
    assert findings(both, again.packet_id) == ["CENTRAL_ANSWER_REPEATED"]
    assert [(one.state, one.answered_at, one.error) for one in both.messages()] == before


def test_another_answer_to_the_same_sending_is_a_finding(hub: CentralHub) -> None:
    file = one_sent(hub)
    hub.second(file, always("AA"))
    other = hub.second(file, always("AR"), name=file.name.replace(".uprmes", "-2.uprak2"))
    assert findings(hub, other.packet_id) == ["CENTRAL_ANSWER_DIFFERS"]
    assert hub.status(other.packet_id) == "accepted_warn"
    assert states(hub) == ["accepted"]


def test_an_answer_to_nothing_is_refused(hub: CentralHub) -> None:
    file = one_sent(hub)
    body = hub.body(file)
    known = text_of(messages_of(body)[0], "MSH/MSH.10")
    strange = answers(body, always("AA"), hub.clock.now()).replace(
        known.encode(), b"00000000-0000-4000-8000-000000000000"
    )
    reply = hub.send(("36000-strange.uprak2", strange), "cs")
    assert findings(hub, reply.packet_id) == ["CENTRAL_MESSAGE_UNKNOWN"]
    assert hub.status(reply.packet_id) == "rejected"
    assert states(hub) == ["sent"]


def test_a_file_refused_whole_refuses_every_message(hub: CentralHub) -> None:
    hub.changed(
        1, *(statement(PEOPLE[who], str(n), "4", surname="ГРИБОВ") for n, who in enumerate(("anna", "boris"), 1))
    )
    [file] = hub.form()
    hub.whole(file, Judgement("CR", (("44", "E", "Не сошлась контрольная сумма"),)))
    assert [(one.state, one.code) for one in hub.messages()] == [("refused", "44")] * 2
    with hub.sessions() as session:
        packet = session.get_one(OutgoingPacket, file.packet_id)
        assert (packet.status, packet.error) == ("rejected", "44 Не сошлась контрольная сумма")


def test_a_refused_notice_goes_again_under_a_new_identifier(both: CentralHub) -> None:
    file = one_sent(both)
    both.second(file, always("AR", ("207", "E", "Внутренняя ошибка")))
    [refused] = both.messages()
    with both.sessions.begin() as session:
        assert resend(session, [refused.id], "operator", both.clock.now()) == 1
    [again] = both.form()
    [sent] = both.messages()
    assert (sent.state, sent.tries) == ("sent", 2)
    assert sent.control_id != refused.control_id
    both.second(again, always("AA"))
    assert states(both) == ["accepted"]


def test_a_late_answer_to_an_earlier_sending_does_not_decide_the_present_one(hub: CentralHub) -> None:
    file = one_sent(hub)
    hub.first(file, always("CR", ("42", "E", "Повтор пакета")))
    with hub.sessions.begin() as session:
        resend(session, [one.id for one in hub.messages()], "operator", hub.clock.now())
    hub.form()
    hub.second(file, always("AR"))
    assert states(hub) == ["sent"]


def test_silence_is_followed_by_sending_again_and_then_by_an_alarm(hub: CentralHub) -> None:
    one_sent(hub)
    for turn in range(1, 4):
        hub.clock.moment += timedelta(hours=25)
        assert hub.silence() == (1, 0)
        [file] = hub.form()
        [one] = hub.messages()
        assert (one.state, one.tries) == ("sent", turn + 1)
    hub.clock.moment += timedelta(hours=25)
    assert hub.silence() == (0, 1)
    assert states(hub) == ["overdue"]
    hub.second(file, always("AA"))
    assert states(hub) == ["accepted"]


def test_an_answer_to_any_sending_of_a_silent_message_decides_it(hub: CentralHub) -> None:
    first = one_sent(hub)
    hub.clock.moment += timedelta(hours=25)
    hub.silence()
    second = hub.form()
    hub.second(first, always("AA"))
    assert states(hub) == ["accepted"]
    reply = hub.second(second[0], always("AA"))
    assert hub.status(reply.packet_id) == "accepted"


def test_what_is_not_needed_does_not_go(hub: CentralHub) -> None:
    hub.changed(1, statement(PEOPLE["anna"], "1", "4", surname="ГРИБОВА"))
    with hub.sessions.begin() as session:
        assert drop(session, [one.id for one in hub.messages()], "operator", "передано по телефону") == 1
    assert hub.form() == []
    assert states(hub) == ["not_needed"]


@pytest.mark.parametrize("sender", ["63001", "630001"])
def test_nobody_else_may_answer_for_the_central_segment(hub: CentralHub, sender: str) -> None:
    file = one_sent(hub)
    body = answers(hub.body(file), always("AA"), hub.clock.now())
    reply = hub.send((file.name.replace("uprmes", "uprak2"), body), sender)
    assert reply.refusal is not None
    assert reply.refusal.code == "FILE_FOREIGN"
    assert states(hub) == ["sent"]


def test_an_answer_that_names_no_batch_still_tells_that_the_file_arrived(hub: CentralHub) -> None:
    file = one_sent(hub)
    body = answers(hub.body(file), always("AA"), hub.clock.now())
    nameless = re.sub(rb"<\w+:BHS\.12>[^<]*</\w+:BHS\.12>", b"", body)
    assert nameless != body
    hub.send((file.name.replace("uprmes", "uprak2"), nameless), "cs")
    assert states(hub) == ["accepted"]
    with hub.sessions() as session:
        assert session.get_one(OutgoingPacket, file.packet_id).status == "acknowledged"


def test_a_file_without_answers_is_refused(hub: CentralHub) -> None:
    file = one_sent(hub)
    body = answers(hub.body(file), lambda _: None, hub.clock.now())
    reply = hub.send((file.name.replace("uprmes", "uprak1"), body), "cs")
    assert findings(hub, reply.packet_id) == ["FILE_EMPTY"]
