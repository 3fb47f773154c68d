"""An end that is told late ends the insurer of that day; whoever insures since goes on (clause 5.3)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from registry.insured.tables import Attachment, Insurance, Person, PersonStatus
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.channels.insurers.hub import PEOPLE, InsurersHub, codes, statement

MOVED = {"choice_reason": 3, "policy_from": date(2026, 9, 1)}


def held(hub: InsurersHub, table: Any, *columns: str) -> list[Any]:
    with hub.sessions() as session:
        vera = select(Person.id).where(Person.enp == PEOPLE["vera"].enp).scalar_subquery()
        query = select(table).where(table.person_id == vera, table.retracted_at == OPEN_MOMENT)
        rows = session.scalars(query.order_by(table.valid_from)).all()
        return [tuple(getattr(row, name) for name in columns) for row in rows]


@pytest.mark.parametrize(("reason", "status"), [("П025", 4), ("П021", 5)])
def test_a_late_end_leaves_the_insurance_of_another_that_began_since(
    both: InsurersHub, reason: str, status: int
) -> None:
    both.send(both.file(1, statement(PEOPLE["vera"], "1", "7", **MOVED)))
    late = statement(PEOPLE["vera"], "1", reason, policy_stopped_on=date(2026, 3, 1))
    reply = both.send(both.file(1, late, insurer="63002"), sender="63002")
    assert codes(both.answer(reply.packet_id)) == ["AA"]
    assert held(both, Insurance, "insurer_code", "valid_to", "end_reason") == [
        ("63002", date(2026, 3, 1), reason),
        ("63001", OPEN_DATE, ""),
    ]
    assert held(both, PersonStatus, "status", "valid_from")[-2:] == [
        (status, date(2026, 3, 1)),
        (1, date(2026, 9, 1)),
    ]
    assert [row for (row,) in held(both, Attachment, "valid_to")][-1] == OPEN_DATE


def test_a_record_another_insures_by_now_is_not_annulled(both: InsurersHub) -> None:
    both.send(both.file(1, statement(PEOPLE["vera"], "1", "7", **MOVED)))
    late = statement(PEOPLE["vera"], "1", "2", changed_on=date(2026, 3, 1))
    reply = both.send(both.file(1, late, insurer="63002"), sender="63002")
    assert codes(both.answer(reply.packet_id)) == ["AR"]
    assert held(both, Insurance, "insurer_code", "valid_to")[-1] == ("63001", OPEN_DATE)
