"""Karelia style: SearchPeople, a list of at most twenty rows (identification contract, clause 6)."""

from __future__ import annotations

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.outcomes import Item
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch
from registry.exchange.dialects.regional.base import Regional, add, answering, found_in, named
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.queries import Card, StateOnDay, card, state_on
from registry.insured.queries.insured_rows import InsuredRow, insured_rows, namesakes
from registry.insured.spellings.codes import f008_of

MOST_ROWS = 20


class Karelia(Regional):
    """Names with a birth date may list several people; an empty answer means that nobody was identified."""

    name = "karelia_search"
    secrets = frozenset((b"Password", b"Nonce"))

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """A row for every policy of everybody found, or for the last policies alone."""
        wrapper, namespace = answering(batch)
        item = batch.items[0]
        last_only = bool(item.record.values.get("history"))  # Type_Request: 1 asks for the last policy
        rows: list[tuple[Card, InsuredRow | None]] = []
        for person_id in self._people(session, item):
            whole = card(session, person_id)
            policies = insured_rows(session, person_id)
            chosen = policies[-1:] if last_only else policies
            if whole is not None:
                rows.extend([(whole, policy) for policy in chosen] or [(whole, None)])
        for whole, policy in rows[:MOST_ROWS]:
            state = state_on(whole, batch.as_of)
            _tell(etree.SubElement(wrapper, named(namespace, "people")), namespace, state, whole, policy)
        if len(rows) > MOST_ROWS:
            add(wrapper, namespace, "ExcessTop", "true")
        return Answer("found" if rows else "not_found", wrapper, serialize(wrapper))

    def _people(self, session: Session, item: Item) -> list[int]:
        found = found_in(item)
        if found is not None and found.person_id is not None:
            return [found.person_id]
        several: Identification | None = item.identification
        values = item.record.values
        names = (values.get("surname", ""), values.get("first_name", ""), values.get("patronymic", ""))
        born = values.get("birth_date")
        if (
            several is None
            or several.outcome is not IdentificationOutcome.SEVERAL
            or not all(names[:2])
            or born is None
        ):
            return []
        return namesakes(session, names, born, MOST_ROWS + 1)


def _tell(block: etree._Element, namespace: str, state: StateOnDay, whole: Card, policy: InsuredRow | None) -> None:
    version, document, snils = state.version, state.document, state.snils
    told: list[tuple[str, object]] = []
    if version is not None:
        told += [("FAM", version.surname), ("IM", version.first_name), ("OT", version.patronymic)]
        told += [("birthDate", version.birth_date), ("sex", version.sex)]
    if policy is not None:
        told += [("typepolis", f008_of(policy.type)), ("serpolis", policy.series)]
        told += [("numpolis", policy.number or policy.enp), ("OpenPolis", policy.begins_on)]
        told += [("ClosePolis", policy.ends_on), ("typeclosepolis", policy.end_reason)]
        told += [("codestrah", policy.insurer_code)]
    if document is not None:
        told += [("codedoc", document.type), ("serdoc", document.series), ("numdoc", document.number)]
        told += [("docdate", document.issued_on), ("whovid", document.issuer)]
    told += [("snils", snils.number if snils is not None else "")]
    told += [("mocode", state.attachments[0].clinic_code if state.attachments else "")]
    told += [("PHONE", whole.person.phone)]
    for name, value in told:
        add(block, namespace, name, value)
