"""Changes of a period: what became known of one's people, each change once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.core.plain import plain_values
from registry.core.queries import LAST_PAGE, Asked
from registry.insured.news.queries.pages import last_look
from registry.insured.news.queries.period import CHANGES_OF_PERIOD, ChangesAsked
from server.api.asking import iso, limit, moment, parameters, whole, wrong
from server.api.entrance import FUND, caller, note, visibility
from server.api.problems import problem_of
from server.web.current import hub, now, session, today

changes = Blueprint("changes", __name__)


@changes.get("/changes")
def changes_of_period() -> Response:
    """A page of changes, the oldest first, with the moment the next period begins at."""
    given = parameters("since", "until", "after", "limit")
    most = last_look(session()) or now()
    until = min(moment(given, "until") or now(), most)
    since = moment(given, "since") or until - timedelta(days=1)
    if (moment(given, "until") or until) < since:
        raise wrong("until", "раньше since")
    options = hub().context.options(session())
    asked = Asked(
        session=session(),
        parameters=ChangesAsked(since=since, until=moment(given, "until"), after=whole(given, "after", None)),
        kind=FUND if visibility().sees_all else caller().organisation_kind,
        codes=frozenset() if visibility().sees_all else visibility().codes,
        today=today(),
        now=now(),
        page_size=limit(given),
        options=options,
    )
    told = CHANGES_OF_PERIOD.answer(asked)
    if told.refusal is not None:
        text = f"Период длиннее {options['changes_days']} дней"
        raise problem_of(Permanent(told.refusal, text, place="since"))
    note("api_changes", "changes", "", since=iso(since), until=iso(until), rows=len(told.rows))
    rows: list[dict[str, Any]] = [plain_values(row) for row in told.rows]
    following = None if told.next_id == LAST_PAGE else told.next_id
    return jsonify(changes=rows, next=following, since=iso(since), until=iso(until))
