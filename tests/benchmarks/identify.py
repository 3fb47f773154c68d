"""A file of identification requests against its floor: DBF in, people found, DBF out.

    hub bench identify                       100 000 people, 10 000 rows
    hub bench identify people=1000000 rows=100000 turns=3 keep=FOLDER

With ``keep`` the people file stays in that folder and the loaded database on the server, for the next run. The hub's
side reads with its own codec, identifies with all keys and writes a full answer row with insurance.
``packet`` is the whole way of a file: bytes and journal stored, control, search, outcome and evidence of every row
kept, answer stored; processor seconds are told beside those of the clock, which a crowded machine stretches. The floor
is the least any implementation must do: cut the rows out of the bytes, one indexed join on the ЕНП with the insurance,
write the answer bytes; it finds nobody whose ЕНП is absent or wrong. 15 % of the rows are damaged with known truth.
"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from registry.core.checks.dates import parse_date
from registry.core.collector import collector_paused
from registry.exchange.codecs.dbf import DbfField, DbfReader, DbfWriter
from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.lines import PersonLine
from registry.insured.keys import ensure_key_secret
from registry.insured.keys.forms import policy_class
from registry.insured.matching import Identification, SearchRequest, identify
from registry.insured.matching.evidence import OUTCOME_TITLES
from registry.store.engine import create_hub_engine, session_factory
from tests.benchmarks._packet import answered_packet, busy_seconds, hub_on
from tests.benchmarks._registry import moment, registry_of

DAMAGED = 0.15
ON = date(2026, 10, 5)
PORTION = 50_000
REQUEST = tuple(
    DbfField(name, kind, length)
    for name, kind, length in (
        ("FAM", "C", 60),
        ("IM", "C", 60),
        ("OT", "C", 60),
        ("DR", "D", 8),
        ("W", "N", 1),
        ("SS", "C", 14),
        ("C_DOC", "N", 2),
        ("S_DOC", "C", 10),
        ("N_DOC", "C", 30),
        ("OPDOC", "N", 1),
        ("SPOL", "C", 10),
        ("NPOL", "C", 19),
        ("ENP", "C", 16),
        ("DIN", "D", 8),
        ("DOUT", "D", 8),
    )
)
ANSWER = (
    *REQUEST,
    DbfField("NREC", "N", 7),
    DbfField("EERP", "C", 254),
    DbfField("REPL", "C", 254),
    DbfField("RQ", "C", 5),
    DbfField("RSPOL", "C", 10),
    DbfField("RNPOL", "C", 19),
    DbfField("RENP", "C", 16),
    DbfField("RDBEG", "D", 8),
    DbfField("RDEND", "D", 8),
)


def run(**options: Any) -> dict[str, Any]:
    """Medians of the turns of both sides, their ratio, and how right the answers were."""
    people, rows = int(options.get("people", 100_000)), int(options.get("rows", 10_000))
    turns, seed = int(options.get("turns", 5)), int(options.get("seed", 1))
    loaded = registry_of(people, seed, str(options.get("keep", "")))
    with tempfile.TemporaryDirectory() as folder, loaded as (url, path):
        asked, truth = write_requests(path, rows, seed)
        engine = create_hub_engine(url)
        sessions = session_factory(engine)
        times: dict[str, list[float]] = {"packet": [], "hub": [], "matching": [], "floor": []}
        busy: dict[str, list[float]] = {"packet": [], "hub": [], "floor": []}
        database = url.rpartition("/")[2]
        found: list[Identification] = []
        for number in range(turns + 1):
            with hub_on(url, Path(folder)) as whole:
                before = busy_seconds(database)
                packet, _ = answered_packet(whole, Path(folder), asked)
                packet_busy = busy_seconds(database) - before
            with sessions() as session:
                begun, before = time.perf_counter(), busy_seconds(database)
                found, matching = hub_side(session, asked)
                hub, hub_busy = time.perf_counter() - begun, busy_seconds(database) - before
            with sessions() as session, collector_paused():  # as the hub's side is; else it walks what that one left
                begun, before = time.perf_counter(), busy_seconds(database)
                floor_side(session, asked)
                floor, floor_busy = time.perf_counter() - begun, busy_seconds(database) - before
            if number:  # the first turn warms up
                for name, value in (("packet", packet), ("hub", hub), ("matching", matching), ("floor", floor)):
                    times[name].append(value)
                for name, value in (("packet", packet_busy), ("hub", hub_busy), ("floor", floor_busy)):
                    busy[name].append(value)
        engine.dispose()
    used = {name: median(values) for name, values in busy.items()}
    medians = {name: median(values) for name, values in times.items()}
    return {
        "name": "identify",
        "people": people,
        "rows": rows,
        "turns": turns,
        "seconds": {name: round(value, 3) for name, value in medians.items()},
        "ratio_to_floor": round(medians["hub"] / medians["floor"], 2),
        "packet_to_floor": round(medians["packet"] / medians["floor"], 2),
        "processor_seconds": {name: round(value, 2) for name, value in used.items()},
        "ratio_to_floor_by_processor": round(used["hub"] / used["floor"], 2),
        "packet_to_floor_by_processor": round(used["packet"] / used["floor"], 2),
        "rows_per_second": round(rows / medians["hub"]),
        **quality(found, truth),
    }


def write_requests(people: Path, rows: int, seed: int) -> tuple[bytes, list[tuple[str, str]]]:
    """The bytes of a request file, and for each row the person meant and the damage done."""
    truth = []
    out = io.BytesIO()
    with people.open(encoding="utf-8", newline="") as file, DbfWriter(out, REQUEST, "cp866") as writer:
        lines = csv.reader(file, delimiter=";")
        next(lines)
        for given, key, damage in damaged_requests(map(PersonLine._make, lines), rows, DAMAGED, seed):
            truth.append((key, damage.value))
            writer.write_row(request_row(given))
        writer.close()
        return out.getvalue(), truth


def request_row(given: dict[str, str]) -> dict[str, str]:
    """A row of the request layout; a unified policy is told by its ЕНП."""
    kind = policy_class(given["policy_type"])
    return {
        "FAM": given["surname"],
        "IM": given["first_name"],
        "OT": given["patronymic"],
        "DR": given["birth_date"].replace("-", ""),
        "W": given["sex"],
        "SS": given["snils"],
        "C_DOC": given["doc_type"],
        "S_DOC": given["doc_series"],
        "N_DOC": given["doc_number"],
        "OPDOC": str(kind) if kind else "",
        "SPOL": given["policy_series"] if kind == 1 else "",
        "NPOL": given["policy_number"] if kind in (1, 2) else "",
        "ENP": given["enp"],
        "DIN": f"{ON:%Y%m%d}",
        "DOUT": f"{ON:%Y%m%d}",
    }


def hub_side(session: Session, asked: bytes) -> tuple[list[Identification], float]:
    """Answer the file; returns what was found and the seconds the search alone took."""
    secret = ensure_key_secret(session)
    reader = DbfReader(io.BytesIO(asked))
    answers: list[Identification] = []
    seconds = 0.0
    with DbfWriter(io.BytesIO(), ANSWER, reader.encoding) as writer, collector_paused():
        for portion in portions(reader):
            begun = time.perf_counter()
            found = identify(
                session, [request for _, request in portion], recorded_at=moment(), fund_okato="", secret=secret
            )
            seconds += time.perf_counter() - begun
            for (echo, _), one in zip(portion, found, strict=True):
                writer.write_echo(echo, answer_row(one, writer.record_count + 1))
            answers += found
    return answers, seconds


def portions(reader: DbfReader) -> Iterator[list[tuple[bytes, SearchRequest]]]:
    """Rows as the bytes to be echoed and the request they make."""
    gathered = []
    for row in reader:
        values = row.values
        request = SearchRequest(
            on=parse_date(values["DIN"]) or ON,
            until=parse_date(values["DOUT"]),
            surname=values["FAM"],
            first_name=values["IM"],
            patronymic=values["OT"],
            birth_date=parse_date(values["DR"]),
            sex=int(values["W"]),
            snils=values["SS"],
            document_type=int(values["C_DOC"]) if values["C_DOC"] else None,
            document_series=values["S_DOC"],
            document_number=values["N_DOC"],
            policy_type=values["OPDOC"],
            policy_series=values["SPOL"],
            policy_number=values["NPOL"],
            enp=values["ENP"],
        )
        gathered.append((row.raw[1:], request))
        if len(gathered) == PORTION:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def answer_row(found: Identification, number: int) -> dict[str, str | bytes]:
    """The number with the insurance, or with the word why there is none."""
    row: dict[str, str | bytes] = {"NREC": str(number)}
    insured = found.insurance
    if not found.is_found or insured is None:
        row["EERP"] = OUTCOME_TITLES[found.outcome]
        return row
    row |= {
        "RQ": insured.insurer_code,
        "RSPOL": insured.policy_series,
        "RNPOL": insured.policy_number,
        "RENP": found.enp,
        "RDBEG": f"{insured.valid_from:%Y%m%d}" if insured.valid_from else "",
        "RDEND": f"{insured.valid_to:%Y%m%d}" if insured.valid_to else "",
    }
    if found.differences:
        row["REPL"] = "Отличается: " + ", ".join(one.field for one in found.differences)
    return row


JOIN = """
    SELECT asked.number, insurance.insurer_code, policy.series, policy.number, person.enp,
           to_char(insurance.valid_from, 'YYYYMMDD'), to_char(insurance.valid_to, 'YYYYMMDD')
    FROM asked JOIN person ON person.enp = asked.enp
    JOIN insurance ON insurance.person_id = person.id
         AND insurance.valid_from <= asked.day AND insurance.valid_to >= asked.day
    JOIN policy ON policy.id = insurance.policy_id
