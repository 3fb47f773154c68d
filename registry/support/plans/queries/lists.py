"""Lists of plans and facts as clinics, insurers and the fund may see them (decisions, clause 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, select, true

from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.plain import revived
from registry.core.queries import Asked, Query, Told
from registry.insured.kinds.query_parameters import QueryParameters
from registry.insured.queries.survivors import has, in_force
from registry.insured.tables import Attachment, Insurance
from registry.support.plans.kinds.announcements import ContactRecord, PlannedDateRecord, QuantityRecord
from registry.support.plans.kinds.facts import ExecutionRecord, InDepthRecord, InformingRecord, InvoiceRecord
from registry.support.plans.kinds.plan_row import PlanRecord
from registry.support.plans.tables import (
    ClinicContact,
    ExecutionFact,
    InDepthPerson,
    InformingFact,
    InvoiceFact,
    PlannedDate,
    PlanQuantity,
    PlanRow,
)

CLINIC, INSURER = "clinic", "insurer"


def plan_quantities(asked: Asked) -> Told:
    """Tell the approved numbers of a year, of one month when the asker names one; a clinic sees its own."""
    query = _of_month(asked, select(PlanQuantity), PlanQuantity).where(_own_clinic(asked, PlanQuantity.clinic_code))
    return _page(asked, query.order_by(PlanQuantity.id), _quantity)


def contacts(asked: Asked) -> Told:
    """Tell the telephones: a clinic sees its own, insurers and the fund all."""
    query = select(ClinicContact).where(_own_clinic(asked, ClinicContact.clinic_code))
    return _page(asked, query.order_by(ClinicContact.id), _told_as(ContactRecord))


def plan_dates(asked: Asked) -> Told:
    """Tell the days of measures from the first of this year on: a clinic sees its own, insurers and the fund all."""
    query = select(PlannedDate).where(
        PlannedDate.held_on >= date(asked.today.year, 1, 1), _own_clinic(asked, PlannedDate.clinic_code)
    )
    return _page(asked, query.order_by(PlannedDate.id), _told_as(PlannedDateRecord))


def plan_list(asked: Asked) -> Told:
    """Tell the people planned for a year, for one month when the asker names one."""
    query = _of_month(asked, select(PlanRow), PlanRow).where(
        PlanRow.withdrawn_at.is_(None), _visible(asked, PlanRow, PlanRow.due_on)
    )
    return _page(asked, query.order_by(PlanRow.id), _told_as(PlanRecord))


def informing_facts(asked: Asked) -> Told:
    """Tell whom insurers told, of one insurer and one day when the asker names them."""
    given = cast(QueryParameters, asked.parameters)
    query = select(InformingFact)
    if given.insurer:
        query = query.where(InformingFact.insurer_code == given.insurer)
    if given.on:
        query = query.where(InformingFact.informed_on == given.on)
    visible = _visible(asked, InformingFact, InformingFact.informed_on)
    if asked.kind == INSURER:
        visible = visible | InformingFact.insurer_code.in_(asked.codes)
    return _page(asked, query.where(visible).order_by(InformingFact.id), _told_as(InformingRecord))


def execution_facts(asked: Asked) -> Told:
    """Tell which steps people took, in one clinic and on one day when the asker names them."""
    given = cast(QueryParameters, asked.parameters)
    query = select(ExecutionFact)
    if given.clinic:
        query = query.where(ExecutionFact.clinic_code == given.clinic)
    if given.on:
        query = query.where(ExecutionFact.executed_on == given.on)
    query = query.where(_visible(asked, ExecutionFact, ExecutionFact.executed_on))
    return _page(asked, query.order_by(ExecutionFact.id), _told_as(ExecutionRecord))


def invoice_facts(asked: Asked) -> Told:
    """Tell the measures billed in a month: a clinic sees its own, an insurer what it is to pay."""
    query = _of_month(asked, select(InvoiceFact), InvoiceFact)
    if asked.kind == INSURER:
        query = query.where(InvoiceFact.payer_code.in_(asked.codes))
    query = query.where(_own_clinic(asked, InvoiceFact.clinic_code))
    return _page(asked, query.order_by(InvoiceFact.id), _told_as(InvoiceRecord))


def in_depth_people(asked: Asked) -> Told:
    """Tell who is due for the in-depth dispensarisation: the attached of a clinic, the insured of an insurer."""
    query = select(InDepthPerson)
    if asked.kind == CLINIC:
        query = query.where(_attached(asked))
    elif asked.kind == INSURER:
        query = query.where(_insured(asked, InDepthPerson.person_id, asked.today))
    return _page(asked, query.order_by(InDepthPerson.id), _told_as(InDepthRecord))


def _of_month(asked: Asked, query: Select[Any], model: Any) -> Select[Any]:
    given = cast(QueryParameters, asked.parameters)
    if given.year:
        query = query.where(model.year == given.year)
    if given.month:
        query = query.where(model.month == given.month)
    return query


def _own_clinic(asked: Asked, clinic_code: Any) -> ColumnElement[bool]:
    return clinic_code.in_(asked.codes) if asked.kind == CLINIC else true()


def _visible(asked: Asked, model: Any, on: Any) -> ColumnElement[bool]:
    """A clinic sees its own rows, an insurer those about its insured on the day of the row, the fund all."""
    if asked.kind == INSURER:
        return _insured(asked, model.person_id, on)
    return _own_clinic(asked, model.clinic_code)


def _insured(asked: Asked, person_id: Any, on: Any) -> ColumnElement[bool]:
    return has(Insurance, person_id, lambda one: (one.insurer_code.in_(asked.codes), *in_force(one, on)))


def _attached(asked: Asked) -> ColumnElement[bool]:
    codes, today = asked.codes, asked.today
    return has(Attachment, InDepthPerson.person_id, lambda one: (one.clinic_code.in_(codes), *in_force(one, today)))


def _page(asked: Asked, query: Select[Any], tell: Callable[[Any], Record]) -> Told:
    """Return one page, counted from 1 and empty after the last; page 0 is the whole list, as far as it is bearable."""
    page = cast(QueryParameters, asked.parameters).page or 0
    if page < 0:
        return Told(refusal=F.PARAMETERS_WRONG, reason="Номер страницы меньше нуля")
    if page:
        query = query.offset((page - 1) * asked.page_size).limit(asked.page_size)
        return Told([tell(row) for row in asked.session.scalars(query)])
    most = int(asked.options["whole_list_rows"])
    rows = asked.session.scalars(query.limit(most + 1)).all()
    if len(rows) > most:
        reason = f"В списке больше {most} строк: запрашивайте его по страницам, с первой"
        return Told(refusal=F.PARAMETERS_WRONG, reason=reason)
    return Told([tell(row) for row in rows])


def _told_as(of: type[Record]) -> Callable[[Any], Record]:
    """Return how to tell a row: in its sender's words, under its sender's number, else under one of our own.

    Senders read their rows back, change them and send them again: the number must be theirs. Rows nobody sent are
    numbered below zero, where no sender numbers.
    """

    def tell(row: Any) -> Record:
        record = revived(of, row.told)
        rid = getattr(row, "rid", row.id)
        record.__dict__["number"] = str(-row.id if rid is None else rid)
        return record

    return tell


def _quantity(row: PlanQuantity) -> Record:
    return QuantityRecord(
        number=str(row.id),
        event_kind=row.event_kind,
        second_kind=row.second_kind,
        year=row.year,
        month=row.month,
        clinic=row.clinic_code,
        quantity=row.quantity,
    )


QUERIES = (
    Query("plan_quantities", "Плановое число мероприятий", plan_quantities),
    Query("clinic_contacts", "Контактные телефоны МО", contacts),
    Query("plan_dates", "Даты профилактических мероприятий", plan_dates),
    Query("plan_list", "План профилактических мероприятий", plan_list),
    Query("informing_facts", "Факты информирования", informing_facts),
    Query("execution_facts", "Факты проведения мероприятий", execution_facts),
    Query("invoice_facts", "Мероприятия в реестрах счетов", invoice_facts),
    Query("in_depth_people", "Углублённая диспансеризация", in_depth_people),
)
