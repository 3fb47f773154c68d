"""The reasons a regional fund names when it refuses an attachment (registry model, clause 6.4), and what ours mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.core.findings import FindingCode
from registry.core.findings import FindingCode as F

OTHER = 10
KINDS = frozenset(("attachment", "detachment", "detachment_cancellation"))


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """A reason by its number, and the findings that are refused for it; none where the hub cannot tell it apart."""

    number: int
    title: str
    codes: tuple[FindingCode, ...] = ()
    instead: str = ""


REFUSAL_REASONS: tuple[RefusalReason, ...] = (
    RefusalReason(1, "умер", (F.PERSON_DEAD, F.EVENT_AFTER_DEATH)),
    RefusalReason(2, "застрахован в другой СМО", (F.INSURED_BY_OTHER,)),
    RefusalReason(3, "застрахован вне территории", (F.INSURED_ELSEWHERE,)),
    RefusalReason(4, "временное свидетельство в другой СМО", instead="как действующий полис: отказа нет"),
    RefusalReason(5, "дубликат", (F.DUPLICATE_IN_PACKET, F.NUMBER_REPEATED, F.SEVERAL_CANDIDATES, F.RECORD_MERGED)),
    RefusalReason(6, "прочие закрытия", (F.NOT_INSURED,)),
    RefusalReason(7, "другой открытый полис", (F.OTHER_POLICY_VALID,)),
    RefusalReason(8, "ФИО или дата рождения не совпадают", (F.IDENTITY_CONFLICT, F.FOUND_WITH_DIFFERENCES)),
    RefusalReason(9, "не найден", (F.PERSON_NOT_FOUND, F.INSUFFICIENT_DATA)),
    RefusalReason(OTHER, "прочие", instead="все остальные коды"),
    RefusalReason(11, "аннулирование", (F.PERSON_ANNULLED,)),
    RefusalReason(12, "возраст не по профилю МО", instead="профиль МО по возрасту хаб не ведёт"),
    RefusalReason(13, "дата позже отчётной", (F.DATE_IN_FUTURE, F.FILE_DATE_IN_FUTURE)),
    RefusalReason(
        14,
        "участок или СНИЛС врача",
        (
            F.DISTRICT_ABSENT,
            F.DISTRICT_UNKNOWN,
            F.DOCTOR_ABSENT,
            F.DOCTOR_UNKNOWN,
            F.DOCTOR_SNILS_WRONG,
            F.SECOND_DOCTOR,
            F.THIRD_DOCTOR,
        ),
    ),
    RefusalReason(15, "СНИЛС", (F.SNILS_WRONG, F.SNILS_CHECK_DIGIT)),
)
TITLES = {one.number: one.title for one in REFUSAL_REASONS}
_NUMBERS = {str(code): one.number for one in REFUSAL_REASONS for code in one.codes}


def reason_of(code: str) -> int:
    """The number of the reason a finding is refused for; ``OTHER`` for whatever has none of its own."""
    return _NUMBERS.get(code, OTHER)


def reason_title(code: str) -> str:
    """The reason a finding is refused for, with its number."""
    return f"{reason_of(code)}. {TITLES[reason_of(code)]}"


def is_refused_by_reason(kind: str) -> bool:
    """Whether packets of a kind are about attachment."""
    return kind in KINDS


def codes_among(number: int, codes: Iterable[str]) -> list[str]:
    """Those of the codes that are refused for this reason."""
    return [code for code in codes if reason_of(code) == number]
