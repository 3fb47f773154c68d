"""Files handed in at the command line: what is written where, and what is told about it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.insured.generator.population import generate_people
from tests.fixtures.requests import write_identification_request
from tests.fixtures.running import HUB

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(loaded_sqlite: Path, tmp_path: Path) -> Run:
    """The program on a fresh demonstration database."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(loaded_sqlite, data / "hub.sqlite3")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}

    def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environ = {**plain, "HUB_DATA_DIR": str(data)}
        return subprocess.run([HUB, *arguments], env=environ, capture_output=True, text=True, timeout=60, check=False)

    return command


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """A question of clinic 630001 about people nobody knows."""
    folder = tmp_path / "given"
    folder.mkdir()
    return write_identification_request(folder / "630001_21112026_1.DBF", generate_people(5, 99), 5)


def test_an_answer_is_never_written_over_the_file_it_answers(run: Run, request_file: Path) -> None:
    asked = request_file.read_bytes()
    told = run("submit", request_file, "--sender", "630001")
    assert request_file.read_bytes() == asked
    answer = request_file.parent / "ответы" / request_file.name
    assert answer.read_bytes() != asked
    assert str(answer) in told.stdout


def test_a_file_sent_again_is_told_to_be_known(run: Run, request_file: Path, tmp_path: Path) -> None:
    first = run("submit", request_file, "--sender", "630001", "--out", tmp_path / "a")
    again = run("submit", request_file, "--sender", "630001", "--out", tmp_path / "b")
    assert "повторно" not in first.stdout
    assert "повторно" in again.stdout
    assert (tmp_path / "a" / request_file.name).read_bytes() == (tmp_path / "b" / request_file.name).read_bytes()


def test_identification_is_not_begun_when_its_answer_has_no_place(run: Run, request_file: Path, tmp_path: Path) -> None:
    asked = request_file.read_bytes()
    for place, line in ((request_file, "тот же файл"), (tmp_path / "nowhere" / "answer.dbf", "нет папки")):
        told = run("identify", request_file, place)
        assert told.returncode == 2
        assert line in told.stderr
        assert len(told.stderr.splitlines()) == 1
    assert request_file.read_bytes() == asked


def test_an_unknown_sender_is_told_where_senders_come_from(run: Run, request_file: Path) -> None:
    told = run("submit", request_file, "--sender", "999999")
    assert told.returncode == 2
    assert "999999" in told.stderr
    assert "«Организации»" in told.stderr


def test_columns_a_file_of_people_lacks_are_named(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("person_key;surname\n1;Иванов\n", encoding="utf-8")
    told = run("people", "load", people)
    assert told.returncode == 2
    assert "birth_date" in told.stderr
    assert "surname" not in told.stderr


def test_a_registered_clinic_may_hand_in_files_and_have_a_channel(run: Run, tmp_path: Path) -> None:
    asked = write_identification_request(tmp_path / "639001_21112026_1.DBF", generate_people(3, 98), 3)
    assert run("submit", asked, "--sender", "639001").returncode == 2
    registered = run("account", "organisation", "639001", "Новая поликлиника", "--code", "dcexchange=09001")
    assert registered.returncode == 0, registered.stderr
    assert run("submit", asked, "--sender", "639001", "--out", tmp_path / "out").returncode == 1
    assert (tmp_path / "out" / asked.name).exists()
    made = run("account", "channel", "new1", "--organisation", "639001", "--user-id", "mis", "--sender", "630001")
    assert "tfoms.new1.in" in made.stdout
    assert run("account", "add", "new", "--organisation", "639001").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("organisation", "639001", "Имя", "--code", "нет=1"), "ВИД=КОД"),
        (("organisation", "639001", "Имя", "--parent", "999999"), "999999"),
        (("channel", "new1", "--organisation", "999999", "--user-id", "mis"), "999999"),
        (("channel", "ch1", "--organisation", "630001", "--user-id", "other"), "уже есть"),
        (("add", "new", "--organisation", "999999"), "hub account organisation"),
    ],
)
def test_who_cannot_be_registered_is_told_why_in_one_line(run: Run, arguments: tuple[str, ...], line: str) -> None:
    told = run("account", *arguments)
    assert told.returncode == 2
    assert line in told.stderr
    assert len(told.stderr.splitlines()) == 1
