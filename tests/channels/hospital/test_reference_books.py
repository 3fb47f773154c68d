"""Profiles and diagnoses of referrals and stays against the books, on the day of the record."""

from __future__ import annotations

from sqlalchemy import select

from registry.exchange.tables import FindingRow
from tests.channels.books import put_book
from tests.channels.hospital.hub import HospitalHub
from tests.channels.hospital.records import beds, profile, referral
from tests.channels.hospital.test_lists import KD
from tests.channels.hospital.test_orders import PLAN

PROFILES = ("IDK_PR;K_PRNAME;DATEEND", "1;Общие;", "2;Прежние;31.12.2019", f"{referral()['m19_kpkcd']};Наши;")


def load(hub: HospitalHub, code: str, *lines: str) -> None:
    with hub.sessions.begin() as session:
        put_book(session, code, lines, hub.context)
    hub.context.remembered.forget()


def texts(hub: HospitalHub) -> list[str]:
    with hub.sessions() as session:
        return list(session.scalars(select(FindingRow.text).order_by(FindingRow.id)))


def test_a_bed_profile_is_one_of_its_book_on_the_day_of_the_record(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral(m19_kpkcd="99")).code == 2000
    load(hub, "V020", *PROFILES)
    assert hub.send(*PLAN, referral(m11_ornm="78")).code == 2000
    assert hub.send(*PLAN, referral(m11_ornm="79", m19_kpkcd="99")).errors == {"1": [7009]}
    assert hub.send(*PLAN, referral(m11_ornm="80", m19_kpkcd="2")).errors == {"1": [7009]}
    assert hub.send(*KD, beds(profile(k10_kpkcd="99"))).errors == {"1": [7009]}
    told = texts(hub)
    assert any("код 99 отсутствует в справочнике V020" in one for one in told)
    assert any("код 2 не действует на" in one and "(действовал по 31.12.2019)" in one for one in told)


def test_a_diagnosis_is_one_of_the_loaded_book(hub: HospitalHub) -> None:
    load(hub, "M001", "IDDS;DSNAME", "Z99;Другой")
    assert hub.send(*PLAN, referral()).errors == {"1": [7009]}
