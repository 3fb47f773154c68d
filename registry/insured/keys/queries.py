"""Reading what keys are made of, which rules people are known by, and what stands for a form by the former ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, String, false, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.core.errors import Retryable
from registry.core.normalisation import date_key
from registry.insured.keys.hashing import KeyHasher, KeySecret
from registry.insured.keys.pieces import KeyRow, NamesPiece, PersonPieces, Piece, keys_of
from registry.insured.keys.rules import (
    DOCUMENT_FORMS,
    FIRST,
    PERSON_FORMS,
    POLICY_FORMS,
    PRESENT,
    RULE_SETS,
    FormRules,
    StoredForm,
    made_forms,
)
from registry.insured.tables import FormerForm, IdentityDocument, KeyRebuild, Person, PersonVersion, Policy, Snils
from registry.insured.tables.blocks import BEGINNING, beginning_of, heard, sound_of
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.probe import probe

RULES = "rules of normalisation"  # a session may bring other sets of rules than those of the code
LAST_LETTERS = "Я" * 20  # behind every Russian continuation of a prefix, in the order of bytes and of a collation

Pieces = Iterator[tuple[int, str, Any, datetime]]


def rule_set(session: Session, version: int) -> FormRules:
    """The rules of this version; a registry that went over to rules this code has not waits for newer code."""
    for rules in session.info.get(RULES, RULE_SETS):
        if rules.version == version:
            found: FormRules = rules
            return found
    raise Retryable(f"ключи поиска сделаны по правилам нормализации {version}, эта версия хаба их не знает")


def former_rules(session: Session) -> FormRules | None:
    """The other rules people may be known by now; None, as nearly always, when all are known by the present ones."""
    columns = (KeyRebuild.rules, KeyRebuild.former_rules, KeyRebuild.ended_at)
    last = session.execute(select(*columns).order_by(KeyRebuild.id.desc()).limit(1)).first()
    versions = (FIRST,) if last is None else (last[0],) if last[2] is not None else (last[0], last[1])
    return next((rule_set(session, one) for one in versions if one != PRESENT.version), None)


def keys_of_people(session: Session, ids: Sequence[int], hasher: KeyHasher) -> Iterator[tuple[int, Iterable[KeyRow]]]:
    """The keys of these people, made from their rows; each edition by its own rules where those are not one."""
    if not hasher.is_changing:
        yield from _keys(_pieces(session, ids), ids, hasher)
        return
    found: dict[int, list[KeyRow]] = {person_id: [] for person_id in ids}
    for one in hasher.editions:
        for person_id, rows in _keys(_written_pieces(session, ids, one.rules), ids, one.alone()):
            found[person_id] += rows
    yield from found.items()


def keys_by_present_rules(session: Session, ids: Iterable[int]) -> dict[int, set[tuple[int, bytes]]]:
    """What keys these people will have when they have gone over, by `SCRATCH`."""
    people = sorted(set(ids))
    rows = _keys(_written_pieces(session, people, PRESENT), people, SCRATCH)
    return {person_id: {(row.kind, row.hash) for row in found} for person_id, found in rows}


SCRATCH = KeyHasher(KeySecret(bytes(32)))  # for comparing keys in memory: nothing hashed with it is stored


def _keys(pieces: Pieces, ids: Sequence[int], hasher: KeyHasher) -> Iterator[tuple[int, Iterable[KeyRow]]]:
    told = {person_id: PersonPieces() for person_id in ids}
    everything = {person_id: PersonPieces() for person_id in ids}
    for person_id, place, piece, retracted_at in pieces:
        getattr(everything[person_id], place).append(_capped(piece, retracted_at))
        if retracted_at == OPEN_MOMENT:
            getattr(told[person_id], place).append(piece)
    for person_id in ids:
        rows = {(row.kind, row.hash): row for row in keys_of(everything[person_id], hasher)}
        rows.update({(row.kind, row.hash): row for row in keys_of(told[person_id], hasher)})
        yield person_id, rows.values()


def _capped(piece: Any, retracted_at: datetime) -> Any:
    if retracted_at == OPEN_MOMENT:
        return piece
    until = min(piece.valid_to, retracted_at.date())
    return piece._replace(valid_to=until, valid_from=min(piece.valid_from, until))


def _pieces(session: Session, ids: Sequence[int]) -> Pieces:
    wanted = probe(session, [("id", BigInteger)], [(person_id,) for person_id in ids])
    read = session.connection().execute
    for row in read(
        select(
            PersonVersion.person_id,
            PersonVersion.surname_key,
            PersonVersion.first_name_key,
            PersonVersion.patronymic_key,
            PersonVersion.birth_date,
            PersonVersion.birth_place_key,
            PersonVersion.valid_from,
            PersonVersion.valid_to,
            PersonVersion.retracted_at,
        ).join(wanted, wanted.c.id == PersonVersion.person_id)
    ):
        yield row[0], "names", NamesPiece(row[1], row[2], row[3], date_key(row[4]), row[5], row[6], row[7]), row[8]
    sources: tuple[tuple[str, Any, Any], ...] = (
        ("documents", IdentityDocument, IdentityDocument.number_key),
        ("policies", Policy, Policy.number_key),
    )
    for place, model, value in sources:
        dates = (model.valid_from, model.valid_to, model.retracted_at)
        query = select(model.person_id, value, *dates).join(wanted, wanted.c.id == model.person_id).where(value != "")
        if place == "policies":
            query = query.where(Policy.number_key != Policy.enp)  # such a number is found by K1
        for person_id, text, since, until, retracted_at in read(query):
            yield person_id, place, Piece(text, since, until), retracted_at
    yield from _numbers(session, wanted)


def _numbers(session: Session, wanted: Any) -> Pieces:
    """What no rule changes: digits are all that is kept of these."""
    read = session.connection().execute
    for place, model, value in (("snils", Snils, Snils.number), ("enps", Policy, Policy.enp)):
        dates = (model.valid_from, model.valid_to, model.retracted_at)
        query = select(model.person_id, value, *dates).join(wanted, wanted.c.id == model.person_id).where(value != "")
        for person_id, text, since, until, retracted_at in read(query):
            yield person_id, place, Piece(text, since, until), retracted_at
    main = select(Person.id, Person.enp).join(wanted, wanted.c.id == Person.id).where(Person.enp != "")
    for person_id, enp in read(main):
        yield person_id, "enps", Piece(enp, date.min, OPEN_DATE), OPEN_MOMENT


def _written_pieces(session: Session, ids: Sequence[int], rules: FormRules) -> Pieces:
    """The same out of what is written, by these rules."""
    wanted = probe(session, [("id", BigInteger)], [(person_id,) for person_id in ids])
    read = session.connection().execute
    for row in read(_written(PersonVersion, PERSON_FORMS, wanted, PersonVersion.birth_date)):
        surname, first_name, patronymic, place = made_forms(PERSON_FORMS, row[5:], rules)
        piece = NamesPiece(surname, first_name, patronymic, date_key(row[4]), place, row[1], row[2])
        yield row[0], "names", piece, row[3]
    for row in read(_written(IdentityDocument, DOCUMENT_FORMS, wanted)):
        (number,) = made_forms(DOCUMENT_FORMS, row[4:], rules)
        if number:
            yield row[0], "documents", Piece(number, row[1], row[2]), row[3]
    for row in read(_written(Policy, POLICY_FORMS, wanted, Policy.enp)):
        (number,) = made_forms(POLICY_FORMS, row[5:], rules)
        if number and number != row[4]:
            yield row[0], "policies", Piece(number, row[1], row[2]), row[3]
    yield from _numbers(session, wanted)


def _written(model: Any, forms: Sequence[StoredForm], wanted: Any, *besides: Any) -> Any:
    written = (getattr(model, name) for form in forms for name in form.of)
    dates = (model.valid_from, model.valid_to, model.retracted_at)
    return select(model.person_id, *dates, *besides, *written).join(wanted, wanted.c.id == model.person_id)


class Spellings(NamedTuple):
    """What stands in the registry for a form by the former rules, by rule and form; names by start and sound too."""

    of_form: dict[tuple[str, str], set[str]]
    of_beginning: dict[str, set[str]]
    of_sound: dict[str, set[str]]


def former_spellings(session: Session, forms: Iterable[tuple[str, str]]) -> Spellings:
    """The former forms that stand for these (rule, form) at people of the registry."""
    found = Spellings({}, {}, {})
    asked = sorted(set(forms))
    if not asked:
        return found
    wanted = probe(session, [("sort", String), ("form", String)], asked)
    told = select(FormerForm.sort, FormerForm.form, FormerForm.former)
    names = sorted({form for sort, form in asked if sort == "name" and form})
    branches = [told.join(wanted, (wanted.c.sort == FormerForm.sort) & (wanted.c.form == FormerForm.form))]
    if names:
        beginnings = probe(session, [("beginning", String)], sorted({(one[:BEGINNING],) for one in names}))
        sounds = probe(session, [("sound", String)], sorted({(heard(one),) for one in names}))
        begun = beginnings.c.beginning == beginning_of(FormerForm.form)
        branches.append(told.join(beginnings, begun).where(FormerForm.sort == "name"))
        branches.append(told.join(sounds, sounds.c.sound == sound_of(FormerForm.form)).where(FormerForm.sort == "name"))
    query = union(*branches)
    for sort, form, former in session.connection().execute(query):
        found.of_form.setdefault((sort, form), set()).add(former)
        if sort == "name":
            found.of_beginning.setdefault(form[:BEGINNING], set()).add(former)
            found.of_sound.setdefault(heard(form), set()).add(former)
    return found


def document_forms(session: Session, hasher: KeyHasher, series: str, number: str) -> list[str]:
    """Every form this document may stand under; the one of the present rules where nothing changes."""
    if not hasher.is_changing:
        return [PRESENT.document(series, number)]
    return sorted(_forms(session, "document", (series, number), lambda form: FormerForm.form == form))


def is_form(session: Session, column: InstrumentedAttribute[str], sort: str, *written: str) -> ColumnElement[bool]:
    """The condition that a stored form is that of what is written, for people who have not gone over yet too."""
    return column.in_(sorted(_forms(session, sort, written, lambda form: FormerForm.form == form)))


def begins_with_name(session: Session, column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """The condition that a stored name begins with what is written; false for nothing written."""
    beginnings = _forms(session, "name", (text,), lambda form: FormerForm.form.startswith(form, autoescape=True))
    conditions = [
        column.between(one, one + LAST_LETTERS) & column.startswith(one, autoescape=True)
        for one in sorted(beginnings)
        if one
    ]
    return or_(*conditions) if conditions else false()


def _forms(session: Session, sort: str, written: Sequence[str], same: Callable[[str], ColumnElement[bool]]) -> set[str]:
    form = getattr(PRESENT, sort)(*written)
    rules = former_rules(session)
    if rules is None:
        return {form}
    stored = session.scalars(select(FormerForm.former).where(FormerForm.sort == sort, same(form)))
    return {form, getattr(rules, sort)(*written), *stored}
