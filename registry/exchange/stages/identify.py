"""Stage 4: every record that speaks of a person is looked up against the registry, the whole batch at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from registry.core.outcomes import Item, Operation
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.directory import Directory, directory
from registry.exchange.stages.control import locate
from registry.exchange.stages.scoring import scoring_of
from registry.insured.matching import Identification, IdentificationOutcome, SearchRequest, identify, request_of
from registry.insured.matching.elsewhere import KnownElsewhere, Search, Stranger
from registry.insured.rules.identification_findings import findings_of
from registry.reference.territories import okato_of_fund


@dataclass(frozen=True, slots=True)
class Requested:
    """The records that speak of people, their requests and what was answered, place by place."""

    items: list[Item]
    requests: list[SearchRequest]
    answers: list[Identification]


def identify_people(session: Session, batch: Batch, context: HubContext) -> None:
    """Set the identification of every open item whose kind speaks of a person, and the findings that follow."""
    asked: list[tuple[Item, date]] = []
    requests = []
    sole = bool(batch.envelope.spelling and batch.envelope.spelling.sole)
    for item in batch.items:
        if item.kind.period is None or not item.is_open or item.operation is Operation.DELETE:
            continue
        on, until = item.kind.period(item.record, batch.as_of)
        asked.append((item, on))
        requests.append(request_of(item.record, on, until, sole))
    if not requests:
        return
    answers = identify(
        session,
        requests,
        recorded_at=batch.packet.started_at or batch.now,
        fund_okato=okato_of_fund(context.fund_code),
        secret=context.key_secret(session),
        scoring=scoring_of(session, context),
    )
    _look_elsewhere(session, batch, Requested([item for item, _ in asked], requests, answers), context)
    _complete_insurers(answers, directory(session, context), okato_of_fund(context.fund_code))
    for (item, on), found in zip(asked, answers, strict=True):
        item.identification = found
        judge = item.kind.judge
        judged = judge(item.record, found, on, batch.options) if judge else findings_of(found, item.kind, on)
        item.findings.extend(judged)
    locate(batch)


def _look_elsewhere(session: Session, batch: Batch, looked: Requested, context: HubContext) -> None:
    """Stage 4 of matching (clause 9.5): who is nobody's here is asked about elsewhere, when that is switched on.

    What is known there already becomes the answer; whoever one register does not know, the next is asked about. Records
    that change something are not about strangers: they are refused as before.
    """
    strangers = [
        Stranger(place, looked.requests[place], batch.packet.id, item.position)
        for place, item in enumerate(looked.items)
        if looked.answers[place].outcome is IdentificationOutcome.NOT_FOUND and not item.kind.changes_state
    ]
    renamed: dict[int, KnownElsewhere] = {}
    for ask in context.catalog.elsewhere if strangers else ():
        secret = context.key_secret(session)
        told = ask(Search(session, strangers, batch.now, batch.options, secret, context.fund_code))
        for place, one in told.items():
            found = looked.answers[place]
            found.searched = "; ".join(filter(None, (found.searched, one.searched)))
            if one.identification is not None:
                looked.answers[place] = one.identification
            if one.main_enp:
                renamed[place] = one
        settled = {place for place, one in told.items() if not one.passes_on}
        strangers = [one for one in strangers if one.place not in settled]
    if renamed:
        _look_again(session, batch, looked, renamed, context)


def _look_again(
    session: Session, batch: Batch, looked: Requested, renamed: dict[int, KnownElsewhere], context: HubContext
) -> None:
    """Who is known elsewhere under another ЕНП may be one of ours under that one."""
    places = sorted(renamed)
    again = identify(
        session,
        [replace(looked.requests[place], enp=renamed[place].main_enp) for place in places],
        recorded_at=batch.packet.started_at or batch.now,
        fund_okato=okato_of_fund(context.fund_code),
        secret=context.key_secret(session),
        scoring=scoring_of(session, context),
    )
    for place, found in zip(places, again, strict=True):
        if found.is_found:
            source = renamed[place].source
            found.notes.append(f"ЕНП заменён по данным {source}, прежний {looked.requests[place].enp}")
            looked.answers[place] = found


def _complete_insurers(answers: list[Identification], registered: Directory, own_okato: str) -> None:
    """An insurance without a territory is our own; the ОГРН of an insurer comes from its registered codes."""
    for found in answers:
        insured = found.insurance
        if insured is not None and insured.insurer_code:
            insured.okato = insured.okato or own_okato
            ogrn = insured.insurer_ogrn or registered.translated(insured.insurer_code, "smocod", "ogrn")
            insured.insurer_ogrn = ogrn or ""
