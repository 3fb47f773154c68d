"""What speaks for two records being one person, which stays, what forbids a join: tables without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registry.insured.matching.candidates import Candidate, DocumentRow, InsuranceRow, PolicyRow, SnilsRow, VersionRow
from registry.insured.twins.rules.clusters import clusters_of
from registry.insured.twins.rules.evidence import (
    Level,
    are_siblings,
    close_dates,
    evidence_of_pair,
    fingerprint_of,
    score_of,
    shares_identifier,
)
from registry.insured.twins.rules.joining import Refused, Side, choose_main, confirmations, refusals
from registry.insured.twins.rules.preview import preview
from registry.insured.twins.rules.splitting import Statement, divide
from registry.store.base import OPEN_DATE

BORN = date(1984, 3, 5)
SINCE = date(2010, 1, 1)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def someone(number: int = 1, **given: Any) -> Candidate:
    names: dict[str, Any] = {
        "surname": "ИВАНОВ",
        "first_name": "ИВАН",
        "patronymic": "ИВАНОВИЧ",
        "birth_date": BORN,
        "sex": 1,
    }
    names |= {name: given.pop(name) for name in list(given) if name in names}
    version = VersionRow(
        names["surname"],
        names["first_name"],
        names["patronymic"],
        names["surname"],
        names["first_name"],
        names["patronymic"],
        names["birth_date"],
        names["sex"],
        "",
        "",
        SINCE,
        OPEN_DATE,
    )
    one = Candidate(number, f"id{number}", versions=[version], enp=given.pop("enp", ""))
    if snils := given.pop("snils", ""):
        one.snils.append(SnilsRow(snils, SINCE, OPEN_DATE))
    if document := given.pop("document", ""):
        one.documents.append(DocumentRow(14, "", document, document, SINCE, OPEN_DATE))
    if former := given.pop("former_enp", ""):
        one.policies.append(PolicyRow(1, "П", "", former, former, former, None, None, SINCE, date(2015, 1, 1)))
    assert not given
    return one


@pytest.mark.parametrize(
    ("left", "right", "name", "level"),
    [
        ({}, {"surname": "ИВАНОВ"}, "surname", Level.EQUAL),
        ({}, {"surname": "ИВАНАВ"}, "surname", Level.CLOSE),
        ({}, {"surname": "ПЕТРОВ"}, "surname", Level.DIFFERENT),
        ({}, {"patronymic": ""}, "patronymic", Level.ABSENT),
        ({}, {"birth_date": date(1984, 5, 3)}, "birth_date", Level.CLOSE),
        ({}, {"birth_date": date(1974, 3, 5)}, "birth_date", Level.CLOSE),
        ({}, {"birth_date": date(1975, 4, 5)}, "birth_date", Level.DIFFERENT),
        ({}, {"sex": 2}, "sex", Level.DIFFERENT),
        ({"snils": "11223344595"}, {"snils": "11223344595"}, "snils", Level.EQUAL),
        ({"snils": "11223344595"}, {"snils": "11223344596"}, "snils", Level.CLOSE),
        ({"snils": "11223344595"}, {}, "snils", Level.ABSENT),
        (
            {"enp": "1467050868000018"},
            {"enp": "1497899771000125", "former_enp": "1467050868000018"},
            "enp",
            Level.FORMER,
        ),
        ({"document": "1499123456"}, {"document": "1499123465"}, "document", Level.CLOSE),
    ],
)
def test_each_field_stands_in_its_level(left: dict[str, Any], right: dict[str, Any], name: str, level: Level) -> None:
    found = {one.name: one.level for one in evidence_of_pair(someone(1, **left), someone(2, **right))}
    assert found[name] is level


def test_the_same_person_outweighs_a_namesake_and_a_stranger() -> None:
    same = score_of(evidence_of_pair(someone(1, snils="11223344595"), someone(2, snils="11223344595")))
    namesake = score_of(evidence_of_pair(someone(1, snils="11223344595"), someone(2, snils="08765430200")))
    stranger = score_of(evidence_of_pair(someone(1), someone(2, first_name="ПЁТР", birth_date=date(1960, 1, 1))))
    assert same > namesake + 20 > stranger


def test_children_of_one_birth_are_no_duplicates() -> None:
    twins = evidence_of_pair(someone(1, first_name="ДАРЬЯ", sex=2), someone(2, first_name="МАРЬЯ", sex=2))
    assert are_siblings(twins)
    shared = evidence_of_pair(
        someone(1, first_name="ДАРЬЯ", snils="11223344595"), someone(2, first_name="МАРЬЯ", snils="11223344595")
    )
    assert shares_identifier(shared)
    assert not are_siblings(shared)


def test_the_fingerprint_is_of_both_whoever_comes_first_and_changes_with_either() -> None:
    left, right = someone(1, snils="11223344595"), someone(2)
    assert fingerprint_of(left, right) == fingerprint_of(right, left)
    assert fingerprint_of(left, right) != fingerprint_of(left, someone(2, document="1499123456"))
    assert len(fingerprint_of(left, right)) == 64


def test_dates_one_slip_apart() -> None:
    assert close_dates(date(1984, 3, 5), date(1984, 5, 3))
    assert close_dates(date(1984, 3, 31), date(1984, 4, 1))
    assert not close_dates(date(1984, 3, 5), date(1985, 4, 5))


def side(number: int = 1, **given: Any) -> Side:
    base: dict[str, Any] = {"status": 1, "merged_into": None, "sex": 1, "birth_date": BORN, "recorded_at": NOW}
    return Side(number, **(base | given))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"confirmed": True}, {"insured_here": True, "last_event": NOW}),
        ({"insured_here": True}, {"last_event": NOW}),
        ({"last_event": NOW}, {"last_event": NOW - timedelta(days=1), "recorded_at": NOW - timedelta(days=9)}),
        ({"recorded_at": NOW - timedelta(days=9)}, {}),
        ({"status": 3}, {"status": 2, "confirmed": True}),
    ],
)
def test_the_main_record_is_the_better_confirmed_insured_recent_older_one(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    assert choose_main(side(1, **better), side(2, **worse)) == 1
    assert choose_main(side(1, **worse), side(2, **better)) == 2


@pytest.mark.parametrize(
    ("main", "second", "codes"),
    [
        ({}, {}, []),
        ({"id": 2}, {}, ["same"]),
        ({}, {"sex": 2}, []),
        ({}, {"birth_date": SINCE}, []),
        ({}, {"sex": 2, "birth_date": SINCE}, ["strangers"]),
        ({"merged_into": 7}, {}, ["joined"]),
        ({}, {"merged_into": 7}, ["joined"]),
        ({"status": 2}, {}, ["annulled"]),
        ({}, {"status": 2}, []),
    ],
)
def test_what_forbids_a_join(main: dict[str, Any], second: dict[str, Any], codes: list[str]) -> None:
    number = main.pop("id", 1)
    assert [one.code for one in refusals(side(number, **main), side(2, **second))] == codes


@pytest.mark.parametrize(
    ("main", "second", "codes"),
    [
        ({"snils": "1"}, {"snils": "2"}, ["snils"]),
        ({"snils": "1"}, {"snils": "1"}, []),
        ({"snils": "1"}, {}, []),
        ({"snils": "1"}, {"snils": "2", "status": 3}, ["death"]),
        ({"died_on": SINCE}, {"died_on": SINCE, "snils": "2"}, []),
    ],
)
def test_what_must_be_confirmed_with_a_reason(main: dict[str, Any], second: dict[str, Any], codes: list[str]) -> None:
    assert [one.code for one in confirmations(side(1, **main), side(2, **second))] == codes


def test_clusters_are_called_by_their_smallest_member() -> None:
    assert clusters_of([(2, 3), (9, 3), (7, 8), (1, 2)]) == {1: 1, 2: 1, 3: 1, 9: 1, 7: 7, 8: 7}


def test_a_division_keeps_a_current_row_on_both_sides() -> None:
    rows = [
        Statement("version", 1, SINCE, date(2015, 1, 1)),
        Statement("version", 2, date(2015, 1, 2), OPEN_DATE),
        Statement("snils", 3, SINCE, OPEN_DATE),
    ]
    away = divide(rows, ["version:2"], into_new=True)
    assert ([one.id for one in away.reopened], away.opened) == ([1], ())
    former = divide(rows, ["version:1", "snils:3"], into_new=True)
    assert (former.reopened, [one.id for one in former.opened]) == ((), [1])
    with pytest.raises(Refused):
        divide(rows, ["version:1", "version:2"], into_new=True)


def test_a_joined_record_fills_gaps_and_never_covers_what_the_main_one_has() -> None:
    policy = PolicyRow(1, "П", "", "1", "1", "1", None, None, SINCE, OPEN_DATE)
    main, second = someone(1), someone(2, snils="11223344595")
    second.died_on = SINCE
    main.insurance.append(InsuranceRow(policy, "A", "", "", "", "", False, date(2020, 1, 1), date(2021, 12, 31)))
    second.insurance.append(InsuranceRow(policy, "B", "", "", "", "", False, SINCE, OPEN_DATE))
    main.take_over(second)
    assert [row.valid_to for row in main.snils] == [OPEN_DATE]
    assert main.died_on == SINCE
    assert [(row.insurer_code, row.valid_from, row.valid_to) for row in main.insurance[1:]] == [
        ("B", SINCE, date(2019, 12, 31)),
        ("B", date(2022, 1, 1), OPEN_DATE),
    ]


def test_the_preview_tells_what_stays_what_becomes_former_and_what_overlaps() -> None:
    policy = PolicyRow(1, "П", "", "1", "1", "1", None, None, SINCE, OPEN_DATE)
    main = someone(1, snils="11223344595", enp="1467050868000018", document="1499123456")
    second = someone(2, snils="11223344595", enp="1497899771000125", document="1499654321")
    main.insurance.append(InsuranceRow(policy, "A", "", "", "", "", False, SINCE, OPEN_DATE))
    second.insurance.append(InsuranceRow(policy, "B", "", "", "", "", False, date(2020, 1, 1), OPEN_DATE))
    found = preview(main, second)
    assert found.joined.enp == "1467050868000018"
    assert found.former == {"enp": ["1497899771000125"], "snils": [], "document": ["1499654321"]}
    [overlap] = found.overlaps
    assert (overlap.kept, overlap.dropped, overlap.since, overlap.is_open) == ("A", "B", date(2020, 1, 1), True)
    assert len(main.insurance) == len(second.insurance) == 1
    assert preview(second, main).joined.enp == "1497899771000125"
