"""The screens of policy blanks: the fund hands over, an insurer confirms its own, nobody sees others'."""

from __future__ import annotations

import io
import re

import pytest
from lxml import etree
from sqlalchemy import select

from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import OutgoingPacket
from registry.insured.blanks.tables import BlankBox, BlankPortion
from tests.web.conftest import Site, token_of

TABS = ("/blanks", "/blanks/contracts", "/blanks/transfers", "/blanks/find", "/blanks/status")


@pytest.fixture(scope="module")
def box(site: Site) -> int:
    """A received box: 60 paper blanks for 63001 and 40 for 63002."""
    with site.hub.sessions.begin() as session:
        now = site.hub.context.clock.now()
        made = BlankBox(number="503090", policy_type="П", received_on=now.date(), recorded_at=now)
        session.add(made)
        session.flush()
        for first, last, insurer in ((1, 60, "63001"), (61, 100, "63002")):
            session.add(BlankPortion(box_id=made.id, policy_type="П", first=first, last=last, insurer_code=insurer))
        return made.id


def test_every_tab_opens_and_the_fund_only_sees_boxes(site: Site, box: int) -> None:
    operator, insurer, clinic = (site.signed_in(one) for one in ("operator", "insurer63001", "clinic630001"))
    for path in TABS:
        assert operator.get(path).status_code == 200, path
        assert clinic.get(path).status_code == 403, path
    assert [insurer.get(path).status_code for path in TABS] == [403, 403, 200, 200, 200]


def test_blanks_go_to_an_insurer_that_confirms_them(site: Site, box: int) -> None:
    operator = site.signed_in("operator")
    page = operator.get(f"/blanks?box={box}")
    assert "Выбраны коробки:" in page.text
    form = {"csrf_token": token_of(page.text), "box": str(box), "insurer": "63001", "quantity": "61"}
    told = operator.post("/blanks/transfers/new", data=form, follow_redirects=True)
    assert "получено и не передано бланков: 60" in told.text
    made = operator.post("/blanks/transfers/new", data={**form, "quantity": "50"}, follow_redirects=True)
    assert "акт положен СМО" in made.text
    address = made.request.path
    act = operator.get(f"{address}/act.pdf")
    assert act.data.startswith(b"%PDF-")
    assert b"DejaVuSans" in act.data
    assert len(act.data) < 60_000  # only the letters that are used
    with site.hub.sessions() as session:
        receiver = organisation_id_of_code(session, "63001")
        assert receiver is not None
        kinds = session.scalars(select(OutgoingPacket.kind).where(OutgoingPacket.organisation_id == receiver)).all()
    assert "blank_transfer" in kinds
    assert operator.post(f"{address}/confirm", data={"csrf_token": form["csrf_token"]}).status_code == 403
    insurer = site.signed_in("insurer63001")
    own = insurer.get(address)
    assert "Подтвердить получение" in own.text
    assert "Отменить передачу" not in own.text
    confirmed = insurer.post(f"{address}/confirm", data={"csrf_token": token_of(own.text)}, follow_redirects=True)
    assert "Подтверждено СМО" in confirmed.text
    assert "Отменить передачу" not in operator.get(address).text


def test_an_insurer_sees_nothing_of_another(site: Site, box: int) -> None:
    operator = site.signed_in("operator")
    form = {"csrf_token": token_of(operator.get("/blanks").text), "box": str(box), "insurer": "63002", "quantity": ""}
    address = operator.post("/blanks/transfers/new", data=form, follow_redirects=True).request.path
    insurer = site.signed_in("insurer63001")
    assert insurer.get(address).status_code == 404
    assert insurer.get(f"{address}/act.pdf").status_code == 404
    assert "63002" not in insurer.get("/blanks/transfers").text
    assert "63002" not in insurer.get("/blanks/status").text
    assert "503090" not in insurer.get("/blanks/find?number=70").text
    assert "503090" in insurer.get("/blanks/find?number=10").text


def test_a_wrong_form_is_told(site: Site, box: int) -> None:
    operator = site.signed_in("operator")
    token = token_of(operator.get("/blanks").text)
    for path, form in (
        ("/blanks/transfers/new", {"insurer": "63001"}),
        ("/blanks/transfers/new", {"box": "x", "insurer": "", "quantity": "-1"}),
        ("/blanks/spoilt", {"first": "abc", "reason": "нет"}),
        ("/blanks/spoilt", {"type": "П", "first": "9", "last": "3", "reason": "нет"}),
        ("/blanks/contracts/new", {"number": ""}),
        ("/blanks/mark", {}),
    ):
        answer = operator.post(path, data={"csrf_token": token, **form}, follow_redirects=True)
        assert answer.status_code == 200, path
        assert "alert" in answer.text, path


def words(element: etree._Element) -> str:
    """The text of a cell in one line."""
    return " ".join(" ".join(map(str, element.itertext())).split())


def test_totals_of_insurers_are_those_of_their_boxes_and_fit_the_screen(site: Site, box: int) -> None:
    operator = site.signed_in("operator")
    page = etree.HTML(operator.get("/blanks/status").text)
    heads = [words(one) for one in page.iterfind(".//thead//th")]
    assert heads[1:] == [
        "Всего предназначено",
        *(f"{kind} {group}" for group in ("получено", "передано") for kind in ("П", "Э", "Всего")),
        "Всего подтверждено",
        "Всего списано",
    ]
    rows = [[words(cell) for cell in row] for row in page.iterfind(".//tbody/tr")]
    told = {row[0].split()[-1]: [int(figure) for figure in row[1:]] for row in rows}
    assert (told["63001"][0], told["63002"][0]) == (60, 40)
    assert [sum(figures) for figures in zip(told["63001"], told["63002"], strict=True)] == told["Всего"]


def test_staff_hand_in_a_list_of_boxes_in_the_name_of_the_fund(site: Site) -> None:
    operator = site.signed_in("operator")
    page = operator.get("/uploads").text
    choices = re.findall(r'<option value="(\d+)">(\S+) · ', page)
    chosen = choices[0][0]
    assert choices[0][1] == "63"  # the fund itself comes first
    assert {code for _, code in choices} >= {"630001", "63001", "zags"}
    body = '"777";;"П";"";"900001";"900100";;;"63001"'.encode("cp1251")
    form = {"csrf_token": token_of(page), "organisation": chosen, "file": (io.BytesIO(body), "BLANKS63_20261129_7.csv")}
    told = operator.post("/uploads", data=form, headers={"Accept": "application/json"}).get_json()
    assert told[0]["refusal"] in (None, ""), told
