"""The calls that the benchmark of the SOAP channel sends, made from people of the generated registry."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from tests.benchmarks._http_driver import post_bytes

LOGIN = "63001"
PASSWORD = "Мера-за-меру-2026"
CLINIC = "630901"
IDENTIFICATION = "/soap/identification"
DCEXCHANGE = "/EchangeServerTFOMS/DCExchangeSrv"


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom the registry holds, as a caller would name it."""

    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int
    enp: str


def state_request(address: str, person: Known) -> bytes:
    """GetMedInsState2 by ЕНП, surname and birth date."""
    content = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:u="http://uir.ffoms.ru"><s:Body>'
        f"<u:UIRRequest2><u:FullName><u:FamilyName>{escape(person.surname)}</u:FamilyName>"
        f"<u:FirstName>{escape(person.first_name)}</u:FirstName>"
        f"<u:MiddleName>{escape(person.patronymic)}</u:MiddleName></u:FullName>"
        f"<u:PolicyType>3</u:PolicyType><u:PolicyNumber>{person.enp}</u:PolicyNumber>"
        f"<u:Birth><u:BirthDate>{person.birth_date}</u:BirthDate></u:Birth><u:InsDate>2026-11-01</u:InsDate>"
        "</u:UIRRequest2></s:Body></s:Envelope>"
    )
    pair = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    headers = {"Content-Type": "application/soap+xml; charset=utf-8", "Authorization": f"Basic {pair}"}
    return post_bytes(address, IDENTIFICATION, content.encode(), headers)


def attachment_request(address: str, people: Sequence[Known], on: date) -> bytes:
    """MakeAttachAction for some people, a packet of its own."""
    records = "".join(_record(number, person, on) for number, person in enumerate(people, start=1))
    content = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:d="http://main.dce/"><s:Body>'
        "<d:MakeAttachAction><orderpack><p10_packinf>"
        f"<p10_pakagedate>{on}T10:20:00.000+04:00</p10_pakagedate><p11_pakagesender>{LOGIN}</p11_pakagesender>"
        f"<p12_pakageguid>{uuid.uuid4()}</p12_pakageguid><p13_zerrpkg>0</p13_zerrpkg></p10_packinf>"
        f"<p11_atachlist>{records}</p11_atachlist></orderpack><username>{LOGIN}</username>"
        f"<password>{PASSWORD}</password><sendercode>{LOGIN}</sendercode></d:MakeAttachAction></s:Body></s:Envelope>"
    )
    return post_bytes(address, DCEXCHANGE, content.encode(), {"Content-Type": "text/xml; charset=utf-8"})


def _record(number: int, person: Known, on: date) -> str:
    return (
        f"<l10_orcl><p10_nzap>{number}</p10_nzap><p11_mocd>{LOGIN}</p11_mocd><p12_pr><a10_dct>3</a10_dct>"
        f"<a12_dcn>{person.enp}</a12_dcn><a15_pfio>{escape(person.surname)}</a15_pfio>"
        f"<a16_pnm>{escape(person.first_name)}</a16_pnm><a17_pln>{escape(person.patronymic)}</a17_pln>"
        f"<a18_ps>{'М' if person.sex == 1 else 'Ж'}</a18_ps><a19_pbd>{person.birth_date}T00:00:00.000</a19_pbd>"
        f"<a23_dt>0</a23_dt><a25_enp>{person.enp}</a25_enp></p12_pr>"
        f"<p13_orcl><a10_aad>{on}T00:00:00.000</a10_aad><a13_attp>2</a13_attp><a14_pr>1</a14_pr>"
        "<a15_profile>0</a15_profile></p13_orcl></l10_orcl>"
    )
