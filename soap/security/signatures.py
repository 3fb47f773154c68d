"""Signed packets: found, checked, pinned to a registered certificate; only what was signed goes on."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.queries.security.demands import SIGNATURE as PURPOSE
from registry.exchange.queries.security.demands import certificate_of_fingerprint
from soap.security.verifiers import CMS, DS, IDS, VERIFIERS, SignatureWrong, standalone

#: In the bytes of any message with a signature: names of elements are written plainly, namespaces need not be.
HINT = b"Signature"
SIGNATURES = etree.XPath("//ds:Signature | //cms:CmsSignature", namespaces={"ds": DS, "cms": CMS}, smart_strings=False)
SAME_ID = etree.XPath("count(//@*[translate(local-name(), 'ID', 'id') = 'id'][. = $id])")


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, the organisation whose certificate it was signed with, and that certificate in words."""

    element: etree._Element
    organisation_id: int
    signer: str


def check_signature(raw: bytes, payload: etree._Element, session: Session, context: HubContext) -> Signed | None:
    """The signed content of a packet; None for an unsigned one, ``SignatureWrong`` for any other use of signatures."""
    verifier = VERIFIERS.get(str(payload[-1].tag)) if len(payload) else None
    if verifier is None and not _may_hold_signatures(raw):
        return None
    found = SIGNATURES(payload.getroottree())
    if not isinstance(found, list) or not found:
        return None
    if len(found) != 1 or verifier is None or found[0] is not payload[-1]:
        raise SignatureWrong("Подпись принимается одна, последним элементом пакета внутри Body")
    for name in IDS:
        value = payload.get(name)
        if value and SAME_ID(payload.getroottree(), id=value) != 1.0:
            raise SignatureWrong("Идентификатор подписанного элемента встречается в сообщении не один раз")
    element, fingerprint = verifier.verify(standalone(payload))
    known = certificate_of_fingerprint(session, fingerprint, PURPOSE, context.clock.now())
    if known is None:
        raise SignatureWrong("Сертификат подписи не зарегистрирован в фонде, закрыт или просрочен")
    return Signed(element, known.organisation_id, f"{known.subject}, сертификат {known.serial}")


def _may_hold_signatures(raw: bytes) -> bool:
    """False only for a message without a signature in it, in whichever encoding: a walk through every one is dear."""
    return HINT in (raw.replace(b"\0", b"") if b"\0" in raw else raw)
