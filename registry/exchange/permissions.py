"""Who may call which operation of SOAP, and whose packets must be signed: asked before anything is kept."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.access import Caller
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Envelope, Incoming
from registry.exchange.queries.security.demands import OrganisationRules, organisation_rules

CHANNEL = "soap"
EVERYBODY = frozenset(("clinic", "insurer", "fund"))
CLINICS = frozenset(("clinic", "fund"))
INSURERS = frozenset(("insurer", "fund"))

#: Dialect, operation (`*` stands for anything), kinds of organisations that may call it; the first row that fits
#: decides, an operation without a row is refused to everyone. Lists (queries) name who may ask beside their rows.
RULES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("uir", "*", EVERYBODY),
    ("getattach", "*", EVERYBODY),
    ("vologda", "*", EVERYBODY),
    ("volgograd", "*", EVERYBODY),
    ("karelia_search", "*", EVERYBODY),
    ("events", "SendInformResult", INSURERS),
    ("events", "Send*", CLINICS),
    ("events", "Get*", EVERYBODY),
    ("dcx", "Make*", CLINICS),
    ("dcx", "SendAttach*", CLINICS),
    ("dcx", "SendQueryForDeAttach*", CLINICS),
    ("dcx", "*", EVERYBODY),
)


def may_call(dialect: str, operation: str, kind: str) -> bool:
    """True when organisations of this kind may call the operation."""
    for name, pattern, kinds in RULES:
        if name == dialect and fnmatchcase(operation, pattern):
            return kind in kinds
    return False


def permit_question(session: Session, dialect: str, operation: str, caller: Caller, context: HubContext) -> None:
    """Refuse a question the caller may not ask."""
    rules = _rules(session, caller.organisation_id, context)
    is_denied = any(fnmatchcase(operation, pattern) for pattern in rules.denied)
    if is_denied or not may_call(dialect, operation, caller.organisation_kind):
        raise Permanent(F.NOT_PERMITTED, "Нет права на операцию", value=operation)


def permit(session: Session, incoming: Incoming, envelope: Envelope, context: HubContext) -> None:
    """Refuse an operation the caller may not call, a missing signature, and one of another organisation."""
    if incoming.channel != CHANNEL:
        return
    caller = envelope.caller
    rules = _rules(session, envelope.sender_id, context)
    permit_question(session, incoming.dialect, envelope.operation, caller, context)
    signed_by = incoming.properties.get("signed_by")
    if signed_by is not None and signed_by not in _signers(caller.acts_for, rules.parents):
        raise Permanent(F.SIGNATURE_WRONG, "Пакет подписан сертификатом другой организации")
    if signed_by is None and rules.must_sign:
        raise Permanent(F.SIGNATURE_ABSENT, "Пакет не подписан, а для вашей организации подпись обязательна")


def _rules(session: Session, organisation_id: int, context: HubContext) -> OrganisationRules:
    return context.remembered.get(f"rules:{organisation_id}", lambda: organisation_rules(session, organisation_id))


def _signers(acts_for: Iterable[int], parents: Iterable[int]) -> set[int]:
    """A department's packet may bear the signature of its legal entity."""
    return {*acts_for, *parents}
