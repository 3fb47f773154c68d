"""The keyed hash of a search key: 16 bytes of BLAKE2b under the secret of the installation (clause 8.1)."""

from __future__ import annotations

from hashlib import blake2b

SIZE = 16


class KeyHasher:
    """Hashes key texts `code|part|part…`; without the secret a stolen table cannot be searched by names."""

    def __init__(self, secret: bytes) -> None:
        if not 16 <= len(secret) <= blake2b.MAX_KEY_SIZE:
            raise ValueError("the secret of the search keys has 16 to 64 bytes")
        self._start = blake2b(digest_size=SIZE, key=secret)

    def __call__(self, text: str) -> bytes:
        """The hash of one key text."""
        state = self._start.copy()
        state.update(text.encode())
        return state.digest()
