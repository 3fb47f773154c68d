"""Plans and facts of preventive measures through the pipeline, on both databases."""

from __future__ import annotations

from typing import Any

from lxml import etree
from sqlalchemy import func, select, update

from registry.exchange.tables import ChangeRow, FindingRow
from registry.insured.tables import Attachment, Person
from registry.support.plans.operations.load_quantities import load_quantities
from registry.support.plans.rules.quantity_lines import Quantity
from registry.support.plans.tables import InDepthPerson, InvoiceFact, PlanRow
from tests.channels.plans.hub import (
    CLINIC,
    FUND,
    INSURER,
    OTHER_CLINIC,
    OTHER_INSURER,
    PlansHub,
    execution,
    informing,
    person,
    plan,
    planned_date,
    record,
)
from tests.channels.soap_hub import CLOCK

STRANGER = "<person><a10_dct>0</a10_dct><a15_pfio>Никакой</a15_pfio><a16_pnm>Лев</a16_pnm><a23_dt>0</a23_dt></person>"
MONTH = {"year": "2026", "mnth": "12", "page": "1"}


def numbers(hub: PlansHub, operation: str, login: str, **arguments: str) -> list[str]:
    return [row.findtext("rid", "") for row in hub.call(operation, login, **arguments).rows]


def changes(hub: PlansHub) -> list[str]:
    with hub.sessions() as session:
        return list(session.scalars(select(ChangeRow.name).order_by(ChangeRow.id)))


def test_a_plan_is_told_to_its_clinic_to_who_insures_the_people_and_to_the_fund(hub: PlansHub) -> None:
    first, second = hub.attached(CLINIC)[0], hub.attached(CLINIC, OTHER_INSURER)[0]
    assert hub.put("putEvPlanList", CLINIC, plan(7, first), plan(8, second)).code == 2000
    seen = {
        login: numbers(hub, "getEvPlanList", login, **MONTH)
        for login in (CLINIC, OTHER_CLINIC, INSURER, OTHER_INSURER, FUND)
    }
    assert seen == {CLINIC: ["7", "8"], OTHER_CLINIC: [], INSURER: ["7"], OTHER_INSURER: ["8"], FUND: ["7", "8"]}
    (row,) = hub.call("getEvPlanList", INSURER, **MONTH).rows
    assert [row.findtext(name) for name in ("code_mo", "dfSection", "mnth", "person/a25_enp")] == [
        CLINIC,
        "12",
        "12",
        first.enp,
    ]
    assert numbers(hub, "getEvPlanList", CLINIC, **(MONTH | {"mnth": "11"})) == []


