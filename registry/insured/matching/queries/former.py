"""Search by former rules of normalisation, while people are still known by them (clause 8.1).

A question is read by the present rules only, and so is everybody it finds. What is stored of people who have not gone
over yet stands under former forms: those noted when the making began, and the one the question itself has by the former
rules. Whoever was found by them stays only when the present rules say the same, so that half-made or done the registry
gives the same outcome. Nothing here is called while the present rules are the only ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import product, zip_longest
from typing import NamedTuple

from sqlalchemy.orm import Session

from registry.core.normalisation import date_key
from registry.insured.keys import pieces
from registry.insured.keys.hashing import KeyHasher
from registry.insured.keys.kinds import KeyKind
from registry.insured.keys.queries import SCRATCH, former_spellings, keys_by_present_rules
from registry.insured.keys.rules import PRESENT, FormRules
from registry.insured.matching.forms import NAMES, name_as_meant
from registry.insured.matching.queries import (
    BlockProbe,
    DateProbe,
    KeyProbe,
    Suspect,
    people_by_keys,
    present_numbers,
    present_versions,
)
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.layouts import in_other_layout
from registry.insured.tables.blocks import BEGINNING, ENDING, heard

KeyText = tuple[int, str]
Blocks = tuple[list[DateProbe], list[BlockProbe]]
Number = tuple[int, str, str]


class Former:
    """What the requests of a portion may stand under at people who have not gone over yet, place by place."""

    def __init__(self, session: Session, hasher: KeyHasher, wanted: Sequence[Wanted]) -> None:
        self.session = session
        self.hasher = hasher
        self.wanted = wanted
        rules = {one.rules.version: one.rules for one in hasher.editions if one.rules.version != PRESENT.version}
        self.rules: list[FormRules] = list(rules.values())
        self._spellings = former_spellings(session, self._asked())

    def _asked(self) -> Iterator[tuple[str, str]]:
        for one in self.wanted:
            for name in NAMES:
                yield "name", getattr(one, name)
                yield "name", name_as_meant(one, name)
            if one.document:
                yield "document", one.document
            if one.policy:
                yield "policy", one.policy

    def names(self, rec: int, name: str) -> list[str]:
        """The forms a name given may stand under, that of the present rules first."""
        one = self.wanted[rec]
        form = getattr(one, name)
        return self._with("name", form, (rules.name(getattr(one.request, name)) for rules in self.rules))

    def meant(self, rec: int, name: str) -> list[str]:
        """The same of a name as it was meant, and of every name that begins alike."""
        one = self.wanted[rec]
        form = name_as_meant(one, name)
        if not form:
            return [form]
        text = getattr(one.request, name)
        read = in_other_layout(text) if form != getattr(one, name) else text
        return self._with("name", form, (rules.name(read) for rules in self.rules))

    def documents(self, rec: int) -> list[str]:
        """The forms a document given may stand under."""
        request = self.wanted[rec].request
        read = (rules.document(request.document_series, request.document_number) for rules in self.rules)
        return self._with("document", self.wanted[rec].document, read)

    def policies(self, rec: int) -> list[str]:
        """The forms a policy given may stand under."""
        request = self.wanted[rec].request
        read = (rules.policy(request.policy_series, request.policy_number) for rules in self.rules)
        return self._with("policy", self.wanted[rec].policy, read)

    def beginning_like(self, surname: str) -> list[str]:
        """What surnames that begin like this one stand under."""
        return sorted(self._spellings.of_beginning.get(surname[:BEGINNING], ())) if surname else []

    def heard_like(self, surname: str) -> list[str]:
        """What surnames that sound like this one stand under."""
        return sorted(self._spellings.of_sound.get(heard(surname), ())) if surname else []

    def _with(self, sort: str, form: str, read: Iterable[str]) -> list[str]:
        return list(dict.fromkeys((form, *read, *sorted(self._spellings.of_form.get((sort, form), ())))))


def people_by_former_keys(former: Former, texts: Sequence[Sequence[KeyText]]) -> list[tuple[int, int]]:
    """Pairs (request, person) of those who have a key of the request, or will have it when they have gone over.

    ``texts`` are the keys of each request by the present rules.
    """
    keys: list[KeyProbe] = []
    for rec, present in enumerate(texts):
        for edition in former.hasher.editions:
            asked = present if edition.rules.version == PRESENT.version else _former_texts(former, rec, present)
            keys += [(rec, edition.kind(kind), edition(text)) for kind, text in asked]
    pairs = people_by_keys(former.session, keys)
    will_have = keys_by_present_rules(former.session, (person_id for _, person_id in pairs))
    meant = [{(kind, SCRATCH(text)) for kind, text in present} for present in texts]
    return [(rec, person_id) for rec, person_id in dict.fromkeys(pairs) if meant[rec] & will_have[person_id]]


def _former_texts(former: Former, rec: int, present: Sequence[KeyText]) -> Iterator[KeyText]:
    born = date_key(former.wanted[rec].birth_date)
    for kind, text in present:
        if kind == KeyKind.K3:
            yield from ((kind, pieces.document_text(one, born)) for one in former.documents(rec))
        elif kind == KeyKind.K4:
            yield from ((kind, pieces.policy_text(one, born)) for one in former.policies(rec))
        elif kind == KeyKind.H18:
            for surname, first_name, patronymic in product(*(former.names(rec, name) for name in NAMES)):
                yield kind, pieces.names_text(surname, first_name, patronymic, born)
        else:
            yield kind, text


def former_numbers(former: Former, numbers: Iterable[Number]) -> list[Number]:
    """These numbers of documents and policies in every form they may stand under."""
    ways = {"document": former.documents, "policy": former.policies}
    return [
        (rec, sort, form) for rec, sort, number in numbers for form in (ways[sort](rec) if sort in ways else [number])
    ]


def bearers_now(session: Session, numbers: Iterable[Number], pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs found by numbers in any form those that the present rules give too."""
    asked: dict[int, set[tuple[str, str]]] = {}
    for rec, sort, number in numbers:
        asked.setdefault(rec, set()).add((sort, number))
    pairs = list(pairs)
    known = present_numbers(session, {person_id for _, person_id in pairs})
    return [(rec, person_id) for rec, person_id in pairs if asked[rec] & known.get(person_id, set())]


