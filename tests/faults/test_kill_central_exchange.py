"""The exchange with the central segment killed at any stage tells every change once and takes every answer once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.central.queries.files import unanswered_files
from registry.central.tables import CentralFile, CentralMessage, CentralSending
from registry.exchange.access import caller_of_sender
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, advance, receive
from registry.exchange.tables import FindingRow, OutgoingPacket, Packet, PacketKey
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Person, PersonHistory
from server.demo.centre import Judgement, answers, messages_of, text_of
from server.scheduled.central import exchange_with_centre
from tests.fixtures.running import Installation

CHANGED, IN_A_FILE = 7, 3
#: What runs in a process of its own: the named function is called, then (or before it) the process kills itself.
SCRIPT = """
import os, signal, sys
from pkgutil import resolve_name
module, name, when, turn = sys.argv[1:5]
place = resolve_name(module)
real, calls = getattr(place, name), []
def deadly(*given, **named):
    calls.append(1)
    last = len(calls) == int(turn)
    if last and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*given, **named)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(place, name, deadly)
from server.bootstrap import build_hub
from server.settings import Settings
hub = build_hub(Settings.from_environment(dict(os.environ)))
if len(sys.argv) > 5:
    from registry.exchange.pipeline import advance
    with hub.sessions.begin() as session:
        advance(session, int(sys.argv[5]), hub.context)
else:
    from server.scheduled.central import exchange_with_centre
    exchange_with_centre(hub)
"""
SCHEDULED = "server.scheduled.central"
FORMING = "registry.central.operations.form_file"
STAGES = (
    (SCHEDULED, "queue_notices", "after", 1),
    (SCHEDULED, "form_file", "before", 2),
    (FORMING, "send_out", "before", 1),
    (FORMING, "send_out", "after", 2),
    (SCHEDULED, "form_file", "after", 3),
)
TAKING = (
    ("registry.exchange.stages.apply", "tell_changes", "after", 1),
    ("registry.exchange.pipeline", "conclude", "before", 1),
    ("registry.exchange.pipeline", "conclude", "after", 1),
)


def killed(installation: Installation, *told: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environ = {**plain, **installation.environ}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *told], env=environ, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == -9, done.stderr.decode()[-2000:]


def changed(installation: Installation) -> set[int]:
    """Some people change; returns the acts."""
    hub = installation.hub
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        set_option(session, "central_file_messages", IN_A_FILE, now)
        people = session.scalars(select(Person.id).order_by(Person.id).limit(CHANGED)).all()
        changes = [FactChange(one, {"birth_place": "г. Самара"}, now.date()) for one in people]
        change_facts(session, changes, Told(now, "fund"))
    hub.context.remembered.forget()
    with hub.sessions() as session:
        return set(session.scalars(select(PersonHistory.id)))


@pytest.mark.parametrize("stage", STAGES, ids=lambda one: f"{one[1]}-{one[2]}-{one[3]}")
def test_every_change_is_told_once(installation: Installation, stage: tuple[str, str, str, int]) -> None:
    acts = changed(installation)
    killed(installation, *map(str, stage))
    exchange_with_centre(installation.hub)
    exchange_with_centre(installation.hub)
    with installation.hub.sessions() as session:
        messages = session.scalars(select(CentralMessage)).all()
        assert Counter(one.history_id for one in messages) == Counter(acts)
        assert {(one.state, one.tries) for one in messages} == {("sent", 1)}
        sendings = session.scalars(select(CentralSending)).all()
        assert Counter(one.message_id for one in sendings) == Counter(one.id for one in messages)
        files = session.scalars(select(CentralFile)).all()
        assert sorted(one.messages for one in files) == [1, 3, 3]
        packets = session.scalars(select(OutgoingPacket.id).where(OutgoingPacket.kind == "central_notice")).all()
        assert sorted(packets) == sorted(one.packet_id for one in files)
        keys = session.scalars(select(PacketKey.packet_id).where(PacketKey.packet_id.in_(packets))).all()
        assert sorted(keys) == sorted(packets)
        inside = [
            text_of(each, "MSH/MSH.10")
            for one in files
            for each in messages_of(stored_bytes(session, one.packet_id, RAW))
        ]
    assert Counter(inside) == Counter(one.control_id for one in messages)


@pytest.mark.parametrize("stage", TAKING, ids=lambda one: f"{one[1]}-{one[2]}")
def test_every_answer_is_taken_once(
    installation: Installation, stage: tuple[str, str, str, int], tmp_path: Path
) -> None:
    changed(installation)
    hub = installation.hub
    exchange_with_centre(hub)
    with hub.sessions() as session:
        file = unanswered_files(session)[0]
        body = stored_bytes(session, file.packet_id, RAW)
    path = tmp_path / file.name.replace("uprmes", "uprak2")
    path.write_bytes(answers(body, lambda _message: Judgement("AA"), hub.context.clock.now()))
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, "cs")
        reply = receive(session, Incoming("file", "files", path=path, file_name=path.name, caller=caller), hub.context)
    killed(installation, *map(str, stage), str(reply.packet_id))
    with hub.sessions() as session:
        assert {one.state for one in session.scalars(select(CentralMessage))} == {"sent"}
    with hub.sessions.begin() as session:
        assert reply.packet_id is not None
        advance(session, reply.packet_id, hub.context)
    with hub.sessions() as session:
        states = Counter(session.scalars(select(CentralMessage.state)))
        assert states == {"accepted": IN_A_FILE, "sent": CHANGED - IN_A_FILE}
        assert session.get_one(Packet, reply.packet_id).status == "accepted"
        assert session.scalars(select(FindingRow.code).where(FindingRow.packet_id == reply.packet_id)).all() == []