def test_the_same_row_again_changes_nothing_and_other_content_is_a_change(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    for row in (plan(7, someone), plan(7, someone), plan(7, someone, dfSection="13"), plan(7, someone, mnth=11)):
        assert hub.put("putEvPlanList", CLINIC, row).code == 2000
    assert changes(hub) == ["plan_row_added", "plan_row_changed", "plan_row_changed"]
    assert numbers(hub, "getEvPlanList", CLINIC, **MONTH) == []
    assert numbers(hub, "getEvPlanList", CLINIC, year="2026", mnth="0", page="1") == ["7"]


def test_a_person_is_planned_once_for_a_kind_and_a_year(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    said = hub.put("putEvPlanList", CLINIC, plan(1, someone), plan(2, someone), plan(3, someone, kind=2))
    assert (said.code, said.errors) == (1001, {2: [619]})
    later = hub.put("putEvPlanList", CLINIC, plan(4, someone), plan(5, someone, mnth=11), plan(6, someone, year=2027))
    assert later.errors == {4: [619], 5: [618]}
    assert numbers(hub, "getEvPlanList", CLINIC, year="0", mnth="0", page="1") == ["1", "3", "6"]


def test_observation_of_different_diseases_is_planned_side_by_side(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    hub.set("plan_kinds", [1, 2, 3])
    said = hub.put(
        "putEvPlanList",
        CLINIC,
        plan(1, someone, kind=3, mkbx="I10"),
        plan(2, someone, kind=3, mkbx="E11.9"),
        plan(3, someone, kind=3, mkbx="I10", mnth=11),
        plan(4, someone, kind=3, mkbx="I10"),
    )
    assert said.errors == {4: [619]}


def test_people_attached_elsewhere_are_refused_warned_of_or_taken_as_the_setting_says(hub: PlansHub) -> None:
    strangers = hub.attached(OTHER_CLINIC)
    assert hub.put("putEvPlanList", CLINIC, plan(1, strangers[0])).errors == {1: [617]}
    hub.set("plan_attachment.dcx", "warn")
    assert hub.put("putEvPlanList", CLINIC, plan(1, strangers[0])).code == 2000
    hub.set("plan_attachment.dcx", "ignore")
    assert hub.put("putEvPlanList", CLINIC, plan(2, strangers[1])).code == 2000


def test_a_row_says_where_the_person_is_attached_and_a_section_the_clinic_has_not_is_noted(hub: PlansHub) -> None:
    here, elsewhere = hub.attached(CLINIC)[0], hub.attached(OTHER_CLINIC)[0]
    refused = hub.put("putEvPlanList", CLINIC, plan(1, elsewhere, dfSection=""))
    (text,) = [one.text or "" for one in refused.wrapper.iter("e11_ems")]
    assert f"значение «{CLINIC}»; ожидается {OTHER_CLINIC}" in text
    rows = plan(1, here, dfSection="999"), plan(2, here, kind=2, dfSection=here.district_code)
    assert hub.put("putEvPlanList", CLINIC, *rows).code == 2000
    with hub.sessions() as session:
        noted = session.execute(select(FindingRow.code, FindingRow.level).where(FindingRow.field == "district")).all()
        assert [tuple(one) for one in noted] == [("DISTRICT_UNKNOWN", "warning")]


def test_a_telephone_nobody_can_call_is_noted_and_the_row_taken(hub: PlansHub) -> None:
    block = plan(1, hub.attached(CLINIC)[0]).replace("<a23_dt>", "<a20_pph>нет</a20_pph><a23_dt>")
    assert hub.put("putEvPlanList", CLINIC, block).code == 2000
    with hub.sessions() as session:
        assert session.scalars(select(FindingRow.code).where(FindingRow.field == "phone")).all() == ["VALUE_MALFORMED"]


def test_an_insurer_tells_of_the_informing_of_its_own_insured(hub: PlansHub) -> None:
    theirs = hub.attached(CLINIC, OTHER_INSURER)[0]
    assert hub.put("putEvFactInfos", INSURER, informing(1, theirs)).errors == {1: [615]}
    assert hub.put("putEvFactInfos", OTHER_INSURER, informing(1, theirs, smo_code=OTHER_INSURER)).code == 2000


def test_the_plan_of_a_clinic_the_person_has_left_gives_way(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone)).code == 2000
    theirs = plan(1, someone, code_mo=OTHER_CLINIC, mnth=11)
    assert hub.put("putEvPlanList", OTHER_CLINIC, theirs).errors == {1: [617]}
    with hub.sessions.begin() as session:
        wanted = select(Person.id).where(Person.enp == someone.enp).scalar_subquery()
        session.execute(update(Attachment).where(Attachment.person_id == wanted).values(clinic_code="630002"))
    assert hub.put("putEvPlanList", OTHER_CLINIC, theirs).code == 2000
    assert changes(hub)[-2:] == ["plan_row_withdrawn", "plan_row_added"]
    assert numbers(hub, "getEvPlanList", CLINIC, year="2026", mnth="0", page="0") == []
    assert numbers(hub, "getEvPlanList", OTHER_CLINIC, year="2026", mnth="0", page="0") == ["1"]
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone)).errors == {1: [617]}


def test_a_row_whose_measure_is_done_stays_where_it_is(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone)).code == 2000
    assert hub.put("putEvFactExecs", CLINIC, execution(1, someone, execstep=103)).code == 2000
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone, mnth=11)).errors == {1: [618]}
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone, dfSection="14")).code == 2000


def test_children_are_not_called_to_the_dispensarisation_of_adults(hub: PlansHub) -> None:
    child = next(one for one in hub.people if one.birth_date > "2012" and one.birth_date < "2024")
    hub.set("plan_attachment.dcx", "ignore")
    assert hub.put("putEvPlanList", CLINIC, plan(1, child), plan(2, child, kind=2)).errors == {1: [618]}


def test_what_is_wrong_with_a_row_of_a_plan_has_its_number(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    values: dict[str, Any] = {"kind": 1, "year": 2026, "mnth": 12, "code_mo": CLINIC, "person": person(someone)}
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"kind": 9}, 603),
        ({"kind": 0}, 603),
        ({"mnth": 13}, 612),
        ({"mnth": 0}, 612),
        ({"year": 2025}, 612),
        ({"code_mo": ""}, 601),
        ({"code_mo": "01234"}, 601),
        ({"code_mo": OTHER_CLINIC}, 610),
        ({"person": STRANGER}, 616),
        ({"mkbx": "болезнь"}, 7009),
        ({"category": 2**31}, 7009),
        ({"doc_ss": "111-222-333 00"}, 7005),
    ]
    rows = [record("evPlan", **(values | one | {"rid": rid})) for rid, (one, _) in enumerate(wrong, 1)]
    said = hub.put("putEvPlanList", CLINIC, *rows)
    assert said.code == 1001
    assert said.errors == {rid: [code] for rid, (_, code) in enumerate(wrong, 1)}


