"""A package sent again gets its first answer; one the hub failed on is processed anew, once (contract, clause 8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.core.errors import Permanent
from registry.exchange.operations.replay_packet import replay_packet
from registry.exchange.tables import JournalEntry, Packet
from registry.insured.operations import attach_people
from registry.insured.tables import Attachment, Person
from tests.channels.dcx.attached import attachment
from tests.channels.hospital.hub import CLINIC, PATIENT, HospitalHub, Reply, package

GUID = "0f4a2f0e-8f5b-4a3a-9a55-0b6c7d1e2f30"


def attach(hub: HospitalHub, **changed: Any) -> Reply:
    content = {**package(CLINIC, p12_pakageguid=GUID), "p11_atachlist": {"l10_orcl": [attachment(**changed)]}}
    return hub.call("MakeAttachAction", CLINIC, {"orderpack": content})


def broken(monkeypatch: pytest.MonkeyPatch, hub: HospitalHub) -> Reply:
    """The same package while the hub has a bug."""
    with monkeypatch.context() as bug:
        bug.setattr(attach_people, "settle_districts", lambda _work: 1 // 0)
        return attach(hub)


def attachments(hub: HospitalHub) -> int:
    with hub.sessions() as session:
        mine = select(Person.id).where(Person.enp == PATIENT.enp)
        return session.scalar(select(func.count()).where(Attachment.person_id.in_(mine))) or 0


def lines(hub: HospitalHub) -> list[tuple[str, str]]:
    with hub.sessions() as session:
        found = session.scalars(
            select(JournalEntry).where(JournalEntry.sender_packet_id == GUID).order_by(JournalEntry.id)
        )
        return [(one.status, one.code) for one in found]


def test_a_package_the_hub_failed_on_is_processed_when_it_comes_again(
    hub: HospitalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broken(monkeypatch, hub).code == 9999
    assert broken(monkeypatch, hub).code == 9999
    with hub.sessions() as session:
        failed = session.scalars(select(Packet.id).order_by(Packet.id.desc())).first()
    assert failed is not None
    assert attachments(hub) == 0
    assert attach(hub).code == 2000
    assert attach(hub).code == 2000
    assert attachments(hub) == 1
    assert lines(hub) == [("refused", "9999"), ("refused", "9999"), ("accepted", "2000"), ("repeated", "2000")]
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="уже обработан"):
        replay_packet(session, failed, hub.context)
    with hub.sessions() as session:
        assert "обработан под номером" in session.get_one(JournalEntry, failed).text


def test_another_body_may_take_the_guid_of_a_package_the_hub_failed_on(
    hub: HospitalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broken(monkeypatch, hub).code == 9999
    assert attach(hub, p10_nzap=77).code == 2000
    assert attach(hub).code == 1005


def test_tries_side_by_side_after_a_failure_apply_the_package_once(
    hub: HospitalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broken(monkeypatch, hub).code == 9999
    with ThreadPoolExecutor(6) as pool:
        codes = [one.result().code for one in [pool.submit(attach, hub) for _ in range(6)]]
    assert codes.count(2000) == 6
    assert attachments(hub) == 1
    assert [status for status, _ in lines(hub)].count("accepted") == 1
