"""What answers of the central segment consist of: verdict, errors, people it knows (MSA, ERR, QUERY_RESPONSE)."""

from __future__ import annotations

from registry.central.kinds.told import CentralInsurance, CentralPerson
from registry.core.fields import FieldSpec, Record


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
