"""Operations that read: credentials, parameters, a query, rows written by a spelling, one journal line (clause 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.checks.alphabet import is_digits
from registry.core.errors import Permanent
from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.plain import revived
from registry.core.queries import LAST_PAGE, Asked, Told
from registry.core.spellings import local_name
from registry.exchange.access import Caller
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Incoming
from registry.exchange.dialects.dcx import codes
from registry.exchange.dialects.dcx.entering import enter
from registry.exchange.dialects.dcx.response import wrapper_of, write_header
from registry.exchange.dialects.dcx.shapes import ListOperation
from registry.exchange.dialects.dcx.wording import refusal_text
from registry.exchange.dialects.reading import child_text
from registry.exchange.directory import Directory, directory
from registry.exchange.permissions import permit_question
from registry.exchange.stages.control import OWN_SCHEMES, organisation_fields

CREDENTIALS = frozenset(("username", "password", "sendercode", ""))
LONGEST_NOTED = 40
REASONS = {F.PERIOD_TOO_LONG: "Период запроса слишком длинный: задайте более позднюю дату"}


def answer_list(session: Session, operation: ListOperation, incoming: Incoming, context: HubContext) -> Answer:
    """Answer one page; what refuses the call stands in the header of an empty package (contract, 2.3)."""
    assert incoming.element is not None  # noqa: S101 - the channel parsed the call
    options = context.options(session).of_dialect("dcx")
    sender = str(options["dcx_sender_code"])
    try:
        if operation.check is not None:
            operation.check(incoming.element, context.clock.now(), options)
        caller = enter(session, incoming.element, child_text(incoming.element, "sendercode"), context)
        incoming.caller = caller
        told = _ask(session, operation, incoming.element, caller, context)
        if told.refusal is not None:
            raise Permanent(told.refusal, told.reason or REASONS.get(told.refusal, ""))
    except Permanent as refusal:
        return refused_list(operation, refusal, context, sender, incoming.element)
    return _written(session, operation, told, context, Asking(sender, incoming.element))


def _ask(session: Session, operation: ListOperation, call: etree._Element, caller: Caller, context: HubContext) -> Told:
    permit_question(session, "dcx", operation.name, caller, context)
    query = context.catalog.queries[operation.query]
    if caller.organisation_kind not in query.may_ask:
        raise Permanent(F.NOT_PERMITTED, "Нет права на запрос")
    spelling = context.catalog.spelling("dcx", "parameters")
    assert spelling is not None  # noqa: S101 - the catalogue was checked at start
    reading = next(iter(spelling.read(call)))
    if reading.findings:
        wrong = reading.findings[0]
        place = wrong.place.partition("/")[2]
        raise Permanent(F.PARAMETERS_WRONG, wrong.text, place=place, value=wrong.value, expected=wrong.expected)
    options = context.options(session).of_dialect("dcx")
    parameters = spelling.kind.record.of(reading.values)
    registered = directory(session, context)
    _to_own_codes(registered, parameters, context.clock.today())
    return query.answer(
        Asked(
            session=session,
            parameters=parameters,
            kind=caller.organisation_kind,
            codes=registered.codes_of_entity(caller.organisation_id) | caller.codes,
            today=context.clock.today(),
            now=context.clock.now(),
            page_size=int(options["page_rows"]),
            options=options,
        )
    )


def _to_own_codes(registered: Directory, parameters: Record, today: date) -> None:
    """Turn the contract's codes of organisations into mcod and smocod; what is not registered stays as it came."""
    for name, book in organisation_fields(parameters):
        code = parameters.__dict__.get(name)
        if code:
            own = registered.translated(str(code), "dcexchange", OWN_SCHEMES[book], today)
            parameters.__dict__[name] = own or code


@dataclass(frozen=True, slots=True)
class Asking:
    """Who answers a call, the call itself, and the text that refuses it."""

    sender: str
    call: etree._Element | None
    refusal: str = ""


def _written(session: Session, operation: ListOperation, told: Told, context: HubContext, asking: Asking) -> Answer:
    """Write the package in schema order: header, p11_nid or p11_perinf, rows, p12_all."""
    wrapper, rows = _package(operation, told, context, asking)
    spelling = context.catalog.spelling("dcx", operation.spelling)
    assert spelling is not None  # noqa: S101 - the catalogue was checked at start
    for element in spelling.write(with_contract_codes(directory(session, context), told.rows)):
        rows.append(element)
    return Answer(str(codes.OK), wrapper, serialize(wrapper), note=_parameters(asking.call), records=len(told.rows))


def _parameters(call: etree._Element | None) -> str:
    """Return what was asked, for the journal: parameters are codes, days and pages, credentials are left out."""
    given = [] if call is None else [(local_name(child), (child.text or "").strip()) for child in call]
    return "; ".join(f"{name}={text[:LONGEST_NOTED]}" for name, text in given if name not in CREDENTIALS and text)


def with_contract_codes(registered: Directory, records: Iterable[Record]) -> list[Record]:
    """Return records with the contract's own codes of clinics and insurers; those that have none keep the federal."""
    listed = list(records)
    for name, book in organisation_fields(listed[0]) if listed else ():
        for record in listed:
            code = record.__dict__.get(name)
            if code:
                told = registered.translated(str(code), OWN_SCHEMES[book], "dcexchange")
                record.__dict__[name] = told or code
    return listed


def written_told(batch: Batch, spelling_name: str, context: HubContext) -> Iterator[etree._Element]:
    """Yield what effects left on the items to be told beside the protocol."""
    spelling = context.catalog.spelling("dcx", spelling_name)
    assert spelling is not None  # noqa: S101 - the catalogue was checked at start
    for item in batch.items:
        yield from spelling.write(revived(spelling.kind.record, told) for told in item.answer.get("told", ()))


def refused_list(
    operation: ListOperation, refusal: Permanent, context: HubContext, sender: str, call: etree._Element | None = None
) -> Answer:
    """Return the empty package with the text of the refusal; its number is not on the wire."""
    code = codes.PACKET_CODES.get(F(refusal.code), codes.UNKNOWN)
    if operation.bare:
        wrapper = wrapper_of(operation.name)
    else:
        wrapper, _ = _package(operation, Told(), context, Asking(sender, call, refusal_text(code, refusal)))
    return Answer(str(code), wrapper, serialize(wrapper), refusal=refusal)


def _package(
    operation: ListOperation, told: Told, context: HubContext, asking: Asking
) -> tuple[etree._Element, etree._Element]:
    wrapper = wrapper_of(operation.name)
    package = etree.SubElement(wrapper, "orderpack")
    if operation.bare:
        return wrapper, package
    write_header(package, "p10_packinf", asking.sender, asking.refusal, context)
    if operation.period and asking.call is not None:
        period = etree.SubElement(package, "p11_perinf")
        for name, given in (("c10_year", "yearcode"), ("c11_month", "monthcode")):
            number = child_text(asking.call, given)
            etree.SubElement(period, name).text = number if is_digits(number) else "0"
    if operation.paged:
        etree.SubElement(package, "p11_nid").text = str(LAST_PAGE if asking.refusal else told.next_id)
    rows = etree.SubElement(package, operation.rows)
    if operation.paged:
        etree.SubElement(package, "p12_all").text = str(told.total)
    return wrapper, rows
