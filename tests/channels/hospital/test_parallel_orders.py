"""Orders that arrive at the same moment, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from registry.support.hospital.tables import Referral, Stay
from tests.channels.hospital.hub import HospitalHub
from tests.channels.hospital.records import hospitalisation, referral
from tests.channels.hospital.test_orders import FACT, PLAN

ROUNDS = 4


def test_a_referral_and_its_stay_sent_at_one_moment_find_each_other(hub: HospitalHub) -> None:
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            named = {"m11_ornm": str(number), "m13_ortp": 3}
            stay = {**hospitalisation(), **named, "m20_crdnum": str(number)}
            sent = [pool.submit(hub.send, *PLAN, {**referral(), **named}), pool.submit(hub.send, *FACT, stay)]
            assert [one.result().code for one in sent] == [2000, 2000]
    with hub.sessions() as session:
        assert session.scalars(select(Referral.state)).all() == ["hospitalised"] * ROUNDS
        assert all(session.scalars(select(Stay.referral_id)).all())


def test_one_referral_sent_by_two_packages_at_one_moment_is_stored_once(hub: HospitalHub) -> None:
    with ThreadPoolExecutor(3) as pool:
        sent = [pool.submit(hub.send, *PLAN, referral()) for _ in range(3)]
        assert [one.result().code for one in sent] == [2000, 2000, 2000]
    with hub.sessions() as session:
        assert len(session.scalars(select(Referral)).all()) == 1
