"""A range of policy blanks in a box of the printer, meant for one insurer (a form of the hub's own)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, MessageKind, Unit
from registry.insured.blanks.operations.take_boxes import take_boxes
from registry.insured.blanks.rules import is_range

TYPES = frozenset("ПЭ")


class BlankPortionTold(Record):
    """One row of a list of boxes; a box whose blanks go to several insurers takes several rows."""

    box = FieldSpec(str, "Номер коробки")
    contract = FieldSpec(str, "Номер договора")
    policy_type = FieldSpec(str, "Тип полисов", absent=F.POLICY_TYPE_WRONG, wrong=F.POLICY_TYPE_WRONG)
    series = FieldSpec(str, "Серия")
    first = FieldSpec(int, "Первый номер")
    last = FieldSpec(int, "Последний номер")
    made_on = FieldSpec(date, "Дата изготовления", wrong=F.DATE_WRONG)
    received_on = FieldSpec(date, "Дата получения", wrong=F.DATE_WRONG)
    insurer = FieldSpec(str, "СМО", book="F002")


def _range(record: BlankPortionTold, context: CheckContext) -> Iterator[Finding]:
    if record.policy_type and record.policy_type not in TYPES:
        yield finding(F.POLICY_TYPE_WRONG, field="policy_type", value=record.policy_type, expected="П или Э")
    if record.first is not None and record.last is not None and not is_range(record.first, record.last):
        told = f"{record.first}–{record.last}"
        yield finding(F.BLANK_RANGE_WRONG, field="last", value=told, expected="по возрастанию, не больше миллиона")


def _dates(record: BlankPortionTold, context: CheckContext) -> Iterable[Finding]:
    for name in ("made_on", "received_on"):
        day = getattr(record, name)
        if day is not None and day > context.today:
            yield finding(F.DATE_IN_FUTURE, field=name, value=day)


BLANK_PORTION = MessageKind(
    "blank_portion",
    "Бланки полисов в коробках",
    BlankPortionTold,
    unit=Unit.PACKET,
    checks=(_range, _dates),
    effect=take_boxes,
    codes=frozenset(
        (
            F.POLICY_TYPE_WRONG,
            F.BLANK_RANGE_WRONG,
            F.DATE_IN_FUTURE,
            F.BLANK_OVERLAP,
            F.BLANK_GAP,
            F.REJECTED_WITH_PACKET,
        )
    ),
)
