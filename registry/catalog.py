"""Collects what every context describes: kinds, spellings, layouts, dialects, subscribers of changes, guards."""

from __future__ import annotations

from functools import lru_cache

from registry.central import spellings as central_spellings
from registry.central.kinds import of_central as central_kinds
from registry.central.operations.ask_elsewhere import PEERS
from registry.core.layouts import layout_of, packaged_rows
from registry.core.queries import Query
from registry.core.work import LifeSign
from registry.exchange.catalogue import Catalog, by_dialect, by_name
from registry.exchange.dialects.dcx import DcExchange
from registry.exchange.dialects.events import Events
from registry.exchange.dialects.files import Files
from registry.exchange.dialects.generic import Generic
from registry.exchange.dialects.getattach import GetAttach
from registry.exchange.dialects.regional.karelia import Karelia
from registry.exchange.dialects.regional.volgograd import Volgograd
from registry.exchange.dialects.regional.vologda import Vologda
from registry.exchange.dialects.rest import Rest
from registry.exchange.dialects.uir import Uir
from registry.exchange.operations.changes_of_people import answer_buffered
from registry.insured.agencies import kinds as agency_kinds
from registry.insured.agencies import spellings as agency_layouts
from registry.insured.agencies.spellings.codes import CODED as AGENCY_CODED
from registry.insured.buffer.spellings import change_decision, person_contacts
from registry.insured.departures.kind import DEPARTURE
from registry.insured.kinds import insured_answers, news
from registry.insured.kinds.attached_person import ATTACHED_PERSON
from registry.insured.kinds.attached_total import ATTACHED_TOTAL
from registry.insured.kinds.attachment import ATTACHMENT, DETACHMENT, DETACHMENT_CANCELLATION
from registry.insured.kinds.blank_portion import BLANK_PORTION
from registry.insured.kinds.change_decision import CHANGE_DECISION
from registry.insured.kinds.changes_request import CHANGES_REQUEST
from registry.insured.kinds.detachment_request import DETACHMENT_REQUEST
from registry.insured.kinds.district import DISTRICT
from registry.insured.kinds.doctor_section import DOCTOR_SECTION
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.identification_answer import IDENTIFICATION_ANSWER
from registry.insured.kinds.insured_change import INSURED_CHANGE
from registry.insured.kinds.person_contacts import PERSON_CONTACTS
from registry.insured.kinds.query_parameters import QUERY_PARAMETERS
from registry.insured.mass.kind import SECTION_LINE
from registry.insured.news.queries.period import CHANGES_OF_PERIOD
from registry.insured.queries import attached_totals, attachment_lists
from registry.insured.spellings import (
    attached_total,
    attachment,
    attachment_dcx,
    dcx_parameters,
    district,
    identification,
    insured_change,
    regional,
    rest,
)
from registry.insured.spellings import insured_answers as insured_answer_spellings
from registry.insured.spellings import news as news_spellings
from registry.insured.spellings.codes import CODED
from registry.support.hospital import queries as hospital_queries
from registry.support.hospital.kinds import of_hospitals
from registry.support.hospital.operations import guard_joins
from registry.support.hospital.spellings import of_hospitals as hospital_spellings
from registry.support.kinds import of_events
from registry.support.plans import kinds as plan_kinds
from registry.support.plans.operations import follow_cards
from registry.support.plans.queries import lists as plan_lists
from registry.support.plans.spellings import dcx as plans_dcx
from registry.support.queries import events as event_queries
from registry.support.queries import life
from registry.support.spellings import events

