"""Keeping `person_key` in step with the rows of people, and the secret its hashes are made with.

All keys are made anew while the hub works: old and new ones are searched until that is done (clause 8.1). A new edition
of keys stands under kinds of its own. From its beginning keys are written and asked for in both; portion by portion
people go over to the new one alone, and the forms stored beside their names and numbers are made by its rules. A stop
loses the portion in hand only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, Table, column, delete, func, insert, select, table, true, update
from sqlalchemy.orm import Session

from registry.insured.keys.hashing import EDITIONS, SPAN, KeyHasher, KeySecret
from registry.insured.keys.kinds import INDEXED
from registry.insured.keys.queries import keys_of_people, rule_set
from registry.insured.keys.rules import (
    DOCUMENT_FORMS,
    FIRST,
    NAME_FORMS,
    PERSON_FORMS,
    POLICY_FORMS,
    PRESENT,
    FormRules,
    StoredForm,
    made_forms,
)
from registry.insured.tables import FormerForm, IdentityDocument, KeyRebuild, Person, PersonKey, PersonVersion, Policy
from registry.store.bulk import insert_rows
from registry.store.locks import advisory_lock, lock_rows
from registry.store.probe import probe
from registry.store.unique import insert_absent

PORTION = 2_000
LOCK = "search keys"
SETTLING = timedelta(seconds=15)  # by then every process has read that there are two editions
FORMER_NAME = "person_key_former"
SECRET_NAME = "person_key"  # noqa: S105 - the name of a row, not the secret
SECRET_SIZE = 32
READ_AHEAD = 10_000
KEY_COLUMNS = ("kind", "hash", "person_id", "valid_from", "valid_to")

# The table belongs to the exchange, which stands above this room; its two columns are all that is needed of it here.
SECRETS = table("secret", column("name", String), column("value", LargeBinary))


def ensure_key_secret(session: Session) -> KeySecret:
    """The secret of the search keys with its edition, made on the first call; the former one while it is needed."""
    columns = (KeyRebuild.edition, KeyRebuild.ended_at, KeyRebuild.rules, KeyRebuild.former_rules)
    last = select(*columns).order_by(KeyRebuild.id.desc()).limit(1).subquery()
    query = select(SECRETS.c.name, SECRETS.c.value, last).select_from(SECRETS).outerjoin(last, true())
    rows = session.execute(query.where(SECRETS.c.name.in_((SECRET_NAME, FORMER_NAME)))).all()
    known = {name: bytes(value) for name, value, *_ in rows}
    if SECRET_NAME not in known:
        return _first_secret(session)
    edition, ended_at, rules, former_rules = rows[0][2:]
    former = None
    if edition is not None and ended_at is None and FORMER_NAME in known:
        before = rule_set(session, former_rules)
        former = KeySecret(known[FORMER_NAME], (edition + 1) % EDITIONS, rules=before)
    return KeySecret(known[SECRET_NAME], edition or 0, former, rule_set(session, FIRST if rules is None else rules))


def _first_secret(session: Session) -> KeySecret:
    """A registry that begins with later rules than the first tells so, as one whose keys were made anew."""
    made = secrets.token_bytes(SECRET_SIZE)
    session.execute(insert(SECRETS).values(name=SECRET_NAME, value=made))
    if PRESENT.version != FIRST:
        told = {"edition": 0, "rules": PRESENT.version, "former_rules": PRESENT.version}
        session.execute(insert(KeyRebuild).values(**told, began_at=func.now(), ended_at=func.now()))
    return KeySecret(made)


def refresh_keys(session: Session, person_ids: Iterable[int], secret: bytes) -> int:
    """Make the keys of these people anew from their rows; returns the number of keys they have now.

    Rows retracted since keep their keys: a packet that reads the registry as of its start still finds by them. While
    people are known by other rules than the present ones, their forms are made by the present ones on the way.
    """
    hasher = KeyHasher(secret)
    session.flush()
    ids = iter(sorted(set(person_ids)))
    count = 0
    while portion := list(islice(ids, PORTION)):
        if hasher.is_changing:
            _note_former_forms(session, portion, hasher)
            renew_forms(session, portion, PRESENT)
        count += _write_keys(session, portion, hasher)
    return count


def _write_keys(session: Session, ids: Sequence[int], hasher: KeyHasher) -> int:
    keys: Table = PersonKey.__table__  # type: ignore[assignment]
    rows = [
        (row.kind, row.hash, person_id, row.valid_from, row.valid_to)
        for person_id, found in keys_of_people(session, ids, hasher)
        for row in found
    ]
    wanted = probe(session, [("person_id", BigInteger)], [(person_id,) for person_id in ids])
    session.execute(
        delete(keys).where(keys.c.person_id.in_(select(wanted.c.person_id))),
    )
    return insert_rows(session, keys, KEY_COLUMNS, rows)


STORED: tuple[tuple[Any, Sequence[StoredForm]], ...] = (
    (PersonVersion, PERSON_FORMS),
    (IdentityDocument, DOCUMENT_FORMS),
    (Policy, POLICY_FORMS),
)
NOTED: tuple[tuple[Any, Sequence[StoredForm]], ...] = (
    (PersonVersion, NAME_FORMS),
    *STORED[1:],
)  # what people are found by


def renew_forms(session: Session, ids: Sequence[int], rules: FormRules) -> None:
    """Make the forms stored beside names and numbers of these people by these rules, of rows retracted too."""
    people = probe(session, [("person_id", BigInteger)], [(one,) for one in ids])
    for model, forms in STORED:
        written = [getattr(model, name) for form in forms for name in form.of]
        stored = [getattr(model, form.column) for form in forms]
        query = select(model.id, *stored, *written).join(people, people.c.person_id == model.person_id)
        changed = []
        for row_id, *values in session.connection().execute(query):
            made = made_forms(forms, values[len(forms) :], rules)
            if made != values[: len(forms)]:
                changed.append((row_id, *made))
        if changed:
            columns = [("row_id", BigInteger), *((f"new_{form.column}", String) for form in forms)]
            told = probe(session, columns, changed)
            renewed = {form.column: told.c[f"new_{form.column}"] for form in forms}
            session.connection().execute(update(model).where(model.id == told.c.row_id).values(renewed))


def _note_former_forms(session: Session, ids: Sequence[int], hasher: KeyHasher) -> None:
    """Note what these people may still be stored as: somebody may not have read yet that their forms were renewed."""
    people = probe(session, [("person_id", BigInteger)], [(one,) for one in ids])
    for rules in {one.rules.version: one.rules for one in hasher.editions}.values():
        for model, forms in NOTED:
            written = [getattr(model, name) for form in forms for name in form.of]
            query = select(*written).join(people, people.c.person_id == model.person_id).distinct()
            _note(session, forms, session.connection().execute(query), rules)


def _note_forms_of_everybody(session: Session, rules: FormRules) -> None:
    for model, forms in NOTED:
        for form in forms:
            query = select(*(getattr(model, name) for name in form.of)).distinct()
            rows = session.connection().execute(query.execution_options(yield_per=READ_AHEAD))
            _note(session, (form,), rows, rules)


def _note(session: Session, forms: Sequence[StoredForm], rows: Iterable[Sequence[str]], rules: FormRules) -> None:
    rest = iter(rows)
    while portion := list(islice(rest, READ_AHEAD)):
        found = set()
        for written in portion:
            pairs = zip(forms, made_forms(forms, written), made_forms(forms, written, rules), strict=True)
            found |= {(form.rule, now, before) for form, now, before in pairs if now != before}
        told = [{"sort": sort, "form": now, "former": before} for sort, now, before in sorted(found)]
        insert_absent(session, FormerForm.__table__, told, ("form",))  # type: ignore[arg-type]


def begin_rekeying(
    session: Session, now: datetime, *, new_secret: bool = False, by: str = "", rules: FormRules = PRESENT
) -> KeyRebuild:
    """Begin a new edition of all keys, under a new secret if wanted; the one under way is returned as it is.

    Where the rules change, it is noted first which forms of the registry do: a minute for millions of people.
    """
    advisory_lock(session, LOCK)
    last = last_rekeying(session)
    if last is not None and last.ended_at is None:
        return last
    secret = ensure_key_secret(session)
    session.execute(delete(SECRETS).where(SECRETS.c.name == FORMER_NAME))
    session.execute(insert(SECRETS).values(name=FORMER_NAME, value=bytes(secret)))
    if new_secret:
        made = secrets.token_bytes(SECRET_SIZE)
        session.execute(update(SECRETS).where(SECRETS.c.name == SECRET_NAME).values(value=made))
    session.execute(delete(FormerForm))  # a transaction that outlasted the last making may have left some
    if secret.rules.version != rules.version:
        _note_forms_of_everybody(session, secret.rules)
    begun = KeyRebuild(
        edition=(secret.edition + 1) % EDITIONS,
        new_secret=new_secret,
        rules=rules.version,
        former_rules=secret.rules.version,
        began_at=now,
        began_by=by,
        total=session.scalar(select(func.count()).select_from(Person)) or 0,
    )
    session.add(begun)
    session.flush()
    return begun


def rules_are_newer(session: Session) -> bool:
    """True while the keys are made by other rules than those of this code, and nothing is under way to change that."""
    last = last_rekeying(session)
    rules = FIRST if last is None else last.rules
    return rules != PRESENT.version and (last is None or last.ended_at is not None)


def last_rekeying(session: Session) -> KeyRebuild | None:
    """The making of all keys that is under way, or the last one that was done."""
    return session.scalar(select(KeyRebuild).order_by(KeyRebuild.id.desc()).limit(1))


def rekey_portion(session: Session, now: datetime) -> bool:
    """Make the forms and keys of the next people anew and tell whether there is more to do.

    Behind the last person come those who still have keys of the former edition: they were written meanwhile. When
    nobody has, the former secret is forgotten. Just after the beginning it waits and only tells that there is more.
    """
    advisory_lock(session, LOCK)
    last = last_rekeying(session)
    if last is None:
        return False
    ids: list[int] = []
    if last.ended_at is None and now < last.began_at + SETTLING:
        return True
    if last.ended_at is None:
        following = select(Person.id).where(Person.id > last.last_id).order_by(Person.id).limit(PORTION)
        ids = list(session.scalars(following))
        if ids:
            last.last_id, last.done = ids[-1], last.done + len(ids)
    ids = ids or _left_behind(session, last.edition)
    if ids:
        lock_rows(session, Person.__table__, ids)  # whoever changes one of them writes keys too, and is waited for
        secret = ensure_key_secret(session)
        renew_forms(session, ids, secret.rules)
        _write_keys(session, ids, KeyHasher(KeySecret(secret, secret.edition, rules=secret.rules)))
        return True
    if last.ended_at is None:
        last.ended_at = now
        session.execute(delete(SECRETS).where(SECRETS.c.name == FORMER_NAME))
        if last.rules == PRESENT.version:
            session.execute(delete(FormerForm))
    return False


def count_keys(session: Session) -> int:
    """How many keys there are of everybody."""
    return session.scalar(select(func.count()).select_from(PersonKey)) or 0


def _left_behind(session: Session, edition: int) -> list[int]:
    former = (edition + 1) % EDITIONS
    found: set[int] = set()
    for one in INDEXED:
        kept = select(PersonKey.person_id).where(PersonKey.kind == one.kind + SPAN * former).limit(PORTION)
        found.update(session.scalars(kept))
    return sorted(found)[:PORTION]
