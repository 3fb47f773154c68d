"""Who calls by REST: a key of an organisation, so many calls a minute, the same rows as its people see on screens."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers.response import Response

from registry.core.findings import FindingCode as F
from registry.exchange.access import Caller
from registry.exchange.operations.audit_action import Act, audit
from registry.exchange.operations.journal_refusal import journal_refusal
from registry.exchange.operations.security.api_keys import Keyholder, holder_of_key, is_use_noted, note_use
from registry.exchange.queries.visibility import Visibility, visibility_of
from registry.exchange.rates import CallRates
from server.api.problems import Problem
from server.web.access.throttle import Throttle
from server.web.current import hub, now, session
from server.web.insured.purpose import EXCHANGE
from server.web.looks import REST, look_of

OPEN = frozenset(("docs.description", "docs.page"))
IDENTIFYING = frozenset(("people.identify", "check.check"))
FUND = "fund"


def guard(app: Flask) -> None:
    """Let no call pass without a key, but for the description of the interface."""
    app.extensions["throttle"] = Throttle()
    app.extensions["rates"] = CallRates()
    app.before_request(_enter)
    app.after_request(_note_unnoted)


def caller() -> Caller:
    """The organisation whose key this call bears."""
    return _holder().caller


def visibility() -> Visibility:
    """Whose rows the caller sees: those its people see on the screens; a key of the fund sees all."""
    if "visibility" not in g:
        one = caller()
        role = "operator" if one.organisation_kind == FUND else one.role
        g.visibility = visibility_of(session(), one.organisation_id, one.organisation_kind, role)
    return cast(Visibility, g.visibility)


def note(action: str, object_type: str, object_id: object, **details: object) -> None:
    """Write that a key looked at something, before it is shown."""
    with hub().sessions.begin() as opened:
        note_with(opened, action, object_type, object_id, **details)


def note_with(opened: Session, action: str, object_type: str, object_id: object, **details: object) -> None:
    """The same as a part of the caller's transaction. A program has one purpose: the exchange its key is given for."""
    told = {"key": _holder().key.prefix, "purpose": EXCHANGE, **details}
    act = Act(action=action, object_type=object_type, object_id=str(object_id), details=told, address=_address())
    audit(opened, None, act, hub().context.clock)
    g.noted = True


def _holder() -> Keyholder:
    return cast(Keyholder, g.holder)


def _address() -> str:
    return (request.remote_addr or "")[:45]


def _enter() -> None:
    if request.endpoint is None or request.endpoint in OPEN:
        return
    if any("\0" in one for one in (request.path, *request.args.values(), *request.headers.values())):
        raise Problem(400, "PARAMETER_WRONG", "Нулевой знак в адресе или заголовке не принимается")
    throttle = cast(Throttle, current_app.extensions["throttle"])
    if throttle.is_braked(_address(), now()):
        raise Problem(429, F.NOT_PERMITTED.value, "Слишком много неверных ключей", headers={"Retry-After": "300"})
    given = _given_key()
    holder = holder_of_key(session(), given) if given else None
    if holder is None:
        _refuse(given, throttle)
    assert holder is not None  # noqa: S101 - _refuse does not return
    g.holder = holder
    _count(holder)
    if not is_use_noted(holder.key, hub().context.clock):
        with hub().sessions.begin() as opened:
            note_use(opened, holder.key, hub().context.clock)


def _note_unnoted(response: Response) -> Response:
    """Note what is about to be told of people when the operation has not."""
    look = look_of(REST, request.endpoint)
    if look is not None and not look.asked and "noted" not in g and "holder" in g and response.status_code == 200:
        note(look.action, look.object_type, (request.view_args or {}).get(look.number, ""))
    return response


def _given_key() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "").strip()


def _refuse(given: str, throttle: Throttle) -> None:
    """Refuse a call without a right key; one with a wrong key leaves a journal line."""
    text = "Нужен действующий ключ: Authorization: Bearer hub_…"
    if given:
        throttle.failed(_address(), now())
        with hub().sessions.begin() as opened:
            journal_refusal(
                opened,
                channel="rest",
                dialect="rest",
                operation=(request.endpoint or "").rpartition(".")[2],
                code=F.CREDENTIALS_WRONG,
                text="Неверный или отключённый ключ",
                context=hub().context,
                address=_address(),
            )
    raise Problem(401, F.CREDENTIALS_WRONG.value, text, headers={"WWW-Authenticate": 'Bearer realm="TFOMS hub"'})


def _count(holder: Keyholder) -> None:
    rates = cast(CallRates, current_app.extensions["rates"])
    options = hub().context.options(session())
    limits = [("", "rest_rate")] + ([("identify:", "identification_rate")] if request.endpoint in IDENTIFYING else [])
    for prefix, option in limits:
        most = int(options[option])
        if wait := rates.wait(prefix + holder.key.prefix, most):
            text = f"Превышено число запросов в минуту: {most}"
            raise Problem(429, F.NOT_PERMITTED.value, text, headers={"Retry-After": str(wait)})
