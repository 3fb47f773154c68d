"""A hub that knows the people of every golden case, one for each database and test process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.normalisation import digits
from registry.exchange.context import HubContext
from registry.exchange.operations.incoming.describe_files import describe_files
from registry.exchange.operations.register import register_account, register_channel, register_organisation
from registry.exchange.tables import OrganisationCode
from registry.insured.agencies.words import TITLES
from registry.insured.loading import load_people
from registry.insured.tables import Attachment, District, DistrictDoctor, Insurance, Person
from registry.store.base import OPEN_DATE
from registry.store.engine import create_hub_engine, session_factory
from tests.channels.carriers import DCX_CODES, PASSWORD
from tests.channels.golden_cases import Case
from tests.channels.invented import DOCTOR, write_people

DEPARTMENT = "630004"
CLOSED_INSURER = "63009"
ZONE = ZoneInfo("Europe/Samara")
LEARNT = datetime(2026, 11, 1, 9, tzinfo=ZONE)
NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)


@dataclass(frozen=True)
class GoldenHub:
    """Sessions on a database with participants and people, and the context whose clock stands at NOW."""

    engine: Engine
    sessions: sessionmaker[Session]
    context: HubContext


@contextmanager
def golden_hub(url: str, cases: tuple[Case, ...], folder: Path) -> Iterator[GoldenHub]:
    """A hub on an empty migrated database."""
    engine = create_hub_engine(url)
    sessions = session_factory(engine)
    clock = FixedClock(LEARNT)
    context = HubContext(catalog=collect(), clock=clock, fund_code="63", timezone=ZONE)
    with sessions.begin() as session:
        register_participants(session, context)
        path = folder / "people.csv"
        write_people(path, (one for case in cases for one in case.people.values() if "unknown" not in one.told))
        report = load_people(session, path, secret=context.key_secret(session), clock=clock)
        assert not report.problems
        for case in cases:
            state_people(session, case)
        register_districts(session)
    clock.moment = NOW
    yield GoldenHub(engine, sessions, context)
    engine.dispose()


def register_participants(session: Session, context: HubContext) -> None:
    """The fund, an insurer, three clinics and a department with accounts, a channel of two of the clinics."""
    register_organisation(session, kind="fund", name="Фонд", codes={"tf": "63"})
    describe_files(session, context.catalog)
    for code in ("63001", "63002", CLOSED_INSURER):
        register_organisation(session, kind="insurer", name=f"Страховая {code}", codes={"smocod": code})
    session.flush()
    closed = update(OrganisationCode).where(OrganisationCode.code == CLOSED_INSURER)
    session.execute(closed.values(valid_to=date(2026, 1, 1)))
    for code, title in TITLES.items():
        register_organisation(session, kind="agency", name=title, codes={"agency": code})
    clinics: dict[str, int] = {}
    for mcod, dcx in DCX_CODES.items():
        clinic = register_organisation(
            session,
            kind="clinic",
            name=f"Поликлиника {mcod}",
            codes={"mcod": mcod, "dcexchange": dcx},
            parent_id=clinics["630003"] if mcod == DEPARTMENT else None,
        )
        clinics[mcod] = clinic.id
        register_account(
            session,
            login=dcx,
            password=PASSWORD,
            organisation_id=clinic.id,
            role="service",
            title="Программа",
            clock=context.clock,
        )
    senders = [clinics["630001"], clinics["630003"]]
    register_channel(session, code="ch1", organisation_id=senders[0], dialect="generic", user_id="mis", senders=senders)


def register_districts(session: Session) -> None:
    """Sections 12 and 13 of two clinics; only the third clinic has told its doctors."""
    known = {(row[0], row[1]) for row in session.execute(select(District.clinic_code, District.code))}
    for clinic in ("630001", "630003"):
        for code in ("12", "13"):
            if (clinic, code) not in known:
                session.add(District(clinic_code=clinic, area_type=1, code=code))
    session.flush()
    served = session.scalars(select(District).where(District.clinic_code == "630003", District.code == "12")).one()
    session.add(DistrictDoctor(district_id=served.id, snils=digits(DOCTOR), since=LEARNT.date()))


def state_people(session: Session, case: Case) -> None:
    """Give people states that no line of a file tells: annulled, joined to another, insured elsewhere."""
    ids = {
        name: session.scalars(select(Person.id).where(Person.bdz_id == str(one.number))).one()
        for name, one in case.people.items()
        if "unknown" not in one.told
    }
    for name, person_id in ids.items():
        one = case.people[name]
        if one.told.get("annulled"):
            session.execute(update(Person).where(Person.id == person_id).values(status=2))
        if one.told.get("joined_to"):
            survivor = ids[one.told["joined_to"]]
            session.execute(update(Person).where(Person.id == person_id).values(status=2, merged_into=survivor))
        if one.told.get("keep_attached"):
            session.execute(update(Attachment).where(Attachment.person_id == person_id).values(valid_to=OPEN_DATE))
        if one.told.get("begin_reason"):
            chosen = update(Insurance).where(Insurance.person_id == person_id)
            session.execute(chosen.values(begin_reason=one.told["begin_reason"]))
        if one.told.get("okato"):
            elsewhere = update(Insurance).where(Insurance.person_id == person_id)
            session.execute(elsewhere.values(okato=one.told["okato"], insurer_code=""))
