"""A request for the changes of a period by file: days, both included (a form of the hub's own)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, MessageKind, Unit


class ChangesRequest(Record):
    """The days whose changes are asked for: those that became known on them."""

    since = FieldSpec(date, "С", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    until = FieldSpec(date, "По", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)


def _period(record: ChangesRequest, context: CheckContext) -> Iterator[Finding]:
    if record.since is None or record.until is None:
        return
    most = int(context.options["changes_days"])
    if record.until < record.since:
        yield finding(F.DATE_ORDER, field="until", value=record.until, expected="не раньше начала")
    elif (record.until - record.since).days >= most:
        told = f"{record.since:%d.%m.%Y}–{record.until:%d.%m.%Y}"
        yield finding(F.PERIOD_TOO_LONG, field="until", value=told, expected=f"не больше {most} дней")


CHANGES_REQUEST = MessageKind(
    "changes_request",
    "Запрос изменений за период",
    ChangesRequest,
    unit=Unit.PACKET,
    checks=(_period,),
    changes_state=False,
    codes=frozenset((F.DATE_ABSENT, F.DATE_WRONG, F.DATE_ORDER, F.PERIOD_TOO_LONG)),
)