def test_what_is_wrong_with_other_records_has_its_number(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    told = hub.put(
        "putEvFactInfos",
        INSURER,
        informing(1, someone, infometh=6),
        informing(2, someone, infostep=0),
        informing(3, someone, infodate="2027-01-01T00:00:00.000"),
        informing(4, someone, smo_code=OTHER_INSURER),
        informing(5, someone, smo_code="9999"),
        informing(6, someone, code_mo="01234"),
    )
    assert told.errors == {1: [605], 2: [606], 3: [613], 4: [615], 5: [602], 6: [601]}
    done = hub.put(
        "putEvFactExecs",
        CLINIC,
        execution(1, someone, execstep=110),
        execution(2, someone, execmeth=4),
        execution(3, someone, execdate=""),
        execution(4, someone, code_mo=OTHER_CLINIC),
    )
    assert done.errors == {1: [607], 2: [604], 3: [614], 4: [610]}
    hub.set("plan_methods", [1, 3])
    days = hub.put(
        "putEvPlanDates", CLINIC, planned_date(1), planned_date(2, meth=0), planned_date(3, meth=1, evdt=""),
        planned_date(4, meth=1, kind=5),
    )  # fmt: skip
    assert days.errors == {1: [620], 2: [604], 3: [611], 4: [603]}


def test_roles_are_kept_by_the_codes_of_the_records(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvFactInfos", CLINIC, informing(1, someone)).errors == {1: [615]}
    assert hub.put("putEvPlanList", INSURER, plan(1, someone)).errors == {1: [610]}
    assert hub.put("putEvFactExecs", INSURER, execution(1, someone)).errors == {1: [610]}
    assert hub.put("putEvContacts", INSURER, record("evContact", rid=1, code_mo=CLINIC, phone="1")).errors == {1: [610]}


def test_informing_is_asked_by_insurer_and_day_and_told_once(hub: PlansHub) -> None:
    first, second = hub.attached(CLINIC)[:2]
    sent = (informing(1, first), informing(2, second, infodate="2026-11-17T00:00:00.000"))
    assert hub.put("putEvFactInfos", INSURER, *sent).code == 2000
    asked = {"smo_code": INSURER, "infodate": "2026-11-18T00:00:00.000", "page": "1"}
    (row,) = hub.call("getEvFactInfos", CLINIC, **asked).rows
    assert [row.findtext(name) for name in ("rid", "smo_code", "infometh", "inforslt")] == ["1", INSURER, "1", "0"]
    assert numbers(hub, "getEvFactInfos", OTHER_CLINIC, **asked) == []
    assert numbers(hub, "getEvFactInfos", OTHER_INSURER, **asked) == []
    assert numbers(hub, "getEvFactInfos", INSURER) == ["1", "2"]
    assert hub.put("putEvFactInfos", INSURER, informing(3, first)).errors == {3: [619]}
    assert hub.put("putEvFactInfos", INSURER, informing(3, first, infometh=3)).code == 2000


def test_a_step_follows_the_former_under_the_same_number_and_is_taken_once_in_a_month(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvFactExecs", CLINIC, execution(9, someone)).code == 2000
    assert hub.put("putEvFactExecs", CLINIC, execution(10, someone)).errors == {10: [619]}
    later = execution(9, someone, execstep=103, execdate="2026-11-19T00:00:00.000+04:00")
    assert hub.put("putEvFactExecs", CLINIC, later).code == 2000
    (row,) = hub.call("getEvFactExecs", INSURER, code_mo=CLINIC, execdate="2026-11-19", page="1").rows
    assert [row.findtext(name) for name in ("rid", "execstep", "execdate")] == ["9", "103", "2026-11-19T00:00:00.000"]
    assert numbers(hub, "getEvFactExecs", INSURER, code_mo=CLINIC, execdate="2026-11-16", page="1") == []
    assert numbers(hub, "getEvFactExecs", INSURER, code_mo=OTHER_CLINIC, page="1") == []


def test_pages_are_counted_from_one_until_an_empty_one_and_page_zero_is_all(hub: PlansHub) -> None:
    people = hub.attached(CLINIC)[:3]
    assert hub.put("putEvPlanList", CLINIC, *(plan(number, one) for number, one in enumerate(people, 1))).code == 2000
    hub.set("page_rows", 2)
    pages = [numbers(hub, "getEvPlanList", CLINIC, year="2026", mnth="12", page=str(page)) for page in range(5)]
    assert pages == [["1", "2", "3"], ["1", "2"], ["3"], [], []]
    hub.set("whole_list_rows", 2)
    whole = hub.call("getEvPlanList", CLINIC, year="2026", mnth="12", page="0")
    assert whole.refusal
    assert whole.rows == []
    assert hub.call("getEvPlanList", CLINIC, year="2026", mnth="12", page="-1").refusal


def test_telephones_and_days_come_back_under_the_numbers_of_their_clinic(hub: PlansHub) -> None:
    contact = record("evContact", rid=3, code_mo=CLINIC, phone="+7 800 000-00-00", comment="регистратура")
    assert hub.put("putEvContacts", CLINIC, contact, record("evContact", rid=4, code_mo=CLINIC)).errors == {4: [7009]}
    assert hub.put("putEvPlanDates", CLINIC, planned_date(5), planned_date(6, evdt="2025-12-31T00:00:00")).code == 2000
    for login, seen in ((CLINIC, True), (OTHER_CLINIC, False), (INSURER, True)):
        assert numbers(hub, "getEvContacts", login) == (["3"] if seen else [])
        assert numbers(hub, "getEvPlanDates", login) == (["5"] if seen else [])
    (row,) = hub.call("getEvContacts", CLINIC).rows
    changed = etree_text(row).replace("регистратура", "колл-центр")
    assert hub.put("putEvContacts", CLINIC, changed).code == 2000
    (row,) = hub.call("getEvContacts", CLINIC).rows
    assert row.findtext("comment") == "колл-центр"


def etree_text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def test_a_package_with_a_repeated_number_is_rejected_whole(hub: PlansHub) -> None:
    first, second = hub.attached(CLINIC)[:2]
    said = hub.put("putEvPlanList", CLINIC, plan(1, first), plan(1, second))
    assert (said.code, said.errors) == (1000, {-1: [104]})
    assert hub.put("putEvPlanList", CLINIC).errors == {-1: [107]}
    assert hub.put("putEvPlanList", CLINIC, plan(0, first)).errors == {-1: [105], 0: [105]}
    with hub.sessions() as session:
        assert session.scalar(select(func.count()).select_from(PlanRow)) == 0


def test_the_order_of_refusals_is_kept(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone), guid="short").code == 1005
    assert hub.put("putEvPlanList", "nobody", plan(1, someone)).code == 1002
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone), guid="one-guid-for-two").code == 2000
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone), guid="one-guid-for-two").code == 2000
    assert hub.put("putEvPlanList", CLINIC, plan(1, someone, mnth=11), guid="one-guid-for-two").code == 1005
    assert hub.call("getEvPlanList", "nobody", **MONTH).refusal