def former_blocks(former: Former, blocks: Blocks) -> Blocks:
    """These blocks in every form the names may stand under."""
    dates, others = blocks
    return (
        [probe for one in dates for probe in _former_dates(former, one)],
        [probe for one in others for probe in _former_block(former, one)],
    )


def _former_block(former: Former, one: BlockProbe) -> Iterator[BlockProbe]:
    surnames, first_names, patronymics = (former.meant(one.rec, name) for name in NAMES)
    alike = (*former.beginning_like(one.surname), *former.heard_like(one.surname))
    surnames += sorted(set(alike).difference(surnames))
    for surname, first_name, patronymic in product(surnames, first_names, patronymics):
        yield one._replace(surname=surname, first_name=first_name, patronymic=patronymic, snils="", document="")
    for number in former.documents(one.rec) if one.document else ("",):
        yield one._replace(surname="", first_name="", patronymic="", document=number)


def _former_dates(former: Former, one: DateProbe) -> Iterator[DateProbe]:
    """Any of the names is enough in a block of days, so each form is asked once."""
    surnames, first_names, patronymics = (former.meant(one.rec, name) for name in NAMES)
    surnames += [form for form in former.beginning_like(one.surname) if form not in surnames]
    present = (one.surname, one.first_name, one.patronymic)
    for words in zip_longest(surnames, first_names, patronymics):
        read = [form if form is not None else now for form, now in zip(words, present, strict=True)]
        yield DateProbe(one.rec, one.birth_date, *read)


class Version(NamedTuple):
    """A version of a person in the present forms."""

    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int


def suspects_now(session: Session, blocks: Blocks, found: Iterable[Suspect]) -> list[Suspect]:
    """Whom these blocks give by the present rules, among the people found by them in any form."""
    pairs = dict.fromkeys((one.rec, one.person_id) for one in found)
    versions: dict[int, list[Version]] = {}
    for person_id, *values in present_versions(session, {person_id for _, person_id in pairs}):
        versions.setdefault(person_id, []).append(Version._make(values))
    known = present_numbers(session, {person_id for _, person_id in pairs})
    asked: dict[int, list[DateProbe | BlockProbe]] = {}
    for probes in blocks:
        for probe in probes:
            asked.setdefault(probe.rec, []).append(probe)
    return [
        Suspect(rec, person_id, *version)
        for rec, person_id in pairs
        for version in versions.get(person_id, ())
        if any(_is_given(probe, version, known.get(person_id, set())) for probe in asked[rec])
    ]


def _is_given(probe: DateProbe | BlockProbe, version: Version, numbers: set[tuple[str, str]]) -> bool:
    """Whether the statement of blocks gives this version for this probe (`queries.blocks`)."""
    same_surname = version.surname == probe.surname
    same_first_name = version.first_name == probe.first_name
    of_father = version.patronymic == probe.patronymic and bool(probe.patronymic)
    begun = version.surname[:BEGINNING] == probe.surname[:BEGINNING]
    if isinstance(probe, DateProbe):
        alike = same_surname or same_first_name or of_father or begun or version.surname == probe.first_name
        return alike and version.birth_date == probe.birth_date
    if same_surname and same_first_name and probe.first_name and version.patronymic == probe.patronymic:
        return True
    born, day = version.birth_date, probe.birth_date
    if day is None:
        return False
    if born.year == day.year and _ends_alike(probe, numbers):
        return True
    heard_alike = born.year == day.year and heard(version.surname) == heard(probe.surname)
    begun_alike = (born.month, born.day) == (day.month, day.day) and begun
    return (same_first_name or of_father) and (heard_alike or begun_alike)


def _ends_alike(probe: BlockProbe, numbers: set[tuple[str, str]]) -> bool:
    given = {"snils": probe.snils, "document": probe.document}
    return any(given.get(sort) and number[-ENDING:] == given[sort][-ENDING:] for sort, number in numbers)
