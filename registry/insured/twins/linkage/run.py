"""Running linkage: rows into Parquet chunk by chunk, then one engine over the files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from registry.core.errors import Permanent
from registry.insured.twins.linkage.model import PAIRS_FOR_LEARNING, SEED, settings
from registry.insured.twins.queries.export import LinkageRow

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
NEEDED = {DUCKDB: ("splink", "duckdb", "pandas"), SPARK: ("splink", "duckdb", "pandas", "pyspark")}
THRESHOLD = 3.0  # log₂ of the odds: what is below is not worth a look
MEMORY = "4GB"
FILES = "people-*.parquet"
COLUMNS = {
    "person_id": "BIGINT",
    "sex": "TINYINT",
    **dict.fromkeys((name for name in LinkageRow._fields if name not in {"person_id", "sex"}), "VARCHAR"),
}
Progress = Callable[[str, int], None]
"""Told the stage and how much of it is done."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Two records that may be one person, with the weight of the evidence in bits."""

    first_id: int
    second_id: int
    weight: float


def has_linkage(engine: str) -> bool:
    """True when what this engine needs is installed."""
    return all(find_spec(name) is not None for name in NEEDED[engine])


def link_registry(
    chunks: Iterable[Sequence[LinkageRow]], folder: Path, engine: str, limit: int, told: Progress
) -> list[Linked]:
    """The strongest pairs among these records, at most ``limit``; the folder holds the exported rows meanwhile."""
    demand_linkage(engine)
    return link_files(folder, engine, export_parquet(chunks, folder, told), limit)


def demand_linkage(engine: str) -> None:
    """Refuse an engine nobody knows or whose libraries are not installed."""
    if engine not in ENGINES:
        raise Permanent("ENGINE_UNKNOWN", f"Нет движка «{engine}»: есть {', '.join(ENGINES)}.")
    if not has_linkage(engine):
        extra = "linkage" if engine == DUCKDB else "linkage,linkage-spark"
        raise Permanent("LINKAGE_ABSENT", f"Для сверки регистра нужны библиотеки: pip install 'tfoms-hub[{extra}]'.")


def link_files(folder: Path, engine: str, people: int, limit: int) -> list[Linked]:
    """The strongest pairs among the exported records of a folder."""
    if people < 2:
        return []
    with quiet_splink():
        return (_on_duckdb if engine == DUCKDB else _on_spark)(folder, people, limit)


def export_parquet(chunks: Iterable[Sequence[LinkageRow]], folder: Path, told: Progress) -> int:
    """Write the rows as Parquet files of one chunk each; returns how many there were."""
    import duckdb
    import pandas

    count = 0
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    with duckdb.connect() as connection:
        for number, rows in enumerate(chunks, start=1):
            if not rows:
                continue
            connection.register("chunk", pandas.DataFrame(rows, columns=list(LinkageRow._fields), dtype=object))
            path = folder / f"people-{number:05d}.parquet"
            connection.execute(f"COPY (SELECT {columns} FROM chunk) TO '{_quoted(path)}' (FORMAT PARQUET)")  # noqa: S608 - names of ours
            connection.unregister("chunk")
            count += len(rows)
            told("export", count)
    return count


def _on_duckdb(folder: Path, people: int, limit: int) -> list[Linked]:
    import duckdb
    from splink import DuckDBAPI

    with duckdb.connect(str(folder / "linkage.duckdb")) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = '{_quoted(folder)}'")
        connection.execute(f"CREATE TABLE people AS SELECT * FROM read_parquet('{_quoted(folder / FILES)}')")  # noqa: S608 - a path of ours
        predicted = _predict(DuckDBAPI(connection=connection), "people", people)
        query = _strongest(predicted.physical_name, limit)
        return [Linked(*row) for row in connection.execute(query).fetchall()]


def _on_spark(folder: Path, people: int, limit: int) -> list[Linked]:
    """The same on Spark: where ``spark-submit`` or the environment says, else on the cores of this machine."""
    from pyspark.sql import SparkSession
    from splink import SparkAPI

    spark = SparkSession.builder.appName("hub people duplicates").getOrCreate()
    try:
        spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
        rows = spark.read.parquet(str(folder / FILES))
        rows.createOrReplaceTempView("people")
        make_api: Any = SparkAPI
        api = make_api(spark_session=spark, register_udfs_automatically=False, break_lineage_method="persist")
        predicted = _predict(api, "people", people)
        found = spark.sql(_strongest(predicted.physical_name, limit)).collect()
        return [Linked(row[0], row[1], row[2]) for row in found]
    finally:
        spark.stop()


def _predict(api: Any, table: str, people: int) -> Any:
    from splink import Linker

    linker = Linker(table, settings(people), api, set_up_basic_logging=False)
    seed = {"seed": SEED} if _seeds(api) else {}
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_LEARNING, **seed)
    return linker.inference.predict(threshold_match_weight=THRESHOLD)


def _seeds(api: Any) -> bool:
    """True for an engine whose random sample can be repeated."""
    return type(api).__name__ == "DuckDBAPI"


def _strongest(table: str, limit: int) -> str:
    return f"""
        SELECT least(person_id_l, person_id_r), greatest(person_id_l, person_id_r), match_weight FROM {table}
        ORDER BY match_weight DESC, person_id_l, person_id_r LIMIT {int(limit)}
    """  # noqa: S608 - a name Splink gave


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@contextmanager
def quiet_splink() -> Iterator[None]:
    """Splink speaks of its progress as warnings and infos: here nobody reads them."""
    import warnings

    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
