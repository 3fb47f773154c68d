"""Duplicates on the screens: the worklist, the decision and its undoing, the separation; only the fund sees them."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from registry.exchange.tables import AuditEntry
from registry.insured.tables import DuplicateSearch, Person, PersonLink, PersonVersion
from registry.insured.twins import Proposal, Reason, propose_pairs
from registry.store.base import OPEN_DATE
from server.bootstrap import build_hub, prepare_database
from server.demo.accounts import register_participants
from server.demo.loading import load_demonstration
from server.scheduled.duplicates import search_duplicates
from server.settings import Settings
from server.web.app import create_app
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import ZONE, Site, token_of

XSS = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hub of its own: pairs of people of one sex on the worklist."""
    folder: Path = tmp_path_factory.mktemp("duplicates")
    settings = Settings.from_environment({"HUB_DATA_DIR": str(folder)})
    prepare_database(settings)
    hub = build_hub(settings)
    load_demonstration(hub, people=120, seed=7, doubled=0)
    with hub.sessions.begin() as session:
        register_participants(session, hub.context)
        ids = list(
            session.scalars(
                select(PersonVersion.person_id)
                .join(Person, Person.id == PersonVersion.person_id)
                .where(PersonVersion.sex == 2, PersonVersion.valid_to == OPEN_DATE, Person.died_on.is_(None))
                .order_by(PersonVersion.person_id)
            )
        )
        session.execute(update(PersonVersion).where(PersonVersion.person_id == ids[1]).values(surname=XSS))
        pairs = [Proposal(first, second, Reason.SNILS) for first, second in zip(ids[::2], ids[1::2], strict=False)]
        assert propose_pairs(session, pairs, datetime.now(ZONE)) > 20
    yield Site("", hub, create_app(hub), {}, 0, 0)
    hub.close()


@pytest.fixture
def operator(doubled: Site) -> FlaskClient:
    return doubled.signed_in("operator")


def open_pairs(site: Site) -> list[PersonLink]:
    with site.hub.sessions() as session:
        return list(session.scalars(select(PersonLink).where(PersonLink.state == 1).order_by(PersonLink.id)))


def act(client: FlaskClient, link_id: int, **form: str) -> str:
    token = token_of(client.get(f"/duplicates/{link_id}").text)
    answer = client.post(f"/duplicates/{link_id}", data={"csrf_token": token, **form})
    return answer.text if answer.status_code == 200 else client.get(answer.headers["Location"]).text


def of(site: Site, link_id: int) -> PersonLink:
    with site.hub.sessions() as session:
        return session.get_one(PersonLink, link_id)


def test_the_worklist_shows_pairs_with_reasons_counters_and_pages(operator: FlaskClient) -> None:
    page = operator.get("/duplicates").text
    assert "один СНИЛС" in page
    assert re.search(r"Ждут решения: <b>\d+", page)
    assert XSS not in page
    assert "&lt;script&gt;" in operator.get("/duplicates?text=1").text or "&lt;script&gt;" in page
    assert "По этим условиям пар нет" in operator.get("/duplicates?least=40&reason=128").text
    for odd in ("?after=x", "?after=1e999|5", "?cluster=999999999999999999999", "?state=%27", "?text=%25", "?reason=7"):
        assert operator.get(f"/duplicates{odd}").status_code == 200, odd
    assert "один СНИЛС" in operator.get("/duplicates?export=csv").get_data(as_text=True)


def test_a_pair_is_joined_undone_and_every_look_is_audited(doubled: Site, operator: FlaskClient) -> None:
    link = open_pairs(doubled)[0]
    page = operator.get(f"/duplicates/{link.id}").text
    assert "Останется" in page
    assert "Узнают СМО второй записи" in page
    token = token_of(page)
    assert "Показать номера" not in operator.post(f"/duplicates/{link.id}/reveal", data={"csrf_token": token}).text
    refused = act(operator, link.id, act="join", main=str(link.second_id))
    assert "Подтвердите объединение и укажите причину" in refused
    done = act(operator, link.id, act="join", main=str(link.second_id), confirmed="1", comment="одно лицо")
    assert "Отменить объединение" in done
    assert (of(doubled, link.id).joined_id, of(doubled, link.id).decided_by) == (link.first_id, "operator")
    card = operator.get(f"/people/{link.first_id}")
    assert card.headers["Location"].endswith(f"/people/{link.second_id}")
    assert "Объединены" in operator.get(f"/people/{link.second_id}").text
    assert "не объединены" not in act(operator, link.id, act="separate")
    assert of(doubled, link.id).state == 1
    assert "не объединены" in act(operator, link.id, act="separate")
    with doubled.hub.sessions() as session:
        acts = set(session.scalars(select(AuditEntry.action)))
    assert {"open_pair", "reveal", "pair_join", "pair_separate"} <= acts


