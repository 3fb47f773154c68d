"""One face for signatures, two backends: XMLDSig by signxml, CMS (ГОСТ among it) by openssl."""

from __future__ import annotations

import base64
import binascii
import subprocess
import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Protocol

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.xml import parse_document
from registry.exchange.operations.security.certificates import fingerprint_of, read_certificate

DS = "http://www.w3.org/2000/09/xmldsig#"
CMS = "urn:tfoms-hub:signature:1"
SIGNATURE, CMS_SIGNATURE = f"{{{DS}}}Signature", f"{{{CMS}}}CmsSignature"
ENVELOPED = f"{DS}enveloped-signature"
CANONICAL = frozenset(
    (
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    )
)
METHODS = frozenset(one for one in SignatureMethod if "SHA1" not in one.name and "HMAC" not in one.name)
DIGESTS = frozenset(one for one in DigestAlgorithm if "SHA1" not in one.name)
IDS = ("Id", "ID", "id")
GOST_OID = bytes.fromhex("2a8503")
PATIENCE = 20


class SignatureWrong(Permanent):
    """The signature is not accepted; the text says why in words of the sender."""

    def __init__(self, text: str) -> None:
        super().__init__(FindingCode.SIGNATURE_WRONG, text)


class SignatureVerifier(Protocol):
    """Checks the signature that is the last child of a payload."""

    def verify(self, payload: etree._Element) -> tuple[etree._Element, str]:
        """The signed content without the signature, and the fingerprint of the certificate it was signed with."""


class XmlDsig:
    """An enveloped signature over the payload alone: one reference, to "" or to the payload's own id."""

    def verify(self, payload: etree._Element) -> tuple[etree._Element, str]:
        """What is returned is what signxml canonicalised and checked, never the element that came."""
        signature = payload[-1]
        _check_form(payload, signature)
        given = signature.find(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
        if given is None:
            raise SignatureWrong("В подписи нет сертификата (KeyInfo/X509Data/X509Certificate)")
        certificate = read_certificate(_decoded(given.text))
        expected = SignatureConfiguration(
            location="./", expect_references=1, signature_methods=METHODS, digest_algorithms=DIGESTS
        )
        try:
            checked = XMLVerifier().verify(payload, x509_cert=certificate, expect_config=expected)
        except (SignXMLException, ValueError, TypeError, KeyError, etree.Error):
            raise SignatureWrong("Подпись не соответствует содержанию пакета") from None
        signed = checked[0].signed_xml if isinstance(checked, list) else checked.signed_xml
        if signed is None or signed.tag != payload.tag or signed.find(f".//{SIGNATURE}") is not None:
            raise SignatureWrong("Подписан не весь пакет")
        return signed, fingerprint_of(certificate)


class Cms:
    """A detached CMS over the exclusive canonical form of the payload without the signature element."""

    def verify(self, payload: etree._Element) -> tuple[etree._Element, str]:
        """The chain is not built: the signer's certificate must be one the organisation has registered."""
        signature = _decoded(payload[-1].text)
        content = deepcopy(payload)
        _cut_last(content)
        is_gost = GOST_OID in signature
        if is_gost and not has_gost():
            raise SignatureWrong(
                "Проверка подписей ГОСТ на этом сервере недоступна: не установлен модуль gost программы openssl"
            )
        with tempfile.TemporaryDirectory(prefix="hub-cms-") as folder:
            place = Path(folder)
            (place / "signature").write_bytes(signature)
            (place / "content").write_bytes(etree.tostring(content, method="c14n", exclusive=True))
            command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-noverify", "-in", "signature"]
            command += ["-content", "content", "-signer", "signer", "-out", "checked"]
            done = _run([*command, "-engine", "gost"] if is_gost else command, place)
            if done != 0:
                raise SignatureWrong("Подпись не соответствует содержанию пакета")
            signers = (place / "signer").read_bytes()
        if signers.count(b"-----BEGIN CERTIFICATE-----") != 1:
            raise SignatureWrong("Пакет должен быть подписан одним сертификатом")
        return content, fingerprint_of(read_certificate(signers))


@cache
def has_gost() -> bool:
    """True when openssl of this machine knows ГОСТ."""
    try:
        return _run(["openssl", "engine", "gost"], Path("/")) == 0
    except SignatureWrong:
        return False


def _run(command: list[str], folder: Path) -> int:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        raise SignatureWrong("Проверка подписей на этом сервере недоступна: программа openssl не отвечает") from None


def _check_form(payload: etree._Element, signature: etree._Element) -> None:
    """Only the one form that cannot be wrapped: anything a verifier might resolve elsewhere is refused unread."""
    if signature.find(f"{{{DS}}}Object") is not None:
        raise SignatureWrong("Подпись с вложенными объектами не принимается")
    references = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    if len(references) != 1 or len(signature.findall(f".//{{{DS}}}Reference")) != 1:
        raise SignatureWrong("Подпись должна ссылаться ровно на один элемент")
    uri = references[0].get("URI")
    own = {value for name in IDS if (value := payload.get(name))}
    if uri is None or (uri and uri.removeprefix("#") not in own):
        raise SignatureWrong("Подпись должна ссылаться на весь пакет")
    given = [one.get("Algorithm", "") for one in references[0].iterfind(f"{{{DS}}}Transforms/{{{DS}}}Transform")]
    if given[:1] != [ENVELOPED] or not set(given[1:]) <= CANONICAL:
        raise SignatureWrong("Допускаются преобразования enveloped-signature и C14N")


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureWrong("Подпись или сертификат записаны неверно (ожидается base64)") from None


def _cut_last(element: etree._Element) -> None:
    """Remove the last child; the text behind it stays, as canonical forms keep it."""
    last, tail = element[-1], element[-1].tail
    before = last.getprevious()
    element.remove(last)
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        element.text = (element.text or "") + tail


def standalone(payload: etree._Element) -> etree._Element:
    """The payload as a document of its own, with the namespaces it was written under and nothing around it."""
    return parse_document(etree.tostring(payload, with_tail=False))


VERIFIERS: dict[str, SignatureVerifier] = {SIGNATURE: XmlDsig(), CMS_SIGNATURE: Cms()}
