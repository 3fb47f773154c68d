"""A question about a day nobody can be asked about is refused, not answered for another day (identification, 1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.exchange.options import set_option
from registry.exchange.tables import FindingRow, Packet
from registry.insured.generator.lines import PersonLine
from tests.channels.soap_calls import IDENTIFICATION, Answer, Request, call, envelope
from tests.channels.soap_hub import CLOCK, LOGIN, PASSWORD, Hub, hub_application, load_invented_people

TODAY, TOMORROW, BEFORE_THE_LAW, FIRST = "2026-11-20", "2026-11-21", "1992-12-31", "1993-01-01"
VOLGOGRAD = "/soap/identification/volgograd"


@pytest.fixture(scope="module")
def hub(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with hub_application(migrated_sqlite, tmp_path_factory.mktemp("days")) as made:
        with made.sessions.begin() as session:
            set_option(session, "identification_adapters", ["volgograd"], CLOCK.now())
        yield made


@pytest.fixture(scope="module")
def person(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> PersonLine:
    return load_invented_people(hub, tmp_path_factory.mktemp("people"))[0]


def ask(hub: Hub, content: str, path: str = IDENTIFICATION) -> Answer:
    return call(hub.application, Request(envelope(content), path, login=LOGIN, password=PASSWORD))


def uir(hub: Hub, person: PersonLine, day: str) -> tuple[str | None, str | None, str | None]:
    answer = ask(
        hub,
        f'<u:UIRRequest2 xmlns:u="http://uir.ffoms.ru"><u:FullName><u:FamilyName>{person.surname}</u:FamilyName>'
        f"</u:FullName><u:PolicyType>3</u:PolicyType><u:PolicyNumber>{person.enp}</u:PolicyNumber>"
        f"<u:Birth><u:BirthDate>{person.birth_date}</u:BirthDate></u:Birth><u:InsDate>{day}</u:InsDate></u:UIRRequest2>",
    ).child
    ack, code, text = (answer.findtext(f".//{{*}}{name}") for name in ("Ack", "ErrCode", "ErrText"))
    return ack, code, text


@pytest.mark.parametrize("day", [TOMORROW, "2030-01-01", BEFORE_THE_LAW])
def test_the_federal_form_refuses_an_impossible_day_by_its_element(hub: Hub, person: PersonLine, day: str) -> None:
    assert uir(hub, person, day) == ("AR", "11", "Недопустимое значение: InsDate")
    with hub.sessions() as session:
        last = select(Packet.id).order_by(Packet.id.desc()).limit(1).scalar_subquery()
        [noted] = session.scalars(select(FindingRow).where(FindingRow.packet_id == last))
    assert (noted.code, noted.field, noted.expected) == ("DATE_WRONG", "on", "от 01.01.1993 до 20.11.2026")


def test_the_edges_are_days_like_any_other(hub: Hub, person: PersonLine) -> None:
    assert uir(hub, person, TODAY) == ("AA", None, None)
    assert uir(hub, person, FIRST)[:2] == ("AE", "20")
    assert uir(hub, person, f"{TODAY}+03:00")[0] == "AA"  # the day as written, whatever its zone


def test_the_question_of_attachment_names_its_parameter(hub: Hub, person: PersonLine) -> None:
    def asked(day: str) -> tuple[str | None, str | None]:
        content = f"<a:ENP>{person.enp}</a:ENP><a:OnDate>{day}</a:OnDate>"
        child = ask(hub, f'<a:GetAttach xmlns:a="urn:tfoms-hub:attach:1">{content}</a:GetAttach>').child
        return child.findtext("{*}return"), child.findtext("{*}text")

    assert asked(TODAY) == ("0", None)
    for day in (TOMORROW, BEFORE_THE_LAW):
        assert asked(day) == ("4", "Недопустимое значение параметра: [OnDate]")


def test_a_regional_form_refuses_it_in_the_federal_numbers(hub: Hub, person: PersonLine) -> None:
    def asked(day: str) -> str | None:
        content = (
            '<t:GetMedInsState3 xmlns:t="http://tempuri.org/" '
            'xmlns:a="http://schemas.datacontract.org/2004/07/InsuranceAffilation">'
            f"<t:p><a:NumberENP>{person.enp}</a:NumberENP><a:InsDate>{day}T00:00:00</a:InsDate></t:p></t:GetMedInsState3>"
        )
        return ask(hub, content, VOLGOGRAD).child.findtext(".//{*}ErrCode")

    assert asked(TODAY) is None or asked(TODAY) == ""
    assert asked(TOMORROW) == asked(BEFORE_THE_LAW) == "11"
