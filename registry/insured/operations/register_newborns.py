"""Records for children that clinics attach by the document of the mother before anybody registered them (rule 8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from registry.core.checks.newborn import NewbornSign
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.matching import Identification, PersonFacts
from registry.insured.matching.outcomes import Newborn
from registry.insured.operations.people import Act, Origin, open_people
from registry.insured.operations.people.newborns import register_newborn
from registry.insured.operations.people.writing import write_people

Child = tuple[int, date, int, int]


def register_newborns(work: Work) -> None:
    """Give every accepted record of an unregistered child a person: the surname of the mother, the sign's day and sex.

    Records of one child in a packet get one person. Afterwards the identification of each is that of the child.
    """
    grouped: defaultdict[Child, list[tuple[Item, Identification]]] = defaultdict(list)
    for item in work.items:
        found = item.identification
        if item.is_open and found is not None and found.newborn is not None and not found.newborn.registered:
            sign = found.newborn.sign
            grouped[found.newborn.representative_id, sign.born, sign.sex, sign.number].append((item, found))
    if not grouped:
        return
    ledger = open_people(
        work.session, (), Origin(work.now, work.source, work.packet_id or None), newcomers=len(grouped)
    )
    for (mother, born, sex, number), told in grouped.items():
        item, found = told[0]
        surname = found.person.surname if found.person else ""
        act = Act("birth", born, record_number=(item.record.number or str(item.position))[:36])
        names = {"surname": surname, "first_name": "", "patronymic": "", "birth_date": born, "sex": sex}
        child = register_newborn(ledger, names, mother, number, act)
        for _, one in told:
            one.person_id, one.bdz_id, one.enp, one.attachment = child.id, child.bdz_id, "", None
            one.newborn = Newborn(NewbornSign(sex, born, number), mother, registered=True)
            one.person = PersonFacts(surname, "", "", born, sex, "")
    by_number = {(item.record.number or str(item.position))[:36]: item for told in grouped.values() for item, _ in told}
    for change in write_people(ledger):
        by_number[change.record_number].changes.append(change)
