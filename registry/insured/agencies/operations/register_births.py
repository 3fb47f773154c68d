"""Registering newborns told by the civil registry, attached conditionally to the clinic of the mother (rule 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.normalisation import name_key
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.operations.telling import act_of, ledger_of, write_and_tell
from registry.insured.keys import ensure_key_secret
from registry.insured.kinds.methods import Method
from registry.insured.matching import Identification, SearchRequest, identify
from registry.insured.operations.attachment_rows import attachments_of, lock_people
from registry.insured.operations.people import Act, PeopleLedger, PersonState
from registry.insured.operations.people.aspects import ATTACHMENT
from registry.insured.operations.people.facts import change_document, change_names
from registry.insured.operations.people.newborns import register_newborn
from registry.insured.rules.attachment_state import THERAPEUTIC, AttachmentState, current_of

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.birth import Birth

CERTIFICATE = 3


def register_births(work: Work) -> None:
    """Add the children nobody knows; where the mother is found and attached, they are attached there conditionally."""
    items = _once([item for item in work.items if item.is_open and not _is_known(item)])
    if not items:
        return
    answers = _families(work, items)
    mothers = [one.representative_id for one in answers]
    clinics = _clinics(work, mothers)
    unnamed = {one.person_id for one in answers if (one.person_id is not None and _is_unnamed(one))}
    ledger = ledger_of(work, unnamed, newcomers=len(items))
    for item, found in zip(items, answers, strict=True):
        record, mother = cast("Birth", item.record), found.representative_id
        act = act_of(item, work, "birth", cast(date, record.birth_date), "")
        child = _child(ledger, record, found, act, unnamed)
        if record.document_number:
            paper = {"type": record.document_type or CERTIFICATE, "series": record.document_series or "", "issuer": ""}
            change_document(ledger, child, {**paper, "number": record.document_number}, act)
        if mother is None:
            item.findings.append(finding(F.MOTHER_UNKNOWN, field="mother_surname"))
        attached = clinics.get(mother or 0)
        if attached and child.line(ATTACHMENT, {**ATTACHMENT.defaults, "area_type": THERAPEUTIC}).last is None:
            _attach(ledger, child, attached, act)
        item.answer["person_id"] = child.id
    write_and_tell(ledger, items)


def _once(items: Sequence[Item]) -> list[Item]:
    """The records of different children; a second one of the same name, day and sex is refused (files.md 3.5)."""
    found: dict[tuple[Any, ...], Item] = {}
    for item in items:
        record = cast("Birth", item.record)
        names = (name_key(one or "") for one in (record.surname, record.first_name, record.patronymic))
        child = (*names, record.birth_date, record.sex)
        if record.first_name and child in found:
            first = found[child].record.number or found[child].position
            item.findings.append(finding(F.DUPLICATE_IN_PACKET, f"запись {first}", field="number"))
        else:
            found[child if record.first_name else (item.position,)] = item
    return list(found.values())


def _is_known(item: Item) -> bool:
    return bool(item.identification and item.identification.is_found)


def _names(record: Birth) -> dict[str, Any]:
    told = {
        "surname": record.surname,
        "first_name": record.first_name,
        "patronymic": record.patronymic,
        "birth_date": record.birth_date,
        "sex": record.sex,
        "birth_place": record.birth_place,
    }
    return {name: value or "" for name, value in told.items()}


def _child(ledger: PeopleLedger, record: Birth, found: Identification, act: Act, unnamed: set[int]) -> PersonState:
    """The child a clinic attached by the mother's document gets its name now; any other is new."""
    if found.person_id is not None and found.person_id in unnamed:
        unnamed.discard(found.person_id)
        child = ledger[found.person_id]
        change_names(ledger, child, _names(record), act, correction=True)
        return child
    return register_newborn(ledger, _names(record), found.representative_id, record.birth_order or 0, act)


def _is_unnamed(found: Identification) -> bool:
    """True for a registered child nobody gave a name yet."""
    is_child = found.person_id is not None and found.person_id != found.representative_id
    return is_child and found.person is not None and not found.person.first_name


def _families(work: Work, items: Sequence[Item]) -> list[Identification]:
    """Find all mothers at once by the same matcher, and the children she has of that day and sex.

    A mother who is not one certain person is unknown.
    """
    requests = [_request(cast("Birth", item.record), work.as_of) for item in items]
    secret = ensure_key_secret(work.session)
    return identify(work.session, requests, recorded_at=work.now, fund_okato="", secret=secret)


def _request(record: Birth, on: date) -> SearchRequest:
    return SearchRequest(
        on,
        surname=record.mother_surname or "",
        first_name=record.mother_first_name or "",
        patronymic=record.mother_patronymic or "",
        birth_date=record.mother_birth_date,
        snils=record.mother_snils or "",
        enp=record.mother_enp or "",
        newborn=f"{record.sex}{record.birth_date:%d%m%y}{record.birth_order or 1}",
    )


def _clinics(work: Work, mothers: Sequence[int | None]) -> dict[int, AttachmentState]:
    """The therapeutic attachments of the mothers, where newborns follow them (setting ``newborn_attachment``)."""
    if work.options.get("newborn_attachment", "mother") != "mother":
        return {}
    people = {one for one in mothers if one is not None}
    lock_people(work.session, people)
    found = attachments_of(work.session, people)
    current = {person_id: current_of(history, THERAPEUTIC) for person_id, history in found.items()}
    return {person_id: row for person_id, row in current.items() if row is not None}


def _attach(ledger: PeopleLedger, child: PersonState, mother: AttachmentState, act: Act) -> None:
    values = {
        **ATTACHMENT.defaults,
        "clinic_code": mother.clinic_code,
        "clinic_oid": mother.clinic_oid,
        "area_type": THERAPEUTIC,
        "method": Method.CONDITIONAL.value,
        "applied_on": act.on,
    }
    child.line(ATTACHMENT, values).add(values, act.on, act)
    ledger.note(child, act, ATTACHMENT.name)
    facts = {"clinic": mother.clinic_code, "area_type": THERAPEUTIC, "method": Method.CONDITIONAL.value}
    ledger.say(child, act, "attachment_opened", mother.clinic_code, act.on, **facts)
