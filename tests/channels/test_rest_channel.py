"""REST as programs meet it: keys, questions about people, packets and the journal, problems in Russian."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.core.findings import FindingCode
from registry.core.outcomes import Item
from registry.exchange.dialects.rest_answers import told_item
from registry.exchange.operations.security.api_keys import disable_key
from registry.exchange.options import set_option
from registry.exchange.tables import AuditEntry, JournalEntry, Packet
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.matching import Difference, DifferenceLevel, Identification, IdentificationOutcome
from server.api.openapi import openapi
from server.api.operations import OPERATIONS
from tests.channels.rest_hub import BASE, RestHub, asked, identification_file, rest_hub

IDENTIFY = f"{BASE}/people/identify"


@pytest.fixture
def rest(sqlite_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(sqlite_url, tmp_path) as made:
        yield made


def packets(rest: RestHub) -> int:
    with rest.hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(Packet)) or 0


def test_a_person_is_found_with_insurance_and_attachment(rest: RestHub) -> None:
    person = rest.people[0]
    answer = rest.call("POST", IDENTIFY, json=asked(person))
    assert answer.status_code == 200
    [result] = answer.json["results"]
    assert result["outcome"] == "found"
    assert result["person"]["enp"] == person.enp
    assert result["insurance"]["insurer_code"] == person.insurer_code
    assert result["attachment"]["clinic_code"] == person.clinic_code
    assert "bdz_id" not in result["person"]


def test_many_people_are_answered_in_their_order_each_by_its_own_outcome(rest: RestHub) -> None:
    known = [asked(person) for person in rest.people[:3]]
    stranger = {**known[0], "surname": "Несуществующий", "enp": None, "birth_date": "1950-05-05", "number": "чужой"}
    answer = rest.call("POST", IDENTIFY, json={"people": [*known, stranger], "on": "2026-11-01"})
    assert [one["number"] for one in answer.json["results"]] == ["1", "2", "3", "чужой"]
    assert [one["status"] for one in answer.json["results"]][:3] == ["accepted"] * 3
    last = answer.json["results"][3]
    assert last["outcome"] == "not_found"
    assert [one["code"] for one in last["findings"]] == [FindingCode.PERSON_NOT_FOUND]


def test_the_number_alone_is_enough(rest: RestHub) -> None:
    answer = rest.call("POST", IDENTIFY, json={"enp": rest.people[0].enp})
    assert answer.json["results"][0]["outcome"] == "found"


def test_a_wrong_value_is_a_finding_of_its_person_at_its_place(rest: RestHub) -> None:
    people = [asked(rest.people[0]), {**asked(rest.people[1]), "birth_date": "31.02.1980"}]
    answer = rest.call("POST", IDENTIFY, json=people)
    first, second = answer.json["results"]
    assert first["status"] == "accepted"
    assert (second["status"], second["findings"][0]["place"]) == ("rejected", "people[2].birth_date")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "STRUCTURE_WRONG"),
        (b"[" * 100_000, "STRUCTURE_WRONG"),
        (b"[]", "PACKET_EMPTY"),
        (b"17", "PACKET_EMPTY"),
        (b'{"fam": "x"}', "STRUCTURE_WRONG"),
        (b'{"surname": ["x"]}', "STRUCTURE_WRONG"),
        (b'{"surname": true}', "STRUCTURE_WRONG"),
        (b'{"people": [{}], "where": 1}', "STRUCTURE_WRONG"),
        (b'{"surname": "\xff"}', "STRUCTURE_WRONG"),
        (b'{"surname": "\\ud800"}', "STRUCTURE_WRONG"),
        (b'{"surname": "\\u0000"}', "STRUCTURE_WRONG"),
        (b'{"enp": "1", "number": "a\\u0000"}', "STRUCTURE_WRONG"),
        (json.dumps([{"enp": "1"}] * 1001).encode(), "TOO_MANY_RECORDS"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_a_code_and_stored_nowhere(
    rest: RestHub, body: bytes, code: str
) -> None:
    answer = rest.call("POST", IDENTIFY, data=body, content_type="application/json")
    assert (answer.status_code in {400, 422}, answer.json["code"]) == (True, code)
    assert answer.content_type == "application/problem+json"
    assert packets(rest) == 0


def test_the_same_key_of_idempotency_gets_the_same_answer_and_one_packet(rest: RestHub) -> None:
    first = rest.call("POST", IDENTIFY, json=asked(rest.people[0]), headers={"Idempotency-Key": "question-1"})
    again = rest.call("POST", IDENTIFY, json=asked(rest.people[0]), headers={"Idempotency-Key": "question-1"})
    other = rest.call("POST", IDENTIFY, json=asked(rest.people[1]), headers={"Idempotency-Key": "question-1"})
    assert first.data == again.data
    assert (other.status_code, other.json["code"]) == (409, "PACKET_ID_REUSED")
    assert packets(rest) == 1


@pytest.mark.parametrize(
    ("for_fund", "trust", "known"), [(False, "В", None), (True, "В", "11223344595"), (False, "Д", "11223344595")]
)
def test_an_outsider_is_not_told_a_number_it_did_not_bring(for_fund: bool, trust: str, known: str | None) -> None:
    found = Identification(
        IdentificationOutcome.FOUND_DIFF, person_id=1, bdz_id="17", enp="6300000000000000", trust=trust
    )
    found.differences = [
        Difference("snils", "08765430300", "11223344595", DifferenceLevel.DIFFERENT),
        Difference("surname", "ИВАНОВА", "ПЕТРОВА", DifferenceLevel.FORMER),
    ]
    item = Item(1, IDENTIFICATION.record(), IDENTIFICATION, identification=found)
    told = told_item(item, for_fund=for_fund)
    assert [one.get("known") for one in told["match"]["differences"]] == [known, "ПЕТРОВА"]
    assert ("bdz_id" in told["person"]) is for_fund


def test_without_a_right_key_nothing_is_answered_and_a_wrong_one_is_journalled(rest: RestHub) -> None:
    absent = rest.call("GET", f"{BASE}/packets", "")
    wrong = rest.call("GET", f"{BASE}/packets", "hub_00000000_" + "x" * 43)
    assert (absent.status_code, wrong.status_code) == (401, 401)
    assert "Bearer" in absent.headers["WWW-Authenticate"]
    with rest.hub.sessions() as session:
        lines = session.scalars(select(JournalEntry).where(JournalEntry.channel == "rest")).all()
    assert [line.code for line in lines] == ["CREDENTIALS_WRONG"]


def test_a_disabled_key_lets_nobody_in(rest: RestHub) -> None:
    with rest.hub.sessions.begin() as session:
        disable_key(session, rest.keys["630001"].split("_")[1])
    assert rest.call("GET", f"{BASE}/packets").status_code == 401


def test_a_clinic_never_sees_a_packet_of_another(rest: RestHub) -> None:
    body = identification_file(rest.hub.settings.data_dir / "file.dbf", rest.people[:3])
    sent = rest.call("POST", f"{BASE}/files?name=630001_20112026_1.DBF", data=body)
    packet_id = sent.json["packet"]
    rest.work()
    for tail in ("", "/records", "/answer"):
        path = f"{BASE}/packets/{packet_id}{tail}"
        assert rest.call("GET", path, "630001").status_code == 200, path
        assert rest.call("GET", path, "63").status_code == 200, path
        for other in ("630002", "63001"):
            foreign = rest.call("GET", path, other)
            assert (foreign.status_code, foreign.json["code"]) == (404, "NOT_FOUND"), path
    assert rest.call("GET", f"{BASE}/packets", "630002").json["packets"] == []
    assert rest.call("GET", f"{BASE}/journal", "63001").json["lines"] == []
    token = sent.json["id"]
    assert rest.call("GET", f"{BASE}/files/{token}", "630002").status_code == 404
    assert rest.call("POST", f"{BASE}/files/{token}/complete", "630002").status_code == 404


def test_packets_and_the_journal_are_paged_by_their_key(rest: RestHub) -> None:
    for number in range(5):
        rest.call("POST", IDENTIFY, json=asked(rest.people[number]))
    seen: list[int] = []
    after = ""
    while True:
        page = rest.call("GET", f"{BASE}/packets?limit=2{after}").json
        seen += [one["id"] for one in page["packets"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    lines = rest.call("GET", f"{BASE}/journal?channel=rest&kind=identification&status=accepted&since=2026-11-20").json
    assert len(lines["lines"]) == 5
    assert rest.call("GET", f"{BASE}/journal?until=2026-11-20").json["lines"] == []


EXTREMES = ("since=0001-01-01", "until=9999-12-31", "since=9999-12-31T23:59:59-14:00", "kind=%00", f"after={'9' * 25}")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1000", "after=x", "since=вчера", "status=новый", "surname=А", *EXTREMES]
)
def test_a_parameter_that_is_wrong_or_unknown_is_told(rest: RestHub, query: str) -> None:
    answer = rest.call("GET", f"{BASE}/packets?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "PARAMETER_WRONG")


def test_records_show_outcomes_and_leave_an_audit_row(rest: RestHub) -> None:
    packet_id = rest.call("POST", IDENTIFY, json=asked(rest.people[0])).json["packet"]
    [record] = rest.call("GET", f"{BASE}/packets/{packet_id}/records").json["records"]
    assert (record["fields"]["enp"], record["outcome"]) == (rest.people[0].enp, "found")
    with rest.hub.sessions() as session:
        acts = session.scalars(select(AuditEntry)).all()
    assert [(one.action, one.object_id) for one in acts] == [
        ("api_identify", str(packet_id)),
        ("api_records", str(packet_id)),
    ]
    assert {one.details["purpose"] for one in acts} == {"exchange"}


def test_too_many_calls_a_minute_are_told_to_wait(rest: RestHub) -> None:
    with rest.hub.sessions.begin() as session:
        set_option(session, "identification_rate", 2, rest.hub.context.clock.now())
    rest.hub.context.remembered.forget()
    statuses = [rest.call("POST", IDENTIFY, json=asked(rest.people[0])).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert rest.call("POST", IDENTIFY, "630002", json=asked(rest.people[0])).status_code == 200


def test_checking_people_stores_nothing_and_tells_nothing_of_them(rest: RestHub) -> None:
    answer = rest.call("POST", f"{BASE}/check", json=[asked(rest.people[0]), {"surname": "Одинокий"}])
    first, second = answer.json["results"]
    assert first == {"number": "1", "status": "accepted", "findings": []}
    assert second["findings"][0]["code"] == "INSUFFICIENT_DATA"
    assert packets(rest) == 0


def test_checking_a_file_finds_what_intake_would_and_stores_nothing(rest: RestHub) -> None:
    body = identification_file(rest.hub.settings.data_dir / "file.dbf", rest.people[:3])
    answer = rest.call("POST", f"{BASE}/check?name=630001_20112026_1.DBF", data=body)
    assert (answer.json["status"], answer.json["records"]) == ("accepted", 3)
    assert packets(rest) == 0
    foreign = rest.call("POST", f"{BASE}/check?name=630002_20112026_1.DBF", data=body)
    assert (foreign.status_code, foreign.json["code"]) == (422, "FILE_FOREIGN")


def test_the_description_names_every_address_and_only_those(rest: RestHub) -> None:
    served = {
        (
            rule.endpoint,
            method.lower(),
            rule.rule.replace("<int:packet_id>", "{packet_id}").replace("<token>", "{token}"),
        )
        for rule in rest.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(BASE)
    }
    assert {(one.endpoint, one.method, BASE + one.path) for one in OPERATIONS} == served


def test_every_reference_of_the_description_leads_somewhere() -> None:
    told = openapi("http://hub")
    names = told["components"]["schemas"].keys()
    text = json.dumps(told)
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= names
    assert told["openapi"].startswith("3.1")


def test_the_description_is_open_and_whole_and_people_are_led_to_their_page(rest: RestHub) -> None:
    told = rest.call("GET", "/api/openapi.json", "")
    assert told.json["paths"].keys() == {one.path for one in OPERATIONS}
    assert rest.call("GET", "/api/docs", "").headers["Location"] == "/formats/rest"


def test_an_unknown_address_and_method_are_problems_too(rest: RestHub) -> None:
    assert rest.call("GET", f"{BASE}/nothing").json["code"] == "NOT_FOUND"
    refused = rest.call("DELETE", f"{BASE}/packets")
    assert (refused.status_code, refused.json["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_bug_is_told_by_its_incident_alone(rest: RestHub, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError("тайна")

    monkeypatch.setattr("server.api.packets.packet_list", break_)
    answer = rest.call("GET", f"{BASE}/packets")
    assert (answer.status_code, answer.json["code"]) == (500, "INTERNAL_FAULT")
    assert answer.json["incident"]
    assert "тайна" not in answer.get_data(as_text=True)
