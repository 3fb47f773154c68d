"""The field map of people as Splink reads it: every grade of ours as a condition of DuckDB."""

from __future__ import annotations

from typing import Any

from registry.core.normalisation import loose_name
from registry.insured.scoring.levels import DATES, NUMBERS, PLACES, SEXES, Comparison, Level
from registry.insured.scoring.model import FieldMap, Property
from registry.insured.scoring.people import NAMES
from registry.insured.scoring.score import Forms

L = Level
# Splink takes the first condition that holds; a name in the place of the other is asked before mere likeness.
NAME_ORDER = (L.EQUAL, L.LOOSE, L.EDIT, L.SWAPPED, L.SIMILAR, L.PART, L.INITIAL, L.DIFFERENT)
ORDERS: dict[int, tuple[Level, ...]] = {
    id(NAMES): NAME_ORDER,
    id(DATES): DATES.levels,
    id(NUMBERS): NUMBERS.levels,
    id(PLACES): PLACES.levels,
    id(SEXES): SEXES.levels,
}
_DAY = "try_strptime({0}, '%Y%m%d')::date"
CONDITIONS: dict[tuple[int, Level], str] = {
    (id(NAMES), L.LOOSE): "{name}_loose_l = {name}_loose_r",
    (id(NAMES), L.EDIT): "damerau_levenshtein({l}, {r}) <= 1 AND least(length({l}), length({r})) > 1",
    (id(NAMES), L.SWAPPED): "{name}_l = {other}_r AND {other}_l = {name}_r",
    (id(NAMES), L.SIMILAR): "jaro_winkler_similarity({l}, {r}) >= 0.92",
    (id(NAMES), L.PART): "len({name}_parts_l) <> len({name}_parts_r) AND "
    "(list_has_all({name}_parts_l, {name}_parts_r) OR list_has_all({name}_parts_r, {name}_parts_l))",
    (
        id(NAMES),
        L.INITIAL,
    ): "least(length(rtrim({l}, '.')), length(rtrim({r}, '.'))) = 1 AND left({l}, 1) = left({r}, 1)",
    (id(DATES), L.SWAPPED): "left({l}, 4) = left({r}, 4) AND substr({l}, 5, 2) = substr({r}, 7, 2) "
    "AND substr({l}, 7, 2) = substr({r}, 5, 2)",
    (id(DATES), L.DIGIT): "length({l}) = length({r}) AND hamming({l}, {r}) = 1",
    (id(DATES), L.NEXT_DAY): f"abs(datediff('day', {_DAY.format('{l}')}, {_DAY.format('{r}')})) = 1",
    (id(DATES), L.YEAR): "substr({l}, 5) = substr({r}, 5) AND "
    "abs(left({l}, 4)::int - left({r}, 4)::int) IN (1, 10, 100)",
    (id(DATES), L.MONTH): "left({l}, 6) = left({r}, 6)",
    (id(NUMBERS), L.NEAR): "length({l}) = length({r}) AND damerau_levenshtein({l}, {r}) <= 1",
    (id(PLACES), L.OVERLAP): "len(list_intersect({name}_parts_l, {name}_parts_r)) >= "
    "0.5 * len(list_distinct(list_concat({name}_parts_l, {name}_parts_r)))",
    (id(SEXES), L.EITHER): "'0' IN ({l}, {r})",
}
BOTH_TELL = "{l} IS NULL OR {r} IS NULL"


def order_of(comparison: Comparison) -> tuple[Level, ...]:
    """The grades of a way of comparing in the order Splink asks for them."""
    return ORDERS[id(comparison)]


def comparison_of(one: Property) -> dict[str, Any]:
    """One property as a comparison of Splink."""
    names = {"name": one.name, "other": one.swaps_with or one.name, "l": f"{one.name}_l", "r": f"{one.name}_r"}
    levels: list[dict[str, Any]] = [
        {"sql_condition": BOTH_TELL.format(**names), "label_for_charts": "absent", "is_null_level": True}
    ]
    for level in order_of(one.comparison)[:-1]:
        condition = "{l} = {r}" if level is L.EQUAL else CONDITIONS[id(one.comparison), level]
        if level is L.SWAPPED and not one.swaps_with and one.comparison is NAMES:
            condition = "FALSE"
        levels.append({"sql_condition": condition.format(**names), "label_for_charts": level.value})
    levels.append({"sql_condition": "ELSE", "label_for_charts": L.DIFFERENT.value})
    return {"output_column_name": one.name, "comparison_levels": levels}


def row_of(fields: FieldMap, forms: Forms, number: int) -> dict[str, Any]:
    """One side as a row: the first value of every property, with what the conditions need of it."""
    row: dict[str, Any] = {"unique_id": number}
    for place, one in enumerate(fields):
        value = forms[place][0] if forms[place] else None
        row[one.name] = value
        if one.comparison is NAMES:
            row[f"{one.name}_loose"] = loose_name(value) if value else None
        if one.comparison in (NAMES, PLACES):
            parts = (value or "").translate(str.maketrans("-.,'()", "      ")).split()
            row[f"{one.name}_parts"] = sorted(set(parts))
    return row
