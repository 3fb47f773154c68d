"""What the central segment answers to one message: taken or not (uprak1), applied or not and what it holds (uprak2)."""

from __future__ import annotations

from collections.abc import Iterator

from registry.central.kinds.reply import CentralAnswer
from registry.central.operations.take_answers import take_answers
from registry.central.rules import VERDICTS
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, MessageKind, Unit


def _verdict_is_known(record: CentralAnswer, context: CheckContext) -> Iterator[Finding]:
    for field, value in (("verdict", record.verdict), ("refers_to", record.refers_to)):
        if not value:
            yield finding(F.VALUE_ABSENT, CentralAnswer.fields[field].title, field=field)
    if record.verdict and record.verdict not in VERDICTS:
        yield finding(F.CENTRAL_VERDICT_UNKNOWN, record.verdict, field="verdict", value=record.verdict)


CENTRAL_ANSWER = MessageKind(
    "central_answer",
    "Ответы ЦС ЕРЗ",
    CentralAnswer,
    unit=Unit.PACKET,
    checks=(_verdict_is_known,),
    effect=take_answers,
    codes=frozenset(
        (
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.CENTRAL_VERDICT_UNKNOWN,
            F.CENTRAL_MESSAGE_UNKNOWN,
            F.CENTRAL_ANSWER_REPEATED,
            F.CENTRAL_ANSWER_DIFFERS,
        )
    ),
)
