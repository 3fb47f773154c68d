"""A hub with two clinics, two insurers and the fund, whose programs call DCExchangeSrv about plans and facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from lxml import etree
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Incoming
from registry.exchange.operations.register import register_account, register_organisation
from registry.exchange.options import set_option
from registry.exchange.pipeline import handle
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import read_people_csv, write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.store.engine import create_hub_engine, session_factory
from tests.channels.soap_hub import CLOCK, PASSWORD, ZONE

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[3] / "soap" / "contracts" / "dcexchange.xsd"))
CLINIC, OTHER_CLINIC, INSURER, OTHER_INSURER, FUND = "07999", "08000", "2301", "2302", "9007"
MCODS = {CLINIC: "630001", OTHER_CLINIC: "630002"}
SMOCODS = {INSURER: "63001", OTHER_INSURER: "63002"}


@dataclass(slots=True)
class Said:
    """What a call was answered: the code of the package and the codes of every record, by its number."""

    wrapper: etree._Element
    code: int
    errors: dict[int, list[int]]
    refusal: str

    @property
    def rows(self) -> list[etree._Element]:
        """The rows of a list."""
        return list(self.wrapper[0][-1])


@dataclass(slots=True)
class PlansHub:
    """The hub, its people, and how its participants call it; every answer is valid by the published schema."""

    sessions: sessionmaker[Session]
    context: HubContext
    people: list[PersonLine]
    url: str

    def call(self, operation: str, login: str, **arguments: str) -> Said:
        """Ask a list."""
        return self._call(operation, login, "".join(f"<{name}>{text}</{name}>" for name, text in arguments.items()))

    def put(self, operation: str, login: str, *records: str, guid: str = "") -> Said:
        """Send records; the list element is named after the operation."""
        name = "ev" + operation.removeprefix("putEv")
        header = (
            "<p10_packinf><p10_pakagedate>2026-11-20T10:00:00</p10_pakagedate>"
            f"<p11_pakagesender>{login}</p11_pakagesender><p12_pakageguid>{guid or uuid4()}</p12_pakageguid>"
            "<p13_zerrpkg>0</p13_zerrpkg></p10_packinf>"
        )
        return self._call(operation, login, f"<orderpack>{header}<{name}>{''.join(records)}</{name}></orderpack>")

    def _call(self, operation: str, login: str, content: str) -> Said:
        who = f"<username>{login}</username><password>{PASSWORD}</password><sendercode>{login}</sendercode>"
        raw = f'<d:{operation} xmlns:d="http://main.dce/">{content}{who}</d:{operation}>'.encode()
        incoming = Incoming("soap", "dcx", operation, raw=raw, element=etree.fromstring(raw))
        with self.sessions.begin() as session:
            reply = handle(session, incoming, self.context)
        assert reply.element is not None
        wrapper = etree.fromstring(etree.tostring(reply.element))
        assert SCHEMA.validate(wrapper), SCHEMA.error_log
        errors = {
            int(one.findtext("f10_nzap", "0")): [int(code.text or 0) for code in one.iter("e10_ecd")]
            for one in wrapper.iter("f10_orflker")
        }
        code = int(wrapper.findtext(".//r10_responcecode", "0"))
        return Said(wrapper, code, errors, wrapper.findtext(".//p14_errmsg", ""))

    def set(self, name: str, value: object) -> None:
        """Set one setting; it holds for the next call."""
        with self.sessions.begin() as session:
            set_option(session, name, value, CLOCK.now())
        self.context.remembered.forget()

    def attached(self, clinic: str, insurer: str = INSURER) -> list[PersonLine]:
        """Grown-up people attached to a clinic and insured by an insurer."""
        return [
            one
            for one in self.people
            if one.clinic_code == MCODS[clinic]
            and one.insurer_code == SMOCODS[insurer]
            and one.birth_date < "2000"
            and one.insured_from < "2026"
            and one.attached_on < "2026"
        ]


@cache
def invented_people() -> tuple[list[PersonLine], str]:
    """People of both clinics and both insurers whose story is one line, and the file that loads them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write_people_csv(path, 2_000, seed=7)
        lines = list(read_people_csv(path))
        text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    stories = Counter(line.person_key for line in lines)
    chosen = [
        (line, row)
        for line, row in zip(lines, text[1:], strict=True)
        if stories[line.person_key] == 1
        and line.enp
        and not (line.insured_to or line.died_on or line.detached_on)
        and line.clinic_code in MCODS.values()
        and line.insurer_code in SMOCODS.values()
    ]
    return [line for line, _ in chosen], text[0] + "".join(row for _, row in chosen)