def test_opening_the_worklist_is_audited(doubled: Site, operator: FlaskClient) -> None:
    operator.get("/duplicates?state=candidate")
    with doubled.hub.sessions() as session:
        looked = session.scalars(select(AuditEntry).where(AuditEntry.action == "list_pairs")).all()
    assert looked[-1].details["filters"] == {"Состояние": "candidate"}


def test_pairs_are_dismissed_in_bulk_postponed_and_reopened(doubled: Site, operator: FlaskClient) -> None:
    first, second, third = open_pairs(doubled)[3:6]
    page = operator.get("/duplicates").text
    keys = [f"{one.score!r}|{one.id}" for one in (first, second)]
    sent = {"csrf_token": token_of(page), "id": [*keys, "x|y", "1|99999999999999999999"], "next": "/duplicates"}
    assert (
        "Отмечено разными людьми: 2 пары"
        in operator.post("/duplicates/different", data=sent, follow_redirects=True).text
    )
    assert {of(doubled, one.id).verdict for one in (first, second)} == {"different"}
    assert "Кандидат" in act(operator, third.id, act="postpone", comment="жду паспорт")
    assert "снова в работе" in act(operator, first.id, act="reopen")
    assert "и так в работе" in act(operator, first.id, act="reopen")
    assert (
        operator.post(f"/duplicates/{third.id}", data={"csrf_token": token_of(page), "act": "burn"}).status_code == 400
    )


def test_statements_are_separated_and_put_back(doubled: Site, operator: FlaskClient) -> None:
    link = open_pairs(doubled)[8]
    path = f"/people/{link.first_id}/split"
    page = operator.get(path).text
    assert "Отметьте сведения" in operator.post(path, data={"csrf_token": token_of(page)}).text
    names = re.findall(r'name="statement" value="(\w+:\d+)"', page)
    assert {name.split(":")[0] for name in names} >= {"version", "document", "policy"}
    versions = [name for name in names if name.startswith("version")]
    refused = operator.post(path, data={"csrf_token": token_of(page), "statement": names}).text
    assert "должна остаться хотя бы одна строка с ФИО" in refused
    assert f'value="{versions[0]}" checked' in refused
    refused = operator.post(
        path, data={"csrf_token": token_of(page), "statement": ["policy:1; DROP TABLE person"]}
    ).text
    assert "обновите страницу" in refused


def test_a_separation_is_undone_from_its_pair(doubled: Site, operator: FlaskClient) -> None:
    with doubled.hub.sessions() as session:
        counted = select(PersonVersion.person_id).join(Person, Person.id == PersonVersion.person_id)
        renamed = counted.where(Person.died_on.is_(None)).group_by(PersonVersion.person_id).having(func.count() > 1)
        person_id = session.scalars(renamed.order_by(PersonVersion.person_id)).first()
    path = f"/people/{person_id}/split"
    page = operator.get(path).text
    chosen = re.findall(r'name="statement" value="(version:\d+)"', page)[0]
    sent = {"csrf_token": token_of(page), "statement": chosen, "comment": "чужое имя"}
    done = operator.post(path, data=sent, follow_redirects=True)
    assert "Вернуть сведения в исходную запись" in done.text
    link_id = int(done.request.path.rpartition("/")[2])
    back = operator.post(
        f"/duplicates/{link_id}", data={"csrf_token": token_of(done.text), "act": "undo_split"}, follow_redirects=True
    )
    assert (back.status_code, back.request.path) == (200, f"/people/{person_id}")
    assert "Сведения возвращены" in back.text


