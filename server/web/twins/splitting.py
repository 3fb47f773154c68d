"""Separation of a record: statements with checkboxes leave for a new record or an annulled one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Retryable
from registry.exchange.queries import organisation_names
from registry.insured import queries
from registry.insured.queries import Card
from registry.insured.twins import Refused, Split, split_person
from registry.store.base import OPEN_MOMENT
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import session
from server.web.insured import story
from server.web.twins.views import AGAIN, actor, tell

splits = Blueprint("splits", __name__, template_folder="templates")


@splits.get("/people/<int:person_id>/split")
def show(person_id: int) -> str:
    """Everything that is known of a record, each statement with a checkbox."""
    found = _card(person_id)
    note("open_split", "person", person_id)
    return _page(found, {})


@splits.post("/people/<int:person_id>/split")
def separate(person_id: int) -> str | Response:
    """Give the marked statements to another record; a refusal comes back with the form."""
    _card(person_id)
    into, status = request.form.get("into", "").strip(), request.form.get("status", "")
    wanted = Split(
        person_id=person_id,
        statements=tuple(request.form.getlist("statement")),
        into=number_of(into),
        copy_death=request.form.get("copy_death") == "1",
        status=int(status) if status in {"1", "3", "4", "5"} else None,
    )
    try:
        done = split_person(session(), wanted, actor())
        tell(done)
    except (Refused, Retryable) as refused:
        session().rollback()
        flash(refused.text if isinstance(refused, Refused) else AGAIN, "danger")
        return _page(_card(person_id), request.form)
    link_id = done.link.id
    note("split_person", "person", person_id, {"pair": link_id, "statements": len(wanted.statements)})
    flash("Отмеченные сведения теперь в отдельной записи. Вернуть можно здесь же.", "success")
    return redirect(url_for("twins.pair", link_id=link_id), 303)


def _card(person_id: int) -> Card:
    found = queries.card(session(), person_id)
    if found is None:
        abort(404)
    return found


def _page(found: Card, given: Mapping[str, str]) -> str:
    known = {
        "versions": [row for row in found.versions if row.retracted_at == OPEN_MOMENT],
        "documents": [row for row in found.documents if row.retracted_at == OPEN_MOMENT],
        "snils": [row for row in found.snils if row.retracted_at == OPEN_MOMENT],
        "policies": [row for row in found.policies if row.retracted_at == OPEN_MOMENT],
        "attachments": [row for row in found.attachments if row.retracted_at == OPEN_MOMENT],
    }
    insurance: dict[int, list[object]] = {}
    for row in found.insurance:
        if row.retracted_at == OPEN_MOMENT:
            insurance.setdefault(row.policy_id, []).append(row)
    codes = [*(row.insurer_code for row in found.insurance), *(row.clinic_code for row in found.attachments)]
    marked = set(request.form.getlist("statement")) if given else set()
    return render_template(
        "split.html",
        card=found,
        known=known,
        insurance=insurance,
        organisations=organisation_names(session(), codes),
        words=story,
        given=given,
        marked=marked,
    )
