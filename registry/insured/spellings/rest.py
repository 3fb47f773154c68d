"""How a program asks by JSON who people are: every field under its canonical name."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.forms import DATE, INTEGER, NOVOR, TEXT, Form
from registry.core.spellings import Tag, spell, tag
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.identification import IdentificationRequest as R
from registry.insured.spellings.codes import POLICY_ANY, SEX_CODE
from registry.insured.spellings.person import complete_enp

ASKED = (
    R.number,
    R.surname,
    R.first_name,
    R.patronymic,
    R.birth_date,
    R.sex,
    R.birth_place,
    R.snils,
    R.enp,
    R.document_type,
    R.document_series,
    R.document_number,
    R.policy_type,
    R.policy_series,
    R.policy_number,
    R.bdz_id,
    R.newborn,
    R.on,
    R.until,
)
FORMS: dict[str, Form] = {"sex": SEX_CODE, "policy_type": POLICY_ANY, "newborn": NOVOR}


def form_of(spec: FieldSpec[Any]) -> Form:
    """The form a field has in JSON: its own codes, an ISO date, a number or text."""
    return FORMS.get(spec.name) or {date: DATE, int: INTEGER}.get(spec.type, TEXT)


SPELLINGS = (
    spell(
        IDENTIFICATION,
        "rest",
        "people",
        *(tag(spec.name, spec, form_of(spec)) for spec in ASKED),
        name="identify",
        sole=True,
        arrange=complete_enp,
    ),
)
TAGS: dict[str, Tag] = {node.name: node for node in SPELLINGS[0].nodes if isinstance(node, Tag)}
