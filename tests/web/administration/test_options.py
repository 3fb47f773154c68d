"""Settings are changed on the screen, with the hand that changed them; only administrators may."""

from registry.exchange.options import read_options
from tests.web.conftest import Site, token_of


def test_an_administrator_changes_the_term_of_backups_and_takes_it_back(site: Site) -> None:
    client = site.signed_in("admin")
    assert "Через сколько часов делать копию базы" in client.get("/options?group=backup").text
    page = client.get("/options/backup_hours").text
    client.post("/options/backup_hours", data={"csrf_token": token_of(page), "value": "12"})
    with site.hub.sessions() as session:
        assert read_options(session)["backup_hours"] == 12
    page = client.get("/options/backup_hours").text
    assert "admin" in page.partition("Кто менял")[2]
    client.post("/options/backup_hours/reset", data={"csrf_token": token_of(page)})
    with site.hub.sessions() as session:
        assert read_options(session)["backup_hours"] == 24


def test_a_value_that_is_none_is_refused_with_the_reason(site: Site) -> None:
    client = site.signed_in("admin")
    page = client.get("/options/backup_keep").text
    answer = client.post("/options/backup_keep", data={"csrf_token": token_of(page), "value": "много"})
    assert answer.status_code == 400
    assert "Значение не годится: число" in answer.text


def test_a_setting_nobody_knows_is_not_found_and_a_clinic_sees_none(site: Site) -> None:
    assert site.signed_in("admin").get("/options/backup_colour").status_code == 404
    assert site.signed_in("clinic630001").get("/options").status_code == 403
