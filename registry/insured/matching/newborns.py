"""Children without a policy of their own, found by what is known of the representative (clause 6.2, rule 8).

Two contracts know of them: a record with the sign NOVOR is of the representative and asks about the child; an insurer
tells the representative beside the child. Both end here, whatever the stage that found the representative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from registry.core.checks.newborn import NewbornSign, read_newborn
from registry.core.normalisation import name_key
from registry.insured.keys.forms import document_number_key
from registry.insured.keys.queries import document_forms
from registry.insured.matching.agreement import Agreement
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.outcomes import (
    LIKELY,
    Identification,
    IdentificationOutcome,
    InsuranceState,
    Newborn,
)
from registry.insured.matching.queries import children_of, people_by_documents
from registry.insured.matching.telling import person_facts, tell_person

if TYPE_CHECKING:
    from registry.insured.matching.stages import Search, Task

Outcome = IdentificationOutcome
BY_REPRESENTATIVE = "Найден по данным представителя"
CHILD_UNKNOWN = "Ребёнка нет в регистре: сведения по полису представителя"
CHILD_WITHOUT_POLICY = "У ребёнка нет своего полиса: сведения по полису представителя"
CHILDREN_OF_ONE_BIRTH = "У представителя несколько детей с этой датой рождения"
NO_POLICY_YET = (InsuranceState.NEVER, InsuranceState.NOT_YET)
Known = Mapping[int, Sequence[tuple[Candidate, int]]]


def answer_for_children(search: Search, tasks: Sequence[Task]) -> None:
    """Let requests about newborns be answered by the child, and by the representative until it has its own policy."""
    signs = {place: asked for place, task in enumerate(tasks) if (asked := _asked(task))}
    told = [place for place, task in enumerate(tasks) if task.wanted.request.representatives]
    if not signs and not told:
        return
    acting = _representatives(search, tasks, told)
    known = _known_children(search, [*acting.values(), *(mother_id for _, _, mother_id in signs.values())])
    for place, (sign, mother, mother_id) in signs.items():
        answer = _by_sign(search, tasks[place], sign, mother, known.get(mother_id, ()))
        answer.representative_id = mother_id
        tasks[place].answer = answer
    for place, acting_id in acting.items():
        task = tasks[place]
        if task.answer is None or task.answer.outcome is Outcome.NOT_FOUND:
            task.answer = _beside(search, task, known.get(acting_id, ()))
        task.answer.representative_id = acting_id


def _known_children(search: Search, representatives: Iterable[int]) -> Known:
    """The living children of these people by representative, each with its number in birth order."""
    rows = children_of(search.session, representatives, search.moment)
    search.read(child for _, child, _ in rows)
    found: defaultdict[int, dict[int, tuple[Candidate, int]]] = defaultdict(dict)
    for mother, child, number in rows:
        candidate = search.loaded.get(child)
        if candidate is not None and not candidate.is_annulled:
            found[mother].setdefault(candidate.id, (candidate, number))
    return {mother: list(children.values()) for mother, children in found.items()}


def _asked(task: Task) -> tuple[NewbornSign, Identification, int] | None:
    """The sign of a newborn with what its representative was found as; None when there is no such question."""
    mother = task.answer
    sign = read_newborn(task.wanted.request.newborn) if task.wanted.request.newborn else None
    if sign is None or mother is None or mother.person_id is None or not mother.is_found:
        return None
    return None if mother.outcome is Outcome.HELD else (sign, mother, mother.person_id)


def _by_sign(
    search: Search, task: Task, sign: NewbornSign, mother: Identification, children: Sequence[tuple[Candidate, int]]
) -> Identification:
    mother_id = mother.person_id or 0
    born = [
        (child, number)
        for child, number in children
        if (child.current.birth_date, child.current.sex) == (sign.born, sign.sex) and number in (0, sign.number)
    ]
    if len(born) > 1:
        born = [(child, number) for child, number in born if number == sign.number]
        if len(born) != 1:
            return Identification(Outcome.SEVERAL, candidates=len(born) or 2, notes=[CHILDREN_OF_ONE_BIRTH])
    if not born:
        mother.newborn = Newborn(sign, mother_id, registered=False)
        return _noted(mother, CHILD_UNKNOWN)
    found = _child(search, task, born[0][0])
    own = found.insurance
    if found.outcome is Outcome.NOT_INSURED and own is not None and own.state in NO_POLICY_YET:
        found.newborn = Newborn(sign, mother_id, registered=True)
        found.insurance, found.outcome = mother.insurance, mother.outcome
        return _noted(found, CHILD_WITHOUT_POLICY)
    return found


def _beside(search: Search, task: Task, children: Sequence[tuple[Candidate, int]]) -> Identification:
    """A child nobody named yet is the one told with its representative; a name of its own must agree."""
    wanted = task.wanted
    born = [
        child
        for child, _ in children
        if (child.current.birth_date, child.current.sex) == (wanted.birth_date, wanted.sex)
        and child.current.first_name_key in ("", wanted.first_name)
    ]
    if len(born) == 1:
        return _child(search, task, born[0])
    return task.answer or Identification(Outcome.NOT_FOUND)


def _child(search: Search, task: Task, child: Candidate) -> Identification:
    found = Identification(Outcome.FOUND, child.id, child.bdz_id, child.enp, stage=1, candidates=1)
    one = Agreement(child, child.current)
    tell_person(found, task.wanted.request, one, today=search.today, fund_okato=search.fund_okato)
    found.person = person_facts(one)
    return _noted(found, BY_REPRESENTATIVE)


def _noted(found: Identification, note: str) -> Identification:
    found.notes.append(note)
    found.trust = LIKELY
    if found.outcome is Outcome.FOUND:
        found.outcome = Outcome.FOUND_DIFF
    return found


def _representatives(search: Search, tasks: Sequence[Task], told: Sequence[int]) -> dict[int, int]:
    """Who the first representative of these requests is: the one person whose document and names are those told."""
    asked = []
    for place in told:
        one = tasks[place].wanted.request.representatives[0]
        if one.document_type and one.document_number:
            number = (one.document_series or "", one.document_number)
            forms = document_forms(search.session, search.hasher, *number)
            asked += [(place, one.document_type, form) for form in forms]
    if not asked:
        return {}
    pairs = people_by_documents(search.session, asked)
    search.read(person_id for _, person_id in pairs)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for place, person_id in pairs:
        candidate = search.loaded.get(person_id)
        told_of = tasks[place].wanted.request.representatives[0]
        if candidate is not None and _is_named(candidate, told_of) and _has_document(candidate, told_of):
            found[place].add(candidate.id)
    return {place: next(iter(people)) for place, people in found.items() if len(people) == 1}


def _has_document(candidate: Candidate, told: Any) -> bool:
    """By the present rules, whatever form it was found under."""
    form = document_number_key(told.document_series or "", told.document_number)
    return any((row.type, row.number_key) == (told.document_type, form) for row in candidate.documents)


def _is_named(candidate: Candidate, told: Any) -> bool:
    names = tuple(name_key(one or "") for one in (told.surname, told.first_name, told.patronymic))
    return any((row.surname_key, row.first_name_key, row.patronymic_key) == names for row in candidate.versions)