KINDS = (
    IDENTIFICATION,
    IDENTIFICATION_ANSWER,
    ATTACHMENT,
    DETACHMENT,
    DETACHMENT_CANCELLATION,
    DISTRICT,
    CHANGE_DECISION,
    PERSON_CONTACTS,
    SECTION_LINE,
    QUERY_PARAMETERS,
    ATTACHED_PERSON,
    DETACHMENT_REQUEST,
    DOCTOR_SECTION,
    ATTACHED_TOTAL,
    INSURED_CHANGE,
    *insured_answers.KINDS,
    *news.KINDS,
    DEPARTURE,
    *agency_kinds.KINDS,
    BLANK_PORTION,
    CHANGES_REQUEST,
    *central_kinds.KINDS,
    *of_events.KINDS,
    *of_hospitals.KINDS,
    *plan_kinds.KINDS,
)
SPELLINGS = (
    *identification.SPELLINGS,
    *attachment.SPELLINGS,
    *district.SPELLINGS,
    *change_decision.SPELLINGS,
    *person_contacts.SPELLINGS,
    *dcx_parameters.SPELLINGS,
    *attachment_dcx.SPELLINGS,
    *rest.SPELLINGS,
    *news_spellings.SPELLINGS,
    *regional.SPELLINGS,
    *events.SPELLINGS,
    *attached_total.SPELLINGS,
    *insured_change.SPELLINGS,
    *insured_answer_spellings.SPELLINGS,
    *central_spellings.SPELLINGS,
    *hospital_spellings.SPELLINGS,
    *plans_dcx.SPELLINGS,
)
QUERIES: tuple[Query, ...] = (
    CHANGES_OF_PERIOD,
    *attachment_lists.QUERIES,
    *attached_totals.QUERIES,
    *hospital_queries.QUERIES,
    *event_queries.QUERIES,
    *plan_lists.QUERIES,
)
LIFE_SIGNS: tuple[LifeSign, ...] = (life.later_services,)
LAYOUT_PACKAGE = "registry.insured.spellings"
BUFFER_PACKAGE = "registry.insured.buffer.spellings"
MASS_PACKAGE = "registry.insured.mass.spellings"
NEWS_PACKAGE = "registry.insured.news.spellings"
BLANKS_PACKAGE = "registry.insured.blanks.spellings"
LAYOUTS = (
    (ATTACHMENT, LAYOUT_PACKAGE, "attachment.csv"),
    (DEPARTURE, "registry.insured.departures", "departure.csv"),
    (IDENTIFICATION, LAYOUT_PACKAGE, "identification.csv"),
    (CHANGE_DECISION, BUFFER_PACKAGE, "change_decision.csv"),
    (PERSON_CONTACTS, BUFFER_PACKAGE, "person_contacts.csv"),
    (SECTION_LINE, MASS_PACKAGE, "section_line.csv"),
    (IDENTIFICATION_ANSWER, LAYOUT_PACKAGE, "identification_answer.csv"),
    (news.DAILY_NEWS, LAYOUT_PACKAGE, "news.csv"),
    *((kind, agency_layouts.PACKAGE, name) for kind, name in agency_layouts.LAYOUTS),
    (BLANK_PORTION, BLANKS_PACKAGE, "blank_portion.csv"),
    (CHANGES_REQUEST, NEWS_PACKAGE, "changes_request.csv"),
)
FORMS = {**CODED, **AGENCY_CODED}
GUARDS = (*guard_joins.GUARDS,)
SUBSCRIBERS = {**follow_cards.SUBSCRIBERS, **answer_buffered.SUBSCRIBERS}
DIALECTS = (Uir, GetAttach, DcExchange, Generic, Files, Rest, Events, Vologda, Volgograd, Karelia)

#: Registers that are asked about strangers, in this order (registry model, clause 9.5).
ELSEWHERE = PEERS


@lru_cache(maxsize=1)
def collect() -> Catalog:
    """Return the catalogue; a duplicate, a gap or a broken pointer raises here, at start, never later."""
    kinds = by_name(KINDS)
    rows = tuple((kind, row) for kind, package, name in LAYOUTS for row in packaged_rows(package, name))
    for kind, layout in {(kind.name, row.layout): (kind, row.layout) for kind, row in rows}.values():
        layout_of(kind, [row for _, row in rows if row.layout == layout], FORMS)
    dialects = {one.name: one() for one in DIALECTS}
    queries = {query.name: query for query in QUERIES}
    spellings = by_dialect(SPELLINGS, kinds)
    return Catalog(kinds, spellings, dialects, rows, FORMS, SUBSCRIBERS, queries, GUARDS, LIFE_SIGNS, ELSEWHERE)
