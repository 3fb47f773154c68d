"""Births, names, СНИЛС, military service and lists of the ФНС."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select, update

from registry.core.checks.snils import check_digits, format_snils
from registry.core.fields import Record
from registry.core.normalisation import digits
from registry.insured.agencies.kinds.birth import Birth
from registry.insured.agencies.kinds.conscription import Conscription
from registry.insured.agencies.kinds.name_change import NameChange
from registry.insured.agencies.kinds.snils_answer import SnilsAnswer
from registry.insured.agencies.kinds.tax_person import TaxPerson
from registry.insured.buffer.tables import BufferedChange
from registry.insured.tables import Attachment, Person, PersonVersion, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.channels.agencies.hub import PEOPLE, AgenciesHub, Sent

OTHER_SNILS = format_snils("087654303" + check_digits("087654303"))
SINCE, UNTIL = date(2026, 4, 1), date(2026, 10, 31)


def told(kind: type[Record], name: str, number: int = 1, **others: Any) -> Record:
    values = {**PEOPLE[name].block, "number": str(number), **others}
    return kind(**{field: value for field, value in values.items() if field in kind.fields and value is not None})


def snils_of(hub: AgenciesHub, name: str) -> str:
    query = select(Snils.number).where(
        Snils.person_id == hub.person(name).id, Snils.retracted_at == OPEN_MOMENT, Snils.valid_to == OPEN_DATE
    )
    return hub.session.scalar(query) or ""


def waiting(hub: AgenciesHub) -> list[dict[str, Any]]:
    return [dict(one.proposed) for one in hub.session.scalars(select(BufferedChange))]


def send_snils(hub: AgenciesHub, *records: Record) -> Sent:
    return hub.send("SFR_SNILS_20261119_1.csv", "sfr_snils", records, "sfr")


def answer(name: str, told_snils: str | None, opfr: int = 1, number: int = 1) -> Record:
    return told(SnilsAnswer, name, number, snils=None, told_snils=told_snils, opfr=opfr, asked_under="77")


def test_an_answer_fills_an_empty_snils(hub: AgenciesHub) -> None:
    hub.session.execute(
        update(Snils).where(Snils.person_id == hub.person("anna").id).values(retracted_at=hub.context.clock.now())
    )
    sent = send_snils(hub, answer("anna", OTHER_SNILS))
    assert sent.results == ["1"]
    assert snils_of(hub, "anna") == digits(OTHER_SNILS)


def test_a_different_snils_waits_in_the_buffer_and_the_same_is_nothing_new(hub: AgenciesHub) -> None:
    sent = send_snils(hub, answer("anna", OTHER_SNILS, number=1), answer("boris", PEOPLE["boris"].snils, number=2))
    assert sent.results == ["3", "1"]
    assert snils_of(hub, "anna") == digits(PEOPLE["anna"].snils)
    assert waiting(hub) == [{"snils": digits(OTHER_SNILS)}]


def test_data_that_do_not_agree_wait_whatever_is_known(hub: AgenciesHub) -> None:
    hub.session.execute(
        update(Snils).where(Snils.person_id == hub.person("anna").id).values(retracted_at=hub.context.clock.now())
    )
    sent = send_snils(hub, answer("anna", OTHER_SNILS, opfr=2))
    assert (sent.results, sent.codes) == (["3"], ["SNILS_UNCONFIRMED,CHANGE_IN_BUFFER"])
    assert snils_of(hub, "anna") == ""


def test_more_information_without_a_snils_changes_nothing_and_an_answer_without_one_is_refused(
    hub: AgenciesHub,
) -> None:
    sent = send_snils(hub, answer("anna", None, opfr=3, number=1), answer("boris", None, opfr=1, number=2))
    assert (sent.results, sent.codes) == (["1", "2"], ["", "SNILS_WRONG"])


def test_a_newborn_is_registered_and_attached_conditionally_to_the_clinic_of_the_mother(hub: AgenciesHub) -> None:
    mother = PEOPLE["anna"].block
    record = Birth(
        number="1",
        act_number="1",
        act_date=date(2026, 11, 12),
        first_name="Фёкла",
        patronymic="Игнатьевна",
        birth_date=date(2026, 11, 10),
        sex=2,
        document_type=3,
        document_series="II-ЕР",
        document_number="700123",
        mother_surname=mother["surname"],
        mother_first_name=mother["first_name"],
        mother_patronymic=mother["patronymic"],
        mother_birth_date=mother["birth_date"],
        mother_snils=mother["snils"],
    )
    sent = hub.send("ZAGS_BIRTH_20261119_1.csv", "zags_birth", [record], "zags")
    assert sent.results == ["1"]
    version = hub.session.scalars(select(PersonVersion).where(PersonVersion.first_name == "Фёкла")).one()
    assert version.surname == mother["surname"]
    attached = hub.session.scalars(select(Attachment).where(Attachment.person_id == version.person_id)).one()
    assert (attached.clinic_code, attached.method, attached.valid_from) == (
        "630001",
        "conditional",
        date(2026, 11, 10),
    )
    again = hub.send("ZAGS_BIRTH_20261120_1.csv", "zags_birth", [record], "zags")
    assert (again.results, again.codes) == (["1"], ["PERSON_KNOWN"])
    born = select(func.count()).select_from(PersonVersion).where(PersonVersion.first_name == "Фёкла")
    assert hub.session.scalar(born) == 1


def test_a_newborn_of_an_unknown_mother_is_registered_without_a_clinic(hub: AgenciesHub) -> None:
    record = Birth(
        number="1",
        surname="Незнакомцев",
        first_name="Клим",
        birth_date=date(2026, 11, 10),
        sex=1,
        mother_surname="Незнакомцева",
        mother_birth_date=date(2000, 1, 1),
        mother_first_name="Олимпиада",
    )
    sent = hub.send("ZAGS_BIRTH_20261119_1.csv", "zags_birth", [record], "zags")
    assert (sent.results, sent.codes) == (["1"], ["MOTHER_UNKNOWN"])


def test_a_new_surname_of_the_civil_registry_waits_in_the_buffer(hub: AgenciesHub) -> None:
    record = told(NameChange, "vera", basis=2, changed_on=date(2026, 11, 1), new_surname="Замужняя")
    sent = hub.send("ZAGS_MARRIAGE_20261119_1.csv", "zags_name", [record], "zags")
    assert (sent.results, sent.codes) == (["3"], ["CHANGE_IN_BUFFER"])
    assert waiting(hub) == [{"surname": "Замужняя"}]


def test_a_marriage_without_a_new_name_is_refused(hub: AgenciesHub) -> None:
    record = told(NameChange, "vera", basis=2, changed_on=date(2026, 11, 1))
    sent = hub.send("ZAGS_MARRIAGE_20261119_1.csv", "zags_name", [record], "zags")
    assert sent.codes == ["NAME_ABSENT"]


def serve(hub: AgenciesHub, record: Record, name: str = "VK_CONSCRIPTS_20261119_1.csv") -> Sent:
    return hub.send(name, "vk_conscripts", [record], "vk")


def test_the_insurance_of_a_conscript_is_suspended_and_goes_on_after_the_return(hub: AgenciesHub) -> None:
    sent = serve(hub, told(Conscription, "boris", service=1, served_from=SINCE))
    assert sent.results == ["1"]
    assert [row[1:] for row in hub.insurance("boris")] == [(date(2026, 3, 31), "П025")]
    assert hub.person("boris").status == 4
    sent = serve(
        hub,
        told(Conscription, "boris", service=1, served_from=SINCE, served_until=UNTIL),
        "VK_CONSCRIPTS_20261120_1.csv",
    )
    assert sent.results == ["1"]
    assert hub.insurance("boris")[1:] == [(date(2026, 11, 1), None, "")]
    assert hub.person("boris").status == 1


def test_a_service_told_at_its_end_suspends_and_restores_at_once(hub: AgenciesHub) -> None:
    serve(hub, told(Conscription, "boris", service=1, served_from=SINCE, served_until=UNTIL))
    assert [row[0] for row in hub.insurance("boris")][1:] == [date(2026, 11, 1)]


def test_the_same_list_again_changes_nothing(hub: AgenciesHub) -> None:
    serve(hub, told(Conscription, "boris", service=1, served_from=SINCE))
    before = hub.insurance("boris")
    sent = serve(hub, told(Conscription, "boris", service=1, served_from=SINCE), "VK_CONSCRIPTS_20261120_1.csv")
    assert (sent.results, hub.insurance("boris")) == (["1"], before)


def test_the_dead_and_the_uninsured_are_not_suspended(hub: AgenciesHub) -> None:
    records = [
        told(Conscription, "daria", 1, service=1, served_from=SINCE),
        told(Conscription, "boris", 2, service=1, served_from=date(2010, 1, 1)),
    ]
    sent = hub.send("VK_CONSCRIPTS_20261119_1.csv", "vk_conscripts", records, "vk")
    assert sent.codes == ["PERSON_DEAD", "NOTHING_TO_SUSPEND"]


def test_a_list_of_the_tax_service_is_matched_row_by_row(hub: AgenciesHub) -> None:
    stranger = told(TaxPerson, "boris", 2, surname="Незнакомцев", enp=None, snils=None, document_number="987654")
    sent = hub.send(
        "FNS_PERSONS_20261119_1.csv",
        "fns_persons",
        [told(TaxPerson, "anna", 1, has_income=True, income_since=date(2026, 1, 1)), stranger],
        "fns",
    )
    assert [line[2] for line in sent.protocol] == ["1", "0"]
    assert sent.results == ["3", "2"]
    assert waiting(hub) == [{"employment": 1}]
    assert hub.session.scalar(select(func.count()).select_from(Person)) == len(PEOPLE)