def prepare(url: str, folder: Path) -> None:
    """Register the participants and load the people into an empty migrated database."""
    engine = create_hub_engine(url)
    path = folder / "people.csv"
    path.write_text(invented_people()[1], encoding="utf-8")
    with session_factory(engine).begin() as session:
        kinds = (("clinic", MCODS, "mcod"), ("insurer", SMOCODS, "smocod"), ("fund", {FUND: "63"}, "tf"))
        for kind, codes, scheme in kinds:
            for login, code in codes.items():
                both = {scheme: code, "dcexchange": login}
                organisation = register_organisation(session, kind=kind, name=f"{kind} {login}", codes=both)
                register_account(
                    session,
                    login=login,
                    password=PASSWORD,
                    organisation_id=organisation.id,
                    role="service",
                    title=login,
                    clock=CLOCK,
                )
        load_people(session, path, secret=ensure_key_secret(session), clock=CLOCK)
    engine.dispose()


@contextmanager
def plans_hub(url: str) -> Iterator[PlansHub]:
    """A hub on a copy of a prepared database."""
    engine = create_hub_engine(url)
    context = HubContext(catalog=collect(), clock=CLOCK, fund_code="63", timezone=ZONE)
    yield PlansHub(session_factory(engine), context, invented_people()[0], url)
    engine.dispose()


def person(line: PersonLine) -> str:
    """The person block of a line, as programs write it."""
    return (
        f"<person><a10_dct>3</a10_dct><a12_dcn>{line.enp}</a12_dcn><a15_pfio>{line.surname}</a15_pfio>"
        f"<a16_pnm>{line.first_name}</a16_pnm><a17_pln>{line.patronymic}</a17_pln>"
        f"<a19_pbd>{line.birth_date}T00:00:00.000</a19_pbd><a23_dt>0</a23_dt><a25_enp>{line.enp}</a25_enp></person>"
    )


def record(name: str, **values: object) -> str:
    """One record: its elements in the order given, the person block as it is."""
    parts = (
        str(value) if element == "person" else f"<{element}>{value}</{element}>" for element, value in values.items()
    )
    return f"<{name}>{''.join(parts)}</{name}>"


def plan(rid: int, line: PersonLine, **other: object) -> str:
    """A row of a plan of the first clinic for December."""
    values = {"kind": 1, "year": 2026, "mnth": 12, "code_mo": CLINIC, "dfSection": "12", "category": 0} | other
    return record("evPlan", rid=rid, **values, person=person(line))


def informing(rid: int, line: PersonLine, **other: object) -> str:
    """The first insurer invited a person to the first clinic by SMS."""
    values = {"smo_code": INSURER, "code_mo": CLINIC, "infodate": "2026-11-18T00:00:00.000"}
    return record("evFactInfo", rid=rid, **(values | {"infometh": 1, "infostep": 1} | other), person=person(line))


def execution(rid: int, line: PersonLine, **other: object) -> str:
    """A person began the dispensarisation in the first clinic."""
    values = {"code_mo": CLINIC, "execdate": "2026-11-16", "execstep": 102, "execmeth": 1}
    return record("evFactExec", rid=rid, **(values | other), person=person(line))


def planned_date(rid: int, **other: object) -> str:
    """A day of the first clinic."""
    values = {"code_mo": CLINIC, "kind": 1, "evdt": "2026-12-01T00:00:00.000", "meth": 2}
    return record("evPlanDate", rid=rid, **(values | other))
