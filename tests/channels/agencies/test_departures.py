"""Rule 10: the former clinic is told on the day it takes effect, once (registry model, clause 6.2)."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from registry.core.clock import FixedClock
from registry.core.outcomes import Operation
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.departures import tell_departures
from registry.exchange.tables import Packet
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.methods import Method
from registry.insured.spellings.codes import METHOD_TOLD
from tests.channels.agencies.hub import PEOPLE, AgenciesHub
from tests.channels.agencies.test_deaths import death, send
from tests.channels.golden_hub import NOW
from tests.channels.invented import DOCTOR


def attach(hub: AgenciesHub, name: str, on: date) -> None:
    block = {**PEOPLE[name].block, "policy_number": None}
    record = Attachment(
        **{field: value for field, value in block.items() if value is not None},
        number="1",
        action=Operation.INSERT,
        clinic="630002",
        method=Method.APPLICATION,
        attached_on=on,
        district="12",
        doctor_snils=DOCTOR,
    )
    hub.send("MO2630002202611201.csv", "full25", [record], "630002")


def lines(hub: AgenciesHub) -> list[list[str]]:
    """The rows of every list sent so far to the clinic people leave."""
    packets = hub.session.scalars(select(Packet).where(Packet.kind == "departure").order_by(Packet.id)).all()
    texts = [stored_bytes(hub.session, one.id, RAW).decode("cp1251") for one in packets]
    return [row for text in texts for row in csv.reader(io.StringIO(text), delimiter=";")]


def test_the_former_clinic_gets_a_list_of_who_left_and_where_to(hub: AgenciesHub) -> None:
    attach(hub, "anna", date(2026, 11, 10))
    assert tell_departures(hub.session, hub.context) == {"630001": 1}
    row = lines(hub)[0]
    assert len(row) == 21
    assert (row[0], row[2], row[3], row[17], row[20]) == (
        str(PEOPLE["anna"].number),
        "630001",
        "20261109",
        "630002",
        "20261110",
    )


@pytest.mark.parametrize(
    ("method", "told"),
    [
        (Method.APPLICATION_MOVED, "2"),
        (Method.ELECTRONIC, "2"),
        (Method.APPLICATION, "2"),
        (Method.TERRITORIAL, "1"),
        (Method.AUTHORITY, "1"),
        (Method.CONDITIONAL, "1"),
        (Method.UNKNOWN, "0"),
    ],
)
def test_every_way_of_attachment_is_told_by_the_number_of_the_form(method: Method, told: str) -> None:
    assert METHOD_TOLD.write(method) == told
    assert METHOD_TOLD.read("2") is Method.APPLICATION


def test_each_departure_is_told_once(hub: AgenciesHub) -> None:
    attach(hub, "anna", date(2026, 11, 10))
    tell_departures(hub.session, hub.context)
    assert tell_departures(hub.session, hub.context) == {}
    assert len(lines(hub)) == 1


def test_what_takes_effect_tomorrow_is_told_tomorrow(hub: AgenciesHub) -> None:
    attach(hub, "anna", date(2026, 11, 20))
    clock = hub.context.clock
    assert isinstance(clock, FixedClock)
    clock.moment = NOW.replace(day=19)
    assert tell_departures(hub.session, hub.context) == {}
    clock.moment = NOW
    assert tell_departures(hub.session, hub.context) == {"630001": 1}


def test_who_died_leaves_without_a_new_clinic(hub: AgenciesHub) -> None:
    send(hub, death("anna"))
    tell_departures(hub.session, hub.context)
    assert [(row[3], row[17]) for row in lines(hub)] == [("20261102", "")]


def test_the_history_that_was_loaded_is_no_news(hub: AgenciesHub) -> None:
    assert tell_departures(hub.session, hub.context) == {}
    assert lines(hub) == []
