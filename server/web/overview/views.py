"""The start page, the search over everything, the keys."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.queries import JournalFilter, journal_counts, journal_line, journal_page, packet_of_sender
from registry.insured.queries import PersonSearch, find_people
from server.web.auditing import note
from server.web.current import session, today, viewer, zone
from server.web.guess import Guess, guess
from server.web.insured.purpose import purpose
from server.web.permissions import Permission

overview = Blueprint("overview", __name__, template_folder="templates")

TROUBLES = ("rejected", "partly_rejected", "refused", "parked")
TILES = (
    ("Обработано", "green", "circle-check", ("accepted", "repeated")),
    ("С замечаниями", "amber", "alert-triangle", ("accepted_warn",)),
    ("С отказами", "red", "circle-x", ("rejected", "partly_rejected", "refused")),
    ("В работе", "blue", "clock", ("received", "in_work", "held")),
)
PEOPLE_KINDS = frozenset({"enp", "snils", "document", "policy", "name"})


@overview.get("/")
def home() -> str:
    """What came today and how it ended, and the last troubles."""
    midnight = datetime.combine(today(), time.min, zone())
    sees = viewer().visibility
    counts = journal_counts(session(), sees, midnight)
    tiles = [
        (title, colour, icon, sum(counts.get(name, 0) for name in statuses), statuses)
        for title, colour, icon, statuses in TILES
    ]
    week = midnight - timedelta(days=7)
    troubles = journal_page(session(), sees, JournalFilter(since=week, statuses=TROUBLES), limit=8)
    latest = journal_page(session(), sees, JournalFilter(since=week), limit=8)
    return render_template("home.html", tiles=tiles, troubles=troubles, latest=latest)


@overview.get("/search")
def search() -> str | Response:
    """Lead straight to the one thing a text can mean, or show what it may mean."""
    guessed = guess(request.args.get("q", ""))
    address = _address(guessed) if guessed.text else ""
    if address:
        return redirect(address)
    return render_template("search.html", guessed=guessed)


@overview.get("/keys")
def keys() -> str:
    """The keys that work on every page."""
    return render_template("keys.html")


def _address(guessed: Guess) -> str:
    people = viewer().may(Permission.PEOPLE)
    if guessed.kind == "packet":
        found = journal_line(session(), viewer().visibility, int(guessed.text))
        return url_for("exchange.packet", line_id=found.entry.id) if found else ""
    if guessed.kind == "guid":
        return _of_guid(guessed.text)
    if guessed.kind in PEOPLE_KINDS and people:
        return url_for("insured.people", q=guessed.text)
    return url_for("exchange.journal", text=guessed.text, period="30")


def _of_guid(text: str) -> str:
    lines = packet_of_sender(session(), viewer().visibility, text)
    if len(lines) == 1:
        return url_for("exchange.packet", line_id=lines[0])
    if lines:
        return url_for("exchange.journal", text=text, period="all")
    if not viewer().may(Permission.PEOPLE):
        return ""
    if not purpose():
        return url_for("insured.people", q=text)  # it is asked there what people are searched for
    note("search", "people", details={"by": ["bdz_id"]})
    people = find_people(session(), viewer().sight, PersonSearch(bdz_id=text), today=today(), limit=1)
    return url_for("insured.person", person_id=people[0].person.id) if people else ""
