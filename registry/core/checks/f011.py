"""F011, the list of identity documents with the masks of their series and numbers (insured.md 3.3, state of 2015).

Mask letters: `9` a digit, `0` a digit or nothing, `Б` a Cyrillic capital, `R` a Roman numeral, `S` any character or
nothing; everything else stands for itself. A newer edition loaded by the operator takes the same form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AgeLimit(StrEnum):
    """Whom a document is given to."""

    ANY = "any"
    FROM_14 = "from_14"
    UNTIL_14 = "until_14"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One row of F011."""

    code: int
    title: str
    series: str
    number: str
    age: AgeLimit = AgeLimit.ANY
    expires: bool = False
    identity: bool = True


_ANY_SERIES = "SSSSSSSS"
_ADULT = AgeLimit.FROM_14
_CHILD = AgeLimit.UNTIL_14

_ROWS = (
    DocumentType(1, "Паспорт гражданина СССР", "R-ББ", "999999", _ADULT),
    DocumentType(2, "Загранпаспорт гражданина СССР", _ANY_SERIES, "00000009"),
    DocumentType(3, "Свидетельство о рождении, выданное в Российской Федерации", "R-ББ", "999999", _CHILD),
    DocumentType(4, "Удостоверение личности офицера", "ББ", "9999999", _ADULT),
    DocumentType(5, "Справка об освобождении из места лишения свободы", _ANY_SERIES, "00000009", _ADULT),
    DocumentType(6, "Паспорт Минморфлота", "ББ", "999999", _ADULT),
    DocumentType(7, "Военный билет", "ББ", "9999990", _ADULT),
    DocumentType(8, "Дипломатический паспорт гражданина Российской Федерации", "99", "9999999", _ADULT),
    DocumentType(9, "Иностранный паспорт", _ANY_SERIES, "0000000009"),
    DocumentType(
        10, "Свидетельство о регистрации ходатайства о признании иммигранта беженцем", _ANY_SERIES, "00000009"
    ),
    DocumentType(11, "Вид на жительство", _ANY_SERIES, "00000009", expires=True),
    DocumentType(12, "Удостоверение беженца в Российской Федерации", _ANY_SERIES, "00000009", expires=True),
    DocumentType(13, "Временное удостоверение личности гражданина Российской Федерации", _ANY_SERIES, "00000009"),
    DocumentType(14, "Паспорт гражданина Российской Федерации", "99 99", "999999", _ADULT),
    DocumentType(15, "Заграничный паспорт гражданина Российской Федерации", "99", "9999999"),
    DocumentType(16, "Паспорт моряка", "ББ", "9999990", _ADULT),
    DocumentType(17, "Военный билет офицера запаса", "ББ", "999999", _ADULT),
    DocumentType(18, "Иные документы", _ANY_SERIES, "0000000009"),
    DocumentType(20, "Копия жалобы на решение о лишении статуса беженца", _ANY_SERIES, "0000000009"),
    DocumentType(21, "Документ иностранного гражданина", _ANY_SERIES, "0000000009"),
    DocumentType(22, "Документ лица без гражданства", _ANY_SERIES, "0000000009"),
    DocumentType(23, "Разрешение на временное проживание", _ANY_SERIES, "0000000009", expires=True),
    DocumentType(24, "Свидетельство о рождении, выданное не в Российской Федерации", _ANY_SERIES, "0000000009", _CHILD),
    DocumentType(25, "Свидетельство о предоставлении временного убежища", "ББ", "9999999", expires=True),
    DocumentType(30, "Свидетельство о регистрации по месту жительства", "", "000000000009", identity=False),
)

DOCUMENT_TYPES: Mapping[int, DocumentType] = {row.code: row for row in _ROWS}
