"""Search keys of people (registry model, clause 8): what they are made of, and how those of a person are kept."""

from registry.insured.keys.forms import document_number_key, policy_class, policy_number_key
from registry.insured.keys.hashing import KeyHasher, KeySecret
from registry.insured.keys.kinds import DEFINITIONS, INDEXED, KeyDefinition, KeyKind, Part
from registry.insured.keys.operations import (
    begin_rekeying,
    count_keys,
    ensure_key_secret,
    last_rekeying,
    refresh_keys,
    rekey_portion,
    rules_are_newer,
)
from registry.insured.keys.pieces import KeyRow, NamesPiece, PersonPieces, Piece, keys_of

__all__ = [
    "DEFINITIONS",
    "INDEXED",
    "KeyDefinition",
    "KeyHasher",
    "KeyKind",
    "KeyRow",
    "KeySecret",
    "NamesPiece",
    "Part",
    "PersonPieces",
    "Piece",
    "begin_rekeying",
    "count_keys",
    "document_number_key",
    "ensure_key_secret",
    "keys_of",
    "last_rekeying",
    "policy_class",
    "policy_number_key",
    "refresh_keys",
    "rekey_portion",
    "rules_are_newer",
]
