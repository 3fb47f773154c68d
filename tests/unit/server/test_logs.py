import io
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from server import logs

SECRETS = (
    "9955820840000019",
    "112-233-445 95",
    "11223344595",
    "4509 123456",
    "Образцов",
    "1971-04-09",
    "+7 (846) 123-45-67",
    "tajna",
)


class Written(io.StringIO):
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    stream = Written()
    logs.configure("INFO", stream)
    yield stream
    root.handlers, _, logging.raiseExceptions = before
    root.setLevel(before[1])
    structlog.reset_defaults()
    for name in (*logs.SILENT, *logs.QUIET):
        logging.getLogger(name).setLevel(logging.NOTSET)


def assert_nothing_personal(written: Written) -> None:
    assert written.getvalue()
    assert [secret for secret in SECRETS if secret in written.getvalue()] == []


def test_values_under_personal_keys_are_blanked_at_any_depth(written: Written) -> None:
    structlog.get_logger().info(
        "packet read",
        packet="A-1",
        records=[{"FAM": "Образцов", "person": {"birth_date": "1971-04-09", "clinic": "630001"}}],
    )

    assert_nothing_personal(written)
    (line,) = written.lines()
    assert line["packet"] == "A-1"
    assert line["records"] == [{"FAM": "***", "person": {"birth_date": "***", "clinic": "630001"}}]


@pytest.mark.parametrize(
    "text",
    [
        "нет человека 9955820840000019 в реестре",
        "СНИЛС 112-233-445 95",
        "snils 11223344595",
        "паспорт 4509 123456",
        "<FAM>Образцов</FAM><DR>1971-04-09</DR>",
        "row {'surname': 'Образцов', 'birth_date': '1971-04-09'}",
        'json {"fam": "Образцов", "password": "tajna"}',
        "ОБРАЗЦОВ ПЕТР ИЛЬИЧ и Образцов Пётр Ильич",
        "позвоните +7 (846) 123-45-67",
        "cannot connect to amqp://hub:tajna@mq:5672/",
        "token=tajna&page=2",
        "Authorization: Bearer tajna",
    ],
)
def test_what_a_text_gives_away_is_masked_inside_it(text: str, written: Written) -> None:
    logging.getLogger("any.library").warning(text)
    structlog.get_logger().warning("said", text=text)
    structlog.get_logger().warning(text)

    assert_nothing_personal(written)
    assert "ОБРАЗЦОВ" not in written.getvalue()


def test_what_is_not_personal_stays_readable(written: Written) -> None:
    kept = {
        "packet": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "ogrn": "1026301234567",
        "clinic": "630001",
        "rows": 100000,
        "seconds": 1.25,
        "path": "/EchangeServerTFOMS/DCExchangeSrv",
        "at": "2026-11-20T14:30:00+04:00",
    }
    structlog.get_logger("hub.worker").info("packet done", **kept)

    (line,) = written.lines()
    assert {name: line[name] for name in kept} == kept
    assert (line["event"], line["level"], line["logger"]) == ("packet done", "info", "hub.worker")


def test_an_exception_leaves_type_place_and_incident_but_no_values(written: Written) -> None:
    surname = "Образцов"
    try:
        try:
            raise KeyError(surname)
        except KeyError as cause:
            raise ValueError(f"bad row {surname} 9955820840000019") from cause
    except ValueError as error:
        logging.getLogger("any.library").exception(error)
        structlog.get_logger().error("row failed", exc_info=True)

    assert_nothing_personal(written)
    for line in written.lines():
        assert line["error"] == "ValueError"
        assert line["caused_by"] == ["KeyError"]
        assert re.fullmatch(r"unit/server/test_logs\.py:\d+ test_\w+", line["frames"][-1])
        assert re.fullmatch(r"\d{6}-[2-9A-Z]{6}", line["incident"])
        assert "Traceback" not in str(line)


def test_the_incident_shown_to_the_person_is_the_one_logged(written: Written) -> None:
    number = logs.incident()
    structlog.get_logger().error("page failed", exc_info=ValueError("Образцов"), incident=number)

    assert_nothing_personal(written)
    assert written.lines()[0]["incident"] == number


@pytest.mark.parametrize(
    "name",
    ["spyne.protocol.xml", "spyne.application.server", "zeep.transports", "sqlalchemy.engine.Engine", "pika.adapters"],
)
def test_loggers_that_dump_messages_are_silent(name: str, written: Written) -> None:
    logging.getLogger(name).critical("<FAM>Образцов</FAM>")

    assert written.getvalue() == ""


def test_a_line_that_cannot_be_formatted_prints_no_arguments(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("any.library").error("%d people", "Образцов")

    assert "Образцов" not in written.getvalue() + capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_catches_is_logged_without_its_message(written: Written) -> None:
    def fail() -> None:
        raise RuntimeError("Образцов")

    logs.configure("INFO", written)  # pytest puts its own hook in place; ours must be the last
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("Образцов"), None)

    assert_nothing_personal(written)
    assert [line["error"] for line in written.lines()] == ["RuntimeError", "ValueError"]


def test_lines_below_the_level_are_not_written(written: Written) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("pika.connection").info("connected")

    assert written.getvalue() == ""


def test_incident_numbers_differ() -> None:
    assert len({logs.incident() for _ in range(200)}) == 200
