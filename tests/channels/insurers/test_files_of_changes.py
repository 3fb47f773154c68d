"""Files of changes as insurers send them: applied, refused, repeated, out of order, and what others are told."""

import io
import zipfile
from datetime import date, timedelta

from sqlalchemy import select

from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.outcomes import PacketStatus
from registry.exchange.operations.outgoing.insurer_files import send_insurer_files
from registry.insured.operations.finish_applications import finish_applications
from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.facts import set_status
from registry.insured.operations.people.writing import write_people
from registry.insured.tables import Application, Insurance, Person, PersonHistory, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.channels.insurers.hub import NOW, PEOPLE, InsurersHub, codes, newcomer, statement


def test_ten_newcomers_and_one_changed_surname_are_applied_in_one_file(both: InsurersHub) -> None:
    changed = statement(PEOPLE["anna"], "11", "4", surname="Краснопольская")
    reply = both.send(both.file(1, *(newcomer(place, str(place + 1)) for place in range(10)), changed))
    answer = both.answer(reply.packet_id)
    assert both.answer_name(reply.packet_id) == "p63001_001_10261.xml"
    assert (answer.findtext("NRECORDS"), answer.findtext("NERR"), codes(answer)) == ("11", "0", ["AA"] * 11)
    given = [one.findtext("INSURANCE/ENP") for one in answer.findall("REP")[:10]]
    assert len(set(given)) == 10
    assert {enp_verdict(number or "") for number in given} == {EnpVerdict.VALID}
    with both.sessions() as session:
        assert len(session.scalars(select(Person).where(Person.enp.in_(given))).all()) == 10
        rows = session.scalars(select(PersonVersion).where(PersonVersion.retracted_at == OPEN_MOMENT)).all()
        anna = [row for row in rows if row.surname == "Краснопольская"]
        assert len([row for row in rows if row.person_id == anna[0].person_id]) == 2
        applied = session.scalars(select(Application)).all()
        assert {(one.status, one.insurer_code) for one in applied} == {(7, "63001")}


def test_adding_and_then_renaming_leaves_two_rows_that_name_their_packets(hub: InsurersHub) -> None:
    first = hub.send(hub.file(1, newcomer(1, "1")))
    enp = hub.answer(first.packet_id).findtext("REP/INSURANCE/ENP")
    renamed = newcomer(1, "1").values | {"action": "4", "surname": "Иная", "enp": enp, "changed_on": date(2026, 10, 20)}
    second = hub.send(
        hub.file(2, statement(PEOPLE["anna"], "0", "4") if not enp else type(newcomer(1, "1"))(**renamed))
    )
    assert codes(hub.answer(second.packet_id)) == ["AA"]
    with hub.sessions() as session:
        person = session.scalars(select(Person).where(Person.enp == enp)).one()
        acts = session.scalars(
            select(PersonHistory).where(PersonHistory.person_id == person.id).order_by(PersonHistory.id)
        ).all()
        assert [(act.packet_id, act.reason) for act in acts] == [(first.packet_id, "П010"), (second.packet_id, "П061")]
        assert [hub.answer(one).findtext("REP/ID") for one in (first.packet_id, second.packet_id)] == [
            str(act.id) for act in acts
        ]


