"""Who calls, by what each contract has: HTTP Basic, a client certificate, a token of the header, its own arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.exchange.access import Caller
from registry.exchange.context import HubContext
from soap.auth import Credentials, basic_credentials, not_let_in
from soap.contract import Contract, Entrance
from soap.doors import Doors
from soap.envelope import WSA
from soap.faults import SoapFault
from soap.security import Security
from soap.security.proxies import ClientCertificate, caller_of_certificate, client_certificate
from soap.security.tokens import WSSE, UsernameToken, caller_of_token, failed_authentication, username_token

Proof = Credentials | ClientCertificate | UsernameToken
UNDERSTOOD = {Entrance.HEADER: frozenset((WSA, WSSE))}
PLAIN = frozenset((WSA,))


def proof_of_transport(environ: Mapping[str, Any], contract: Contract, security: Security) -> Proof | None:
    """What the transport says of the caller, before a byte of the body is read; None where the message says it."""
    if contract.entrance is not Entrance.BASIC:
        return None
    if "HTTP_AUTHORIZATION" not in environ:
        shown = client_certificate(environ, security.trusted_proxies)
        if shown is not None:
            return shown
    return basic_credentials(environ)


def proof_of_header(header: etree._Element | None, contract: Contract) -> Proof | None:
    """What the header of the envelope says of the caller, where the contract has it there."""
    return username_token(header) if contract.entrance is Entrance.HEADER else None


def understood_by(contract: Contract) -> frozenset[str]:
    """The namespaces of header blocks the contract may demand to be understood."""
    return UNDERSTOOD.get(contract.entrance, PLAIN)


def caller_of(session: Session, proof: Proof, security: Security, doors: Doors, context: HubContext) -> Caller | None:
    """The account behind a proof, None when it proves nothing."""
    if isinstance(proof, ClientCertificate):
        return caller_of_certificate(session, proof, context)
    if isinstance(proof, UsernameToken):
        return caller_of_token(session, proof, security.secret_key, context)
    return doors.check_password(session, proof.login, proof.password, context)


def refused(proof: Proof) -> SoapFault:
    """The fault of a proof that proves nothing."""
    return failed_authentication() if isinstance(proof, UsernameToken) else not_let_in()


def name_in(proof: Proof | None) -> str:
    """The name journals know an unproved caller by."""
    if proof is None:
        return ""
    return f"cert:{proof.serial}"[:60] if isinstance(proof, ClientCertificate) else proof.login[:60]