"""


def floor_side(session: Session, asked: bytes) -> bytes:
    """The least work: cut the rows, one indexed join on the ЕНП, write the bytes."""
    header = int.from_bytes(asked[8:10], "little")
    length = int.from_bytes(asked[10:12], "little")
    rows = [asked[start : start + length] for start in range(header, len(asked) - length + 1, length)]
    begin = 1 + sum(field.length for field in REQUEST[:12])
    lines = [f"{number}\t{row[begin : begin + 16].decode()}\t{ON}\n" for number, row in enumerate(rows)]
    cursor: Any = session.connection().connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE asked (number integer, enp varchar(16), day date) ON COMMIT DROP")
    cursor.copy_expert("COPY asked FROM STDIN", io.StringIO("".join(lines)))
    cursor.execute("ANALYZE asked")
    cursor.execute(JOIN)
    insured = {found[0]: found[1:] for found in cursor.fetchall()}
    return b"".join([row + floor_answer(number, insured.get(number)) for number, row in enumerate(rows)])


def floor_answer(number: int, insured: Sequence[str] | None) -> bytes:
    """The answer columns of one row in the widths of the layout."""
    if insured is None:
        return f"{number + 1:>7}{'не найден':<254}{'':<320}".encode("cp866")
    insurer, series, policy, enp, since, until = insured
    return f"{number + 1:>7}{'':<508}{insurer:<5}{series:<10}{policy:<19}{enp:<16}{since:<8}{until:<8}".encode("cp866")


def quality(found: Sequence[Identification], truth: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Precision and recall of the people named, and which damage left rows without a person."""
    named = [(one, key) for one, (key, _) in zip(found, truth, strict=True) if one.is_found]
    right = sum(one.bdz_id == key for one, key in named)
    missed = Counter(damage for one, (_, damage) in zip(found, truth, strict=True) if not one.is_found)
    return {
        "precision": round(right / len(named), 5) if named else None,
        "recall": round(right / len(truth), 5),
        "missed": dict(missed.most_common()),
        "outcomes": dict(Counter(one.outcome.value for one in found).most_common()),
    }
