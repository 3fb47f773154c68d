"""What the central segment answers to one message: taken or not (uprak1), applied or not and what it holds (uprak2)."""

from __future__ import annotations

from collections.abc import Iterator

from registry.central.kinds.told import CentralInsurance, CentralPerson
from registry.central.operations.take_answers import take_answers
from registry.central.rules import VERDICTS
from registry.core.fields import FieldSpec, Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, MessageKind, Unit


class CentralError(Record):
    """One error of an answer (ERR); codes nobody published are kept as they came."""

    segment = FieldSpec(str, "Сегмент с ошибкой")
    code = FieldSpec(str, "Код ошибки (ERR.3)")
    text = FieldSpec(str, "Текст ошибки")
    severity = FieldSpec(str, "Серьёзность: W или E")
    own_code = FieldSpec(str, "Код приложения (ERR.5)")
    own_text = FieldSpec(str, "Текст приложения")
    explanation = FieldSpec(list, "Пояснения (ERR.6)", of=str)


class Known(Record):
    """A person the central segment found: the data, the insurances, and by which keys."""

    person = FieldSpec(list, "Лицо", of=CentralPerson)
    insurance = FieldSpec(list, "Страхование", of=CentralInsurance)
    trust = FieldSpec(str, "Уровень доверия: Д или В")
    keys = FieldSpec(list, "Ключи, по которым найдено", of=str)


class CentralAnswer(Record):
    """An answer to one message, or to a file as a whole when it names its batch."""

    batch = FieldSpec(str, "Идентификатор пакета, на который отвечают")
    verdict = FieldSpec(str, "Итог: CA, CE, CR, AA, AE, AR")
    refers_to = FieldSpec(str, "Идентификатор сообщения")
    errors = FieldSpec(list, "Ошибки", of=CentralError)
    known = FieldSpec(list, "Найденные лица", of=Known)


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
