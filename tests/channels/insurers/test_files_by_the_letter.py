"""What insurers are sent, byte by byte, and every insurance somebody else ended."""

from datetime import date, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select, update

from registry.exchange.content import stored_bytes
from registry.exchange.operations.outgoing.insurer_files import send_insurer_files
from registry.exchange.tables import OutgoingPacket, Packet
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Insurance, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.channels.insurers.hub import NOW, PEOPLE, InsurersHub, codes, statement

PERSON = (
    "<FAM>{surname}</FAM><IM>{first_name}</IM><OT>{patronymic}</OT><W>{sex}</W><DR>{birth_date}</DR><TRUE_DR>1</TRUE_DR>"
    "<C_OKSM></C_OKSM><SS>{snils}</SS><PHONE></PHONE><EMAIL></EMAIL><FIOPR></FIOPR><CONTACT></CONTACT>"
    "<ID_HUMAN_TYPE>1</ID_HUMAN_TYPE>"
)
DOCUMENT = (
    "<DOCTYPE>14</DOCTYPE><DOCSER>{document_series}</DOCSER><DOCNUM>{document_number}</DOCNUM><DOCDATE></DOCDATE>"
    "<NAME_VP></NAME_VP><MR>{birth_place}</MR>"
)
ADDRESS = "".join(
    f"<{one}></{one}>"
    for one in ("SUBJ", "INDX", "OKATO", "RNNAME", "NPNAME", "UL", "DOM", "KORP", "KV", "UNSTRUCT_ADDRESS", "ID_HOUSE")
)
DECLARED = '<?xml version="1.0" encoding="windows-1251"?>\n'


def sent(hub: InsurersHub) -> dict[str, bytes]:
    """The files that go to insurers now."""
    hub.clock.moment += timedelta(minutes=1)
    with hub.sessions.begin() as session:
        send_insurer_files(session, hub.context)
    with hub.sessions() as session:
        rows = session.scalars(select(Packet).join(OutgoingPacket, OutgoingPacket.id == Packet.id)).all()
        return {row.file_name: stored_bytes(session, row.id, "raw") for row in rows}


def block(name: str, **changed: Any) -> dict[str, Any]:
    return {**PEOPLE[name].block, "birth_place": "г. Самара", "enp": PEOPLE[name].enp, **changed}


def test_reclist_has_every_obligatory_element(hub: InsurersHub) -> None:
    with hub.sessions.begin() as session:
        boris = session.scalars(select(Person.id).where(Person.enp == PEOPLE["boris"].enp)).one()
        change = FactChange(boris, {"birth_place": "г. Сызрань"}, date(2026, 10, 18), reason="П040")
        change_facts(session, [change], Told(NOW, "ЗАГС"))
    policy = (
        "<VPOLIS>П</VPOLIS><NPOLIS>{enp}</NPOLIS><SPOLIS></SPOLIS><DBEG>2015-01-01</DBEG><DEND></DEND><DSTOP></DSTOP>"
    )
    expected = (
        f"{DECLARED}<RECLIST><VERS>2.0</VERS><FILENAME>k63001_000_10261.xml</FILENAME><SMOCOD>63001</SMOCOD>"
        "<START_DATE>1993-01-01</START_DATE><END_DATE>2026-10-20</END_DATE><NRECORDS>1</NRECORDS>"
        "<REC><ID>1</ID><TIP_OP>П040</TIP_OP><IS_ACTIVE>1</IS_ACTIVE>"
        "<CHANGE_DATE>2026-10-20T12:00:00+04:00</CHANGE_DATE><STATE_BEGIN_DATE>2026-10-18</STATE_BEGIN_DATE>"
        f"<STATE_END_DATE></STATE_END_DATE><OPER>ЗАГС</OPER><PERSON>{PERSON}</PERSON><DOC>{DOCUMENT}</DOC>"
        f"<ADDRES_G>{ADDRESS}</ADDRES_G><ADDRES_P>{ADDRESS}</ADDRES_P><INSURANCE><TER_ST></TER_ST><ENP>{{enp}}</ENP>"
        f"<OGRNSMO></OGRNSMO><POLIS>{policy}</POLIS><ERP>0</ERP></INSURANCE>"
        "<ATTACHMENT><ID_LPU>630001</ID_LPU><ID_ZTYPE></ID_ZTYPE></ATTACHMENT></REC></RECLIST>"
    )
    told = sent(hub)["k63001_000_10261.xml"]
    assert told.decode("cp1251") == expected.format(**block("boris", birth_place="г. Сызрань"))


