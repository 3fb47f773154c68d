"""«На разборе»: an operator compares, decides, and the senders are answered again; «Сопоставление»: what decides."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response as AnyResponse

from registry.core.errors import Permanent
from registry.exchange import queries
from registry.exchange.options import set_options
from registry.exchange.options.list import read_value
from registry.exchange.stages.answer_reviewed import take_up_again
from registry.exchange.stages.scoring import THRESHOLDS, scoring_of
from registry.insured.keys import last_rekeying, rules_are_newer
from registry.insured.queries.possible import compare_possible
from registry.insured.review import Verdict, decide_case
from registry.insured.review.queries import CaseLine, case_of, case_page, installed_weights, records_of
from registry.insured.review.rules import OPEN
from registry.insured.review.tables import ReviewCase
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, now, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.reviews.curve import curve_chart, weight_rows
from server.web.reviews.list import VERDICTS, reviews_table
from server.web.serving import serve

reviews = Blueprint("reviews", __name__, template_folder="templates")


@reviews.get("/reviews")
def cases() -> str | AnyResponse:
    """The worklist, what waits longest first."""
    table = reviews_table()
    state, sender = table.value("state"), table.value("sender")

    def fetch(after: str, limit: int) -> list[CaseLine]:
        return case_page(
            session(),
            status="" if state == "all" else state,
            organisation_id=number_of(sender),
            after=number_of(after),
            limit=limit,
        )

    return serve(table, fetch, "list.html", group="РС ЕРЗ")


@reviews.get("/reviews/<int:case_id>")
def case(case_id: int) -> str:
    """Given values and possible people side by side."""
    found = _case(case_id)
    note("open_review", "review", case_id, details={"people": [one["person_id"] for one in found.possible]})
    comparison = compare_possible(session(), found, today(), now())
    return render_template(
        "review.html",
        case=found,
        comparison=comparison,
        names=queries.organisation_names(
            session(), [code for one in comparison.people for code in (one.insured, one.attached)]
        ),
        records=records_of(session(), case_id),
        is_open=found.status == OPEN,
        verdicts=VERDICTS,
        looks=queries.looks_at(session(), viewer().visibility, "review", str(case_id)),
    )


@reviews.post("/reviews/<int:case_id>/decision")
def decide(case_id: int) -> AnyResponse:
    """Decide a case and take up again whatever waits for it."""
    _case(case_id)
    chosen = request.form.get("verdict", "")
    person_id = number_of(chosen)
    if person_id is None and chosen not in {Verdict.NOBODY.value, Verdict.SEVERAL.value}:
        flash("Выберите человека, «Никто из них» или «Выбрать нельзя»", "warning")
        return redirect(url_for("reviews.case", case_id=case_id), 303)
    verdict = Verdict.PERSON if person_id is not None else Verdict(chosen)
    comment = request.form.get("comment", "").strip()
    decided = decide_case(
        session(), case_id, verdict, person_id=person_id, by=viewer().login, now=now(), comment=comment
    )
    if decided is None:
        flash("Запись уже решена другим оператором", "warning")
        return redirect(url_for("reviews.case", case_id=case_id), 303)
    again = take_up_again(session(), case_id, hub().context)
    note("decide_review", "review", case_id, details={"verdict": verdict.value, "person_id": person_id})
    told = f", отправители получат ответ: {again}" if again else ""
    flash(f"Решение записано{told}", "success")
    following = case_page(session(), limit=1)
    if not following:
        return redirect(url_for("reviews.cases"), 303)
    return redirect(url_for("reviews.case", case_id=following[0].case.id), 303)


def _case(case_id: int) -> ReviewCase:
    found = case_of(session(), case_id)
    if found is None:
        abort(404)
    return found


@reviews.get("/matching")
def matching() -> str:
    """Thresholds beside the errors measured for them, the weights, and the sets that are installed."""
    scoring = scoring_of(session(), hub().context)
    return render_template(
        "matching.html",
        scoring=scoring,
        weights=scoring.model.weights,
        weights_since=day_of(scoring.model.weights.valid_from[:10]),
        chart=curve_chart(scoring),
        rows=weight_rows(scoring.model),
        installed=installed_weights(session()),
        names=THRESHOLDS,
        rekeying=last_rekeying(session()),
        rules_are_newer=rules_are_newer(session()),
    )


@reviews.post("/matching")
def set_thresholds() -> AnyResponse:
    """Set the thresholds; they count for every question asked from now on."""
    try:
        values = {name: read_value(name, request.form.get(name, "")) for name in THRESHOLDS}
        set_options(session(), values, now(), viewer().login)
    except Permanent as refusal:
        session().rollback()
        flash(refusal.text, "warning")
        return redirect(url_for("reviews.matching"), 303)
    note("set_thresholds", "option", "matching_found", details=values)
    hub().context.remembered.forget()
    flash("Пороги изменены, они действуют для следующих запросов", "success")
    return redirect(url_for("reviews.matching"), 303)
