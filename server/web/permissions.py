"""Which permission every address needs and which role has it: one table, held complete by a test."""

from __future__ import annotations

from collections.abc import Mapping
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
    CHECKS = "checks"
    REFERENCE = "reference"
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
    Permission.CHECKS,
    Permission.REFERENCE,
}
_FUND_ADMINISTRATORS = _FUND_STAFF | {Permission.AUDIT, Permission.ADMINISTER}

#: Flask endpoint → the permission it needs. An endpoint that is not here is refused to everyone.
ROUTES: dict[str, Permission] = {
    "static": Permission.PUBLIC,
    "favicon": Permission.PUBLIC,
    "access.sign_in": Permission.PUBLIC,
    "access.sign_out": Permission.SIGNED_IN,
    "access.set_theme": Permission.PUBLIC,
    "access.set_columns": Permission.SIGNED_IN,
    "access.own_password": Permission.SIGNED_IN,
    "health.health": Permission.PUBLIC,
    "health.ready": Permission.PUBLIC,
    "health.metrics": Permission.PUBLIC,
    "health.state": Permission.HEALTH,
    "health.return_parked": Permission.HEALTH,
    "health.deliver_again": Permission.HEALTH,
    "formats.index": Permission.PUBLIC,
    "formats.kind": Permission.PUBLIC,
    "formats.findings": Permission.PUBLIC,
    "formats.books": Permission.PUBLIC,
    "formats.rest": Permission.PUBLIC,
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
    "central.asking": Permission.CENTRAL,
    "central.ask": Permission.CENTRAL,
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
    "checks.book": Permission.CHECKS,
    "checks.check": Permission.CHECKS,
    "checks.switch": Permission.CHECKS,
    "reference.books": Permission.SIGNED_IN,
    "reference.book": Permission.SIGNED_IN,
    "reference.versions": Permission.SIGNED_IN,
    "reference.version": Permission.SIGNED_IN,
    "reference.load": Permission.REFERENCE,
    "reference.use": Permission.REFERENCE,
    "reference.drop": Permission.REFERENCE,
    "reference.withdraw": Permission.REFERENCE,
    "options.options": Permission.ADMINISTER,
    "options.option": Permission.ADMINISTER,
    "options.change": Permission.ADMINISTER,
    "options.reset": Permission.ADMINISTER,
    "audit.entries": Permission.AUDIT,
    "administration.accounts": Permission.ADMINISTER,
    "administration.account": Permission.ADMINISTER,
    "administration.add": Permission.ADMINISTER,
    "administration.set_active": Permission.ADMINISTER,
    "administration.reset_password": Permission.ADMINISTER,
    "administration.organisations": Permission.ADMINISTER,
    "rights.roles": Permission.ADMINISTER,
    "rights.role": Permission.ADMINISTER,
    "rights.change": Permission.ADMINISTER,
}


#: What each right opens, for the screen where administrators take them away and give them.
TITLES: dict[Permission, str] = {
    Permission.SIGNED_IN: "Обзор, справочники, свой пароль",
    Permission.JOURNAL: "Журнал обмена, исходящие, идентификация",
    Permission.UPLOAD: "Загрузка файлов",
    Permission.UPLOAD_FOR_OTHERS: "Загрузка и отбор на идентификацию за других",
    Permission.SENDINGS: "Отправка сведений о событиях",
    Permission.SEND_AGAIN: "Повторная отправка исходящих",
    Permission.BLANKS: "Бланки полисов: коробки, договоры, передача",
    Permission.OWN_BLANKS: "Бланки полисов: получение и списание",
    Permission.PEOPLE: "Поиск людей, карточки, изменения, статистика",
    Permission.BUFFER: "Буфер: смотреть и отвечать о своём",
    Permission.BUFFER_DECIDE: "Буфер: решать",
    Permission.MASS_CHANGES: "Массовые изменения",
    Permission.DISTRICTS: "Участки",
    Permission.REVIEW: "Разбор найденных с сомнением",
    Permission.AGENCIES: "Ведомства, сообщения о смерти, приостановленные",
    Permission.HEALTH: "Состояние системы",
    Permission.AUDIT: "Аудит",
    Permission.DUPLICATES: "Дубликаты",
    Permission.CENTRAL: "Обмен с ЦС ЕРЗ и ФЕРЗЛ",
    Permission.CHECKS: "Книга проверок",
    Permission.REFERENCE: "Справочники: загружать, вводить, отзывать",
    Permission.ADMINISTER: "Администрирование: учётные записи, права, настройки",
}
#: The roles people have, by kind of organisation; programs are not seen on screens.
ROLES_OF: dict[str, tuple[str, ...]] = {
    "fund": ("administrator", "operator", "clerk"),
    "clinic": ("administrator", "operator", "clerk"),
    "insurer": ("administrator", "operator", "clerk"),
    "agency": ("administrator", "operator", "clerk"),
}
#: Rights nobody may take away: who has lost them could not give them back, or enter at all.
KEPT = {("fund", "administrator"): frozenset({Permission.ADMINISTER}), ("", ""): frozenset({Permission.SIGNED_IN})}


def may_be_changed(organisation_kind: str, role: str) -> frozenset[Permission]:
    """The rights a role may lose or get: an organisation never gets more than ships, it would see foreign rows."""
    staff = organisation_kind == "fund" and role in {"administrator", "operator"}
    ceiling = frozenset(TITLES) if staff else permissions_of(organisation_kind, role)
    return ceiling - KEPT["", ""] - KEPT.get((organisation_kind, role), frozenset())


def permissions_with(organisation_kind: str, role: str, changed: Mapping[str, bool]) -> frozenset[Permission]:
    """What a role may do after an administrator has taken rights from it or given it some."""
    allowed = may_be_changed(organisation_kind, role)
    taken = {one for one in allowed if changed.get(one.value) is False}
    given = {one for one in allowed if changed.get(one.value)}
    return (permissions_of(organisation_kind, role) | given) - taken


def permissions_of(organisation_kind: str, role: str) -> frozenset[Permission]:
    """What ships for an account of this kind of organisation and role."""
    if organisation_kind == "fund":
        return {"administrator": _FUND_ADMINISTRATORS, "operator": _FUND_STAFF}.get(role, _OWN_DATA)
    if organisation_kind == "clinic" and role != "service":
        return _SENDERS | {Permission.DISTRICTS}
    if organisation_kind in {"clinic", "insurer"}:
        of_kind = {Permission.OWN_BLANKS} if organisation_kind == "insurer" else set()
        return (_SENDERS - {Permission.PEOPLE} if role == "service" else _SENDERS) | of_kind
    return _OWN_DATA - {Permission.PEOPLE}