def test_two_records_are_compared_from_the_card(doubled: Site, operator: FlaskClient) -> None:
    one, other = open_pairs(doubled)[10:12]
    token = token_of(operator.get(f"/people/{one.first_id}").text)
    sent = {"csrf_token": token, "first": str(one.first_id), "second": str(other.second_id)}
    page = operator.post("/duplicates/add", data=sent, follow_redirects=True).text
    assert "отметил сотрудник" in page
    for second in ("", "x", str(one.first_id), "999999999"):
        answer = operator.post("/duplicates/add", data={**sent, "second": second}, follow_redirects=True)
        assert answer.status_code == 200
        assert "alert-warning" in answer.text


def test_the_search_is_asked_for_done_by_the_schedule_and_told(doubled: Site, operator: FlaskClient) -> None:
    token = token_of(operator.get("/duplicates").text)
    with doubled.hub.sessions.begin() as session:
        from registry.exchange.options import set_option

        set_option(session, "duplicates_engine", "", datetime.now(ZONE))
    doubled.hub.context.remembered.forget()
    page = operator.post("/duplicates/search", data={"csrf_token": token}, follow_redirects=True).text
    assert "ждёт очереди" in page
    assert "уже идёт" in operator.post("/duplicates/search", data={"csrf_token": token}, follow_redirects=True).text
    search_duplicates(doubled.hub)
    assert "Последний поиск" in operator.get("/duplicates/progress").text
    with doubled.hub.sessions() as session:
        assert set(session.scalars(select(DuplicateSearch.status))) == {"done"}


def test_only_the_fund_sees_duplicates(doubled: Site) -> None:
    link = open_pairs(doubled)[-1]
    for login in ("clinic630001", "insurer63001"):
        client = doubled.signed_in(login)
        for path in ("/duplicates", f"/duplicates/{link.id}", f"/people/{link.first_id}/split"):
            assert client.get(path).status_code == 403, path
    assert "Дубликаты и объединения" not in doubled.signed_in("clinic630001").get("/people").text


@pytest.mark.browser
def test_a_pair_is_decided_with_the_keyboard(site: Site, page: Page) -> None:
    with site.hub.sessions.begin() as session:
        ids = list(session.scalars(select(PersonVersion.person_id).where(PersonVersion.sex == 1).distinct().limit(4)))
        pairs = [Proposal(ids[0], ids[1], Reason.ENP), Proposal(ids[2], ids[3], Reason.DOCUMENT)]
        propose_pairs(session, pairs, datetime.now(ZONE))
        first = session.scalars(select(PersonLink.id).order_by(PersonLink.score.desc(), PersonLink.id.desc())).first()
    site.enter(page, "operator", "/duplicates")
    Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "duplicates_list.png", full_page=True)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/duplicates/{first}")
    page.screenshot(path=SCREENSHOTS / "duplicates_pair.png", full_page=True)
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Показать номера")).to_have_count(0)
    page.goto(f"{site.address}/duplicates/{first}")
    page.keyboard.press("r")
    expect(page.get_by_text("Это разные люди", exact=False).first).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Объединить")).to_be_visible()
    page.goto(f"{site.address}/people/{ids[0]}/split")
    page.screenshot(path=SCREENSHOTS / "duplicates_split.png", full_page=True)


def test_names_are_text_wherever_they_are_shown(doubled: Site, operator: FlaskClient) -> None:
    with doubled.hub.sessions() as session:
        person_id = session.scalars(select(PersonVersion.person_id).where(PersonVersion.surname == XSS)).first()
        link_id = session.scalars(
            select(PersonLink.id).where((PersonLink.first_id == person_id) | (PersonLink.second_id == person_id))
        ).first()
    for path in (
        "/duplicates?state=all",
        f"/duplicates/{link_id}",
        f"/people/{person_id}/split",
        f"/people/{person_id}",
    ):
        page = operator.get(path).text
        assert XSS not in page, path
    assert "&lt;script&gt;" in operator.get(f"/duplicates/{link_id}").text
