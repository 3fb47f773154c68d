"""Letters that look alike in the two alphabets, and dashes (insured.md 2, steps 2 and 3)."""

LATIN_TWINS = "ABCEHKMOPTX"
CYRILLIC_TWINS = "АВСЕНКМОРТХ"
TO_CYRILLIC: dict[int, int] = {ord(latin): ord(own) for latin, own in zip(LATIN_TWINS, CYRILLIC_TWINS, strict=True)}
TO_LATIN: dict[int, int] = {own: latin for latin, own in TO_CYRILLIC.items()}

# The order of the fund names the first three; the others are what word processors put in the same place.
DASHES = "–—¯‐‑‒―−"
TO_HYPHEN: dict[int, int] = {ord(dash): ord("-") for dash in DASHES}


def is_digits(text: str) -> bool:
    """True for a text of one or more digits 0–9 and nothing else."""
    return text.isascii() and text.isdigit()
