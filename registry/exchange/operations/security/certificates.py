"""Registering certificates of organisations: for signatures of packets, for the entrance of programs."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.exchange.tables import Account, Certificate


def read_certificate(data: bytes) -> x509.Certificate:
    """Return the certificate of a PEM or DER file."""
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except ValueError:
        raise Permanent("CERTIFICATE_WRONG", "Файл не является сертификатом X.509 (PEM или DER)") from None


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def add_certificate(
    session: Session, organisation_id: int, data: bytes, *, purpose: str, account: Account | None = None
) -> Certificate:
    """Return the certificate, registered now or brought up to date; one of another organisation is refused."""
    parsed = read_certificate(data)
    fingerprint = fingerprint_of(parsed)
    wanted = select(Certificate).where(Certificate.fingerprint == fingerprint, Certificate.purpose == purpose)
    known = session.scalar(wanted)
    if known is not None and known.organisation_id != organisation_id:
        raise Permanent("CERTIFICATE_TAKEN", "Этот сертификат зарегистрирован за другой организацией")
    found = known or Certificate(organisation_id=organisation_id, purpose=purpose, fingerprint=fingerprint)
    found.account_id = account.id if account is not None else None
    found.serial = f"{parsed.serial_number:X}"
    found.subject = parsed.subject.rfc4514_string()[:500]
    found.pem = parsed.public_bytes(Encoding.PEM).decode("ascii")
    found.valid_from, found.valid_to = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    found.active = True
    session.add(found)
    session.flush()
    return found


def disable_certificate(session: Session, fingerprint: str) -> bool:
    """Accept nothing by certificates whose fingerprint begins so; False when there is none."""
    found = session.scalars(select(Certificate).where(Certificate.fingerprint.startswith(fingerprint))).all()
    for one in found:
        one.active = False
    return bool(found)
