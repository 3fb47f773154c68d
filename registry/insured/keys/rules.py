"""The rules of normalisation by version, and which stored column is which form of what is written (clause 2).

``PRESENT`` are the rules of this code: everything is written, compared and answered by them. Former ones stay in
`RULE_SETS` until no registry is known by them any more: people whose forms and keys are not made anew yet are looked
for by them too (decision 0030 tells how a rule is changed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.core.normalisation import name_key, place_key
from registry.insured.keys.forms import document_number_key, policy_number_key

FIRST = 1  # what a registry without a word about its rules is made by


@dataclass(frozen=True, slots=True)
class FormRules:
    """One set of rules: how names, birthplaces, numbers of documents and of policies are compared."""

    version: int
    name: Callable[[str], str] = name_key
    place: Callable[[str], str] = place_key
    document: Callable[[str, str], str] = document_number_key
    policy: Callable[[str, str], str] = policy_number_key


PRESENT = FormRules(version=1)
RULE_SETS: tuple[FormRules, ...] = (PRESENT,)


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A column that keeps a compared form: of which columns, by which rule, and how long it may be."""

    column: str
    of: tuple[str, ...]
    rule: str
    width: int

    def made(self, written: Sequence[str | None], rules: FormRules = PRESENT) -> str:
        """The form of what stands in the columns ``of``."""
        form: str = getattr(rules, self.rule)(*(one or "" for one in written))
        return form[: self.width]


NAME_FORMS = tuple(StoredForm(f"{name}_key", (name,), "name", 60) for name in ("surname", "first_name", "patronymic"))
PERSON_FORMS = (*NAME_FORMS, StoredForm("birth_place_key", ("birth_place",), "place", 250))
DOCUMENT_FORMS = (StoredForm("number_key", ("series", "number"), "document", 50),)
POLICY_FORMS = (StoredForm("number_key", ("series", "number"), "policy", 50),)


def made_forms(forms: Iterable[StoredForm], written: Iterable[str | None], rules: FormRules = PRESENT) -> list[str]:
    """The forms of a row out of the columns they are made of, these in the order of the forms."""
    rest = iter(written)
    return [form.made([next(rest) for _ in form.of], rules) for form in forms]


def present_forms(forms: Iterable[StoredForm], values: Mapping[str, Any]) -> dict[str, Any]:
    """The compared forms of a row by the present rules, whichever rules it is stored by."""
    return {form.column: form.made([values[name] for name in form.of]) for form in forms}