def test_reinsurance_ends_the_insurance_before_and_tells_its_insurer(both: InsurersHub) -> None:
    told = {"choice_reason": 2, "policy_from": date(2026, 10, 20), "applied_on": date(2026, 10, 19)}
    reply = both.send(both.file(1, statement(PEOPLE["vera"], "1", "7", **told)))
    assert codes(both.answer(reply.packet_id)) == ["AA"]
    with both.sessions() as session:
        vera = session.scalars(select(Person.id).where(Person.enp == PEOPLE["vera"].enp)).one()
        rows = session.scalars(
            select(Insurance)
            .where(Insurance.person_id == vera, Insurance.retracted_at == OPEN_MOMENT)
            .order_by(Insurance.valid_from)
        ).all()
        assert [(row.insurer_code, row.valid_to, row.end_reason) for row in rows] == [
            ("63002", date(2026, 10, 19), "П021"),
            ("63001", OPEN_DATE, ""),
        ]
    both.clock.moment = NOW + timedelta(minutes=1)
    with both.sessions.begin() as session:
        assert send_insurer_files(session, both.context) >= 1
    sent = both.outgoing()
    stop = sent["s63002_000_10261.xml"]
    assert (stop.tag, stop.findtext("NRECORDS"), stop.findtext("STOP/REASON")) == ("STOPLIST", "1", "21")
    assert stop.findtext("STOP/ENP") == PEOPLE["vera"].enp
    assert "s63001_000_10261.xml" not in sent
    with both.sessions.begin() as session:
        assert send_insurer_files(session, both.context) == 0


def test_changes_by_others_go_to_the_insurer_once_a_day(both: InsurersHub) -> None:
    both.send(both.file(1, statement(PEOPLE["vera"], "1", "4", surname="Иная"), insurer="63001"))
    with both.sessions() as session:  # it waits for agreement: nothing has changed yet
        assert session.scalars(select(PersonHistory)).all() == []
    told = {"choice_reason": 3, "policy_from": date(2026, 10, 20)}
    both.send(both.file(2, statement(PEOPLE["gleb"], "1", "7", **told)))
    both.clock.moment = NOW + timedelta(days=1)
    with both.sessions.begin() as session:
        send_insurer_files(session, both.context)
    sent = both.outgoing()
    dispute = sent["c63002_000_10261.xml"]
    assert dispute.findtext("CONFLICT/PERSON_CURR/FAM") == "Иная"
    assert dispute.findtext("CONFLICT/PERSON/FAM") == PEOPLE["vera"].block["surname"]
    assert dispute.find("CONFLICT/INSURANCE_CURR") is None  # the other insurer never insured her
    rows = sent["k63002_000_10261.xml"].findall("REC")
    assert [(one.findtext("IS_ACTIVE"), one.findtext("PERSON/FAM")) for one in rows] == [("2", "Иная")]


def test_a_dispute_tells_the_insurance_by_the_other_side(both: InsurersHub) -> None:
    moved = {"choice_reason": 3, "policy_from": date(2026, 10, 20)}
    both.send(both.file(1, statement(PEOPLE["gleb"], "1", "7", **moved)))
    both.send(both.file(1, statement(PEOPLE["gleb"], "1", "4", surname="Иной"), insurer="63002"), sender="63002")
    both.clock.moment = NOW + timedelta(minutes=1)
    with both.sessions.begin() as session:
        send_insurer_files(session, both.context)
    [dispute] = both.outgoing()["c63001_000_10261.xml"].findall("CONFLICT")
    assert dispute.findtext("INSURANCE_CURR/POLIS/NPOLIS") == PEOPLE["gleb"].enp
    assert dispute.findtext("INSURANCE_CURR/POLIS/DSTOP") == "2026-10-19"


def test_a_death_registered_by_others_is_told_as_a_stop_and_as_a_row(both: InsurersHub) -> None:
    day = date(2026, 10, 18)
    with both.sessions.begin() as session:
        anna = session.scalars(select(Person.id).where(Person.enp == PEOPLE["anna"].enp)).one()
        boris = session.scalars(select(Person.id).where(Person.enp == PEOPLE["boris"].enp)).one()
        told = [
            FactChange(anna, {"died_on": day, "death_act_number": "17"}, day, event="П02", reason="П022"),
            FactChange(boris, {"birth_place": "г. Сызрань"}, day, reason="П040", organisation_code="630001"),
        ]
        change_facts(session, told, Told(NOW, "ЗАГС"))
    both.clock.moment = NOW + timedelta(minutes=1)
    with both.sessions.begin() as session:
        send_insurer_files(session, both.context)
    sent = both.outgoing()
    stop = sent["s63001_000_10261.xml"].find("STOP")
    assert stop is not None
    assert (stop.findtext("REASON"), stop.findtext("PERSON/DDEATH"), stop.findtext("ENP")) == (
        "22",
        "2026-10-18",
        PEOPLE["anna"].enp,
    )
    rows = sent["k63001_000_10261.xml"].findall("REC")
    assert [(one.findtext("TIP_OP"), one.findtext("DOC/MR")) for one in rows] == [("П040", "г. Сызрань")]
    assert rows[0].findtext("ATTACHMENT/ID_LPU") == "630001"


