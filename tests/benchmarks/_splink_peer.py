"""The peer of identification: Splink 4 on DuckDB over the same rows and key forms, trained as its manual says."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import read_people_csv
from registry.insured.matching.forms import given_forms
from registry.insured.matching.requests import SearchRequest
from registry.insured.matching.wanted import prepare
from registry.insured.scoring.people import PEOPLE
from registry.insured.training.labelled import Labelled, request_of_columns

NAMES = ("surname", "first_name", "patronymic")
NUMBERS = ("enp", "snils", "document")
BLOCKS = (
    ("enp",),
    ("snils",),
    ("document",),
    ("surname", "birth_date"),
    ("first_name", "birth_date"),
    (*NAMES,),
)
ON = date(2026, 10, 5)
THRESHOLDS = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)


class Linked(NamedTuple):
    """What Splink found: the best person of every row and the seconds of the clock and of all threads."""

    seconds: float
    busy: float
    best: dict[int, tuple[str, float]]


def link_with_splink(people: Path, asked: Sequence[Labelled], turns: int, seed: int) -> Linked:
    """The best match of every request; loading and training are not counted, linking is the median of the turns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = _trained(people, asked, seed)
        times, used, best = [], [], {}
        for _ in range(turns):
            begun, before = time.perf_counter(), time.process_time()
            predicted = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
            best = _best(linker, predicted)
            times.append(time.perf_counter() - begun)
            used.append(time.process_time() - before)
            predicted.drop_table_from_database_and_remove_from_cache()
        return Linked(median(times), median(used), best)


def _best(linker: Any, predicted: Any) -> dict[int, tuple[str, float]]:
    """Of every request the most probable person."""
    sql = f"""
        SELECT unique_id_l, unique_id_r, match_probability FROM {predicted.physical_name}
        QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_probability DESC) = 1
    """
    rows = linker.misc.query_sql(sql)
    columns = (rows["unique_id_l"], rows["unique_id_r"], rows["match_probability"])
    return {int(one[2:]): (other, chance) for one, other, chance in zip(*columns, strict=True)}


def _trained(people: Path, asked: Sequence[Labelled], seed: int) -> Any:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    left = [_row(f"a_{number:08d}", one.request) for number, one in enumerate(asked)]
    right = [_row(key, request) for key, request in _people(people)]
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on(*names) for names in BLOCKS],
        comparisons=[
            *(cl.NameComparison(name).configure(term_frequency_adjustments=True) for name in NAMES),
            cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.ExactMatch("sex"),
            *(cl.DamerauLevenshteinAtThresholds(name, [1]) for name in NUMBERS),
        ],
    )
    tables: Any = [left, right]
    linker = Linker(tables, settings, DuckDBAPI(), input_table_aliases=["asked", "people"], set_up_basic_logging=False)
    linker.training.estimate_probability_two_random_records_match([block_on("enp"), block_on("snils")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for names in (("surname", "birth_date"), ("enp",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    return linker


def _row(key: str, request: SearchRequest) -> dict[str, Any]:
    forms = given_forms(prepare(request, ON))
    values = {one.name: forms[place][0] if forms[place] else None for place, one in enumerate(PEOPLE)}
    return {"unique_id": key, **{name: values[name] for name in (*NAMES, "birth_date", "sex", *NUMBERS)}}


def _people(path: Path) -> Iterable[tuple[str, SearchRequest]]:
    """Every person once, with the present data."""
    last: PersonLine | None = None
    for line in read_people_csv(path):
        if last is not None and line.person_key != last.person_key:
            yield last.person_key, _present(last)
        last = line
    if last is not None:
        yield last.person_key, _present(last)


def _present(line: PersonLine) -> SearchRequest:
    return request_of_columns(line._asdict(), ON)


def best_quality(linked: Linked, asked: Sequence[Labelled]) -> dict[str, float]:
    """Precision, recall and F1 at the threshold that suits Splink best."""
    return max((_quality(linked, asked, threshold) for threshold in THRESHOLDS), key=lambda told: told["f1"])


def _quality(linked: Linked, asked: Sequence[Labelled], threshold: float) -> dict[str, float]:
    named = {number: key for number, (key, chance) in linked.best.items() if chance >= threshold}
    right = sum(asked[number].person_key == key for number, key in named.items())
    precision, recall = right / max(len(named), 1), right / sum(bool(one.person_key) for one in asked)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {
        "threshold": threshold,
        "precision": round(precision, 6),
        "recall": round(recall, 6),
        "f1": round(f1, 6),
    }


REGISTRY = """
    COPY (
        SELECT p.bdz_id, v.surname_key, v.first_name_key, v.patronymic_key, to_char(v.birth_date, 'YYYYMMDD'), v.sex,
               p.enp, s.number, d.number_key
        FROM person p
        JOIN person_version v ON v.person_id = p.id AND v.valid_to = '9999-12-31'
        LEFT JOIN snils s ON s.person_id = p.id AND s.valid_to = '9999-12-31'
        LEFT JOIN identity_document d ON d.person_id = p.id AND d.valid_to = '9999-12-31'
    ) TO STDOUT WITH (FORMAT csv)
"""


def reading_seconds(url: str, folder: Path) -> float:
    """Seconds to bring the registry of PostgreSQL into DuckDB, by COPY and one reading: before every file anew."""
    import duckdb
    import psycopg2

    begun = time.perf_counter()
    path = folder / "registry.csv"
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor, path.open("w") as file:
        cursor.copy_expert(REGISTRY, file)
    with duckdb.connect() as memory:
        memory.execute(f"CREATE TABLE people AS SELECT * FROM read_csv('{path}', header = false, all_varchar = true)")
    return time.perf_counter() - begun
