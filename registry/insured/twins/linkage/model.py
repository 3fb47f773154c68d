"""The one description of how records are compared, for DuckDB and for Spark (clause 9.4).

How often a value agrees among records of one person (m) is set here, from second records with known truth; how often
it agrees among strangers (u), with the frequencies of names, is learnt from each registry. Only functions that both
engines have of their own are used: equality and edit distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from splink import SettingsCreator

#: Records of one person that share neither of these are not looked at: (columns of the left side = of the right side).
BLOCKING: tuple[tuple[str, ...], ...] = (
    ("snils",),
    ("document",),
    ("enp",),
    ("surname", "birth_date"),
    ("first_name", "patronymic", "birth_date"),
    ("surname", "first_name", "patronymic", "birth_place"),
)
SWAPPED = (
    "l.birth_date = r.birth_swapped and l.birth_date <> r.birth_date"
    " and l.surname = r.surname and l.first_name = r.first_name"
)
#: Share of people who have a second record, as far as anybody knows: what a pair is worth before it is looked at.
SHARE = 0.01
PAIRS_FOR_LEARNING = 1_000_000
SEED = 20261101


def settings(people: int) -> SettingsCreator:
    """The settings for a registry of so many people."""
    from splink import SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="person_id",
        probability_two_random_records_match=min(0.5, 2 * SHARE / max(people, 2)),
        blocking_rules_to_generate_predictions=[*(block_on(*columns) for columns in BLOCKING), CustomRule(SWAPPED)],
        comparisons=_comparisons(),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _comparisons() -> list[Any]:
    return [
        _name("surname", 0.80, 0.15, 0.05),
        _name("first_name", 0.90, 0.08, 0.02),
        _name("patronymic", 0.88, 0.09, 0.03),
        _birth_date(),
        _equality("sex", 0.995),
        _equality("birth_place", 0.75),
        _number("snils", 0.93),
        _number("document", 0.60),
        _number("enp", 0.30),
    ]


def _name(column: str, same: float, close: float, other: float) -> Any:
    import splink.comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    return CustomComparison(
        output_column_name=column,
        comparison_levels=[
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True).configure(m_probability=same),
            levels.LevenshteinLevel(column, 2).configure(m_probability=close),
            levels.ElseLevel().configure(m_probability=other),
        ],
    )


def _birth_date() -> Any:
    import splink.comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    return CustomComparison(
        output_column_name="birth_date",
        comparison_levels=[
            levels.NullLevel("birth_date"),
            levels.ExactMatchLevel("birth_date").configure(m_probability=0.90),
            levels.CustomLevel("birth_date_l = birth_swapped_r", "day and month swapped").configure(m_probability=0.02),
            levels.LevenshteinLevel("birth_date", 1).configure(m_probability=0.07),
            levels.ElseLevel().configure(m_probability=0.01),
        ],
    )


def _number(column: str, same: float) -> Any:
    import splink.comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    slip = 0.02
    return CustomComparison(
        output_column_name=column,
        comparison_levels=[
            levels.NullLevel(column),
            levels.ExactMatchLevel(column).configure(m_probability=same),
            levels.LevenshteinLevel(column, 1).configure(m_probability=slip),
            levels.ElseLevel().configure(m_probability=1 - same - slip),
        ],
    )


def _equality(column: str, same: float) -> Any:
    import splink.comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    return CustomComparison(
        output_column_name=column,
        comparison_levels=[
            levels.NullLevel(column),
            levels.ExactMatchLevel(column).configure(m_probability=same),
            levels.ElseLevel().configure(m_probability=1 - same),
        ],
    )
