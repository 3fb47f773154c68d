"""Names typed with the keyboard in the wrong layout: `Bdfyjd` is `ИВАНОВ` (clause 9.4)."""

from __future__ import annotations

_LATIN = "QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,.`{}:\"<>~"
_CYRILLIC = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁХЪЖЭБЮЁ"
_TYPED = dict(zip(map(ord, _LATIN), _CYRILLIC, strict=True))


def in_other_layout(text: str) -> str:
    """What the same keys write in the Russian layout; empty when the text is not all of Latin keys."""
    shouted = text.strip().upper()
    typed = shouted.replace("-", "").replace(" ", "")
    if not typed or not any("A" <= letter <= "Z" for letter in typed) or any(ord(one) not in _TYPED for one in typed):
        return ""
    return shouted.translate(_TYPED)