def test_people_joined_by_the_fund_are_told_to_the_insurer_of_the_second(both: InsurersHub) -> None:
    with both.sessions.begin() as session:
        ids = [
            session.scalars(select(Person.id).where(Person.enp == PEOPLE[name].enp)).one() for name in ("anna", "vera")
        ]
        ledger = open_people(session, ids, Origin(NOW, "фонд"))
        second = ledger[ids[1]]
        second.merged_into = ids[0]
        set_status(ledger, second, 2, Act("joined", NOW.date(), "П10", "П023"))
        write_people(ledger)
    both.clock.moment = NOW + timedelta(minutes=1)
    with both.sessions.begin() as session:
        send_insurer_files(session, both.context)
    stop = both.outgoing()["s63002_000_10261.xml"].find("STOP")
    assert stop is not None
    assert (stop.findtext("REASON"), stop.findtext("PERSON_CURR/FAM")) == ("23", PEOPLE["anna"].block["surname"])


def test_an_application_of_november_is_done_when_its_insurance_begins(both: InsurersHub) -> None:
    both.clock.moment = NOW.replace(month=11, day=9)
    told = {"choice_reason": 2, "policy_from": date(2026, 11, 9), "applied_on": date(2026, 11, 9)}
    reply = both.send(both.file(1, statement(PEOPLE["vera"], "1", "7", **told), month=date(2026, 11, 1)))
    assert codes(both.answer(reply.packet_id)) == ["AE"]

    def statuses() -> set[int]:
        with both.sessions() as session:
            rows = session.scalars(select(Application).where(Application.retracted_at == OPEN_MOMENT))
            return {one.status for one in rows}

    assert statuses() == {3}
    for moment, done in ((both.clock.moment, 0), (NOW.replace(year=2027, month=1, day=2), 1)):
        with both.sessions.begin() as session:
            assert finish_applications(session, moment, moment.date()) == done
    assert statuses() == {7}


def test_a_repeated_file_is_answered_the_same_and_another_content_is_refused(hub: InsurersHub) -> None:
    file = hub.file(1, newcomer(1, "1"))
    first = hub.send(file)
    again = hub.send(file)
    assert (again.status, again.packet_id) == (PacketStatus.REPEATED, first.packet_id)
    other = hub.send((file[0], hub.file(1, newcomer(2, "1"))[1]))
    assert other.refusal is not None
    assert other.refusal.code == "FILE_NAME_TAKEN"


def test_a_file_of_another_organisation_is_refused_without_a_word_about_it(hub: InsurersHub) -> None:
    reply = hub.send(hub.file(1, newcomer(1, "1"), insurer="63002"), sender="63001")
    assert reply.refusal is not None
    assert reply.refusal.code == "FILE_FOREIGN"
    assert "63002" not in reply.refusal.text


