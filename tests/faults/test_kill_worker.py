"""A worker killed at any moment loses nothing and does nothing twice."""

import io
import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.exchange.access import caller_of_sender
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import FindingRow, Job, JournalEntry, RecordRow
from registry.insured.generator.population import generate_people
from tests.fixtures.requests import write_identification_request
from tests.fixtures.running import PEOPLE, SMALL_PORTION, Installation

pytestmark = pytest.mark.slow
ROWS = 10_000


def hand_in(installation: Installation, path: Path) -> int:
    hub = installation.hub
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, "630001")
        incoming = Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=path.name)
        reply = receive(session, incoming, hub.context)
    assert reply.refusal is None
    assert reply.packet_id is not None
    return reply.packet_id


def test_a_worker_killed_again_and_again_answers_every_row_once(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "630001_02032026_1.dbf"
    write_identification_request(path, generate_people(PEOPLE, 1), ROWS)
    packet_id = hand_in(installation, path)
    moments = random.Random(7)
    for _ in range(4):
        before = installation.packet(packet_id).done
        worker = installation.start("worker")
        installation.until(lambda before=before: installation.packet(packet_id).done > before)  # type: ignore[misc]
        time.sleep(moments.uniform(0, 0.3))
        installation.kill(worker)
    killed_at = installation.packet(packet_id)
    assert SMALL_PORTION <= killed_at.done < ROWS
    assert killed_at.finished_at is None

    installation.start("worker")
    installation.until(lambda: installation.packet(packet_id).finished_at is not None, seconds=180)

    counted = installation.packet(packet_id).properties
    assert (counted["rows"], sum(counted["outcomes"].values())) == (ROWS, ROWS)
    with installation.hub.sessions() as session:
        positions = session.scalars(select(RecordRow.position).where(RecordRow.packet_id == packet_id)).all()
        assert sorted(positions) == list(range(1, ROWS + 1))
        answer = stored_bytes(session, packet_id, ANSWER)
        entry = session.get_one(JournalEntry, packet_id)
        assert (entry.records, entry.accepted + entry.rejected) == (ROWS, ROWS)
        jobs = session.scalars(select(Job).where(Job.packet_id == packet_id)).all()
        assert [job.status for job in jobs] == ["done"]
        told = (FindingRow.position, FindingRow.code, FindingRow.field, FindingRow.text)
        twice = select(*told).group_by(*told).having(func.count() > 1)
        assert session.execute(twice.where(FindingRow.packet_id == packet_id)).all() == []
    assert DbfReader(io.BytesIO(answer))._header.record_count == ROWS
    assert answer == undisturbed(installation, path, tmp_path)


def undisturbed(installation: Installation, path: Path, folder: Path) -> bytes:
    """The answer to the same rows when nobody is killed."""
    again = folder / "630001_02032026_2.dbf"
    again.write_bytes(path.read_bytes())
    packet_id = hand_in(installation, again)
    installation.until(lambda: installation.packet(packet_id).finished_at is not None, seconds=180)
    with installation.hub.sessions() as session:
        return stored_bytes(session, packet_id, ANSWER)
