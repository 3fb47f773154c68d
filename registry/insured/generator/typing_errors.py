"""Mistakes that hands and keyboards make in names, numbers and dates."""

from registry.core.checks.alphabet import TO_LATIN
from registry.insured.generator.dice import Dice

_ROWS = ("ЙЦУКЕНГШЩЗХЪ", "ФЫВАПРОЛДЖЭ", "ЯЧСМИТЬБЮ")
_NEIGHBOURS = {
    row[place]: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place in range(len(row))
}


def mistyped(word: str, dice: Dice) -> str:
    """The word with one letter wrong, lost, doubled or moved; never the word itself unless it has no two letters."""
    places = [place for place in range(1, len(word)) if word[place] != word[place - 1]]
    if not places:
        return word
    place = dice.one_of(places)
    letter = word[place]
    way = dice.below(4)
    if way == 0 and letter in _NEIGHBOURS:
        return word[:place] + dice.one_of(_NEIGHBOURS[letter]) + word[place + 1 :]
    if way == 1 and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if way == 2:
        return word[:place] + letter + word[place:]
    return word[: place - 1] + letter + word[place - 1] + word[place + 1 :]


def latinised(word: str, dice: Dice) -> str:
    """The word with some letters replaced by their Latin twins, at least one if it has any."""
    places = [place for place, letter in enumerate(word) if ord(letter) in TO_LATIN]
    if not places:
        return word
    sure = dice.one_of(places)
    return "".join(
        letter.translate(TO_LATIN) if place == sure or dice.chance(0.3) else letter for place, letter in enumerate(word)
    )


def yo_changed(word: str) -> str:
    """Ё written as Е; a word without Ё gets one in the place of its last Е."""
    if "Ё" in word:
        return word.replace("Ё", "Е")
    head, letter, tail = word.rpartition("Е")
    return f"{head}Ё{tail}" if letter else word


def digit_changed(number: str, dice: Dice) -> str:
    """The number with one of its digits replaced by another."""
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    if not places:
        return number
    place = dice.one_of(places)
    return f"{number[:place]}{(int(number[place]) + dice.between(1, 9)) % 10}{number[place + 1 :]}"


def layout_forgotten(word: str) -> str:
    """The word as the same keys write it in the Latin layout."""
    return word.translate(_TO_LATIN_KEYS).capitalize()


_TO_LATIN_KEYS = dict(
    zip(map(ord, "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"), "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", strict=True)
)
