"""Identification requests about invented people, some of them damaged, each with the person it is really about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from registry.core.checks.dates import parse_date
from registry.insured.generator.dice import Dice
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.typing_errors import digit_changed, latinised, layout_forgotten, mistyped, yo_changed

NAMES = ("surname", "first_name", "patronymic")
DOCUMENT = ("doc_type", "doc_series", "doc_number")
POLICY = ("policy_type", "policy_series", "policy_number", "enp")
REQUEST_FIELDS = (*NAMES, "birth_date", "sex", "birth_place", "snils", *DOCUMENT, *POLICY)

# Twins and people who changed their names are few: when one is to be damaged, this share shows just that.
PREFERRED = 0.5
_SENT: tuple[tuple[Sequence[str], float], ...] = ((POLICY, 0.85), (("snils",), 0.7), (DOCUMENT, 0.4))

Request = dict[str, str]


class Damage(StrEnum):
    """What was done to a request."""

    NONE = "none"
    SURNAME_TYPO = "surname_typo"
    FIRST_NAME_TYPO = "first_name_typo"
    PATRONYMIC_TYPO = "patronymic_typo"
    YO = "yo"
    LATIN = "latin"
    SWAPPED_DAY_MONTH = "swapped_day_month"
    BIRTH_DATE_DIGIT = "birth_date_digit"
    FORMER_SURNAME = "former_surname"
    FORMER_DOCUMENT = "former_document"
    WRONG_ENP = "wrong_enp"
    MISSING_SNILS = "missing_snils"
    MISSING_PATRONYMIC = "missing_patronymic"
    TWIN = "twin"
    NAMES_SWAPPED = "names_swapped"
    LAYOUT = "layout"
    SNILS_DIGIT = "snils_digit"
    DOCUMENT_DIGIT = "document_digit"
    INITIALS = "initials"


class Sampled(NamedTuple):
    """The lines of a person, oldest first, and whether a twin stands beside him."""

    lines: tuple[PersonLine, ...]
    has_twin: bool


def damaged_requests(
    lines: Iterable[PersonLine], n: int, share: float, seed: int, again: float = 0.0
) -> Iterator[tuple[Request, str, Damage]]:
    """`n` requests of which about `share` are damaged, each with the `person_key` meant and what was done.

    The people are drawn evenly from all lines; memory holds the drawn ones only. When there are fewer people than
    requests they are asked about again. A request always names the person and his birth date. ``again`` is the chance
    that one mistake is followed by another, which is told no more.
    """
    dice = Dice(seed)
    people = _drawn(_people(lines), n, dice)
    for number in range(n if people else 0):
        person = people[number % len(people)]
        request = _request(person.lines[-1], dice)
        damage = _damage(request, person, dice) if dice.chance(share) else Damage.NONE
        while again and damage not in (Damage.NONE, Damage.TWIN) and dice.chance(again):
            _damage_once(request, person, dice)
        yield request, person.lines[-1].person_key, damage


def _people(lines: Iterable[PersonLine]) -> Iterator[Sampled]:
    """People in the order of the lines; twins are two neighbours born at one place on one day."""
    before: tuple[PersonLine, ...] = ()
    twin_before = False
    for _, group in groupby(lines, key=attrgetter("person_key")):
        person = tuple(group)
        twins = bool(before) and _are_twins(before[-1], person[-1])
        if before:
            yield Sampled(before, twin_before or twins)
        before, twin_before = person, twins
    if before:
        yield Sampled(before, twin_before)


def _are_twins(one: PersonLine, other: PersonLine) -> bool:
    same = one.birth_date == other.birth_date and one.birth_place == other.birth_place
    return same and one.first_name != other.first_name


def _drawn(people: Iterable[Sampled], n: int, dice: Dice) -> list[Sampled]:
    drawn: list[Sampled] = []
    for seen, person in enumerate(people):
        if len(drawn) < n:
            drawn.append(person)
        elif (place := dice.below(seen + 1)) < n:
            drawn[place] = person
    return drawn


def _request(line: PersonLine, dice: Dice) -> Request:
    """What a clinic usually sends: names, birth date, sex, and one to three identifiers."""
    known = line._asdict()
    request = {name: known[name] for name in REQUEST_FIELDS}
    left_out = [block for block, kept in _SENT if not dice.chance(kept)]
    for block in left_out[:2]:
        request.update(dict.fromkeys(block, ""))
    if not request["policy_number"] and not request["snils"] and not request["doc_number"]:
        request.update({name: known[name] for name in POLICY})
    if not dice.chance(0.3):
        request["birth_place"] = ""
    return request


def _damage(request: Request, person: Sampled, dice: Dice) -> Damage:
    if person.has_twin and dice.chance(PREFERRED):
        return _twin(request, person, dice)
    if dice.chance(PREFERRED) and _former_surname(request, person, dice):
        return Damage.FORMER_SURNAME
    if dice.chance(PREFERRED / 2) and _former_document(request, person, dice):
        return Damage.FORMER_DOCUMENT
    return _damage_once(request, person, dice)


def _damage_once(request: Request, person: Sampled, dice: Dice) -> Damage:
    first = dice.below(len(_WAYS))
    for damage, way in (*_WAYS[first:], *_WAYS[:first]):
        if way(request, person, dice):
            return damage
    return Damage.NONE


def _changed(request: Request, field: str, value: str) -> bool:
    """Writes a value; True when that changed something."""
    different = request[field] != value
    request[field] = value
    return different


def _typo_in(field: str) -> Callable[[Request, Sampled, Dice], bool]:
    return lambda request, _person, dice: _changed(request, field, mistyped(request[field], dice))


def _yo(request: Request, _person: Sampled, _dice: Dice) -> bool:
    changed = [_changed(request, name, yo_changed(request[name])) for name in NAMES]
    return any(changed)


def _latin(request: Request, _person: Sampled, dice: Dice) -> bool:
    changed = [_changed(request, name, latinised(request[name], dice)) for name in NAMES]
    return any(changed)


def _swapped_day_month(request: Request, _person: Sampled, _dice: Dice) -> bool:
    year, month, day = request["birth_date"].split("-")
    swapped = f"{year}-{day}-{month}"
    return parse_date(swapped) is not None and _changed(request, "birth_date", swapped)


def _birth_date_digit(request: Request, person: Sampled, dice: Dice) -> bool:
    last = date.fromisoformat(person.lines[-1].insured_from)
    for _ in range(20):
        read = parse_date(digit_changed(request["birth_date"], dice))
        if read is not None and date(1905, 1, 1) <= read <= last:
            return _changed(request, "birth_date", read.isoformat())
    return False


def _former_surname(request: Request, person: Sampled, _dice: Dice) -> bool:
    return _changed(request, "surname", person.lines[0].surname)


def _former_document(request: Request, person: Sampled, _dice: Dice) -> bool:
    former = person.lines[0]
    if not request["doc_number"] or (former.doc_type, former.doc_series, former.doc_number) == tuple(
        request[name] for name in DOCUMENT
    ):
        return False
    request.update(doc_type=former.doc_type, doc_series=former.doc_series, doc_number=former.doc_number)
    return True


def _wrong_enp(request: Request, _person: Sampled, dice: Dice) -> bool:
    right = request["enp"]
    if not _changed(request, "enp", digit_changed(right, dice)):
        return False
    if request["policy_number"] == right:
        request["policy_number"] = request["enp"]
    return True


def _missing_snils(request: Request, _person: Sampled, _dice: Dice) -> bool:
    return bool(request["policy_number"] or request["doc_number"]) and _changed(request, "snils", "")


def _missing_patronymic(request: Request, _person: Sampled, _dice: Dice) -> bool:
    return _changed(request, "patronymic", "")


def _names_swapped(request: Request, _person: Sampled, _dice: Dice) -> bool:
    surname, first_name = request["surname"], request["first_name"]
    request.update(surname=first_name, first_name=surname)
    return surname != first_name


def _layout(request: Request, _person: Sampled, _dice: Dice) -> bool:
    if request["surname"].isascii():
        return False
    request.update({name: layout_forgotten(request[name]) for name in NAMES})
    return True


def _digit_in(field: str) -> Callable[[Request, Sampled, Dice], bool]:
    return lambda request, _person, dice: _changed(request, field, digit_changed(request[field], dice))


def _initials(request: Request, _person: Sampled, _dice: Dice) -> bool:
    changed = [_changed(request, name, request[name][:1] + ".") for name in NAMES[1:] if len(request[name]) > 2]
    return any(changed)


def _twin(request: Request, person: Sampled, dice: Dice) -> Damage:
    """Only the first name and a mistyped ЕНП tell the twins apart."""
    request.update(dict.fromkeys(("snils", "birth_place", *DOCUMENT, *POLICY), ""))
    current = person.lines[-1]
    wrong = digit_changed(current.enp, dice)
    request.update(policy_type="П", policy_number=wrong, enp=wrong)
    return Damage.TWIN


_WAYS: tuple[tuple[Damage, Callable[[Request, Sampled, Dice], bool]], ...] = (
    (Damage.SURNAME_TYPO, _typo_in("surname")),
    (Damage.FORMER_SURNAME, _former_surname),
    (Damage.WRONG_ENP, _wrong_enp),
    (Damage.SWAPPED_DAY_MONTH, _swapped_day_month),
    (Damage.MISSING_SNILS, _missing_snils),
    (Damage.FIRST_NAME_TYPO, _typo_in("first_name")),
    (Damage.FORMER_DOCUMENT, _former_document),
    (Damage.LATIN, _latin),
    (Damage.YO, _yo),
    (Damage.PATRONYMIC_TYPO, _typo_in("patronymic")),
    (Damage.BIRTH_DATE_DIGIT, _birth_date_digit),
    (Damage.MISSING_PATRONYMIC, _missing_patronymic),
    (Damage.NAMES_SWAPPED, _names_swapped),
    (Damage.LAYOUT, _layout),
    (Damage.SNILS_DIGIT, _digit_in("snils")),
    (Damage.DOCUMENT_DIGIT, _digit_in("doc_number")),
    (Damage.INITIALS, _initials),
)
