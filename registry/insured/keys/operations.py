"""Keeping `person_key` in step with the rows of people, and the secret its hashes are made with.

All keys are made anew while the hub works: old and new ones are searched until that is done (clause 8.1). A new edition
of keys stands under kinds of its own. From its beginning keys are written and asked for in both; portion by portion
people go over to the new one alone. A stop loses the portion in hand only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, Table, column, delete, func, insert, select, table, true, update
from sqlalchemy.orm import Session

from registry.core.normalisation import date_key
from registry.insured.keys.hashing import EDITIONS, SPAN, KeyHasher, KeySecret
from registry.insured.keys.kinds import INDEXED
from registry.insured.keys.pieces import KeyRow, NamesPiece, PersonPieces, Piece, keys_of
from registry.insured.tables import IdentityDocument, KeyRebuild, Person, PersonKey, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows
from registry.store.locks import advisory_lock, lock_rows
from registry.store.probe import probe

PORTION = 2_000
LOCK = "search keys"
SETTLING = timedelta(seconds=15)  # by then every process has read that there are two editions
FORMER_NAME = "person_key_former"
SECRET_NAME = "person_key"  # noqa: S105 - the name of a row, not the secret
SECRET_SIZE = 32
KEY_COLUMNS = ("kind", "hash", "person_id", "valid_from", "valid_to")

# The table belongs to the exchange, which stands above this room; its two columns are all that is needed of it here.
SECRETS = table("secret", column("name", String), column("value", LargeBinary))


def ensure_key_secret(session: Session) -> KeySecret:
    """The secret of the search keys with its edition, made on the first call; the former one while it is needed."""
    last = select(KeyRebuild.edition, KeyRebuild.ended_at).order_by(KeyRebuild.id.desc()).limit(1).subquery()
    told = (SECRETS.c.name, SECRETS.c.value, last.c.edition, last.c.ended_at)
    query = select(*told).select_from(SECRETS).outerjoin(last, true())
    rows = session.execute(query.where(SECRETS.c.name.in_((SECRET_NAME, FORMER_NAME)))).all()
    known = {name: bytes(value) for name, value, _, _ in rows}
    if SECRET_NAME not in known:
        made = secrets.token_bytes(SECRET_SIZE)
        session.execute(insert(SECRETS).values(name=SECRET_NAME, value=made))
        return KeySecret(made)
    edition = rows[0][2] or 0
    former = None
    if edition is not None and FORMER_NAME in known and rows[0][3] is None:
        former = KeySecret(known[FORMER_NAME], (edition + 1) % EDITIONS)
    return KeySecret(known[SECRET_NAME], edition, former)


def refresh_keys(session: Session, person_ids: Iterable[int], secret: bytes) -> int:
    """Make the keys of these people anew from their rows; returns the number of keys they have now.

    Rows retracted since keep their keys: a packet that reads the registry as of its start still finds by them.
    """
    hasher = KeyHasher(secret)
    session.flush()
    ids = iter(sorted(set(person_ids)))
    count = 0
    keys: Table = PersonKey.__table__  # type: ignore[assignment]
    while portion := list(islice(ids, PORTION)):
        rows = [
            (row.kind, row.hash, person_id, row.valid_from, row.valid_to)
            for person_id, found in _keys_of_people(session, portion, hasher)
            for row in found
        ]
        wanted = probe(session, [("person_id", BigInteger)], [(person_id,) for person_id in portion])
        session.execute(
            delete(keys).where(keys.c.person_id.in_(select(wanted.c.person_id))),
        )
        count += insert_rows(session, keys, KEY_COLUMNS, rows)
    return count


def _keys_of_people(session: Session, ids: Sequence[int], hasher: KeyHasher) -> Iterator[tuple[int, Iterable[KeyRow]]]:
    told = {person_id: PersonPieces() for person_id in ids}
    everything = {person_id: PersonPieces() for person_id in ids}
    for person_id, place, piece, retracted_at in _pieces(session, ids):
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


def _pieces(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, str, Any, datetime]]:
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
        ("snils", Snils, Snils.number),
        ("documents", IdentityDocument, IdentityDocument.number_key),
        ("policies", Policy, Policy.number_key),
        ("enps", Policy, Policy.enp),
    )
    for place, model, value in sources:
        dates = (model.valid_from, model.valid_to, model.retracted_at)
        query = select(model.person_id, value, *dates).join(wanted, wanted.c.id == model.person_id).where(value != "")
        if place == "policies":
            query = query.where(Policy.number_key != Policy.enp)  # such a number is found by K1
        for person_id, text, since, until, retracted_at in read(query):
            yield person_id, place, Piece(text, since, until), retracted_at
    main = select(Person.id, Person.enp).join(wanted, wanted.c.id == Person.id).where(Person.enp != "")
    for person_id, enp in read(main):
        yield person_id, "enps", Piece(enp, date.min, OPEN_DATE), OPEN_MOMENT


def begin_rekeying(session: Session, now: datetime, *, new_secret: bool = False, by: str = "") -> KeyRebuild:
    """Begin a new edition of all keys, under a new secret if wanted; the one under way is returned as it is."""
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
    begun = KeyRebuild(
        edition=(secret.edition + 1) % EDITIONS,
        new_secret=new_secret,
        began_at=now,
        began_by=by,
        total=session.scalar(select(func.count()).select_from(Person)) or 0,
    )
    session.add(begun)
    session.flush()
    return begun


def last_rekeying(session: Session) -> KeyRebuild | None:
    """The making of all keys that is under way, or the last one that was done."""
    return session.scalar(select(KeyRebuild).order_by(KeyRebuild.id.desc()).limit(1))


def rekey_portion(session: Session, now: datetime) -> bool:
    """Make the keys of the next people anew and tell whether there is more to do.

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
        refresh_keys(session, ids, KeySecret(secret, secret.edition))
        return True
    if last.ended_at is None:
        last.ended_at = now
        session.execute(delete(SECRETS).where(SECRETS.c.name == FORMER_NAME))
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
