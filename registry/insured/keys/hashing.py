"""The keyed hash of a search key: 16 bytes of BLAKE2b under the secret of the installation (clause 8.1)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from hashlib import blake2b
from typing import Self

from registry.insured.keys.rules import PRESENT, FormRules

SIZE = 16
EDITIONS = 2  # one in force, and the one before while its keys are being made anew
SPAN = 100  # kinds of the second edition stand so far behind those of the first


class KeySecret(bytes):
    """The secret of an edition of keys, and the rules that edition is made by.

    ``former`` is the edition before while people are still known by its keys.
    """

    edition: int
    former: KeySecret | None
    rules: FormRules

    def __new__(
        cls, value: bytes, edition: int = 0, former: KeySecret | None = None, rules: FormRules = PRESENT
    ) -> Self:
        """Bytes that know their edition."""
        made = super().__new__(cls, value)
        made.edition, made.former, made.rules = edition, former, rules
        return made


class KeyHasher:
    """Hashes key texts `code|part|part…`; without the secret a stolen table cannot be searched by names.

    ``former`` hashes as the edition before, as long as anybody is known by its keys. ``is_changing`` tells that people
    may be known by other rules than the present ones: then what is stored is not what is compared.
    """

    def __init__(self, secret: bytes) -> None:
        if not 16 <= len(secret) <= blake2b.MAX_KEY_SIZE:
            raise ValueError("the secret of the search keys has 16 to 64 bytes")
        self._start = blake2b(digest_size=SIZE, key=bytes(secret))
        told = secret if isinstance(secret, KeySecret) else KeySecret(secret)
        self.edition, self.rules = told.edition, told.rules
        self.former = KeyHasher(told.former) if told.former is not None else None
        self.is_changing = any(one.rules.version != PRESENT.version for one in self.editions)

    @property
    def editions(self) -> list[KeyHasher]:
        """This edition and the one before while there is one."""
        return [self] if self.former is None else [self, self.former]

    def alone(self) -> KeyHasher:
        """The same edition without the one before."""
        if self.former is None:
            return self
        found = copy(self)
        found.former = None
        return found

    def __call__(self, text: str) -> bytes:
        """The hash of one key text."""
        state = self._start.copy()
        state.update(text.encode())
        return state.digest()

    def kind(self, kind: int) -> int:
        """The number under which keys of this kind and edition are stored."""
        return kind + SPAN * self.edition

    def everywhere(self, kind: int, text: str) -> Iterator[tuple[int, bytes]]:
        """The key as it is stored now, and as it was before for people whose keys are not made anew yet."""
        yield self.kind(kind), self(text)
        if self.former is not None:
            yield self.former.kind(kind), self.former(text)