def test_approved_numbers_are_told_of_a_year_and_of_a_month_that_is_not_declared(hub: PlansHub) -> None:
    given = [Quantity(code, 2026, month, 1, 0, 100 + month) for code in ("630001", "630002") for month in (11, 12)]
    with hub.sessions.begin() as session:
        assert load_quantities(session, given, CLOCK.now()).added == 4
    with hub.sessions.begin() as session:
        again = load_quantities(session, [Quantity("630001", 2026, 12, 1, 0, 5), given[0]], CLOCK.now())
    assert (again.added, again.changed, again.same) == (0, 1, 1)
    own = hub.call("getEvPlanQtys", CLINIC, year="2026").rows
    assert [(row.findtext("code_mo"), row.findtext("quantity")) for row in own] == [(CLINIC, "111"), (CLINIC, "5")]
    assert len(hub.call("getEvPlanQtys", INSURER, year="2026", mnth="12").rows) == 2
    assert hub.call("getEvPlanQtys", FUND, year="2025").rows == []


def test_billed_measures_and_people_due_for_the_in_depth_exam_are_told_to_whom_they_concern(hub: PlansHub) -> None:
    someone = hub.attached(CLINIC)[0]
    words = {"surname": someone.surname, "first_name": someone.first_name, "enp": someone.enp}
    case = {"year": 2026, "month": 11, "clinic": "630001", "payer": "63001", "case_from": "2026-11-02", "mkb": "Z00.0"}
    with hub.sessions.begin() as session:
        person_id = session.scalars(select(Person.id).where(Person.enp == someone.enp)).one()
        session.add(
            InvoiceFact(
                year=2026,
                month=11,
                clinic_code="630001",
                payer_code="63001",
                person_id=person_id,
                told={**words, **case, "invoice_stage": 1, "outcome": "317"},
                recorded_at=CLOCK.now(),
            )
        )
        session.add(InDepthPerson(person_id=person_id, told=words, recorded_at=CLOCK.now()))
    asked = {"year": "2026", "mnth": "11", "page": "1"}
    for login, seen in ((CLINIC, 1), (OTHER_CLINIC, 0), (INSURER, 1), (OTHER_INSURER, 0), (FUND, 1)):
        billed = hub.call("getEvFactInvcs", login, **asked).rows
        assert [row.findtext("smo_code") for row in billed] == [INSURER] * seen
        assert len(hub.call("getEvUdvnStats", login, page="1").rows) == seen
    assert hub.call("getEvFactInvcs", CLINIC, **(asked | {"page": "2"})).rows == []
