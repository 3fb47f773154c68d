"""Which permission every address needs and which role has it: one table, held complete by a test."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What an address asks of its viewer."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    JOURNAL = "journal"
    UPLOAD = "upload"
    UPLOAD_FOR_OTHERS = "upload_for_others"
    SENDINGS = "sendings"
    SEND_AGAIN = "send_again"
    BLANKS = "blanks"
    OWN_BLANKS = "own_blanks"
    PEOPLE = "people"
    BUFFER = "buffer"
    BUFFER_DECIDE = "buffer_decide"
    MASS_CHANGES = "mass_changes"
    DISTRICTS = "districts"
    REVIEW = "review"
    AGENCIES = "agencies"
    CENTRAL = "central"
    HEALTH = "health"
    AUDIT = "audit"
    DUPLICATES = "duplicates"
    ADMINISTER = "administer"


_OWN_DATA = frozenset({Permission.SIGNED_IN, Permission.JOURNAL, Permission.UPLOAD, Permission.PEOPLE})
_SENDERS = _OWN_DATA | {Permission.SENDINGS, Permission.BUFFER}
_FUND_STAFF = _SENDERS | {
    Permission.DISTRICTS,
    Permission.REVIEW,
    Permission.AGENCIES,
    Permission.CENTRAL,
    Permission.UPLOAD_FOR_OTHERS,
    Permission.HEALTH,
    Permission.DUPLICATES,
    Permission.SEND_AGAIN,
    Permission.BUFFER_DECIDE,
    Permission.BLANKS,
    Permission.OWN_BLANKS,
    Permission.MASS_CHANGES,
}
_FUND_ADMINISTRATORS = _FUND_STAFF | {Permission.AUDIT, Permission.ADMINISTER}

#: Flask endpoint → the permission it needs. An endpoint that is not here is refused to everyone.
ROUTES: dict[str, Permission] = {
    "static": Permission.PUBLIC,
    "access.sign_in": Permission.PUBLIC,
    "access.sign_out": Permission.SIGNED_IN,
    "access.set_theme": Permission.PUBLIC,
    "access.set_columns": Permission.SIGNED_IN,
    "access.own_password": Permission.SIGNED_IN,
    "health.health": Permission.PUBLIC,
    "health.ready": Permission.PUBLIC,
    "health.metrics": Permission.PUBLIC,
    "health.state": Permission.HEALTH,
    "formats.index": Permission.PUBLIC,
    "formats.kind": Permission.PUBLIC,
    "formats.findings": Permission.PUBLIC,
    "formats.books": Permission.PUBLIC,
    "formats.settings": Permission.PUBLIC,
    "overview.home": Permission.SIGNED_IN,
    "overview.search": Permission.SIGNED_IN,
    "overview.keys": Permission.SIGNED_IN,
    "exchange.journal": Permission.JOURNAL,
    "exchange.packet": Permission.JOURNAL,
    "exchange.progress": Permission.JOURNAL,
    "exchange.records": Permission.JOURNAL,
    "exchange.record": Permission.JOURNAL,
    "exchange.findings": Permission.JOURNAL,
    "exchange.content": Permission.JOURNAL,
    "exchange.download": Permission.JOURNAL,
    "exchange.history": Permission.JOURNAL,
    "outgoing.packets": Permission.JOURNAL,
    "outgoing.packet": Permission.JOURNAL,
    "outgoing.download": Permission.JOURNAL,
    "outgoing.acknowledge": Permission.JOURNAL,
    "outgoing.send_again": Permission.SEND_AGAIN,
    "blanks.boxes": Permission.BLANKS,
    "blanks.box": Permission.BLANKS,
    "blanks.remove_box": Permission.BLANKS,
    "blanks.mark": Permission.BLANKS,
    "blanks.contracts": Permission.BLANKS,
    "blanks.add_contract": Permission.BLANKS,
    "blanks.hand_over": Permission.BLANKS,
    "blanks.cancel": Permission.BLANKS,
    "blanks.transfers": Permission.OWN_BLANKS,
    "blanks.transfer": Permission.OWN_BLANKS,
    "blanks.act": Permission.OWN_BLANKS,
    "blanks.confirm": Permission.OWN_BLANKS,
    "blanks.find": Permission.OWN_BLANKS,
    "blanks.spoil": Permission.OWN_BLANKS,
    "blanks.status": Permission.OWN_BLANKS,
    "support.sendings": Permission.SENDINGS,
    "support.sending": Permission.SENDINGS,
    "support.request_resending": Permission.SENDINGS,
    "support.replace_card": Permission.HEALTH,
    "uploads.uploads": Permission.UPLOAD,
    "batches.batches": Permission.JOURNAL,
    "batches.batch": Permission.JOURNAL,
    "batches.stop": Permission.UPLOAD,
    "batches.proceed": Permission.UPLOAD,
    "batches.repeat": Permission.UPLOAD_FOR_OTHERS,
    "batch_making.choose": Permission.UPLOAD_FOR_OTHERS,
    "batch_making.form": Permission.UPLOAD_FOR_OTHERS,
    "batch_making.compare": Permission.UPLOAD,
    "batch_making.compared": Permission.UPLOAD,
    "layouts.layouts": Permission.ADMINISTER,
    "layouts.layout": Permission.ADMINISTER,
    "layouts.keep": Permission.ADMINISTER,
    "layouts.choose": Permission.ADMINISTER,
    "layouts.drop": Permission.ADMINISTER,
    "uploads.send": Permission.UPLOAD,
    "agencies.files": Permission.AGENCIES,
    "agencies.unmatched": Permission.AGENCIES,
    "agencies.announced": Permission.AGENCIES,
    "agencies.confirm": Permission.AGENCIES,
    "agencies.refuse": Permission.AGENCIES,
    "agencies.suspended": Permission.AGENCIES,
    "central.messages": Permission.CENTRAL,
    "central.message": Permission.CENTRAL,
    "central.reveal": Permission.CENTRAL,
    "central.resend": Permission.CENTRAL,
    "central.drop": Permission.CENTRAL,
    "districts.districts": Permission.DISTRICTS,
    "districts.people": Permission.DISTRICTS,
    "insured.people": Permission.PEOPLE,
    "insured.person": Permission.PEOPLE,
    "insured.reveal": Permission.PEOPLE,
    "reviews.cases": Permission.REVIEW,
    "reviews.case": Permission.REVIEW,
    "reviews.decide": Permission.REVIEW,
    "reviews.matching": Permission.ADMINISTER,
    "reviews.set_thresholds": Permission.ADMINISTER,
    "statistics.registry": Permission.PEOPLE,
    "statistics.count": Permission.HEALTH,
    "buffer.changes": Permission.BUFFER,
    "buffer.change": Permission.BUFFER,
    "buffer.decide": Permission.BUFFER,
    "buffer.decide_many": Permission.BUFFER_DECIDE,
    "mass.changes": Permission.MASS_CHANGES,
    "mass.start": Permission.MASS_CHANGES,
    "mass.change": Permission.MASS_CHANGES,
    "mass.move": Permission.MASS_CHANGES,
    "buffer_rules.rules": Permission.BUFFER_DECIDE,
    "buffer_rules.change_rule": Permission.ADMINISTER,
    "buffer_rules.take_back_rule": Permission.ADMINISTER,
    "buffer_rules.set_two_persons": Permission.ADMINISTER,
    "twins.pairs": Permission.DUPLICATES,
    "twins.progress": Permission.DUPLICATES,
    "twins.search": Permission.DUPLICATES,
    "twins.stop": Permission.DUPLICATES,
    "twins.dismiss": Permission.DUPLICATES,
    "twins.add": Permission.DUPLICATES,
    "twins.pair": Permission.DUPLICATES,
    "twins.reveal": Permission.DUPLICATES,
    "twins.decide": Permission.DUPLICATES,
    "splits.show": Permission.DUPLICATES,
    "splits.separate": Permission.DUPLICATES,
    "news.changes": Permission.PEOPLE,
    "options.options": Permission.ADMINISTER,
    "options.option": Permission.ADMINISTER,
    "options.change": Permission.ADMINISTER,
    "options.reset": Permission.ADMINISTER,
    "audit.entries": Permission.AUDIT,
    "administration.accounts": Permission.ADMINISTER,
    "administration.account": Permission.ADMINISTER,
    "administration.set_active": Permission.ADMINISTER,
    "administration.reset_password": Permission.ADMINISTER,
    "administration.organisations": Permission.ADMINISTER,
}


def permissions_of(organisation_kind: str, role: str) -> frozenset[Permission]:
    """Everything an account of this kind of organisation and role may do."""
    if organisation_kind == "fund":
        return {"administrator": _FUND_ADMINISTRATORS, "operator": _FUND_STAFF}.get(role, _OWN_DATA)
    if organisation_kind == "clinic" and role != "service":
        return _SENDERS | {Permission.DISTRICTS}
    if organisation_kind in {"clinic", "insurer"}:
        of_kind = {Permission.OWN_BLANKS} if organisation_kind == "insurer" else set()
        return (_SENDERS - {Permission.PEOPLE} if role == "service" else _SENDERS) | of_kind
    return _OWN_DATA - {Permission.PEOPLE}
