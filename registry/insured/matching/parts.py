"""The parts of keys as plain numbers: sets of them are compared for every candidate of every request."""

from __future__ import annotations

from registry.insured.keys.kinds import Part

SURNAME, FIRST_NAME, PATRONYMIC = int(Part.SURNAME), int(Part.FIRST_NAME), int(Part.PATRONYMIC)
BIRTH_DATE, BIRTH_PLACE, SEX = int(Part.BIRTH_DATE), int(Part.BIRTH_PLACE), int(Part.SEX)
ENP, SNILS, DOCUMENT = int(Part.ENP), int(Part.SNILS), int(Part.DOCUMENT)
POLICY, OWN_ID = int(Part.POLICY), int(Part.OWN_ID)
IDENTIFIERS = ENP | SNILS | DOCUMENT | POLICY | OWN_ID
IDENTITY = IDENTIFIERS | SURNAME | FIRST_NAME | PATRONYMIC | BIRTH_DATE
