"""Figures of the registry: charts of the counts kept by day, each viewer's own share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.jobs import add_job
from registry.exchange.queries import organisation_names
from registry.insured.statistics.operations import ALL, CLINIC, INSURER
from registry.insured.statistics.queries import Scope, counted_days, figures, insured_by_day, scope_codes
from registry.insured.statistics.tables import RegistryDay
from server.web.auditing import note
from server.web.chart import Chart
from server.web.current import hub, session, viewer
from server.web.exchange.journal import day_of
from server.web.permissions import Permission
from server.web.statistics import charts

statistics = Blueprint("statistics", __name__, template_folder="templates")


@statistics.get("/statistics")
def registry() -> str:
    """The figures of one day: the last counted one not after the day asked for."""
    days = counted_days(session())
    day = _chosen(days, day_of(request.args.get("on", "")))
    may_count = viewer().may(Permission.HEALTH)
    if day is None:
        return render_template("statistics.html", day=None, days=days, may_count=may_count)
    scope = _scope()
    found = figures(session(), day.id, scope)
    codes = {code for name in ("insurer", "clinic") for code in found.get(name, {})}
    kinds = (INSURER, CLINIC) if viewer().sight.everyone else ()
    choices = {kind: scope_codes(session(), day.id, kind) for kind in kinds}
    names = organisation_names(session(), codes.union(*choices.values()))
    return render_template(
        "statistics.html",
        day=day,
        days=days,
        may_count=may_count,
        scope=scope,
        choices=choices,
        names=names,
        tiles=charts.tiles(found),
        charts=_charts(found, scope, names),
    )


@statistics.post("/statistics/count", endpoint="count")
def count() -> Response:
    """Have the registry of today counted anew by a worker."""
    add_job(session(), "statistics", lane="statistics", clock=hub().context.clock)
    note("count_registry")
    flash("Пересчёт начат: обновите страницу через минуту", "info")
    return redirect(url_for("statistics.registry"))


def _chosen(days: list[RegistryDay], wanted: date | None) -> RegistryDay | None:
    return next((one for one in days if wanted is None or one.day <= wanted), None)


def _scope() -> Scope:
    """What the viewer may see: their own organisation's figures, or for the fund all or those asked for."""
    sight = viewer().sight
    if not sight.everyone:
        return Scope(sight.kind, tuple(sorted(sight.codes)))
    for kind in (INSURER, CLINIC):
        if code := request.args.get(kind, "").strip()[:6]:
            return Scope(kind, (code,))
    return Scope()


def _charts(found: dict[str, dict[str, int]], scope: Scope, names: dict[str, str]) -> list[tuple[Chart, bool]]:
    drawn = [
        (charts.pyramid(found.get("age", {})), True),
        (charts.by_code("Прикреплено по МО", found.get("clinic", {}), names, "Без прикрепления"), True),
        (charts.by_code("Застраховано по СМО", found.get("insurer", {}), names, "Без СМО"), False),
        (charts.by_method(found.get("method", {})), False),
        (charts.by_policy(found.get("policy", {})), False),
        (charts.by_day(insured_by_day(session(), scope)), False),
    ]
    if scope.kind == ALL:
        drawn.insert(3, (charts.by_state(found.get("state", {})), False))
    return [(chart, tall) for chart, tall in drawn if len(chart.categories) > 1]
