"""What people read in answers of DCExchangeSrv: what is wrong, where, with which value, and what is expected.

Programs branch on numbers and never on texts (contract, 6.1); the texts are for the clerk who must mend the package.
"""

from __future__ import annotations

from collections.abc import Iterator

from registry.core.errors import Permanent
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.exchange.dialects.dcx.codes import PACKET_TEXTS
from registry.exchange.directory import Directory
from registry.exchange.stages.control import OWN_SCHEMES, organisation_fields

LONGEST_VALUE = 100
# refusals that say all there is to say: settings stand in their words
OWN_WORDS = frozenset((F.QUIET_HOURS, F.TOO_MANY_RECORDS, F.NOT_PERMITTED))
# of these nothing more is told: to a stranger, and of a database that is away
MUTE = frozenset((F.CREDENTIALS_WRONG, F.UNAVAILABLE))


def refusal_text(code: int, refusal: Permanent) -> str:
    """Return the text of a package code with what made the package meet it."""
    found = F(refusal.code)
    if found in OWN_WORDS and refusal.text:
        return refusal.text
    text = PACKET_TEXTS[code]
    if found in MUTE or not refusal.text:
        return text
    details = "; ".join(_details(refusal.place, refusal.value, refusal.expected))
    told = f"{refusal.text[:1].upper()}{refusal.text[1:]}"
    said = "" if told.lower() in text.lower() else f". {told}"
    return f"{text}{said} ({details})" if details else f"{text}{said}"


def record_text(one: Finding, item: Item, registered: Directory) -> str:
    """Return the text of an error of a record; organisations are named by the contract's own codes."""
    value, expected = one.value, one.expected
    book = dict(organisation_fields(item.record)).get(one.field)
    if book is not None:
        scheme = OWN_SCHEMES[book]
        value = registered.translated(value, scheme, "dcexchange") or value
        expected = registered.translated(expected, scheme, "dcexchange") or expected
    place = one.place.partition("/")[2] or one.place
    details = "; ".join(_details(place, value, expected))
    return f"{one.text} ({details})" if details else one.text


def _details(place: str, value: str, expected: str) -> Iterator[str]:
    if place:
        yield f"элемент {place}"
    if value:
        yield f"значение «{value[:LONGEST_VALUE]}»"
    if expected:
        yield f"ожидается {expected}"
