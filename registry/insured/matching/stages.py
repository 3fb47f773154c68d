"""Finding people for any number of requests with a handful of statements (registry model, clause 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.core.collector import collector_paused
from registry.core.normalisation import date_key
from registry.insured.keys import pieces
from registry.insured.keys.hashing import KeyHasher
from registry.insured.keys.kinds import KeyKind
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.forms import given_forms
from registry.insured.matching.newborns import answer_for_children
from registry.insured.matching.outcomes import Identification, IdentificationOutcome
from registry.insured.matching.probable import Rated, Scoring, decide, decided, packaged_scoring, rate
from registry.insured.matching.queries import (
    KeyProbe,
    load_candidates,
    people_by_keys,
    people_by_own_ids,
    people_by_policies,
)
from registry.insured.matching.queries.former import Former, bearers_now, former_numbers, people_by_former_keys
from registry.insured.matching.requests import SearchRequest, answers_of_each, asked_once
from registry.insured.matching.rules import judge
from registry.insured.matching.suspects import suspects
from registry.insured.matching.wanted import Wanted, prepare
from registry.insured.matching.whole import find_whole
from registry.insured.review.queries import decisions_of
from registry.store.readers import readers_of

PORTION = 5_000
AT_ONCE = 3  # portions on their way: the database is asked about some while another is worked on
FEW = 64  # so few requests ask all their keys at once: one statement less
MOST_CANDIDATES = 200

KeyText = tuple[int, str]


@dataclass(slots=True)
class Task:
    """One request on its way: the people pointed at so far, and the answer once a stage has one."""

    wanted: Wanted
    people: set[int] = field(default_factory=set)
    answer: Identification | None = None
    is_open: bool = True


@dataclass(slots=True)
class Search:
    """What the stages share: the registry as recorded at a moment, and the people read from it so far."""

    session: Session
    hasher: KeyHasher
    moment: datetime
    today: date
    fund_okato: str
    scoring: Scoring
    loaded: dict[int, Candidate] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    def candidates(self, task: Task) -> list[Candidate]:
        """The people the task points at, joined ones as their survivor, each once."""
        found = {}
        for person_id in task.people:
            candidate = self.loaded.get(person_id)
            if candidate is not None:
                found[candidate.id] = candidate
        return list(found.values())

    def load(self, pairs: Iterable[tuple[int, int]], tasks: Sequence[Task]) -> None:
        """Let the tasks point at these people and read those not read yet."""
        fresh = set()
        for rec, person_id in pairs:
            people = tasks[rec].people
            if len(people) < MOST_CANDIDATES:
                people.add(person_id)
                if person_id not in self.asked:
                    fresh.add(person_id)
        self.read(fresh)

    def read(self, ids: Iterable[int]) -> None:
        """Read these people, whoever asks for them."""
        fresh = {one for one in ids if one not in self.loaded}
        self.asked |= fresh
        found = load_candidates(self.session, fresh, self.moment, as_stored=not self.hasher.is_changing)
        self.loaded.update(found)


Stage = Callable[[Search, Sequence[Task]], None]


def identify(
    session: Session,
    requests: Sequence[SearchRequest],
    *,
    recorded_at: datetime,
    fund_okato: str,
    secret: bytes,
    scoring: Scoring | None = None,
) -> list[Identification]:
    """The answers to these requests in their order, out of the registry as it was recorded at a moment.

    The number of statements depends on the portions of 5,000 to 10,000 requests, never on the requests; equal ones are
    looked for once (clause 9.9). More than one portion is looked for in what is committed, seen as it was at one
    moment by some connections side by side. ``scoring`` are the weights and thresholds in force; those that come with
    the hub unless given.
    """
    if len(requests) > 1:
        asked, places = asked_once(requests)
        if len(asked) < len(requests):
            told = identify(
                session, asked, recorded_at=recorded_at, fund_okato=fund_okato, secret=secret, scoring=scoring
            )
            return answers_of_each(told, places)
    hasher, scoring = KeyHasher(secret), scoring or packaged_scoring()

    def identified(by: Session, part: Sequence[SearchRequest]) -> list[Identification]:
        search = Search(by, hasher, recorded_at, recorded_at.date(), fund_okato, scoring)
        return _identify_portion(search, part)

    if len(requests) <= PORTION:
        # calls side by side would pause the collector for long
        with collector_paused() if len(requests) > FEW else nullcontext():
            return identified(session, requests)
    # larger parts meet more of their people side by side in the tables; smaller ones keep every reader at work
    size = max(PORTION, min(2 * PORTION, len(requests) // (2 * AT_ONCE)))
    parts = [requests[start : start + size] for start in range(0, len(requests), size)]
    with collector_paused(), readers_of(session, AT_ONCE) as readers:
        return [one for found in readers.share(identified, parts) for one in found]


def _identify_portion(search: Search, requests: Sequence[SearchRequest]) -> list[Identification]:
    tasks = [Task(prepare(request, search.today)) for request in requests]
    for task in tasks:
        if not task.wanted.is_searchable:
            task.answer = judge(task.wanted, (), today=search.today, fund_okato=search.fund_okato)
            task.is_open = False
    for stage in STAGES:
        still_open = [task for task in tasks if task.is_open]
        if still_open:
            stage(search, still_open)
    answer_for_children(search, tasks)
    answers = [task.answer or Identification(IdentificationOutcome.NOT_FOUND) for task in tasks]
    for answer in answers:
        answer.rule_set = search.scoring.model.weights.valid_from
    return answers


def close_whole_agreements(search: Search, tasks: Sequence[Task]) -> None:
    """Close tasks whose one strongest identifier points at one person agreeing in everything given.

    Most rows of a file end here with one statement. Any other person agreeing in everything would have been pointed at
    by the same identifier, so the rest of the keys cannot change the decision.
    """
    if len(tasks) <= FEW:
        return
    wanted = [task.wanted for task in tasks]
    answers = find_whole(
        search.session,
        wanted,
        moment=search.moment,
        today=search.today,
        fund_okato=search.fund_okato,
        is_changing=search.hasher.is_changing,
    )
    for task, answer in zip(tasks, answers, strict=True):
        if answer is not None:
            task.answer, task.is_open = answer, False


def ask_every_exact_key(search: Search, tasks: Sequence[Task]) -> None:
    """Decide with all exact keys, current and former (stages 1 and 2 of the clause: one index, one statement)."""
    keys: list[KeyProbe] = []
    own_ids, policies = [], []
    for place, task in enumerate(tasks):
        wanted = task.wanted
        keys += [(place, *key) for kind, text in key_texts(wanted) for key in search.hasher.everywhere(kind, text)]
        if any(wanted.own_ids):
            own_ids.append((place, *wanted.own_ids))
        if wanted.sole and wanted.policy:
            policies.append((place, wanted.policy))
    if search.hasher.is_changing:
        pairs = _pointed_at_in_any_form(search, [task.wanted for task in tasks], policies)
    else:
        pairs = people_by_keys(search.session, keys)
        pairs += people_by_policies(search.session, policies)
    pairs += people_by_own_ids(search.session, own_ids)
    search.load(pairs, tasks)
    for task in tasks:
        candidates = search.candidates(task)
        task.answer = judge(task.wanted, candidates, today=search.today, fund_okato=search.fund_okato)
        task.is_open = task.answer.outcome is IdentificationOutcome.NOT_FOUND or task.answer.contradicts


def _pointed_at_in_any_form(
    search: Search, wanted: Sequence[Wanted], policies: Sequence[tuple[int, str]]
) -> list[tuple[int, int]]:
    """The same while rules of normalisation change: some people stand under the forms of former ones yet."""
    former = Former(search.session, search.hasher, wanted)
    pairs = people_by_former_keys(former, [list(key_texts(one)) for one in wanted])
    numbers = [(place, "policy", number) for place, number in policies]
    held = people_by_policies(search.session, [(place, form) for place, _, form in former_numbers(former, numbers)])
    return pairs + bearers_now(search.session, numbers, held)


def score_candidates(search: Search, tasks: Sequence[Task]) -> None:
    """Decide by a score what the exact keys left open (stage 3 of the clause).

    What they said stands unless the score names a person, several people, or somebody an operator should look at; a
    contradiction it can only resolve in favour of the very person the keys pointed at.
    """
    open_tasks = [task for task in tasks if not task.wanted.sole]
    if not open_tasks:
        return
    search.load(suspects(search, [task.wanted for task in open_tasks]), open_tasks)
    for task in open_tasks:
        rated = rate(task.wanted, search.candidates(task), search.scoring)
        if rated:
            task.answer = _better(task, rated, search)
    _ask_operators(search, [task for task in open_tasks if task.answer and task.answer.fingerprint])


def _ask_operators(search: Search, tasks: Sequence[Task]) -> None:
    """What an operator decided about the same data stands, unless somebody new is possible."""
    if not tasks:
        return
    held = [(task, task.answer) for task in tasks if task.answer is not None]
    decisions = decisions_of(search.session, (answer.fingerprint for _, answer in held))
    for task, answer in held:
        decision = decisions.get(answer.fingerprint)
        if decision is None or not decision.holds_for(one.person_id for one in answer.possible):
            continue
        chosen = search.loaded.get(decision.person_id) if decision.person_id is not None else None
        task.answer = decided(
            task.wanted,
            answer,
            decision,
            chosen,
            scoring=search.scoring,
            today=search.today,
            fund_okato=search.fund_okato,
        )


def _better(task: Task, rated: Sequence[Rated], search: Search) -> Identification:
    exact = task.answer or Identification(IdentificationOutcome.NOT_FOUND)
    found = decide(task.wanted, rated, search.scoring, today=search.today, fund_okato=search.fund_okato)
    if exact.contradicts:
        return found if found.person_id == exact.person_id else exact
    if found.outcome is IdentificationOutcome.NOT_FOUND:
        return exact
    if found.outcome is IdentificationOutcome.HELD:
        found.fingerprint = fingerprint(search, task.wanted)
    return found


def fingerprint(search: Search, wanted: Wanted) -> str:
    """What the same data are known by when they come again: the hash of everything given, under the secret."""
    given = given_forms(wanted)
    return search.hasher("R|" + "|".join(",".join(values) for values in given)).hex()


# The stages in their order; each takes the tasks still open and may close some. A stage that adds candidates by other
# means than exact keys goes behind these: what they closed never reaches it.
STAGES: tuple[Stage, ...] = (close_whole_agreements, ask_every_exact_key, score_candidates)


def key_texts(wanted: Wanted) -> Iterator[KeyText]:
    """All keys of the index that the given parts make (clause 8.1)."""
    if wanted.enp:
        yield KeyKind.K1, pieces.enp_text(wanted.enp)
    born = date_key(wanted.birth_date)
    if not born:
        return
    if wanted.snils:
        yield KeyKind.K2, pieces.snils_text(wanted.snils, born)
    if wanted.document:
        yield KeyKind.K3, pieces.document_text(wanted.document, born)
    if wanted.policy:
        yield KeyKind.K4, pieces.policy_text(wanted.policy, born)
    if wanted.surname and wanted.first_name:
        yield KeyKind.H18, pieces.names_text(wanted.surname, wanted.first_name, wanted.patronymic, born)
