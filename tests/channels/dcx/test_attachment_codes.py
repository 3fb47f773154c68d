"""Whose packages of attachment are taken, and the code each difference is told by (contract, 2.1, 6 and 8)."""

from __future__ import annotations

from typing import Any

from lxml import etree
from sqlalchemy import select

from registry.exchange.content import RAW, stored_bytes
from registry.exchange.queries import JournalFilter, Visibility, journal_page
from registry.exchange.tables import JournalEntry, Packet
from tests.channels.dcx.attached import (
    ATTACH,
    CANCEL,
    DEPARTMENT,
    DETACH,
    attachment,
    detachment,
    detail,
    found,
    looked_up,
    send,
)
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    DEAD,
    FIRST_INSURER,
    FUND,
    HOSPITAL,
    PASSWORD,
    PATIENT,
    SECOND,
    STRANGER,
    HospitalHub,
    person_block,
)


def test_a_later_record_of_another_clinic_has_an_entry_of_its_own(hub: HospitalHub) -> None:
    for later in (HOSPITAL, DEPARTMENT, None):
        answer = send(hub, ATTACH, CLINIC, attachment(p10_nzap=1), attachment(SECOND, p10_nzap=2, p11_mocd=later))
        assert answer.errors["2"] == [5002]
    assert found(hub, PATIENT) == [CLINIC]
    assert found(hub, SECOND) == []


def test_a_later_detachment_outside_the_legal_entity_is_told_so(hub: HospitalHub) -> None:
    first, other = detachment(p10_nzap=1), detachment(PATIENT, p10_nzap=2, p15_mo=HOSPITAL)
    assert send(hub, DETACH, CLINIC, first, other).errors == {"2": [5003]}
    assert send(hub, DETACH, CLINIC, other).code == 5003
    assert send(hub, DETACH, CLINIC, detachment(p15_mo=None)).code == 5002


def test_a_department_detaches_within_its_legal_entity(hub: HospitalHub) -> None:
    assert send(hub, DETACH, DEPARTMENT, detachment()).code == 2000
    assert found(hub, ATTACHED) == []


def test_the_fund_attaches_and_detaches_for_anybody_and_is_told_to_have_done_so(hub: HospitalHub) -> None:
    assert send(hub, ATTACH, FUND, attachment()).code == 2000
    (row,) = [
        row
        for row in hub.ask("GetAttachListByRange", CLINIC, startid=0, isadres=0).rows()
        if row.findtext("a08") == PATIENT.enp
    ]
    assert row.findtext("a26_hp") == "1"
    assert send(hub, DETACH, FUND, detachment()).code == 2000
    (gone,) = hub.ask("GetDeAttachByDate", CLINIC, controldate="2026-11-01T00:00:00.000").rows()
    assert gone.findtext("p16_f") == "1"
    assert send(hub, ATTACH, FUND, attachment(SECOND, p11_mocd=None)).code == 5002


def test_an_insurer_attaches_nobody(hub: HospitalHub) -> None:
    answer = send(hub, ATTACH, FIRST_INSURER, attachment(p11_mocd=FIRST_INSURER))
    assert (answer.code, answer.refusal) == (1002, "Нет права на операцию")


def test_a_question_is_answered_by_what_is_wrong_and_always_by_500_when_nothing_is_told(hub: HospitalHub) -> None:
    conflict = {**person_block(STRANGER), "a25_enp": PATIENT.enp, "a12_dcn": PATIENT.enp, "a24_sl": None}
    spoilt = f"{PATIENT.enp[:15]}{(int(PATIENT.enp[15]) + 1) % 10}"
    whole = {"a12_dcn": None, "a16_pnm": None, "a17_pln": None, "a24_sl": None, "a25_enp": spoilt}
    wrong = {**person_block(PATIENT), **whole, "a10_dct": 0}
    asked: dict[str, tuple[dict[str, Any], list[int]]] = {
        "not attached": (person_block(PATIENT), [500]),
        "unknown": (person_block(STRANGER), [500]),
        "nobody": ({"a10_dct": 0, "a23_dt": 0}, [500]),
        "dead": (person_block(DEAD), [500, 7002]),
        "wrong number": (wrong, [500, 508]),
        "another's number": (conflict, [500, 509]),
    }
    for what, (block, expected) in asked.items():
        assert looked_up(hub, block).errors == {"-1": expected}, what
    assert looked_up(hub, person_block(ATTACHED)).errors == {}
    assert found(hub, ATTACHED) == [CLINIC]


def test_an_error_names_the_element_the_value_and_what_is_expected(hub: HospitalHub) -> None:
    answer = send(hub, ATTACH, CLINIC, attachment(PATIENT, detail(a10_aad="2027-01-01T00:00:00.000", a12_sect="12")))
    texts = [one.text for one in answer.element.iter("e11_ems")]
    assert texts == [
        "Дата в будущем (элемент p13_orcl/a10_aad; значение «2027-01-01»; ожидается не позже 20.11.2026)",
    ]
    foreign = send(hub, DETACH, CLINIC, detachment(), detachment(PATIENT, p10_nzap=2, p15_mo=HOSPITAL))
    (text,) = [one.text for one in foreign.element.iter("e11_ems")]
    assert f"(элемент p15_mo; значение «{HOSPITAL}»;" in (text or "")


