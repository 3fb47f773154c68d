"""A request made ready: key forms of what can be used, and a word about everything that cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from registry.core.checks.dates import EARLIEST_BIRTH
from registry.core.checks.documents import DocumentVerdict, document_verdict
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.names import is_unknown_person
from registry.core.checks.snils import SnilsVerdict, snils_digits, snils_verdict
from registry.core.normalisation import name_key, place_key
from registry.insured.keys.forms import document_number_key, policy_class, policy_number_key
from registry.insured.matching.parts import (
    BIRTH_DATE,
    DOCUMENT,
    ENP,
    FIRST_NAME,
    IDENTIFIERS,
    OWN_ID,
    PATRONYMIC,
    POLICY,
    SEX,
    SNILS,
    SURNAME,
)
from registry.insured.matching.requests import SearchRequest

_USABLE_SNILS = frozenset((SnilsVerdict.VALID, SnilsVerdict.NOT_CHECKED))
_SILENT_SNILS = frozenset((SnilsVerdict.EMPTY, SnilsVerdict.ZEROS))
_SILENT_ENP = frozenset((EnpVerdict.EMPTY, EnpVerdict.ZEROS))
_UNIFIED = 3


@dataclass(slots=True)
class Wanted:
    """Key forms of the usable properties of a request.

    ``given`` is the set of their parts, birthplace left out; ``is_spoilt`` tells that values which had to be left out
    would have been enough for a search.
    """

    request: SearchRequest
    surname: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: date | None = None
    sex: int = 0
    birth_place: str = ""
    enp: str = ""
    snils: str = ""
    document: str = ""
    document_type: int = 0
    policy: str = ""
    policy_class: int = 0
    own_ids: tuple[str, str] = ("", "")
    given: int = 0
    unused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    sole: bool = False
    is_spoilt: bool = False

    @property
    def is_searchable(self) -> bool:
        """True when the minimum of clause 9.1 is there."""
        return not self.missing


def prepare(request: SearchRequest, today: date) -> Wanted:
    """Key forms of a request; a value that breaks its own rule is left out and named in ``unused``."""
    wanted = Wanted(
        request,
        surname=name_key(request.surname),
        first_name=name_key(request.first_name),
        patronymic=name_key(request.patronymic),
        sex=request.sex if request.sex in (1, 2) else 0,
        birth_place=place_key(request.birth_place) if request.birth_place else "",
    )
    unknown = is_unknown_person(request.surname) if wanted.surname.startswith("НЕИЗВЕСТН") else False
    _read_birth_date(wanted, today)
    _read_policy(wanted)
    _read_enp(wanted)
    _read_snils(wanted)
    _read_document(wanted)
    wanted.own_ids = (request.bdz_id.strip(), request.oip.strip())
    wanted.given = _given(wanted)
    _judge_minimum(wanted, unknown)
    return wanted


def _read_birth_date(wanted: Wanted, today: date) -> None:
    born = wanted.request.birth_date
    if born is None:
        return
    if EARLIEST_BIRTH <= born <= today:
        wanted.birth_date = born
    else:
        wanted.unused.append(f"дата рождения «{born:%d.%m.%Y}» — невозможная дата")


def _read_policy(wanted: Wanted) -> None:
    """A policy number that is a valid ЕНП is the ЕНП: the unified policy has no other number."""
    request = wanted.request
    if not request.policy_number:
        return
    number = policy_number_key(request.policy_series, request.policy_number)
    kind = policy_class(request.policy_type) if request.policy_type else 0
    if len(number) == 16 and kind in (0, _UNIFIED):
        verdict = enp_verdict(number)
        if verdict is EnpVerdict.VALID:
            wanted.enp = number
        elif verdict is not EnpVerdict.ZEROS:
            wanted.unused.append(f"номер полиса «{request.policy_number}» — не ЕНП: неверная контрольная цифра")
        return
    wanted.policy, wanted.policy_class = number, kind


def _read_enp(wanted: Wanted) -> None:
    text = wanted.request.enp
    if not text:
        return
    if text == wanted.enp:
        return
    verdict = enp_verdict(text)
    if verdict is EnpVerdict.VALID:
        number = text.strip()
        if wanted.enp and wanted.enp != number:
            wanted.unused.append(f"номер полиса «{wanted.enp}» — не равен ЕНП")
        wanted.enp = number
    elif verdict not in _SILENT_ENP:
        wanted.unused.append(f"ЕНП «{text}» — {_ENP_REASONS[verdict]}")


_ENP_REASONS = {
    EnpVerdict.LENGTH: "не 16 цифр",
    EnpVerdict.CHARACTERS: "недопустимые знаки",
    EnpVerdict.CHECK_DIGIT: "неверная контрольная цифра",
}


def _read_snils(wanted: Wanted) -> None:
    text = wanted.request.snils
    if not text:
        return
    verdict = snils_verdict(text)
    if verdict in _USABLE_SNILS:
        wanted.snils = snils_digits(text) or ""
    elif verdict not in _SILENT_SNILS:
        reason = "неверное контрольное число" if verdict is SnilsVerdict.CHECK_DIGIT else "неверная запись"
        wanted.unused.append(f"СНИЛС «{text}» — {reason}")


def _read_document(wanted: Wanted) -> None:
    request = wanted.request
    if not request.document_number:
        return
    kind = request.document_type
    if kind:
        verdict = document_verdict(kind, request.document_series, request.document_number)
        if verdict in (DocumentVerdict.SERIES_MASK, DocumentVerdict.NUMBER_MASK):
            which = "серия" if verdict is DocumentVerdict.SERIES_MASK else "номер"
            value = request.document_series if verdict is DocumentVerdict.SERIES_MASK else request.document_number
            wanted.unused.append(f"{which} документа «{value}» — не соответствует маске документа {kind}")
            return
    wanted.document = document_number_key(request.document_series, request.document_number)
    wanted.document_type = kind or 0


def _given(wanted: Wanted) -> int:
    return (
        (SURNAME if wanted.surname else 0)
        | (FIRST_NAME if wanted.first_name else 0)
        | (PATRONYMIC if wanted.patronymic else 0)
        | (BIRTH_DATE if wanted.birth_date else 0)
        | (ENP if wanted.enp else 0)
        | (SNILS if wanted.snils else 0)
        | (DOCUMENT if wanted.document else 0)
        | (POLICY if wanted.policy else 0)
        | (OWN_ID if wanted.own_ids != ("", "") else 0)
        | (SEX if wanted.sex else 0)
    )


def _judge_minimum(wanted: Wanted, unknown: bool) -> None:
    """Names what is missing for a search; a contract with one identifier needs only that (clause 9.1)."""
    if unknown:
        wanted.missing.append("surname")
        wanted.unused.append(f"фамилия «{wanted.request.surname}» — неопознанный пациент")
        return
    one_more = wanted.given & IDENTIFIERS or wanted.first_name
    if wanted.surname and wanted.birth_date and one_more:
        return
    if wanted.request.sole_identifier and _has_own_key(wanted):
        wanted.sole = True
        return
    bad_birth = wanted.request.birth_date is not None and wanted.birth_date is None
    bad_number = len(wanted.unused) > bad_birth
    enough = wanted.surname and (wanted.birth_date or bad_birth) and (one_more or bad_number)
    wanted.is_spoilt = bool(enough or (wanted.request.sole_identifier and bad_number))
    if not wanted.surname:
        wanted.missing.append("surname")
    if not wanted.birth_date:
        wanted.missing.append("birth_date")
    if not one_more:
        wanted.missing.append("enp")


def _has_own_key(wanted: Wanted) -> bool:
    if wanted.given & (ENP | POLICY | OWN_ID):
        return True
    return bool(wanted.birth_date and wanted.given & (SNILS | DOCUMENT))
