"""The screen «Статистика регистра»: counted once a day, each viewer's own share, nobody counted twice."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import func, select, update

from registry.insured.statistics.operations import count_registry
from registry.insured.statistics.queries import Scope, counted_days, figures
from registry.insured.tables import Insurance, Person
from registry.store.base import OPEN_DATE
from server.web.statistics import charts
from server.worker.loop import WorkLoop
from tests.web.conftest import Site, token_of


def test_every_record_is_counted_once_by_state_and_every_insured_once_by_each_figure(site: Site) -> None:
    clock = site.hub.context.clock
    with site.hub.sessions.begin() as session:
        insured = count_registry(session, clock.today(), clock.now())
        day = counted_days(session)[0]
        found = figures(session, day.id, Scope())
        everybody = session.scalar(select(func.count(Person.id)))
    assert sum(found["state"].values()) == everybody
    assert insured > 0
    for figure in ("people", "age", "insurer", "clinic", "policy", "method"):
        assert sum(found[figure].values()) == insured, figure


def test_the_shares_of_all_clinics_with_the_unattached_make_the_whole(site: Site) -> None:
    with site.hub.sessions() as session:
        day = counted_days(session)[0]
        whole = figures(session, day.id, Scope())
        for code, people in whole["clinic"].items():
            if code:
                own = figures(session, day.id, Scope("clinic", (code,)))
                assert sum(own["age"].values()) == own["people"][""] == people


def test_a_day_counted_again_is_replaced_and_only_first_days_of_months_are_kept_long(site: Site) -> None:
    clock = site.hub.context.clock
    today = clock.today()
    with site.hub.sessions() as session:
        for back in (70, 62, 61, 1):
            count_registry(session, today - timedelta(days=back), clock.now())
        firsts = [today - timedelta(days=back) for back in range(31, 71) if (today - timedelta(days=back)).day == 1]
        for day in firsts:
            count_registry(session, day, clock.now())
        count_registry(session, today, clock.now())
        days = [one.day for one in counted_days(session)]
        session.rollback()
    assert days == sorted({today, today - timedelta(days=1), *firsts}, reverse=True)


def test_the_page_shows_the_fund_all_and_a_clinic_only_its_own(site: Site) -> None:
    fund = site.signed_in("operator").get("/statistics").text
    assert "Возраст и пол" in fund
    assert 'name="clinic"' in fund
    own = site.signed_in("clinic630001").get("/statistics?clinic=630007").text
    assert "прикреплённые к МО 630001" in own
    assert "МО 630007" not in own
    assert 'action="/statistics/count"' not in own


def test_an_insurer_may_not_start_a_count_and_an_operator_may(site: Site) -> None:
    insurer = site.signed_in("insurer63001")
    assert (
        insurer.post("/statistics/count", data={"csrf_token": token_of(insurer.get("/statistics").text)}).status_code
        == 403
    )
    fund = site.signed_in("operator")
    assert (
        fund.post("/statistics/count", data={"csrf_token": token_of(fund.get("/statistics").text)}).status_code == 302
    )
    assert WorkLoop(site.hub, lane="statistics").work(threading.Event()) == 1


def test_small_organisations_are_told_together() -> None:
    counts = {f"{number:06d}": number for number in range(1, 41)} | {"": 7}
    chart = charts.by_code("Прикреплено по МО", counts, {}, "Без прикрепления")
    assert chart.categories[0] == "000040"
    assert chart.categories[-2:] == ["Прочие (15)", "Без прикрепления"]
    assert sum(value for value in chart.series[0].values if value) == sum(counts.values())


def test_a_joined_record_is_counted_with_its_survivor_who_had_no_insurance_of_their_own(site: Site) -> None:
    clock = site.hub.context.clock
    with site.hub.sessions() as session:
        insured = count_registry(session, clock.today(), clock.now())
        ids = session.scalars(
            select(Insurance.person_id)
            .join(Person, Person.id == Insurance.person_id)
            .where(Insurance.valid_to == OPEN_DATE, Person.status == 1, Person.died_on.is_(None))
            .order_by(Insurance.person_id)
            .limit(2)
        ).all()
        main, second = ids
        session.execute(
            update(Insurance).where(Insurance.person_id == main).values(valid_to=clock.today() - timedelta(1))
        )
        session.execute(update(Person).where(Person.id == second).values(merged_into=main, status=2))
        assert count_registry(session, clock.today(), clock.now()) == insured - 1
        session.rollback()
