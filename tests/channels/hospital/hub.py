"""A hub with two clinics, two insurers and the fund, to send orders of hospitals to through the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from lxml import etree
from sqlalchemy.orm import Session, sessionmaker

from registry.exchange.access import hash_password
from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_account, register_organisation
from registry.exchange.pipeline import Incoming, handle
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.store.engine import create_hub_engine, session_factory
from tests.channels.invented import Someone, write_people
from tests.channels.soap_hub import CLOCK, hub_context

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[3] / "soap" / "contracts" / "dcexchange.xsd"))
PASSWORD = "Прогулка-по-набережной-17"
PASSWORD_HASH = hash_password(PASSWORD)  # slow on purpose, so it is made once for all hubs
CLINIC, HOSPITAL, OTHER, FIRST_INSURER, SECOND_INSURER, FUND = "07001", "07002", "07003", "2301", "2302", "9007"
MEMBERS = {
    CLINIC: ("clinic", {"mcod": "630001", "dcexchange": CLINIC}),
    HOSPITAL: ("clinic", {"mcod": "630002", "dcexchange": HOSPITAL}),
    OTHER: ("clinic", {"mcod": "630003", "dcexchange": OTHER}),
    FIRST_INSURER: ("insurer", {"smocod": "63001", "dcexchange": FIRST_INSURER}),
    SECOND_INSURER: ("insurer", {"smocod": "63002", "dcexchange": SECOND_INSURER}),
    FUND: ("fund", {"tf": "63", "dcexchange": FUND}),
}
PATIENT = Someone(1)
SECOND = Someone(2, {"insurer": "63002"})
MOVED = Someone(3, {"changed": {"insurer": "63002", "insured_from": "2026-07-01"}})
DEAD = Someone(4, {"died_on": "2026-10-01"})
ATTACHED = Someone(5, {"clinic": "630001"})
STRANGER = Someone(900)
PEOPLE = (PATIENT, SECOND, MOVED, DEAD, ATTACHED)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a caller heard: the package code, the record codes by number, the whole answer."""

    element: etree._Element

    @property
    def code(self) -> int:
        return int(self.element.findtext(".//r10_responcecode") or 0)

    @property
    def refusal(self) -> str:
        return self.element.findtext(".//p14_errmsg") or ""

    @property
    def errors(self) -> dict[str, list[int]]:
        return {
            entry.findtext("f10_nzap") or "": [int(one.text or 0) for one in entry.iter("e10_ecd")]
            for entry in self.element.iter("f10_orflker")
        }

    def rows(self, name: str = "l10_orcl") -> list[etree._Element]:
        return list(self.element.iter(name))


@dataclass(frozen=True, slots=True)
class HospitalHub:
    """Calls operations as any of the members."""

    sessions: sessionmaker[Session]
    context: HubContext

    def call(self, operation: str, sender: str, arguments: Mapping[str, Any], password: str = PASSWORD) -> Reply:
        """Ask an operation; the answer must be valid by the published schema."""
        element = etree.Element(f"{{http://main.dce/}}{operation}")
        content = {**arguments, "username": sender, "password": password, "sendercode": sender}
        fill(element, content)
        raw = etree.tostring(element)
        with self.sessions.begin() as session:
            reply = handle(session, Incoming("soap", "dcx", operation, raw=raw, element=element), self.context)
        assert reply.element is not None
        answer = etree.fromstring(etree.tostring(reply.element))
        SCHEMA.assertValid(answer)
        return Reply(answer)

    def send(self, operation: str, sender: str, name: str, *records: Mapping[str, Any], **header: Any) -> Reply:
        """Send a package with these records in its list element."""
        return self.call(operation, sender, {"orderpack": {**package(sender, **header), name: {"l10_orcl": records}}})

    def ask(self, operation: str, asker: str, **parameters: Any) -> Reply:
        """Ask for a list."""
        return self.call(operation, asker, parameters)


def package(sender: str, **header: Any) -> dict[str, Any]:
    """The header of a package; a value of ``None`` leaves an element out."""
    usual = {
        "p10_pakagedate": "2026-11-20T10:00:00.000+04:00",
        "p11_pakagesender": sender,
        "p12_pakageguid": str(uuid4()),
        "p13_zerrpkg": 0,
    }
    return {"p10_packinf": {**usual, **header}}


def fill(parent: etree._Element, content: Mapping[str, Any]) -> None:
    """Write names and values as elements; a sequence repeats its element, ``None`` writes nothing."""
    for name, value in content.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if one is None:
                continue
            child = etree.SubElement(parent, name)
            if isinstance(one, Mapping):
                fill(child, one)
            else:
                child.text = str(one)


def person_block(someone: Someone) -> dict[str, Any]:
    """The person as a careful clinic writes them."""
    surname, first_name, patronymic = someone.names
    return {
        "a10_dct": 3,
        "a12_dcn": someone.enp,
        "a15_pfio": surname,
        "a16_pnm": first_name,
        "a17_pln": patronymic,
        "a18_ps": "М" if someone.sex == 1 else "Ж",
        "a19_pbd": f"{someone.birth_date}T00:00:00.000",
        "a20_pph": "8 927 000-00-00",
        "a23_dt": 0,
        "a24_sl": someone.snils,
        "a25_enp": someone.enp,
    }


@contextmanager
def hospital_hub(url: str, folder: Path) -> Iterator[HospitalHub]:
    """The hub over a migrated database."""
    engine = create_hub_engine(url)
    sessions = session_factory(engine)
    write_people(folder / "people.csv", PEOPLE)
    with sessions.begin() as session:
        for login, (kind, codes) in MEMBERS.items():
            member = register_organisation(session, kind=kind, name=f"Участник {login}", codes=codes)
            account = register_account(
                session,
                login=login,
                password="",
                organisation_id=member.id,
                role="service",
                title="Программа",
                clock=CLOCK,
            )
            account.password_hash = PASSWORD_HASH
        load_people(session, folder / "people.csv", secret=ensure_key_secret(session), clock=CLOCK)
    yield HospitalHub(sessions, hub_context())
    engine.dispose()
