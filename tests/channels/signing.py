"""Keys, certificates and signatures made for one test run; nothing of them is kept."""

from __future__ import annotations

import base64
import subprocess
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from soap.security.verifiers import CMS


@dataclass(frozen=True)
class Signer:
    """Who signs: a private key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signer(name: str, *, days: int = 365, now: datetime | None = None) -> Signer:
    """A new key with a certificate of its own."""
    moment = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Поликлиника"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=30))
        .not_valid_after(moment + timedelta(days=days))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(key, certificate)


def sign(payload: etree._Element, by: Signer, reference: str = "") -> etree._Element:
    """The payload with an enveloped signature as its last child."""
    tool = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    signed: etree._Element = tool.sign(
        deepcopy(payload), key=by.key, cert=[by.certificate], reference_uri=reference or None
    )
    return signed


def sign_cms(payload: etree._Element, certificate: Path, key: Path, *extra: str) -> etree._Element:
    """The payload with a detached CMS over its canonical form as its last child."""
    content = etree.tostring(payload, method="c14n", exclusive=True)
    command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-signer", str(certificate), "-inkey", str(key)]
    done = subprocess.run([*command, *extra], input=content, capture_output=True, check=True)
    signed = deepcopy(payload)
    etree.SubElement(signed, f"{{{CMS}}}CmsSignature").text = base64.b64encode(done.stdout).decode()
    return signed