def test_a_file_that_does_not_pass_is_answered_by_its_errors_and_may_come_again(hub: InsurersHub) -> None:
    name, body = hub.file(1, newcomer(1, "1"))
    for broken, place in (
        (body[: len(body) // 2], None),
        (body.replace(b"<NRECORDS>1<", b"<NRECORDS>2<"), "NRECORDS"),
        (body.replace(b"<SMOCOD>63001<", b"<SMOCOD>63002<"), "SMOCOD"),
        (body.replace(b"OPLIST", b"RECLIST"), None),
        (body.replace(b"windows-1251", b"utf-8", 1), None),
    ):
        reply = hub.send((name, broken))
        answer = hub.answer(reply.packet_id)
        assert (answer.tag, answer.findtext("FNAME"), answer.findtext("FNAME_I")) == ("FLK_P", "f" + name[1:], name)
        assert place is None or answer.findtext("PR/IM_POL") == place
        assert answer.findtext("PR/COMMENT")
    assert codes(hub.answer(hub.send((name, body)).packet_id)) == ["AA"]


def test_one_bad_statement_leaves_the_others_applied(hub: InsurersHub) -> None:
    bad = statement(PEOPLE["boris"], "2", "4", snils="123-456-789 00")
    reply = hub.send(hub.file(1, newcomer(1, "1"), bad, statement(PEOPLE["anna"], "3", "4", surname="Иная")))
    answer = hub.answer(reply.packet_id)
    assert (codes(answer), answer.findtext("NERR")) == (["AA", "AR", "AA"], "1")
    assert hub.status(reply.packet_id) == "partly_rejected"


def test_utf8_a_namespace_and_an_archive_are_taken(hub: InsurersHub) -> None:
    name, body = hub.file(1, newcomer(1, "1"))
    text = body.decode("cp1251").replace("windows-1251", "utf-8", 1)
    text = text.replace("<OPLIST>", '<OPLIST xmlns="http://tempuri.org/XMLSchema.xsd">', 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, text.encode())
    reply = hub.send((name.replace(".xml", ".zip"), packed.getvalue()))
    assert codes(hub.answer(reply.packet_id)) == ["AA"]


def test_a_file_after_a_gap_waits_for_the_missing_one(hub: InsurersHub) -> None:
    hub.send(hub.file(1, newcomer(1, "1")))
    third = hub.send(hub.file(3, newcomer(3, "1")))
    assert hub.status(third.packet_id) == "held"
    hub.send(hub.file(2, newcomer(2, "1")))
    hub.work(third.packet_id or 0)
    assert codes(hub.answer(third.packet_id)) == ["AA"]


def test_a_file_nobody_sends_is_waited_for_a_day_and_then_passed_over_with_a_warning(hub: InsurersHub) -> None:
    hub.send(hub.file(1, newcomer(1, "1")))
    third = hub.send(hub.file(3, newcomer(3, "1")))
    hub.clock.moment = NOW + timedelta(hours=25)
    hub.work(third.packet_id or 0)
    assert codes(hub.answer(third.packet_id)) == ["AA"]
    assert hub.status(third.packet_id) == "accepted_warn"


def test_an_act_is_annulled_by_the_number_of_its_history_row(both: InsurersHub) -> None:
    changed = both.send(both.file(1, statement(PEOPLE["anna"], "1", "4", surname="Иная")))
    number = int(both.answer(changed.packet_id).findtext("REP/ID") or 0)
    undone = both.send(both.file(2, statement(PEOPLE["anna"], "1", "2", history_id=number)))
    assert codes(both.answer(undone.packet_id)) == ["AA"]
    with both.sessions() as session:
        names = {row.surname for row in session.scalars(select(PersonVersion)) if row.retracted_at == OPEN_MOMENT}
        assert "Иная" not in names
        assert session.get_one(PersonHistory, number).corrected_by is not None


def test_what_the_hub_writes_to_insurers_it_reads_back(hub: InsurersHub) -> None:
    """A REC is made of the blocks an OP is made of: whoever writes one right reads the other."""
    hub.send(hub.file(1, newcomer(1, "1"), insurer="63001"))
    spelling = hub.context.catalog.spelling("files", "OPLIST")
    written = hub.context.catalog.spelling("files", "RECLIST")
    assert spelling is not None
    assert written is not None
    shared = {name: path for name, path in written.paths.items() if name in spelling.paths}
    assert {
        name for name, path in shared.items() if path.split("/")[1:] != spelling.paths[name].split("/")[1:]
    } == set()
