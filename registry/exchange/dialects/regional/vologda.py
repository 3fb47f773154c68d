"""Vologda style: flat questions with a token, all policies of a person as rows (identification contract, clause 4)."""

from __future__ import annotations

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Envelope, Incoming
from registry.exchange.dialects.getattach import BAD_VALUE, FOUND, NOT_FOUND
from registry.exchange.dialects.reading import child_text
from registry.exchange.dialects.regional.base import Regional, add, answering, found_in, named, policy_text
from registry.exchange.operations.security.api_keys import holder_of_key
from registry.insured.kinds.methods import BY_APPLICATION
from registry.insured.matching.outcomes import AttachedOn
from registry.insured.queries.insured_rows import insured_rows
from registry.insured.spellings.codes import f008_of

TRUE = frozenset(("true", "1"))


class Vologda(Regional):
    """The token is a key of the caller's organisation; who is not found has no ``return`` element."""

    name = "vologda"
    secrets = frozenset((b"token",))

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Let in whoever's token is a key that is in force."""
        token = child_text(incoming.element, "token") if incoming.element is not None else ""
        holder = holder_of_key(session, token)
        if holder is None:
            raise Permanent(F.CREDENTIALS_WRONG, "Неверный токен")
        incoming.caller = holder.caller
        return super().gate(session, incoming, context)

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Policies, the oldest first, or the attachment of today."""
        wrapper, namespace = answering(batch)
        if batch.envelope.operation == "GetAttach":
            code = self._tell_attachment(wrapper, namespace, batch)
        else:
            code = self._tell_policies(session, wrapper, namespace, batch)
        return Answer(code, wrapper, serialize(wrapper))

    def _tell_policies(self, session: Session, wrapper: etree._Element, namespace: str, batch: Batch) -> str:
        found = found_in(batch.items[0])
        if found is None or found.person_id is None:
            return "not_found"
        rows = insured_rows(session, found.person_id)
        if child_text(batch.envelope.elements[0], "searchActive").lower() in TRUE:
            rows = [row for row in rows if row.ends_on is None or row.ends_on >= batch.as_of]
        for row in rows:
            block = etree.SubElement(wrapper, named(namespace, "return"))
            add(block, namespace, "InsBegin", row.begins_on)
            add(block, namespace, "InsEnd", row.ends_on)
            add(block, namespace, "InsId", policy_text(row.type, row.series, row.number or row.enp))
            add(block, namespace, "InsType", f008_of(row.type))
            add(block, namespace, "Enp", row.enp)
            if row.insurer_code:
                insurer = etree.SubElement(block, named(namespace, "IC"))
                add(insurer, namespace, "InnerICCode", row.insurer_code)
            add(block, namespace, "DateOfDeath", found.died_on)
        return "found" if rows else "not_found"

    def _tell_attachment(self, wrapper: etree._Element, namespace: str, batch: Batch) -> str:
        item = batch.items[0]
        found = found_in(item)
        is_bad = any(one.code in (F.ENP_WRONG, F.INSUFFICIENT_DATA) for one in item.findings)
        attached = found.attachment if found is not None else None
        code = BAD_VALUE if is_bad else FOUND if attached is not None else NOT_FOUND
        add(wrapper, namespace, "return", code)
        if attached is not None:
            _tell(etree.SubElement(wrapper, named(namespace, "attach")), namespace, attached)
        return str(code)


def _tell(block: etree._Element, namespace: str, attached: AttachedOn) -> None:
    for name, value in (
        ("MOCode", attached.clinic_code),
        ("SubdivCode", attached.building),
        ("AttachType", 2 if attached.method in BY_APPLICATION else 1),
        ("AreaType", attached.area_type),
        ("Section", attached.district_code),
        ("DateBegin", attached.valid_from),
        ("DateEnd", attached.valid_to),
        ("DoctorSnils", attached.doctor_snils),
    ):
        add(block, namespace, name, value)