def test_a_refusal_says_what_made_the_package_meet_it(hub: HospitalHub) -> None:
    whole = send(hub, ATTACH, CLINIC, attachment(p11_mocd=HOSPITAL))
    assert whole.refusal == (
        "Код владельца пакета не соответствует исполнителю операции. Код МО записи не соответствует отправителю "
        f"(элемент p11_mocd; значение «{HOSPITAL}»; ожидается {CLINIC})"
    )
    short = hub.send("MakeAttachAction", CLINIC, "p11_atachlist", attachment(), p12_pakageguid="short")
    assert short.refusal.startswith("Пакет отклонён: неверный GUID пакета. GUID пакета короче 10 знаков")
    headless = hub.call("MakeAttachAction", CLINIC, {"orderpack": {"p11_atachlist": {"l10_orcl": [attachment()]}}})
    assert (headless.code, headless.refusal) == (
        9999,
        "Ошибка обработки пакета. Отсутствует заголовок пакета (элемент orderpack/p10_packinf)",
    )
    empty = hub.send("MakeAttachAction", CLINIC, "p11_atachlist")
    assert (empty.code, "нет записей" in empty.refusal) == (9999, True)
    stranger = hub.call("GetAttachListByRange", CLINIC, {"startid": 0, "isadres": 0}, password="не тот")
    assert stranger.refusal == "Пакет отклонён: неверны имя пользователя или пароль"


def test_a_wrong_parameter_is_told_by_its_name(hub: HospitalHub) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "GetDeAttachByDate": {"controldate": "2026-02-31"},
        "GetAttachListByRangeAct": {"startid": 0, "monthact": 13, "yearact": 2026},
        "GetQueryForDeAttachForMO": {"synhdate": "2026-11-10T11:59:00.000+04:00"},
        "getEvFactInfos": {"infodate": "вчера", "page": 1},
        "GetPlanOrdersClinicLDS": {},
        "GetKDInformationByMO": {},
        "GetFreeKDInformation": {"yearcode": 2026, "monthcode": 13},
    }
    for operation, parameters in wrong.items():
        refusal = hub.ask(operation, CLINIC, **parameters).refusal
        assert refusal.startswith("Неверно заданы входные параметры. "), (operation, refusal)
    late = hub.ask("GetQueryForDeAttachForMO", CLINIC, synhdate="2026-11-10T12:00:01.000+04:00")
    assert late.refusal == ""


def test_the_last_year_of_acts_is_a_setting(hub: HospitalHub) -> None:
    from registry.exchange.options import set_option
    from tests.channels.soap_hub import CLOCK

    asked: dict[str, Any] = {"startid": 0, "monthact": 1, "yearact": 2029}
    assert hub.ask("GetAttachListByRangeAct", CLINIC, **asked).refusal.startswith("Неверно")
    with hub.sessions.begin() as session:
        set_option(session, "act_last_year", 2030, CLOCK.now())
    hub.context.remembered.forget()
    assert hub.ask("GetAttachListByRangeAct", CLINIC, **asked).refusal == "За период акты сверки ещё не созданы"


def test_the_journal_tells_who_asked_for_what_and_whether_it_was_refused(hub: HospitalHub) -> None:
    hub.ask("getEvPlanList", CLINIC, year=2026, mnth=12, page=1)
    hub.call("getEvPlanList", CLINIC, {"year": 2026, "mnth": 12, "page": 1}, password="не тот")
    send(hub, ATTACH, CLINIC, attachment(p11_mocd=HOSPITAL))
    with hub.sessions() as session:
        lines = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    told = [(line.login, line.status, line.code, line.organisation_id is not None) for line in lines]
    assert told == [
        (CLINIC, "accepted", "2000", True),
        (CLINIC, "refused", "1002", False),
        (CLINIC, "refused", "5002", True),
    ]
    assert lines[0].text == "year=2026; mnth=12; page=1"
    assert "не тот" not in " ".join(line.text for line in lines)
    with hub.sessions() as session:
        asked = stored_bytes(session, lines[0].id, RAW)
        found = journal_page(session, Visibility("fund", None), JournalFilter(text="mnth=12"), limit=10)
        assert session.get(Packet, lines[1].id) is None  # who is not let in leaves a line and no body
    assert PASSWORD.encode() not in asked
    assert etree.fromstring(asked).findtext("mnth") == "12"
    assert [line.entry.id for line in found] == [lines[0].id]


def test_an_operation_denied_to_an_organisation_is_denied_for_lists_too(hub: HospitalHub) -> None:
    from registry.exchange.tables import Organisation

    with hub.sessions.begin() as session:
        clinic = session.scalars(select(Organisation).where(Organisation.name == f"Участник {CLINIC}")).one()
        clinic.options = {"denied_operations": ["getEv*"]}
    hub.context.remembered.forget()
    assert "Нет права" in hub.ask("getEvPlanList", CLINIC, year=2026, mnth=12, page=1).refusal
    assert hub.ask("GetAttachListByRange", CLINIC, startid=0, isadres=0).refusal == ""


def test_undoing_a_detachment_brings_back_all_that_it_ended(hub: HospitalHub) -> None:
    assert send(hub, DETACH, CLINIC, detachment()).code == 2000
    assert send(hub, CANCEL, CLINIC, attachment(ATTACHED)).code == 2000
    assert found(hub, ATTACHED) == [CLINIC]
    assert send(hub, CANCEL, CLINIC, attachment(ATTACHED)).errors == {"1": [500]}
    assert send(hub, DETACH, CLINIC, detachment()).code == 2000
    assert send(hub, ATTACH, HOSPITAL, attachment(ATTACHED, detail(a14_pr=1), p11_mocd=HOSPITAL)).code == 2000
    assert send(hub, CANCEL, CLINIC, attachment(ATTACHED)).errors == {"1": [548]}
