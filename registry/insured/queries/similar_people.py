"""Search of people whose data are written like the given ones: mistakes, other layouts, swapped names and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from registry.core.normalisation import document_key, policy_key
from registry.insured.keys.hashing import KeyHasher
from registry.insured.matching.forms import name_as_meant
from registry.insured.matching.probable import Scoring, packaged_scoring, rate
from registry.insured.matching.queries import load_candidates
from registry.insured.matching.requests import SearchRequest
from registry.insured.matching.suspects import suspects
from registry.insured.matching.wanted import Wanted, prepare
from registry.insured.queries.people import PersonLine, PersonSearch, Sight, lines_of_people
from registry.insured.statistics.tables import NameWord
from registry.insured.statistics.words import alike
from registry.insured.tables import Person, PersonVersion

MOST_READ = 400
#: Below this two people have hardly more in common than a name many bear.
LEAST_SCORE = 3.0
NEAR_LENGTH = 2


@dataclass(slots=True)
class Looking:
    """What the search shares with the probabilistic stage of matching: the registry, the keys, the weights."""

    session: Session
    hasher: KeyHasher
    today: date
    scoring: Scoring = field(default_factory=packaged_scoring)


def similar_people(
    session: Session, sight: Sight, wanted: PersonSearch, *, now: datetime, secret: bytes, limit: int = 50
) -> list[PersonLine]:
    """People most like the ones looked for, the likeliest first, by the score that matching uses."""
    looking = Looking(session, KeyHasher(secret), now.date())
    asked = prepare(_request(wanted, looking.today), looking.today)
    ids = {person_id for _, person_id in suspects(looking, [asked])} | _by_words(session, asked)
    query = select(Person.id).where(Person.id.in_(sorted(ids)), sight.condition(looking.today))
    candidates = load_candidates(session, session.scalars(query).all(), now)
    unique = {candidate.id: candidate for candidate in candidates.values()}
    best = [one for one in rate(asked, unique.values(), looking.scoring) if one.scored.total >= LEAST_SCORE][:limit]
    lines = lines_of_people(session, [one.candidate.id for one in best], looking.today)
    return [replace(lines[one.candidate.id], score=one.scored.total) for one in best if one.candidate.id in lines]


def _request(wanted: PersonSearch, today: date) -> SearchRequest:
    return SearchRequest(
        on=today,
        surname=wanted.surname,
        first_name=wanted.first_name,
        patronymic=wanted.patronymic,
        birth_date=wanted.birth_date,
        enp=wanted.enp,
        snils=wanted.snils,
        document_number=document_key(wanted.document.replace("№", "")),
        policy_number=policy_key(wanted.policy.replace("№", "")),
    )


def _by_words(session: Session, asked: Wanted) -> set[int]:
    """People with a surname and a first name like the given ones, in either order."""
    surname, first_name = name_as_meant(asked, "surname"), name_as_meant(asked, "first_name")
    if not surname:
        return set()
    pairs = [(surname, first_name), (first_name, surname)] if first_name else [(surname, "")]
    conditions = []
    for first, second in pairs:
        surnames = _words_like(session, "surname", first)
        given = _words_like(session, "first_name", second) if second else []
        if surnames and (given or not second):
            named = PersonVersion.first_name_key.in_(given) if second else PersonVersion.first_name_key != ""
            conditions.append(and_(PersonVersion.surname_key.in_(surnames), named))
    if not conditions:
        return set()
    query = select(PersonVersion.person_id).where(or_(*conditions))
    if asked.birth_date is not None:
        born = asked.birth_date
        query = query.where(PersonVersion.birth_date.between(date(born.year - 1, 1, 1), date(born.year + 1, 12, 31)))
    return set(session.scalars(query.limit(MOST_READ)))


def _words_like(session: Session, part: str, word: str) -> Sequence[str]:
    """Names of the registry within two letters of the length of this one, nearest first."""
    length = func.length(NameWord.word).between(len(word) - NEAR_LENGTH, len(word) + NEAR_LENGTH)
    known: Iterable[str] = session.scalars(select(NameWord.word).where(NameWord.part == part, length))
    return alike(word, known)
