"""Stage 4: every record that speaks of a person is looked up against the registry, the whole batch at once."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from registry.core.outcomes import Item, Operation
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.directory import Directory, directory
from registry.exchange.stages.control import locate
from registry.exchange.stages.scoring import scoring_of
from registry.insured.matching import Identification, identify, request_of
from registry.insured.rules.identification_findings import findings_of
from registry.reference.territories import okato_of_fund


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
    _complete_insurers(answers, directory(session, context), okato_of_fund(context.fund_code))
    for (item, on), found in zip(asked, answers, strict=True):
        item.identification = found
        judge = item.kind.judge
        item.findings.extend(judge(item.record, found, on) if judge else findings_of(found, item.kind, on))
    locate(batch)


def _complete_insurers(answers: list[Identification], registered: Directory, own_okato: str) -> None:
    """An insurance without a territory is our own; the ОГРН of an insurer comes from its registered codes."""
    for found in answers:
        insured = found.insurance
        if insured is not None and insured.insurer_code:
            insured.okato = insured.okato or own_okato
            ogrn = insured.insurer_ogrn or registered.translated(insured.insurer_code, "smocod", "ogrn")
            insured.insurer_ogrn = ogrn or ""
