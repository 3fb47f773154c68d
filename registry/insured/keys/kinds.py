"""The kinds of search keys and what each is made of (registry model, clause 8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Part(IntEnum):
    """One comparable property of a person; the values are bits, so that a set of parts is one number."""

    SURNAME = 1
    FIRST_NAME = 2
    PATRONYMIC = 4
    BIRTH_DATE = 8
    BIRTH_PLACE = 16
    ENP = 32
    SNILS = 64
    DOCUMENT = 128
    POLICY = 256
    OWN_ID = 512
    SEX = 1024


class KeyKind(IntEnum):
    """Numbers of the kinds as `person_key` stores them. Never change or reuse one, only add."""

    K1 = 1
    K2 = 2
    K3 = 3
    K4 = 4
    K5 = 5
    H01 = 11
    H01_NI = 12
    H02 = 13
    H02_NI = 14
    H03 = 15
    H04 = 16
    H05 = 17
    H15 = 25
    H16 = 26
    H17 = 27
    H18 = 28


@dataclass(frozen=True)
class KeyDefinition:
    """The parts of a kind in the order they are hashed, and whether people are indexed by it.

    ``newer`` is what the newer set of the clause calls the same parts; the type of a document or policy in its code
    (`H12.14`, `H14.П`) is compared with the person's rows, not hashed: some contracts do not carry it.
    """

    kind: KeyKind
    parts: tuple[Part, ...]
    indexed: bool = False
    newer: str = ""

    @property
    def code(self) -> str:
        """The code people and answers know the kind by, such as `H02.NI`."""
        return self.kind.name.replace("_", ".")

    @property
    def mask(self) -> int:
        """The parts as one number."""
        return sum(self.parts)


_FULL_NAME = (Part.SURNAME, Part.FIRST_NAME, Part.PATRONYMIC)
_GIVEN_NAME = (Part.FIRST_NAME, Part.PATRONYMIC)

# Only kinds that nothing smaller implies are stored: whoever agrees by H02 agrees by K3, so an index of K3 finds both
# and the comparison with the person's rows tells which. Sets with the birthplace decide only when the birth date is
# equal (rank 3 of clause 9.2), and then K2 or K3 has found them; H17 alone decides nothing, and a common name in a city
# has hundreds of owners. K5 is a column of its own with a unique index.
DEFINITIONS: dict[KeyKind, KeyDefinition] = {
    row.kind: row
    for row in (
        KeyDefinition(KeyKind.K1, (Part.ENP,), indexed=True),
        KeyDefinition(KeyKind.K2, (Part.SNILS, Part.BIRTH_DATE), indexed=True),
        KeyDefinition(KeyKind.K3, (Part.DOCUMENT, Part.BIRTH_DATE), indexed=True),
        KeyDefinition(KeyKind.K4, (Part.POLICY, Part.BIRTH_DATE), indexed=True),
        KeyDefinition(KeyKind.K5, (Part.OWN_ID,)),
        KeyDefinition(KeyKind.H01, (*_FULL_NAME, Part.BIRTH_PLACE, Part.DOCUMENT), newer="H11"),
        KeyDefinition(KeyKind.H01_NI, (*_FULL_NAME, Part.BIRTH_PLACE, Part.ENP), newer="H11.NI"),
        KeyDefinition(KeyKind.H02, (*_FULL_NAME, Part.BIRTH_DATE, Part.DOCUMENT), newer="H12"),
        KeyDefinition(KeyKind.H02_NI, (*_FULL_NAME, Part.BIRTH_DATE, Part.ENP), newer="H12.NI"),
        KeyDefinition(KeyKind.H03, (*_FULL_NAME, Part.BIRTH_DATE, Part.SNILS)),
        KeyDefinition(KeyKind.H04, (*_FULL_NAME, Part.BIRTH_DATE, Part.POLICY), newer="H14"),
        KeyDefinition(KeyKind.H05, (*_GIVEN_NAME, Part.BIRTH_DATE, Part.BIRTH_PLACE, Part.SNILS)),
        KeyDefinition(KeyKind.H15, (*_GIVEN_NAME, Part.BIRTH_PLACE, Part.SNILS), newer="H15.PEN"),
        KeyDefinition(KeyKind.H16, (*_GIVEN_NAME, Part.BIRTH_DATE, Part.SNILS), newer="H16.PEN"),
        KeyDefinition(KeyKind.H17, (*_FULL_NAME, Part.BIRTH_PLACE)),
        KeyDefinition(KeyKind.H18, (*_FULL_NAME, Part.BIRTH_DATE), indexed=True),
    )
}

INDEXED: tuple[KeyDefinition, ...] = tuple(row for row in DEFINITIONS.values() if row.indexed)
