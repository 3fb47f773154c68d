"""The screen «Исходящие»: a receiver takes its own, the fund watches all and sends again."""

from __future__ import annotations

import uuid

from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.queries.accounts import organisation_id_of_code
from tests.web.conftest import Site, token_of


def sent(site: Site, code: str = "630001", name: str = "") -> int:
    with site.hub.sessions.begin() as session:
        receiver = organisation_id_of_code(session, code)
        assert receiver is not None
        what = Outgoing(
            receiver=receiver,
            kind="notice",
            title="Извещение об откреплении",
            packet_id=str(uuid.uuid4()),
            body="содержание".encode(),
            file_name=name or f"O2{code}20261101.csv",
            records=2,
        )
        return send_out(session, what, site.hub.context)


def test_a_receiver_takes_and_acknowledges_its_own(site: Site) -> None:
    number = sent(site)
    clerk = site.signed_in("clinic630001")
    assert "Извещение об откреплении" in clerk.get("/outgoing").text
    page = clerk.get(f"/outgoing/{number}")
    assert "Подтвердить получение" in page.text
    assert "Отправить ещё раз" not in page.text
    assert clerk.get(f"/outgoing/{number}/download").data.decode() == "содержание"
    assert "Доставлен" in clerk.get(f"/outgoing/{number}").text
    sent_form = {"csrf_token": token_of(page.text)}
    shown = clerk.post(f"/outgoing/{number}/acknowledgement", data=sent_form, follow_redirects=True)
    assert "Получение подтверждено" in shown.text
    assert "Подтвердить получение</button>" not in shown.text


def test_a_foreign_packet_is_not_there(site: Site) -> None:
    number = sent(site, "630007", "O2630007_foreign.csv")
    clerk = site.signed_in("clinic630001")
    assert clerk.get(f"/outgoing/{number}").status_code == 404
    assert clerk.get(f"/outgoing/{number}/download").status_code == 404
    for path in ("/outgoing", "/outgoing?export=csv", "/outgoing?print=1"):
        assert "O2630007_foreign" not in clerk.get(path).text
    assert "O2630007_foreign" in site.signed_in("operator").get("/outgoing").text


def test_the_fund_sends_again_and_a_clerk_may_not(site: Site) -> None:
    number = sent(site)
    operator = site.signed_in("operator")
    page = operator.get("/outgoing")
    form = {"csrf_token": token_of(page.text), "id": str(number), "next": "/outgoing"}
    assert "Отправлено повторно: 1 пакет" in operator.post("/outgoing/again", data=form, follow_redirects=True).text
    assert "Отправлен повторно" in operator.get(f"/outgoing/{number}").text
    clerk = site.signed_in("clinic630001")
    form["csrf_token"] = token_of(clerk.get("/outgoing").text)
    assert clerk.post("/outgoing/again", data=form).status_code == 403
    assert operator.post("/outgoing/again", data={"csrf_token": form["csrf_token"]}).status_code == 400