def test_stoplist_begins_with_its_name_and_tells_both_sides(hub: InsurersHub) -> None:
    told = {"choice_reason": 2, "policy_from": date(2026, 10, 20), "applied_on": date(2026, 10, 19)}
    hub.send(hub.file(1, statement(PEOPLE["vera"], "1", "7", **told)))
    policy = (
        "<VPOLIS>П</VPOLIS><NPOLIS>{enp}</NPOLIS><SPOLIS></SPOLIS><DBEG>2015-01-01</DBEG><DEND></DEND>"
        "<DSTOP>2026-10-19</DSTOP>"
    )
    expected = (
        f"{DECLARED}<STOPLIST><FILENAME>s63002_000_10261.xml</FILENAME><SMOCOD>63002</SMOCOD><PRZCOD>000</PRZCOD>"
        f"<NRECORDS>1</NRECORDS><STOP><VERS>2.0</VERS><ID>1</ID><REASON>21</REASON><ENP>{{enp}}</ENP>"
        f"<POLIS>{policy}</POLIS><PERSON>{PERSON}</PERSON><DOC>{DOCUMENT}</DOC><PERSON_CURR>{PERSON}</PERSON_CURR>"
        f"<DOC_CURR>{DOCUMENT}</DOC_CURR></STOP></STOPLIST>"
    )
    assert sent(hub)["s63002_000_10261.xml"].decode("cp1251") == expected.format(**block("vera"))


def test_empty_elements_say_nothing(hub: InsurersHub) -> None:
    name, body = hub.file(1, statement(PEOPLE["anna"], "1", "4", surname="Иная"))
    empty = "<PERSONB><TYPE></TYPE></PERSONB><ATTACHMENT><ID_LPU></ID_LPU><ID_ZTYPE></ID_ZTYPE></ATTACHMENT></OP>"
    reply = hub.send((name, body.replace(b"</OP>", empty.encode())))
    assert codes(hub.answer(reply.packet_id)) == ["AA"]


def test_an_insurance_that_never_counted_is_told_to_its_insurer(both: InsurersHub) -> None:
    """Who is insured elsewhere since the very first day has no day left here: the insurer hears of it all the same."""
    told = {"choice_reason": 3, "policy_from": date(2015, 1, 1)}
    reply = both.send(both.file(1, statement(PEOPLE["vera"], "1", "7", **told)))
    assert codes(both.answer(reply.packet_id)) == ["AA"]
    stops = etree.fromstring(sent(both)["s63002_000_10261.xml"]).findall("STOP")
    assert [(one.findtext("REASON"), one.findtext("POLIS/NPOLIS")) for one in stops] == [("21", PEOPLE["vera"].enp)]


@pytest.mark.parametrize(("month", "day", "since"), [(10, 31, (10, 31)), (11, 1, None), (12, 31, None)])
def test_who_chose_in_this_year_chooses_for_the_next_from_november_on(
    hub: InsurersHub, month: int, day: int, since: tuple[int, int] | None
) -> None:
    with hub.sessions.begin() as session:
        vera = select(Person.id).where(Person.enp == PEOPLE["vera"].enp).scalar_subquery()
        chosen = update(Insurance).where(Insurance.person_id == vera)
        session.execute(chosen.values(valid_from=date(2026, 2, 1), begin_reason="П031"))
    hub.clock.moment = NOW.replace(month=month, day=day)
    on = hub.clock.moment.date()
    told = {"choice_reason": 2, "policy_from": on, "applied_on": on, "changed_on": on}
    reply = hub.send(hub.file(1, statement(PEOPLE["vera"], "1", "7", **told), month=on.replace(day=1)))
    assert codes(hub.answer(reply.packet_id)) == ["AR" if since else "AE"]
    with hub.sessions() as session:
        query = select(Insurance.valid_from).where(Insurance.insurer_code == "63001", Insurance.person_id == vera)
        assert list(session.scalars(query)) == ([] if since else [date(2027, 1, 1)])


def test_two_choices_for_the_next_year_are_one_too_many(hub: InsurersHub) -> None:
    hub.clock.moment = NOW.replace(month=11, day=9)
    on, month = date(2026, 11, 9), date(2026, 11, 1)
    told = {"choice_reason": 2, "policy_from": on, "applied_on": on}
    hub.send(hub.file(1, statement(PEOPLE["vera"], "1", "7", **told), month=month))
    hub.clock.moment += timedelta(days=1)
    third = {**told, "applied_on": date(2026, 11, 10), "policy_from": date(2026, 11, 10)}
    reply = hub.send(hub.file(2, statement(PEOPLE["vera"], "1", "7", **third), month=month))
    assert codes(hub.answer(reply.packet_id)) == ["AR"]
    with hub.sessions() as session:
        held = select(Insurance.insurer_code).where(
            Insurance.valid_from == date(2027, 1, 1),
            Insurance.valid_to == OPEN_DATE,
            Insurance.retracted_at == OPEN_MOMENT,
        )
        assert list(session.scalars(held)) == ["63001"]
