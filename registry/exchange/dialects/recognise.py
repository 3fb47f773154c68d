"""Recognising a file by its name and its content; masks and layouts are data (files.md 1.1, 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.tables import FileMask

LONGEST_NAME = 250


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a name says: the kind, whose code it bears, the day of the data, and how the answer will be called."""

    mask: str
    kind: str
    name: str
    stem: str
    code: str
    day: date | None
    answer_name: str
    is_short: bool = False


def recognise(name: str, masks: Iterable[FileMask], sender_kind: str = "") -> Recognised:
    """Return what the base name of a file says; a name no mask fits is refused with the masks open to the sender."""
    base = re.split(r"[\\/]", name.strip())[-1]
    if not base or len(base) > LONGEST_NAME or any(ord(letter) < ord(" ") for letter in base):
        raise Permanent(F.FILE_NAME_UNKNOWN, "Недопустимое имя файла", place="имя файла")
    known = list(masks)
    for mask in known:
        found = re.fullmatch(mask.pattern, base, re.IGNORECASE)
        if found:
            return _told(mask, base, found)
    told = [mask for mask in known if mask.priority == 1 and _is_open_to(mask, sender_kind)]
    examples = "; ".join(f"{mask.title}: {mask.example}" for mask in told)
    raise Permanent(
        F.FILE_NAME_UNKNOWN,
        f"Имя файла не соответствует ни одной маске обмена. Принимаются: {examples}",
        place="имя файла",
        value=base[:100],
    )


def _is_open_to(mask: FileMask, sender_kind: str) -> bool:
    """The fund may load for anybody, departments send lists of their own, everybody else the files of the exchange."""
    return sender_kind == "fund" or mask.sender_kind == (sender_kind if sender_kind == "agency" else "")


def _told(mask: FileMask, base: str, found: re.Match[str]) -> Recognised:
    groups = found.groupdict()
    day = None
    if groups.get("yyyy"):
        try:
            day = date(int(groups["yyyy"]), int(groups["mm"]), int(groups["dd"]))
        except ValueError:
            raise Permanent(
                F.FILE_NAME_UNKNOWN, "Дата в имени файла не существует", place="имя файла", value=base
            ) from None
    stem, _, extension = base.rpartition(".")
    answer = mask.answer_name.format(stem=stem, ext=extension, tail=stem[2:], rest=stem[1:], name=base)
    code = groups.get("mo") or groups.get("smo") or (groups.get("agency") or "").lower() or mask.sender_code
    return Recognised(mask.code, mask.kind, base, stem, code, day, answer, is_short="short" in mask.code)
