"""Deaths told by the civil registry and by others (registry model, clause 5.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from registry.insured.agencies.kinds.death import Death
from registry.insured.buffer.tables import BufferedChange
from registry.insured.tables import DeathFact
from registry.store.base import OPEN_MOMENT
from registry.support.plans.tables import ExecutionFact
from tests.channels.agencies.hub import PEOPLE, AgenciesHub, Sent

DIED = date(2026, 11, 2)
ACT = {"act_number": "170269630000100001", "act_date": date(2026, 11, 4), "act_issuer": "Отдел ЗАГС г. Самары"}


def death(name: str, number: int = 1, **others: Any) -> Death:
    values = {**PEOPLE[name].block, "number": str(number), "cancels": False, "died_on": DIED, **ACT, **others}
    return Death(**{field: value for field, value in values.items() if field in Death.fields and value is not None})


def send(hub: AgenciesHub, *records: Death, name: str = "ZAGS_DEATH_20261119_1.csv", sender: str = "zags") -> Sent:
    return hub.send(name, "zags_death", records, sender)


def test_a_death_of_the_civil_registry_closes_insurance_and_attachment_on_its_day(hub: AgenciesHub) -> None:
    sent = send(hub, death("anna"))
    assert sent.results == ["1"]
    assert sent.answer_name == "P_ZAGS_DEATH_20261119_1.csv"
    person = hub.person("anna")
    assert (person.status, person.died_on, person.death_source) == (3, DIED, "ЗАГС")
    assert [row[1:] for row in hub.insurance("anna")] == [(DIED, "П022")]
    assert [row[1:] for row in hub.attachments("anna")] == [(DIED, 1)]
    assert {"person_died", "insurance_ended", "attachment_closed"} <= set(sent.outcomes[0].changes)


def test_a_cancelled_death_opens_everything_again(hub: AgenciesHub) -> None:
    before = hub.insurance("anna"), hub.attachments("anna")
    send(hub, death("anna"))
    sent = send(hub, death("anna", cancels=True), name="ZAGS_DEATH_20261120_1.csv")
    assert sent.results == ["1"]
    assert (hub.person("anna").status, hub.person("anna").died_on) == (1, None)
    assert (hub.insurance("anna"), hub.attachments("anna")) == before


def test_nothing_is_cancelled_where_nobody_died(hub: AgenciesHub) -> None:
    sent = send(hub, death("boris", cancels=True))
    assert (sent.results, sent.codes) == (["2"], ["NOTHING_TO_CORRECT"])


def test_a_known_death_changes_nothing(hub: AgenciesHub) -> None:
    sent = send(hub, death("daria", died_on=date(2026, 9, 9)))
    assert sent.results == ["1"]
    assert hub.person("daria").died_on == date(2026, 9, 9)


def test_a_death_told_by_a_clinic_without_an_act_is_announced_only(hub: AgenciesHub) -> None:
    told = death("boris", act_number=None, act_date=None, act_issuer=None)
    sent = send(hub, told, name="DEATH_630001_20261119_1.csv", sender="630001")
    assert (sent.results, sent.codes) == (["3"], ["DEATH_ANNOUNCED"])
    assert (hub.person("boris").status, hub.person("boris").died_on) == (1, None)
    assert hub.insurance("boris")[-1][1] is None
    facts = hub.session.scalars(select(DeathFact).where(DeathFact.retracted_at == OPEN_MOMENT)).all()
    assert [(one.valid_from, one.registered) for one in facts] == [(DIED, False)]


def test_a_clinic_that_knows_the_act_is_believed(hub: AgenciesHub) -> None:
    sent = send(hub, death("boris"), name="DEATH_630001_20261119_1.csv", sender="630001")
    assert sent.results == ["1"]
    assert hub.person("boris").died_on == DIED


def test_a_death_before_a_later_application_waits_for_an_operator(hub: AgenciesHub) -> None:
    sent = send(hub, death("gleb", died_on=date(2026, 9, 1), act_date=date(2026, 9, 2)))
    assert (sent.results, sent.codes) == (["3"], ["CHANGE_IN_BUFFER"])
    assert hub.person("gleb").died_on is None
    waiting = hub.session.scalars(select(BufferedChange)).all()
    assert [one.doubt for one in waiting] == ["после даты смерти: заявление о прикреплении 01.10.2026"]


def test_a_death_before_a_later_service_waits_for_an_operator(hub: AgenciesHub) -> None:
    fact = ExecutionFact(
        told={},
        packet_id=None,
        recorded_at=hub.context.clock.now(),
        changed_at=hub.context.clock.now(),
        clinic_code="630001",
        person_id=hub.person("anna").id,
        executed_on=date(2026, 11, 9),
        step=1,
    )
    hub.session.add(fact)
    hub.session.flush()
    sent = send(hub, death("anna"))
    assert sent.codes == ["CHANGE_IN_BUFFER"]
    assert hub.person("anna").died_on is None
    waiting = hub.session.scalars(select(BufferedChange)).all()
    assert [one.doubt for one in waiting] == ["после даты смерти: профилактическое мероприятие 09.11.2026"]


def test_another_date_of_a_registered_death_waits_for_an_operator(hub: AgenciesHub) -> None:
    sent = send(hub, death("daria", died_on=date(2026, 9, 10), act_date=date(2026, 9, 12)))
    assert sent.codes == ["CHANGE_IN_BUFFER"]
    assert hub.person("daria").died_on == date(2026, 9, 9)


def test_impossible_rows_are_refused_and_the_rest_goes_on(hub: AgenciesHub) -> None:
    stranger = death("boris", 4, surname="Незнакомцев", enp=None, snils=None, document_number="987654")
    sent = send(
        hub,
        death("anna", 1, died_on=date(2027, 1, 1)),
        death("vera", 2),
        death("boris", 3, died_on=date(1901, 1, 1)),
        stranger,
        death("vera", 5),
    )
    assert sent.results == ["2", "1", "2", "2", "2"]
    assert [code.split(",")[0] for code in sent.codes] == [
        "DATE_IN_FUTURE",
        "",
        "DATE_ORDER",
        "PERSON_NOT_FOUND",
        "DUPLICATE_IN_PACKET",
    ]
    assert hub.person("vera").died_on == DIED
