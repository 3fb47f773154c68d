"""Finding the person, nothing else, against Splink 4 on DuckDB over the same rows.

    hub bench matching                                100 000 people, 10 000 rows
    hub bench matching people=1000000 rows=100000 turns=3 keep=FOLDER

15 % of the rows are damaged with known truth, a third of those more than once; 3 % are about people nobody has, one in
three of whom is like somebody who is there. The damage is drawn by a seed that no weights were learnt with. The hub's
seconds are those of `identify` against PostgreSQL: making keys, reading, deciding, insurance and attachment told with
every person. Splink's are those of predicting and choosing the best, its rows normalised, in memory and trained
before; beside them stands what bringing the registry into DuckDB takes: one that changes by the hour needs it for
every file.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from registry.insured.matching import Identification
from registry.insured.training.labelled import Labelled
from tests.benchmarks._labelled import labelled_requests
from tests.benchmarks._registry import registry_of
from tests.benchmarks._searching import searched
from tests.benchmarks._splink_peer import best_quality, link_with_splink, reading_seconds

DAMAGE_SEED = 4_242


def run(**options: Any) -> dict[str, Any]:
    """Seconds, precision, recall and F1 of both sides, and the ratio of their seconds."""
    people, rows = int(options.get("people", 100_000)), int(options.get("rows", 10_000))
    turns, seed = int(options.get("turns", 5)), int(options.get("seed", 1))
    loaded = registry_of(people, seed, str(options.get("keep", "")))
    with tempfile.TemporaryDirectory() as folder, loaded as (url, path):
        asked = labelled_requests(path, rows, seed + DAMAGE_SEED)
        hub = searched(url, [one.request for one in asked], turns)
        linked = link_with_splink(path, asked, turns, seed)
        reading = reading_seconds(url, Path(folder))
    return {
        "name": "matching",
        "people": people,
        "rows": len(asked),
        "turns": turns,
        "hub": {
            "seconds": round(hub.seconds, 3),
            "processor_seconds": round(hub.busy, 2),
            **quality(hub.found, asked),
        },
        "splink": {
            "seconds": round(linked.seconds, 3),
            "processor_seconds": round(linked.busy, 2),
            "reading_the_registry": round(reading, 3),
            **best_quality(linked, asked),
        },
        "splink_linking_to_hub": round(linked.seconds / hub.seconds, 2),
        "splink_linking_to_hub_by_processor": round(linked.busy / hub.busy, 2),
        "splink_with_reading_to_hub": round((linked.seconds + reading) / hub.seconds, 2),
    }


def quality(found: Sequence[Identification], asked: Sequence[Labelled]) -> dict[str, Any]:
    """How right the people named without an operator are, and how many rows an operator gets."""
    named = [(one, label) for one, label in zip(found, asked, strict=True) if one.is_found]
    right = sum(one.bdz_id == label.person_key for one, label in named)
    known = sum(bool(label.person_key) for label in asked)
    outcomes = Counter(one.outcome.value for one in found)
    return {
        "precision": round(right / max(len(named), 1), 6),
        "recall": round(right / max(known, 1), 6),
        "f1": round(2 * right / max(len(named) + known, 1), 6),
        "held": round(outcomes["held"] / max(len(found), 1), 6),
        "by_score": sum(one.is_found and one.stage == 3 for one in found),
        "outcomes": dict(outcomes.most_common()),
    }
