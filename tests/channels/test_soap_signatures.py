"""Signed packets: only what was signed by a registered certificate goes on, however it is wrapped."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import func, select

from registry.core.errors import Permanent
from registry.exchange.operations.security.certificates import add_certificate, disable_certificate, fingerprint_of
from registry.exchange.operations.security.organisation_rules import deny_operations, set_must_sign
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import JournalEntry, Packet
from soap.security.verifiers import CMS, DS, Cms, has_gost
from tests.channels.signing import Signer, sign, sign_cms, signer
from tests.channels.soap_calls import IDENTIFICATION, SOAP11, Answer, Request, call
from tests.channels.soap_hub import CLOCK, LOGIN, PASSWORD, Hub, hub_application
from tests.fixtures.services import must_be_there

ATTACH = "urn:tfoms-hub:attach:1"
ENP = "6357820847900013"
EVIL = "6356720846900025"


@pytest.fixture
def hub(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Hub]:
    with hub_application(migrated_sqlite, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def own() -> Signer:
    return signer("Программа", now=CLOCK.now())


@pytest.fixture
def registered(hub: Hub, own: Signer) -> Signer:
    register(hub, own)
    return own


def register(hub: Hub, one: Signer, code: str = "630001") -> None:
    with hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, code)
        assert organisation_id is not None
        add_certificate(session, organisation_id, one.pem, purpose="signature")


def payload(enp: str = ENP, identifier: str = "") -> etree._Element:
    element = etree.Element(f"{{{ATTACH}}}GetAttach", nsmap={"a": ATTACH})
    if identifier:
        element.set("Id", identifier)
    etree.SubElement(element, f"{{{ATTACH}}}ENP").text = enp
    return element


def send(hub: Hub, element: etree._Element, header: etree._Element | None = None) -> Answer:
    envelope = etree.Element(f"{{{SOAP11}}}Envelope", nsmap={"e": SOAP11, "unused": "urn:unused"})
    if header is not None:
        etree.SubElement(envelope, f"{{{SOAP11}}}Header").append(header)
    etree.SubElement(envelope, f"{{{SOAP11}}}Body").append(element)
    return call(hub.application, Request(etree.tostring(envelope), IDENTIFICATION, login=LOGIN, password=PASSWORD))


def refused(hub: Hub, answer: Answer, code: str = "SIGNATURE_WRONG") -> bool:
    """A fault, a journal line, and no packet."""
    with hub.sessions() as session:
        packets = session.scalar(select(func.count()).select_from(Packet))
        line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    return bool(answer.fault_text) and packets == 0 and line is not None and line.code == code


def answered(answer: Answer) -> bool:
    return answer.child.findtext(f"{{{ATTACH}}}return") == "5"


@pytest.mark.parametrize(("identifier", "reference"), [("", ""), ("body-1", "#body-1")])
def test_a_signed_packet_is_answered_as_an_unsigned_one(
    hub: Hub, registered: Signer, identifier: str, reference: str
) -> None:
    assert answered(send(hub, sign(payload(identifier=identifier), registered, reference)))
    assert answered(send(hub, payload()))
    with hub.sessions() as session:
        signers = [one.properties.get("signer", "") for one in session.scalars(select(Packet).order_by(Packet.id))]
    assert "сертификат" in signers[0]
    assert signers[1:] == [""]


def test_whoever_must_sign_is_refused_without_a_signature(hub: Hub, registered: Signer) -> None:
    with hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, "630001")
        assert organisation_id is not None
        set_must_sign(session, organisation_id, must_sign=True)
    hub.context.remembered.forget()
    assert refused(hub, send(hub, payload()), "SIGNATURE_ABSENT")
    assert answered(send(hub, sign(payload(), registered)))


def test_an_operation_denied_to_an_organisation_is_refused(hub: Hub) -> None:
    with hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, "630001")
        assert organisation_id is not None
        deny_operations(session, organisation_id, ["GetAtt*"])
    hub.context.remembered.forget()
    assert refused(hub, send(hub, payload()), "NOT_PERMITTED")


def test_content_changed_after_signing_is_refused(hub: Hub, registered: Signer) -> None:
    signed = sign(payload(), registered)
    signed[0].text = EVIL
    assert refused(hub, send(hub, signed))


def test_a_certificate_nobody_registered_is_refused(hub: Hub) -> None:
    assert refused(hub, send(hub, sign(payload(), signer("Чужая", now=CLOCK.now()))))


def test_an_expired_and_a_closed_certificate_are_refused(hub: Hub, registered: Signer) -> None:
    old = signer("Старая", days=-1, now=CLOCK.now())
    register(hub, old)
    assert refused(hub, send(hub, sign(payload(), old)))
    with hub.sessions.begin() as session:
        assert disable_certificate(session, fingerprint_of(registered.certificate))
    assert refused(hub, send(hub, sign(payload(), registered)))


def test_the_signature_of_another_organisation_is_refused(hub: Hub) -> None:
    other = signer("Страховая", now=CLOCK.now())
    register(hub, other, "63001")
    assert refused(hub, send(hub, sign(payload(), other)))


def test_one_certificate_belongs_to_one_organisation(hub: Hub, registered: Signer) -> None:
    with pytest.raises(Permanent, match="другой организацией"):
        register(hub, registered, "63001")


# --- signature wrapping: the signed original is kept where a verifier may find it, another content is sent ------------


def wrapped_beside(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """1: the evil element bears the signature, the original lies inside it without one."""
    signature = original[-1]
    original.remove(signature)
    etree.SubElement(evil, f"{{{ATTACH}}}Wrapper").append(original)
    evil.append(signature)
    return evil, None


def detached_in_header(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """2: the original with its signature in the header."""
    return evil, original


def evil_first(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """3: the evil element with the signature, the original without it in the header under the same id."""
    evil.set("Id", "one")
    evil.append(original[-1])
    return evil, original


def original_inside(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """4: the whole signed original as a child of the evil element."""
    evil.append(original)
    return evil, None


def same_id_before(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """5: the original without its signature before the fields of the evil element, under the same id."""
    signature = original[-1]
    original.remove(signature)
    evil.set("Id", "one")
    evil.insert(0, original)
    evil.append(signature)
    return evil, None


def original_in_signature(
    original: etree._Element, evil: etree._Element
) -> tuple[etree._Element, etree._Element | None]:
    """6: the original inside the signature."""
    signature = original[-1]
    original.remove(signature)
    signature.append(original)
    evil.append(signature)
    return evil, None


def original_in_extension(
    original: etree._Element, evil: etree._Element
) -> tuple[etree._Element, etree._Element | None]:
    """7: the original in an unknown element deep inside, the evil element refers to itself by name only."""
    signature = original[-1]
    original.remove(signature)
    deep = etree.SubElement(etree.SubElement(evil, "{urn:x}Extensions"), "{urn:x}Deep")
    deep.append(original)
    evil.append(signature)
    return evil, None


def original_in_object(original: etree._Element, evil: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """8: the original in an Object of the signature, under the id of the evil element."""
    signature = original[-1]
    original.remove(signature)
    evil.set("Id", "one")
    etree.SubElement(signature, f"{{{DS}}}Object").append(original)
    evil.append(signature)
    return evil, None


WRAPPINGS = (
    wrapped_beside,
    detached_in_header,
    evil_first,
    original_inside,
    same_id_before,
    original_in_signature,
    original_in_extension,
    original_in_object,
)
Wrapping = Callable[[etree._Element, etree._Element], tuple[etree._Element, etree._Element | None]]


@pytest.mark.parametrize("reference", ["#one", ""])
@pytest.mark.parametrize("wrap", WRAPPINGS, ids=lambda wrap: wrap.__doc__.split(":")[0])
def test_signature_wrapping_is_refused(hub: Hub, registered: Signer, wrap: Wrapping, reference: str) -> None:
    original = sign(payload(identifier="one"), registered, reference)
    body, header = wrap(deepcopy(original), payload(EVIL))
    assert refused(hub, send(hub, body, header))


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1251", "utf-8"])
def test_a_signature_elsewhere_is_seen_however_the_message_is_written(
    hub: Hub, registered: Signer, encoding: str
) -> None:
    original = sign(payload(identifier="one"), registered)
    envelope = etree.Element(f"{{{SOAP11}}}Envelope", nsmap={"e": SOAP11})
    etree.SubElement(envelope, f"{{{SOAP11}}}Header").append(original)
    etree.SubElement(envelope, f"{{{SOAP11}}}Body").append(payload(EVIL))
    text = etree.tostring(envelope, encoding="unicode").replace(DS, DS.replace("/", "&#47;"))
    raw = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    request = Request(raw, IDENTIFICATION, "text/xml", login=LOGIN, password=PASSWORD)
    assert refused(hub, call(hub.application, request))


def test_two_signatures_and_a_signature_in_another_place_are_refused(hub: Hub, registered: Signer) -> None:
    twice = sign(payload(), registered)
    twice.append(deepcopy(twice[-1]))
    assert refused(hub, send(hub, twice))
    first = sign(payload(), registered)
    first.insert(0, first[-1])
    assert refused(hub, send(hub, first))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.remove(one.find(f"{{{DS}}}KeyInfo")),
        lambda one: one.find(f".//{{{DS}}}X509Certificate").__setattr__("text", "не base64"),
        lambda one: one.find(f".//{{{DS}}}Reference").set("URI", "http://192.0.2.1/x"),
        lambda one: one.find(f".//{{{DS}}}Reference").attrib.pop("URI"),
        lambda one: one.find(f".//{{{DS}}}Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        lambda one: one.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", f"{DS}hmac-sha1"),
        lambda one: one.find(f".//{{{DS}}}SignatureValue").__setattr__("text", "AAAA"),
        lambda one: one.clear(),
    ],
    ids=["no key", "no base64", "remote", "no uri", "xslt", "hmac", "value", "empty"],
)
def test_a_signature_of_another_form_is_refused(
    hub: Hub, registered: Signer, spoil: Callable[[etree._Element], object]
) -> None:
    signed = sign(payload(), registered)
    spoil(signed[-1])
    assert refused(hub, send(hub, signed))


# --- CMS -----------------------------------------------------------------------------------------------------------


def files_of(one: Signer, folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(one.pem)
    key.write_bytes(one.key_pem)
    return certificate, key


def test_a_packet_with_a_cms_is_accepted_and_a_changed_one_refused(
    hub: Hub, registered: Signer, tmp_path: Path
) -> None:
    signed = sign_cms(payload(), *files_of(registered, tmp_path))
    changed = deepcopy(signed)
    changed[0].text = EVIL
    assert refused(hub, send(hub, changed))
    assert answered(send(hub, signed))


def test_a_cms_of_an_unknown_certificate_and_rubbish_are_refused(hub: Hub, tmp_path: Path) -> None:
    stranger = signer("Чужая", now=CLOCK.now())
    assert refused(hub, send(hub, sign_cms(payload(), *files_of(stranger, tmp_path))))
    rubbish = payload()
    etree.SubElement(rubbish, f"{{{CMS}}}CmsSignature").text = "AAAA"
    assert refused(hub, send(hub, rubbish))


def test_a_gost_signature_is_checked_where_openssl_knows_gost(hub: Hub, tmp_path: Path) -> None:
    if not has_gost():
        must_be_there("the ГОСТ engine of openssl (libengine-gost-openssl)")
    key, certificate = tmp_path / "gost.key", tmp_path / "gost.pem"
    gost = ["-engine", "gost"]
    _openssl("genpkey", *gost, "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", str(key))
    _openssl(
        "req", *gost, "-x509", "-new", "-key", str(key), "-subj", "/CN=GOST", "-days", "9000", "-out", str(certificate)
    )
    with hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, "630001")
        assert organisation_id is not None
        made = add_certificate(session, organisation_id, certificate.read_bytes(), purpose="signature")
        made.valid_from = CLOCK.now()
    signed = sign_cms(payload(), certificate, key, *gost, "-md", "md_gost12_256")
    changed = deepcopy(signed)
    changed[0].text = EVIL
    assert refused(hub, send(hub, changed))
    assert answered(send(hub, signed))


def test_without_the_gost_module_the_refusal_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soap.security.verifiers.has_gost", lambda: False)
    signed = payload()
    etree.SubElement(signed, f"{{{CMS}}}CmsSignature").text = "KoUDBwEBAQE="  # the object identifiers of ГОСТ
    with pytest.raises(Permanent, match="не установлен модуль gost"):
        Cms().verify(signed)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], capture_output=True, check=True)
