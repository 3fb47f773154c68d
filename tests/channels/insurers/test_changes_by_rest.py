"""An insurer's program asks about people and changes them over REST (ERZ-02, ERZ-03)."""

from datetime import date
from pathlib import Path

from lxml import etree

from registry.exchange.codecs.xml import serialize
from registry.insured.kinds.insured_change import InsuredChange
from server.demo.packets import ChangesFile, changes_file
from tests.channels.rest_hub import BASE, RestHub, asked, rest_hub

INSURER = "63001"


def statement(rest: RestHub, number: str, action: str) -> InsuredChange:
    person = next(one for one in rest.people if one.insurer_code == INSURER and not one.died_on and not one.insured_to)
    return InsuredChange(
        number=number,
        action=action,
        surname="Переименованная",
        first_name=person.first_name,
        patronymic=person.patronymic or None,
        birth_date=date.fromisoformat(person.birth_date),
        sex=int(person.sex),
        enp=person.enp,
        changed_on=date(2026, 11, 2),
    )


def test_an_insurer_changes_its_insured_by_a_file_over_rest(sqlite_url: str, tmp_path: Path) -> None:
    with rest_hub(sqlite_url, tmp_path) as rest:
        file = ChangesFile(INSURER, "7", date(2026, 11, 1), 1)
        records = [statement(rest, "1", "4"), statement(rest, "2", "99")]
        body = serialize(changes_file(rest.hub.context.catalog, file, records), "windows-1251")
        sent = rest.call("POST", f"{BASE}/files?name={file.name}", code=INSURER, data=body, content_type="text/xml")
        assert sent.status_code == 202
        rest.work()
        told = rest.call("GET", f"{BASE}/packets/{sent.json['packet']}", code=INSURER).json
        assert (told["kind"], told["status"]) == ("insured_change", "partly_rejected")
        answer = rest.call("GET", f"{BASE}/packets/{sent.json['packet']}/answer", code=INSURER)
        root = etree.fromstring(answer.data)
        assert [one.findtext("CODE_ERP") for one in root.findall("REP")] == ["AA", "AR"]


def test_an_insurer_sees_its_insured_by_number(sqlite_url: str, tmp_path: Path) -> None:
    with rest_hub(sqlite_url, tmp_path) as rest:
        person = next(one for one in rest.people if one.insurer_code == INSURER and not one.insured_to)
        answer = rest.call("POST", f"{BASE}/people/identify", code=INSURER, json=asked(person))
        assert answer.status_code == 200
        assert person.enp in answer.text
