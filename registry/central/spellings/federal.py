"""getPersonData of mpiPersonInfoServiceWs: asked in SOAP 1.1, read by local names (identification, clause 7).

There is no WSDL to generate from; the version is a setting, and early services have namespaces without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree

from registry.central.federal import FederalAnswer, FederalPerson, UnreadableError
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.policies import F008_OF, read_policy_type
from registry.core.errors import Permanent
from registry.exchange.codecs.xml import XmlLimits, parse_document, serialize

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
COMMON, PERSON_INFO = "commonTypes", "mpiPersonInfoSchema"
ENCODING = "utf-8"
#: The tail of the address of the service.
SERVICE = "/t-foms/integration/ws/{}/wsdl/mpiPersonInfoServiceWs"
#: No person has so many policies, and no field of one is so long: what does is no answer.
MOST, LONGEST = 200, 1_000
LIMITS = XmlLimits(max_bytes=2 * 1024**2, max_depth=32)
CERTIFICATE = 2
SERIES_LENGTH, NUMBER_LENGTH, CERTIFICATE_LENGTH = 5, 10, 9


class _Maker:
    """Makes elements of one namespace."""

    def __init__(self, uri: str, spaces: Mapping[str, str]) -> None:
        self._uri, self._spaces = uri, dict(spaces)

    def __call__(self, tag: str, *content: str | etree._Element) -> etree._Element:
        made = etree.Element(f"{{{self._uri}}}{tag}", nsmap=self._spaces)
        for one in content:
            if isinstance(one, str):
                made.text = one
            else:
                made.append(one)
        return made


def namespace(schema: str, version: str) -> str:
    """The namespace of a schema; without a version its early form."""
    return f"http://ffoms.ru/types/{version}/{schema}" if version else f"http://ffoms.ru/types/{schema}"


def person_request(question: Mapping[str, Any], request_id: str, version: str) -> bytes | None:
    """The question about a person as it goes; nothing when no number of theirs is known, for it needs one."""
    spaces = {"soapenv": SOAP, "com": namespace(COMMON, version), "per": namespace(PERSON_INFO, version)}
    soap, common, own = (_Maker(uri, spaces) for uri in spaces.values())
    key = _key(question, common, own)
    if key is None:
        return None
    names = (("surname", "surname"), ("firstName", "first_name"), ("patronymic", "patronymic"), ("dt", "on"))
    told = [own(tag, str(question[name])) for tag, name in names if question.get(name)]
    params = own("personDataSearchParams", own("personSearchInfo", key), *told)
    asked = own("getPersonDataRequest", common("externalRequestId", request_id), params)
    return serialize(soap("Envelope", soap("Header"), soap("Body", asked)), ENCODING)


def _key(question: Mapping[str, Any], common: _Maker, own: _Maker) -> etree._Element | None:
    """The surest number that is known: one of the ways to look for a person, never two at once."""
    # the number of a policy of the one form is the ЕНП
    enp = question.get("enp") or str(question.get("policy_number") or "")
    if question.get("enp") or enp_verdict(enp) is EnpVerdict.VALID:
        return own("pcy", common("enp", enp))
    if question.get("snils"):
        born = question.get("birth_date")
        return own("snilsDr", own("snils", question["snils"]), *([own("birthDay", born)] if born else []))
    if question.get("policy_number"):
        return _policy(question, common, own)
    if question.get("document_number"):
        tags = (("dudlSer", "document_series"), ("dudlNum", "document_number"), ("dudlType", "document_type"))
        return own("dudl", *(common(tag, str(question[name])) for tag, name in tags if question.get(name)))
    return None


def _policy(question: Mapping[str, Any], common: _Maker, own: _Maker) -> etree._Element | None:
    number, series = str(question["policy_number"]), str(question.get("policy_series") or "")
    kind = read_policy_type(str(question.get("policy_type") or "")).type
    if kind is not None and F008_OF[kind] == CERTIFICATE:
        return own("pcy", common("tmpcertNum", number)) if len(number) == CERTIFICATE_LENGTH else None
    if len(series) > SERIES_LENGTH or len(number) > NUMBER_LENGTH:
        return None
    told = [common("pcyType", kind.value)] if kind is not None else []
    told += [common("pcySer", series)] if series else []
    return own("pcy", *told, common("pcyNum", number))


def read_answer(raw: bytes, told: str = "") -> FederalAnswer:
    """The answer, whatever namespaces it is written in; ``UnreadableError`` when it is none.

    ``told`` is the encoding the transport tells of it.
    """
    try:
        root = parse_document(raw, limits=LIMITS, told=told)
    except Permanent as wrong:
        raise UnreadableError(f"это не XML ({wrong.text})") from wrong
    response = next(_named(root, "getPersonDataResponse"), None)
    if response is not None and next(_named(response, "pd"), None) is not None:
        people = [_person(one) for one in _few(response, "pd")]
        return FederalAnswer(
            request_id=_text(response, "externalRequestId"), people=[one for one in people if one.is_told]
        )
    code = _text(root, "code") or _text(root, "faultcode")
    message = _text(root, "message") or _text(root, "faultstring")
    if response is None and not (code or message):
        raise UnreadableError("в ответе нет ни сведений, ни ошибки")
    return FederalAnswer(code=code, message=message, request_id=_text(root, "externalRequestId"))


def _person(found: etree._Element) -> FederalPerson:
    return FederalPerson(
        oip=_short(_text(found, "oip")),
        person=next(iter(_items(found, "personItems")), {}),
        policies=_items(found, "policyItems"),
        documents=_items(found, "dudlItems"),
        attachments=_items(found, "attachItems"),
        snils=_items(found, "snilsItems"),
    )


def _items(found: etree._Element, name: str) -> list[dict[str, str]]:
    return [_fields(one) for one in _few(found, name)]


def _few(root: etree._Element, name: str) -> list[etree._Element]:
    """Elements of a name: so many of them are about nobody."""
    found = list(islice(_named(root, name), MOST + 1))
    if len(found) > MOST:
        raise UnreadableError(f"{name} больше {MOST}")
    return found


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}")


def _text(root: etree._Element, name: str) -> str:
    return next((one.text.strip() for one in _named(root, name) if one.text and one.text.strip()), "")


def _fields(item: etree._Element) -> dict[str, str]:
    return {etree.QName(one).localname: _short(one.text.strip()) for one in item if one.text and one.text.strip()}


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise UnreadableError(f"значение длиннее {LONGEST} знаков")
    return text
