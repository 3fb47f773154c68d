"""Which findings the record checks of a kind may raise, read out of the checks themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from types import CodeType, FunctionType
from typing import Any

from registry.core.findings import FindingCode
from registry.core.kinds import MessageKind

OURS = "registry."
F = FindingCode
#: Checks of quality, which nothing behind them relies on. The rest holds whatever the fund thinks of it: rights of the
#: sender, values an effect cannot do without, lengths and forms the database cannot keep.
MAY_BE_OFF = frozenset(
    (
        F.NAME_CHARACTERS,
        F.NAME_PLACEHOLDER,
        F.BIRTH_DATE_WRONG,
        F.ENP_FACET_DIFFERS,
        F.SNILS_CHECK_DIGIT,
        F.DOCUMENT_WRONG,
        F.POLICY_NUMBER_WRONG,
        F.LATIN_LETTERS,
        F.DATE_IN_FUTURE,
        F.VALUES_CONTRADICT,
        F.ORGANISATION_UNKNOWN,
        F.INSURER_CLOSED,
        F.ATTACHMENT_TOLD_LATE,
        F.EVENT_LATE,
        F.EVENT_TOO_OLD,
    )
)


def checked_codes(kind: MessageKind) -> frozenset[FindingCode]:
    """The codes within reach of the checks of a kind.

    What reading, the search of a person and the rules of the registry say is not checked by record.
    """
    return frozenset(code for check in kind.checks for code in _codes(check)) & kind.codes


def switchable_codes(kind: MessageKind) -> frozenset[FindingCode]:
    """Those of them the book lets staff switch off."""
    return checked_codes(kind) & MAY_BE_OFF


@cache
def _codes(check: Any) -> frozenset[FindingCode]:
    seen: set[int] = set()
    return frozenset(_walk(check, seen))


def _walk(what: Any, seen: set[int]) -> Iterator[FindingCode]:
    if isinstance(what, FindingCode):
        yield what
    elif isinstance(what, partial):
        for one in (what.func, *what.args, *what.keywords.values()):
            yield from _walk(one, seen)
    elif isinstance(what, FunctionType) and what.__module__.startswith(OURS) and id(what) not in seen:
        seen.add(id(what))
        for name in _names(what.__code__):
            if name in FindingCode.__members__:
                yield FindingCode[name]
            elif isinstance(found := what.__globals__.get(name), FunctionType):
                yield from _walk(found, seen)
        for cell in what.__closure__ or ():
            yield from _walk(cell.cell_contents, seen)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
