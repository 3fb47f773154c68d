"""Keeping `person_key` in step with the rows of people, and the secret its hashes are made with."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, Table, column, delete, func, insert, select, table, update
from sqlalchemy.orm import Session

from registry.core.normalisation import date_key
from registry.insured.keys.hashing import KeyHasher
from registry.insured.keys.pieces import KeyRow, NamesPiece, PersonPieces, Piece, keys_of
from registry.insured.tables import IdentityDocument, Person, PersonKey, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows
from registry.store.probe import probe

PORTION = 2_000
SECRET_NAME = "person_key"  # noqa: S105 - the name of a row, not the secret
SECRET_SIZE = 32
KEY_COLUMNS = ("kind", "hash", "person_id", "valid_from", "valid_to")

# The table belongs to the exchange, which stands above this room; its two columns are all that is needed of it here.
_SECRETS = table("secret", column("name", String), column("value", LargeBinary))


def ensure_key_secret(session: Session) -> bytes:
    """The secret of the search keys, made on the first call and the same ever after."""
    known = session.execute(select(_SECRETS.c.value).where(_SECRETS.c.name == SECRET_NAME)).scalar()
    if known is not None:
        return bytes(known)
    made = secrets.token_bytes(SECRET_SIZE)
    session.execute(insert(_SECRETS).values(name=SECRET_NAME, value=made))
    return made


def renew_key_secret(session: Session) -> bytes:
    """A new secret in the place of the old one; every key must be made again in the same transaction."""
    ensure_key_secret(session)
    made = secrets.token_bytes(SECRET_SIZE)
    session.execute(update(_SECRETS).where(_SECRETS.c.name == SECRET_NAME).values(value=made))
    return made


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


def rekey_people(session: Session, secret: bytes, progress: Callable[[int, int], None] | None = None) -> int:
    """Make the keys of everybody anew, in portions by id; returns the number of keys."""
    total = session.scalar(select(func.count()).select_from(Person)) or 0
    count = done = last = 0
    while True:
        ids = list(session.scalars(select(Person.id).where(Person.id > last).order_by(Person.id).limit(PORTION)))
        if not ids:
            return count
        count += refresh_keys(session, ids, secret)
        last, done = ids[-1], done + len(ids)
        if progress is not None:
            progress(done, total)


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
