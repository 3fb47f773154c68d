"""What is written of people, in the forms of the present rules, whichever rules their stored forms are made by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session

from registry.insured.keys.rules import DOCUMENT_FORMS, NAME_FORMS, POLICY_FORMS, made_forms
from registry.insured.tables import IdentityDocument, PersonVersion, Policy, Snils
from registry.store.probe import probe


def present_versions(session: Session, ids: Iterable[int]) -> Iterator[tuple[int, str, str, str, date, int]]:
    """Person, names, birth date and sex of every version of these people, retracted ones too."""
    wanted = probe(session, [("id", BigInteger)], [(one,) for one in sorted(ids)])
    version = PersonVersion
    told = (version.person_id, version.birth_date, version.sex, version.surname, version.first_name, version.patronymic)
    query = select(*told).join(wanted, wanted.c.id == version.person_id)
    for person_id, born, sex, *names in session.connection().execute(query):
        surname, first_name, patronymic = made_forms(NAME_FORMS, names)
        yield person_id, surname, first_name, patronymic, born, sex


def present_numbers(session: Session, ids: Iterable[int]) -> dict[int, set[tuple[str, str]]]:
    """The numbers of СНИЛС, documents and policies of these people with their sort, former and retracted ones too."""
    wanted = probe(session, [("id", BigInteger)], [(one,) for one in sorted(ids)])
    read = session.connection().execute
    found: dict[int, set[tuple[str, str]]] = {}
    for person_id, number in read(select(Snils.person_id, Snils.number).join(wanted, wanted.c.id == Snils.person_id)):
        found.setdefault(person_id, set()).add(("snils", number))
    sources: tuple[tuple[str, Any, Any], ...] = (
        ("document", IdentityDocument, DOCUMENT_FORMS),
        ("policy", Policy, POLICY_FORMS),
    )
    for sort, model, forms in sources:
        query = select(model.person_id, model.series, model.number).join(wanted, wanted.c.id == model.person_id)
        for person_id, *written in read(query):
            found.setdefault(person_id, set()).add((sort, *made_forms(forms, written)))  # type: ignore[arg-type]  # one form
    return found
