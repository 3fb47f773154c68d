"""Children without a policy of their own: by NOVOR and the mother's document, beside her, by the act of birth."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from lxml import etree
from sqlalchemy import select

from registry.exchange.access import caller_of_sender
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.xml import serialize
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.layouts import Chosen, choose_layout
from registry.exchange.pipeline import Incoming, advance, receive
from registry.insured.agencies.kinds.birth import Birth
from registry.insured.kinds.attachment import Attachment as AttachmentRecord
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.kinds.insured_change import InsuredChange, Representative
from registry.insured.kinds.methods import Method
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion
from registry.insured.tables import Representative as Representing
from registry.store.base import OPEN_MOMENT
from server.demo.packets import ChangesFile, changes_file, csv_file, dbf_file, packaged_layout
from tests.channels.agencies.hub import PEOPLE, AgenciesHub, Sent
from tests.channels.invented import DOCTOR

BORN = date(2026, 11, 10)
GIRL, BOY = "21011261", "11011261"
SECOND_GIRL = "21011262"


def mother(name: str = "anna") -> dict[str, Any]:
    return dict(PEOPLE[name].block)


def attach(hub: AgenciesHub, *signs: str, day: int = 19, action: str = "insert", **others: Any) -> Sent:
    choose_layout(hub.session, "attachment", "request", Chosen("full25_newborn"), "", date(2026, 1, 1))
    layout = packaged_layout(hub.context.catalog, "full25_newborn")
    fields = AttachmentRecord.fields
    told = {
        **{name: value for name, value in mother().items() if name in fields},
        "clinic": "630001",
        "method": Method.APPLICATION,
        "attached_on": date(2026, 11, 18),
        "district": "12",
        "doctor_snils": DOCTOR,
        "action": action,
        **others,
    }
    told = {name: value for name, value in told.items() if value is not None}
    records = [AttachmentRecord(number=str(n), newborn=sign, **told) for n, sign in enumerate(signs, 1)]
    return hub.send_bytes(f"MO2630001202611{day}.csv", csv_file(layout, records), "630001")


def children(hub: AgenciesHub) -> Sequence[PersonVersion]:
    query = select(PersonVersion).where(PersonVersion.birth_date == BORN, PersonVersion.retracted_at == OPEN_MOMENT)
    return hub.session.scalars(query.order_by(PersonVersion.person_id).execution_options(populate_existing=True)).all()


def handed_in(hub: AgenciesHub, name: str, body: bytes, sender: str) -> bytes:
    path = hub.folder / name
    path.write_bytes(body)
    caller = caller_of_sender(hub.session, sender)
    reply = receive(hub.session, Incoming("file", "files", path=path, caller=caller, file_name=name), hub.context)
    assert reply.packet_id is not None, reply.refusal
    while advance(hub.session, reply.packet_id, hub.context):
        pass
    return stored_bytes(hub.session, reply.packet_id, ANSWER)


def ask(hub: AgenciesHub, sign: str) -> dict[str, str]:
    layout = packaged_layout(hub.context.catalog, "crimea")
    told = {name: value for name, value in mother().items() if name in IdentificationRequest.fields}
    record = IdentificationRequest(**{**told, "on": date(2026, 11, 19), "newborn": sign})
    body = dbf_file(layout, [record], code_page="cp866", today=date(2026, 11, 20))
    (row,) = DbfReader(io.BytesIO(handed_in(hub, "630001_20112026_1.DBF", body, "630001")))
    return dict(row.values)


def act_of_birth(**told: Any) -> Birth:
    known = mother()
    return Birth(
        **{
            "number": "1",
            "first_name": "Фёкла",
            "patronymic": "Игнатьевна",
            "birth_date": BORN,
            "sex": 2,
            "mother_surname": known["surname"],
            "mother_first_name": known["first_name"],
            "mother_patronymic": known["patronymic"],
            "mother_birth_date": known["birth_date"],
            "mother_snils": known["snils"],
            **told,
        }
    )


def insure(hub: AgenciesHub, **told: Any) -> etree._Element:
    known = mother()
    record = InsuredChange(
        number="1",
        action="1",
        surname=known["surname"],
        first_name="Фёкла",
        patronymic="Игнатьевна",
        birth_date=BORN,
        sex=2,
        document_type=3,
        document_series="II-ЕР",
        document_number="700123",
        policy_type="В",
        policy_number="100000077",
        policy_from=date(2026, 11, 19),
        policy_to=date(2026, 12, 20),
        applied_on=date(2026, 11, 19),
        application_method=2,
        choice_reason=1,
        changed_on=date(2026, 11, 19),
        representatives=[
            Representative(
                surname=known["surname"],
                first_name=known["first_name"],
                patronymic=known["patronymic"],
                relation=1,
                document_type=known["document_type"],
                document_series=known["document_series"],
                document_number=known["document_number"],
            )
        ],
        **told,
    )
    file = ChangesFile("63001", "001", date(2026, 11, 1), 1)
    body = serialize(changes_file(hub.context.catalog, file, [record]), "windows-1251")
    return etree.fromstring(handed_in(hub, file.name, body, "63001"))


def test_a_child_nobody_registered_is_attached_by_the_mothers_document(hub: AgenciesHub) -> None:
    before = hub.attachments("anna")
    sent = attach(hub, GIRL)
    assert [one.status for one in sent.outcomes] == ["accepted_warn"]
    assert ("NEWBORN_CONDITIONAL", "newborn", "note") in sent.outcomes[0].findings
    (child,) = children(hub)
    assert (child.surname, child.first_name, child.sex) == (mother()["surname"], "", 2)
    attached = hub.session.scalars(select(Attachment).where(Attachment.person_id == child.person_id)).one()
    assert (attached.clinic_code, attached.method) == ("630001", "conditional")
    assert hub.attachments("anna") == before
    told = hub.session.scalars(select(Representing).where(Representing.person_id == child.person_id)).one()
    assert (told.representative_id, told.relation, told.birth_number) == (hub.person("anna").id, 1, 1)


def test_the_same_child_is_found_the_next_time_and_another_of_the_same_birth_is_new(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    again = attach(hub, GIRL, SECOND_GIRL, day=20)
    assert [one.status for one in again.outcomes] == ["accepted_warn", "accepted_warn"]
    assert len(children(hub)) == 2


def test_a_question_about_a_child_is_answered_by_the_policy_of_the_mother(hub: AgenciesHub) -> None:
    row = ask(hub, GIRL)
    assert row["EERP"] == ""
    assert (row["RENP"], row["RQ"]) == (mother()["enp"], "63001")
    assert "по полису представителя" in row["REPL"]


def test_a_registered_child_without_a_policy_is_answered_so_too(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    row = ask(hub, GIRL)
    assert (row["EERP"], row["RQ"]) == ("", "63001")
    assert "нет своего полиса" in row["REPL"]


def test_nothing_but_an_attachment_brings_an_unknown_child_in(hub: AgenciesHub) -> None:
    sent = attach(hub, GIRL, detached_on=date(2026, 11, 19))
    assert [one.status for one in sent.outcomes] == ["rejected"]
    assert ("PERSON_NOT_FOUND", "newborn", "error") in sent.outcomes[0].findings
    assert not children(hub)


def test_a_sign_that_is_no_day_is_refused(hub: AgenciesHub) -> None:
    sent = attach(hub, "23113261")
    assert [one.status for one in sent.outcomes] == ["rejected"]
    assert ("BIRTH_DATE_WRONG", "newborn", "error") in sent.outcomes[0].findings


def test_the_act_of_birth_names_the_child_a_clinic_attached(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    sent = hub.send("ZAGS_BIRTH_20261119_1.csv", "zags_birth", [act_of_birth()], "zags")
    assert (sent.results, sent.codes) == (["1"], [""])
    (child,) = children(hub)
    assert child.first_name == "Фёкла"
    attached = hub.session.scalars(select(Attachment).where(Attachment.person_id == child.person_id)).all()
    assert len(attached) == 1


def test_a_boy_is_not_the_girl_a_clinic_attached(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    record = act_of_birth(sex=1, first_name="Клим", patronymic="Игнатьевич")
    hub.send("ZAGS_BIRTH_20261119_1.csv", "zags_birth", [record], "zags")
    assert sorted(one.first_name for one in children(hub)) == ["", "Клим"]


def test_an_insurer_insures_the_very_child_by_the_document_of_the_mother(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    answer = insure(hub)
    assert [one.findtext("CODE_ERP") for one in answer.findall("REP")] != ["AR"], etree.tostring(answer).decode(
        "cp1251"
    )
    (child,) = {one.person_id for one in children(hub)}
    insured = hub.session.scalars(select(Insurance).where(Insurance.person_id == child)).one()
    assert insured.insurer_code == "63001"


def test_a_newcomer_told_with_its_mother_hangs_on_her(hub: AgenciesHub) -> None:
    insure(hub)
    (child,) = children(hub)
    assert hub.session.scalars(
        select(Representing.representative_id).where(Representing.person_id == child.person_id)
    ).all() == [hub.person("anna").id]
    row = ask(hub, GIRL)
    assert row["RNPOL"] == "100000077"


def test_a_child_follows_the_record_its_mother_was_joined_to(hub: AgenciesHub) -> None:
    attach(hub, GIRL)
    anna, vera = hub.person("anna"), hub.person("vera")
    anna.status, anna.merged_into = 2, vera.id
    hub.session.flush()
    row = ask(hub, GIRL)
    assert "нет своего полиса" in row["REPL"]
    assert hub.session.get_one(Person, anna.id).merged_into == vera.id
