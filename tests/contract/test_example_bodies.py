"""Bodies as older clients write them by hand, about people whom the registry knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree

from registry.insured.generator.lines import PersonLine
from tests.channels.soap_calls import DCEXCHANGE, IDENTIFICATION, SOAP11, SOAP12, UIR, Answer, Request, call, envelope
from tests.channels.soap_hub import LOGIN, PASSWORD, hub_application, load_invented_people

SCHEMAS = Path(__file__).parents[2] / "soap" / "contracts"
PREFIX = {"d": "http://main.dce/"}


class Known:
    """A hub with people in it; each test takes a person of its own."""

    def __init__(self, hub: Any, people: list[PersonLine]) -> None:
        self.hub = hub
        self._people = iter(people)

    def person(self) -> PersonLine:
        return next(self._people)

    def ask(self, content: str, namespace: str = SOAP12) -> Answer:
        request = Request(envelope(content, namespace), IDENTIFICATION, login=LOGIN, password=PASSWORD)
        return call(self.hub.application, request)

    def send(self, content: str) -> etree._Element:
        answer = call(self.hub.application, Request(envelope(content, SOAP11), DCEXCHANGE))
        assert answer.status == 200
        child = etree.fromstring(etree.tostring(answer.child))
        etree.XMLSchema(etree.parse(SCHEMAS / "dcexchange.xsd")).assertValid(child)
        return child


@pytest.fixture(scope="module")
def known(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    folder = tmp_path_factory.mktemp("examples")
    with hub_application(migrated_sqlite, folder) as hub:
        yield Known(hub, load_invented_people(hub, folder))


def person_block(person: PersonLine) -> str:
    """The block of a person as the deployed contract writes it."""
    sex = "М" if person.sex == "1" else "Ж"
    return (
        f"<a10_dct>3</a10_dct><a12_dcn>{person.enp}</a12_dcn><a13_smcd>{person.insurer_code}</a13_smcd>"
        f"<a15_pfio>{person.surname}</a15_pfio><a16_pnm>{person.first_name}</a16_pnm>"
        f"<a17_pln>{person.patronymic}</a17_pln><a18_ps>{sex}</a18_ps>"
        f"<a19_pbd>{person.birth_date}T00:00:00.000</a19_pbd><a23_dt>0</a23_dt><a25_enp>{person.enp}</a25_enp>"
    )


def package_header(guid: str, sender: str = LOGIN) -> str:
    return (
        "<p10_packinf><p10_pakagedate>2026-03-02T10:20:00.000+04:00</p10_pakagedate>"
        f"<p11_pakagesender>{sender}</p11_pakagesender><p12_pakageguid>{guid}</p12_pakageguid>"
        "<p13_zerrpkg>0</p13_zerrpkg></p10_packinf>"
    )


def credentials(password: str = PASSWORD) -> str:
    return f"<username>{LOGIN}</username><password>{password}</password><sendercode>{LOGIN}</sendercode>"


def attachment(person: PersonLine, guid: str, *, password: str = PASSWORD, on: str = "2026-11-15") -> str:
    return (
        f'<d:MakeAttachAction xmlns:d="http://main.dce/"><orderpack>{package_header(guid)}<p11_atachlist><l10_orcl>'
        f"<p10_nzap>101</p10_nzap><p11_mocd>{LOGIN}</p11_mocd><p12_pr>{person_block(person)}</p12_pr>"
        f"<p13_orcl><a10_aad>{on}T00:00:00.000</a10_aad><a13_attp>2</a13_attp><a14_pr>1</a14_pr>"
        "<a15_profile>0</a15_profile></p13_orcl></l10_orcl></p11_atachlist></orderpack>"
        f"{credentials(password)}</d:MakeAttachAction>"
    )


def lookup(person: PersonLine) -> str:
    return (
        f'<d:GetAttachInformation xmlns:d="http://main.dce/"><orderpack>{package_header(str(uuid4()))}'
        f"<p11_pr>{person_block(person)}</p11_pr></orderpack>{credentials()}</d:GetAttachInformation>"
    )


def test_a_person_is_found_by_policy_and_names(known: Known) -> None:
    person = known.person()
    answer = known.ask(
        f'<u:UIRRequest2 xmlns:u="http://uir.ffoms.ru"><u:FullName><u:FamilyName>{person.surname}</u:FamilyName>'
        f"<u:FirstName>{person.first_name}</u:FirstName><u:MiddleName>{person.patronymic}</u:MiddleName></u:FullName>"
        f"<u:PolicyType>3</u:PolicyType><u:PolicyNumber>{person.enp}</u:PolicyNumber>"
        f"<u:Birth><u:BirthDate>{person.birth_date}</u:BirthDate></u:Birth><u:InsDate>2026-03-02</u:InsDate>"
        "</u:UIRRequest2>"
    )
    etree.XMLSchema(etree.parse(SCHEMAS / "uir.xsd")).assertValid(etree.fromstring(etree.tostring(answer.child)))
    assert answer.child.findtext(f"{UIR}Ack") == "AA"
    assert answer.child.findtext(f".//{UIR}MainENP") == person.enp
    assert answer.child.findtext(f".//{UIR}InsType") == "3"


def test_the_clinic_of_a_person_is_told_by_the_unified_number(known: Known) -> None:
    person = known.person()
    answer = known.ask(
        f'<a:GetAttach xmlns:a="urn:tfoms-hub:attach:1"><a:ENP>{person.enp}</a:ENP></a:GetAttach>', SOAP11
    )
    etree.XMLSchema(etree.parse(SCHEMAS / "attach.xsd")).assertValid(etree.fromstring(etree.tostring(answer.child)))
    assert answer.child.findtext("{*}return") == "0"
    assert answer.child.findtext("{*}attach/{*}MOCode") == person.clinic_code


def test_an_attachment_closes_the_former_one_and_the_answer_tells_it(known: Known) -> None:
    person = known.person()
    answer = known.send(attachment(person, str(uuid4())))
    assert answer.findtext(".//r10_responcecode") == "2000"
    assert answer.find(".//r12_orerl") is not None
    assert len(answer.findall("orderpack/p11_atachlist/l10_orcl")) == 1
    found = known.send(lookup(person))
    assert found.findtext(".//r10_responcecode") == "2000"
    assert found.findtext(".//p11_atachlist/l10_orcl/p11_mocd") == LOGIN


def test_a_packet_sent_again_gets_the_same_answer_whatever_the_password_was_changed_to_meanwhile(known: Known) -> None:
    person, guid = known.person(), str(uuid4())
    first, again = known.send(attachment(person, guid)), known.send(attachment(person, guid))
    for path in (".//r10_responcecode", ".//pakageGUIDSrc", "orderpack/p10_packrespinf/r10_packinf/p12_pakageguid"):
        assert first.findtext(path) == again.findtext(path)
    header = "<p10_pakagedate>"
    anew = attachment(person, guid)
    assert header in anew
    renewed = known.send(re.sub(rf"{header}[^<]*", f"{header}2026-11-17T08:00:00.000+04:00", anew))
    assert renewed.findtext(".//p12_pakageguid") == first.findtext(
        ".//p12_pakageguid"
    )  # a header formed anew for the retry
    another = known.send(attachment(person, guid, on="2026-11-16"))
    assert another.findtext(".//r10_responcecode") == "1005"


def test_a_wrong_password_and_a_foreign_sender_are_told_by_their_codes(known: Known) -> None:
    person = known.person()
    refused = known.send(attachment(person, str(uuid4()), password="не тот"))
    assert refused.findtext(".//r10_responcecode") == "1002"
    assert refused.findtext(".//p13_zerrpkg") == "-1"
    assert refused.findtext(".//p14_errmsg")
    assert refused.findall("orderpack/p11_atachlist/*") == []
    foreign = known.send(attachment(person, str(uuid4())).replace(f"<sendercode>{LOGIN}", "<sendercode>08000"))
    assert foreign.findtext(".//r10_responcecode") == "1006"
    short = known.send(attachment(person, "short"))
    assert short.findtext(".//r10_responcecode") == "1005"


def test_no_stored_byte_holds_the_password(known: Known) -> None:
    from sqlalchemy import select

    from registry.exchange.tables import Content, JournalEntry

    known.send(attachment(known.person(), str(uuid4())))
    with known.hub.sessions() as session:
        stored = b"".join(session.scalars(select(Content.data)))
        told = " ".join(session.scalars(select(JournalEntry.text)))
    assert b"MakeAttachAction" in stored
    assert PASSWORD.encode() not in stored
    assert PASSWORD not in told
