"""SOAP faults of both versions: what is wrong and whose fault it is, in words of the caller, nothing of the inside."""

from __future__ import annotations

from enum import Enum

from lxml import etree
from spyne import Fault

from registry.core.findings import FindingCode
from soap.envelope import XML, Version

PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Blame(Enum):
    """Whose fault it is, as the two versions of SOAP name it."""

    CALLER = ("Client", "Sender")
    HUB = ("Server", "Receiver")
    MUST_UNDERSTAND = ("MustUnderstand", "MustUnderstand")
    VERSION_MISMATCH = ("VersionMismatch", "VersionMismatch")

    def name_in(self, version: Version) -> str:
        """The fault code of a version, without its prefix."""
        return self.value[0 if version is Version.V11 else 1]


class SoapFault(Fault):
    """A refusal on its way to the caller; spyne carries it, because it is a Fault of spyne's.

    ``code`` is canonical and goes to the journal, ``status`` is the HTTP status where SOAP leaves it to the transport,
    ``subcode`` a code of another standard by its namespace and name.
    """

    def __init__(
        self,
        text: str,
        *,
        code: str = FindingCode.STRUCTURE_WRONG,
        blame: Blame = Blame.CALLER,
        status: int = 0,
        detail: etree._Element | None = None,
        subcode: tuple[str, str] | None = None,
        **headers: str,
    ) -> None:
        super().__init__(faultcode=blame.value[0], faultstring=text)
        self.text = text
        self.code = str(code)
        self.blame = blame
        self.status = status
        self.content = detail
        self.subcode = subcode
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.incident = ""
        self.in_journal = True

    def status_line(self, version: Version) -> str:
        """The HTTP status: 500 in SOAP 1.1, in SOAP 1.2 400 for the caller's own faults."""
        callers = version is Version.V12 and self.blame is Blame.CALLER
        status = self.status or (400 if callers else 500)
        return f"{status} {PHRASES[status]}"

    def written_in(self, version: Version) -> etree._Element:
        """The Fault element of a version with the Russian text."""
        nsmap = {"S": version.value} | ({"C": self.subcode[0]} if self.subcode else {})
        fault = etree.Element(version.name_of("Fault"), nsmap=nsmap)
        code = f"S:{self.blame.name_in(version)}"
        if version is Version.V11:
            etree.SubElement(fault, "faultcode").text = f"C:{self.subcode[1]}" if self.subcode else code
            etree.SubElement(fault, "faultstring", {f"{{{XML}}}lang": "ru"}).text = self.text
        else:
            place = etree.SubElement(fault, version.name_of("Code"))
            etree.SubElement(place, version.name_of("Value")).text = code
            if self.subcode:
                inner = etree.SubElement(place, version.name_of("Subcode"))
                etree.SubElement(inner, version.name_of("Value")).text = f"C:{self.subcode[1]}"
            place = etree.SubElement(fault, version.name_of("Reason"))
            etree.SubElement(place, version.name_of("Text"), {f"{{{XML}}}lang": "ru"}).text = self.text
        if self.content is not None:
            place = etree.SubElement(fault, "detail" if version is Version.V11 else version.name_of("Detail"))
            place.append(self.content)
        return fault


def bug_fault(incident: str) -> SoapFault:
    """The last resort: an incident number by which the fund finds the cause in its log."""
    text = f"Внутренняя ошибка сервиса. Сообщите в фонд номер инцидента: {incident}"
    fault = SoapFault(text, code=FindingCode.INTERNAL_FAULT, blame=Blame.HUB)
    fault.incident = incident
    return fault


def unavailable_fault(text: str) -> SoapFault:
    """The hub cannot answer now: the caller may repeat the same call."""
    return SoapFault(text, code=FindingCode.UNAVAILABLE, blame=Blame.HUB, status=503, Retry_After="10")
