"""The screens «На разборе» and «Сопоставление»: compare, decide, set thresholds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import select

from registry.core.outcomes import PacketStatus
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import Job, Packet
from registry.insured.review import Asked, open_cases
from registry.insured.review.tables import ReviewCase, ReviewRecord
from registry.insured.tables import Person
from tests.web.conftest import Site, token_of

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def opened(site: Site, fingerprint: str) -> int:
    with site.hub.sessions.begin() as session:
        first, second = session.scalars(select(Person.id).order_by(Person.id).limit(2))
        clinic = organisation_id_of_code(session, "630001")
        assert clinic is not None
        asked = Asked(
            fingerprint=fingerprint,
            given={"surname": "Раздумов", "first_name": "Прокофий", "birth_date": "06.04.1974", "snils": "1" * 11},
            possible=[
                {
                    "person_id": first,
                    "score": 28.4,
                    "grades": [["surname", "edit", 3.1], ["snils", "different", -11.2]],
                },
                {"person_id": second, "score": 23.0, "grades": [["surname", "equal", 9.0]]},
            ],
            score=28.4,
            doubt="ни один из указанных номеров не совпадает",
            rule_set="2026-11-20",
            packet_id=site.packets["rejected"],
            position=int(fingerprint[0], 16),
            organisation_id=clinic,
        )
        open_cases(session, [asked], datetime(2026, 11, 20, 9, tzinfo=UTC))
        return session.scalars(select(ReviewCase.id).where(ReviewCase.fingerprint == fingerprint)).one()


def test_an_operator_compares_and_decides(site: Site) -> None:
    number = opened(site, "a" * 32)
    operator = site.signed_in("operator")
    listed = operator.get("/reviews").text
    assert "Раздумов Прокофий" in listed
    assert "ни один из указанных номеров не совпадает" in listed
    page = operator.get(f"/reviews/{number}").text
    assert "отличается одной буквой (+3,1)" in page
    assert "сходство 28,4" in page
    form = {"csrf_token": token_of(page)}
    undecided = operator.post(f"/reviews/{number}/decision", data=form, follow_redirects=True).text
    assert "Выберите человека" in undecided
    form |= {"verdict": "nobody", "comment": "проверено по телефону"}
    assert "Решение записано" in operator.post(f"/reviews/{number}/decision", data=form, follow_redirects=True).text
    assert "Запись уже решена" in operator.post(f"/reviews/{number}/decision", data=form, follow_redirects=True).text
    decided = operator.get(f"/reviews/{number}").text
    assert "проверено по телефону" in decided
    assert "Решить и ответить" not in decided
    assert "Раздумов" in operator.get("/reviews?state=decided").text
    assert operator.get("/reviews/999999").status_code == 404


def test_a_decision_on_the_screen_wakes_the_packet_that_waits_for_it(site: Site) -> None:
    number = opened(site, "c" * 32)
    with site.hub.sessions.begin() as session:
        packet = session.get_one(Packet, site.packets["rejected"])
        kept = packet.status
        packet.status = PacketStatus.HELD.value
        session.add(Job(name="held", lane="waits", packet_id=packet.id, available_at=LATER, created_at=LATER))
    operator = site.signed_in("operator")
    form = {"csrf_token": token_of(operator.get(f"/reviews/{number}").text), "verdict": "nobody"}
    told = operator.post(f"/reviews/{number}/decision", data=form, follow_redirects=True).text
    assert "отправители получат ответ: 1" in told
    with site.hub.sessions.begin() as session:
        job = session.scalars(select(Job).where(Job.lane == "waits")).one()
        assert job.available_at < LATER
        session.get_one(Packet, site.packets["rejected"]).status = kept
        session.delete(job)


def test_others_never_see_whom_the_fund_compares(site: Site) -> None:
    number = opened(site, "b" * 32)
    clerk = site.signed_in("clinic630001")
    assert {clerk.get(path).status_code for path in ("/reviews", f"/reviews/{number}", "/matching")} == {403}
    assert site.signed_in("operator").get("/matching").status_code == 403


def test_an_administrator_sees_weights_with_their_errors_and_sets_thresholds(site: Site) -> None:
    administrator = site.signed_in("admin")
    page = administrator.get("/matching").text
    assert re.search(r"Действует с</dt><dd>\d\d\.\d\d\.\d{4}</dd>", page)
    assert "Ошибки по порогу" in page
    assert "отличается одной буквой" in page
    form = {"csrf_token": token_of(page), "matching_found": "32", "matching_margin": "6", "matching_review": "22,5"}
    assert "Пороги изменены" in administrator.post("/matching", data=form, follow_redirects=True).text
    assert 'value="32,0"' in administrator.get("/matching").text
    for wrong in ({"matching_review": "40"}, {"matching_found": "много"}):
        told = administrator.post("/matching", data=form | wrong, follow_redirects=True).text
        assert "Порог" in told
        assert "Пороги изменены" not in told
    form |= {"matching_found": "30", "matching_review": "22"}
    administrator.post("/matching", data=form)


def test_a_record_that_waits_leads_to_its_case_whoever_may_decide(site: Site) -> None:
    number = opened(site, "d" * 32)
    with site.hub.sessions.begin() as session:
        case = session.get_one(ReviewCase, number)
        session.add(
            ReviewRecord(
                case_id=case.id,
                packet_id=site.packets["accepted"],
                position=1,
                organisation_id=1,
                asked_at=case.opened_at,
            )
        )
    address = f"/packets/{site.packets['accepted']}/records/1"
    assert f"Разбор № {number}" in site.signed_in("operator").get(address).text
    assert "Разбор №" not in site.signed_in("clinic630001").get(address).text
