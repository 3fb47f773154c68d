"""States of test people that no line of a file tells."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.insured.tables import Insurance, Person, PersonKey, Policy
from server.mock.people import FIRST_NUMBER, TestPerson, twin_key

ANNULLED = 2
FOREIGN_OKATO = "45000"
K1 = 1


def state_test_people(session: Session, people: tuple[TestPerson, ...]) -> None:
    """Annul, insure elsewhere and double those whose point it is."""
    for one in people:
        if not one.state:
            continue
        person = session.scalars(select(Person).where(Person.bdz_id == str(FIRST_NUMBER + one.number))).one()
        if one.state == "annulled":
            person.status = ANNULLED
        elif one.state == "elsewhere":
            elsewhere = update(Insurance).where(Insurance.person_id == person.id)
            session.execute(elsewhere.values(okato=FOREIGN_OKATO, insurer_code=""))
        else:
            _double(session, person, twin_key(one))


def _double(session: Session, person: Person, twin_number: str) -> None:
    """Give the twin the ЕНП of the person too, so that even the number alone finds two."""
    twin = session.scalars(select(Person).where(Person.bdz_id == twin_number)).one()
    twin.enp = person.enp
    policies = update(Policy).where(Policy.person_id == twin.id)
    session.execute(policies.values(enp=person.enp, number=person.enp, number_key=person.enp))
    key = session.scalars(select(PersonKey).where(PersonKey.person_id == person.id, PersonKey.kind == K1)).one()
    session.add(PersonKey(kind=K1, hash=key.hash, person_id=twin.id, valid_from=key.valid_from, valid_to=key.valid_to))
