"""The screens of the exchange with departments; every list of people is audited."""

from __future__ import annotations

from datetime import datetime, time

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.operations.tell_changes import tell_changes
from registry.exchange.queries.agencies import AgencyFile, AgencyFilter, UnmatchedRow, agency_files, unmatched_rows
from registry.exchange.queries.packets import organisations_of
from registry.insured.agencies.operations.decide_deaths import decide_deaths
from registry.insured.agencies.queries.announced import AnnouncedDeath, announced_deaths
from registry.insured.agencies.queries.suspended import SuspendedLine, suspended_lines
from server.web.agencies.tables import announced_table, files_table, suspended_table, unmatched_table
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, now, session, viewer, zone
from server.web.exchange.journal import day_of
from server.web.formatting import plural
from server.web.serving import serve
from server.web.table import Table

agencies = Blueprint("agencies", __name__, template_folder="templates")

GROUP = "РС ЕРЗ"
STATES = {"open": True, "restored": False, "all": None}


@agencies.get("/agencies", endpoint="files")
def show() -> str | Response:
    """Files to and from departments with the rows matched, unmatched and waiting."""
    table = files_table()

    def fetch(after: str, limit: int) -> list[AgencyFile]:
        number = number_of(after)
        return agency_files(session(), _wanted(table), after=number, limit=limit)

    return serve(table, fetch, "list.html", group=GROUP)


@agencies.get("/agencies/unmatched")
def unmatched() -> str | Response:
    """Rows nobody was found for, of all lists or of one."""
    table = unmatched_table()

    def fetch(after: str, limit: int) -> list[UnmatchedRow]:
        return unmatched_rows(session(), _wanted(table), after=after.split("|") if after else (), limit=limit)

    return serve(table, fetch, "list.html", group=GROUP)


@agencies.get("/announced-deaths")
def announced() -> str | Response:
    """Deaths told without an act that wait for a decision."""
    packets: dict[int, int] = {}
    table = announced_table(packets)

    def fetch(after: str, limit: int) -> list[AnnouncedDeath]:
        found = announced_deaths(session(), after=number_of(after), limit=limit)
        packets.update(organisations_of(session(), {one.fact.packet_id for one in found if one.fact.packet_id}))
        return found

    return serve(table, fetch, "list.html", group=GROUP)


@agencies.post("/announced-deaths/confirm")
def confirm() -> Response:
    """Register the marked deaths: insurance and attachments end on their days."""
    return _decide(confirmed=True)


@agencies.post("/announced-deaths/refuse")
def refuse() -> Response:
    """Drop what was said of the marked deaths; the people live on."""
    return _decide(confirmed=False)


def _decide(*, confirmed: bool) -> Response:
    ids = set(filter(None, map(number_of, request.form.getlist("id"))))
    deaths = announced_deaths(session(), ids=ids, limit=len(ids)) if ids else []
    changes = decide_deaths(session(), deaths, confirmed=confirmed, login=viewer().login, now=now())
    tell_changes(session(), changes, hub().context.catalog)
    for one in deaths:
        note("confirm_death" if confirmed else "refuse_death", "person", one.person.id)
    session().commit()
    if deaths:
        people = plural(len(deaths), "лица", "лиц", "лиц")
        told = "Смерть зарегистрирована" if confirmed else "Сообщение о смерти отклонено"
        flash(f"{told}: {len(deaths)} {people}", "success")
    else:
        flash("Отметьте строки, по которым принимается решение.", "warning")
    return redirect(url_for("agencies.announced"), 303)


@agencies.get("/suspended")
def suspended() -> str | Response:
    """People whose insurance is suspended for military service."""
    table = suspended_table()

    def fetch(after: str, limit: int) -> list[SuspendedLine]:
        return suspended_lines(
            session(),
            insurer=table.value("insurer"),
            still=STATES.get(table.value("state"), True),
            since=day_of(table.value("since")),
            after=number_of(after),
            limit=limit,
        )

    return serve(table, fetch, "list.html", group=GROUP)


def _wanted(table: Table) -> AgencyFilter:
    since = day_of(table.value("since"))
    packet = table.value("packet")
    return AgencyFilter(
        agency=table.value("agency"),
        kind=table.value("kind"),
        direction=table.value("direction"),
        since=datetime.combine(since, time.min, zone()) if since else None,
        packet_id=number_of(packet),
    )
