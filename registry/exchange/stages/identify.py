"""Stage 4: every record that speaks of a person is looked up against the registry, the whole batch at once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from registry.core.outcomes import Item, Operation
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.stages.control import locate
from registry.exchange.tables import OrganisationCode
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
    )
    _complete_insurers(session, answers, okato_of_fund(context.fund_code))
    for (item, on), found in zip(asked, answers, strict=True):
        item.identification = found
        judge = item.kind.judge
        item.findings.extend(judge(item.record, found, on) if judge else findings_of(found, item.kind, on))
    locate(batch)


def _complete_insurers(session: Session, answers: list[Identification], own_okato: str) -> None:
    """An insurance without a territory is our own; the ОГРН of an insurer comes from its registered codes."""
    insured = [found.insurance for found in answers if found.insurance is not None and found.insurance.insurer_code]
    for one in insured:
        one.okato = one.okato or own_okato
    wanted = {one.insurer_code for one in insured if not one.insurer_ogrn}
    if not wanted:
        return
    codes, ogrns = aliased(OrganisationCode), aliased(OrganisationCode)
    rows = session.execute(
        select(codes.code, ogrns.code)
        .join(ogrns, ogrns.organisation_id == codes.organisation_id)
        .where(codes.scheme == "smocod", codes.code.in_(wanted), ogrns.scheme == "ogrn")
    )
    known = {row[0]: row[1] for row in rows}
    for one in insured:
        one.insurer_ogrn = one.insurer_ogrn or known.get(one.insurer_code, "")
