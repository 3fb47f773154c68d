"""The decision about one request, case by case (clauses 9.1 to 9.6)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from registry.insured.keys.forms import document_number_key, policy_number_key
from registry.insured.matching.candidates import (
    AttachmentRow,
    Candidate,
    DocumentRow,
    InsuranceRow,
    PolicyRow,
    SnilsRow,
    VersionRow,
)
from registry.insured.matching.evidence import explained
from registry.insured.matching.outcomes import DifferenceLevel, Identification, IdentificationOutcome
from registry.insured.matching.requests import SearchRequest
from registry.insured.matching.rules import judge
from registry.insured.matching.wanted import prepare
from registry.store.base import OPEN_DATE

O = IdentificationOutcome  # noqa: E741 - the tables below are wide enough
TODAY, DAY = date(2026, 11, 20), date(2026, 10, 5)
WEDDING, EVE = date(2021, 6, 12), date(2021, 6, 11)
ENP_A, ENP_B, ENP_C = "1497899771000125", "1467050868000018", "1497579770900018"
SNILS_A, SNILS_B = "15678901211", "11223344595"
OKATO = "36000"


def person(number: int = 1, **known: Any) -> Candidate:
    """A candidate as the registry knows one; every property can be given another value."""
    names: dict[str, Any] = {
        "surname": "САХАРОВА",
        "first_name": "ЯНА",
        "patronymic": "ИГОРЕВНА",
        "birth_date": date(2001, 2, 28),
        "sex": 2,
    }
    names |= {name: known.pop(name) for name in list(known) if name in names}
    enp, snils = known.pop("enp", ENP_A), known.pop("snils", SNILS_A)
    document = known.pop("document", (14, "14 99", "123456"))
    insured_from, insured_to = known.pop("insured_from", date(2012, 1, 1)), known.pop("insured_to", OPEN_DATE)
    policy = PolicyRow(number, "П", "", enp, enp, enp, None, None, insured_from, OPEN_DATE)
    one = Candidate(number, bdz_id=f"B{number}", enp=enp, policies=[policy])
    one.versions.append(version(**names))
    if snils:
        one.snils.append(SnilsRow(snils, date(2012, 1, 1), OPEN_DATE))
    if document:
        kind, series, number_text = document
        key = document_number_key(series, number_text)
        one.documents.append(DocumentRow(kind, series, number_text, key, date(2015, 1, 1), OPEN_DATE))
    okato = known.pop("okato", "")
    one.insurance.append(
        InsuranceRow(policy, "63001", "", okato, "", known.pop("end_reason", ""), False, insured_from, insured_to)
    )
    for name, value in known.items():
        setattr(one, name, value)
    return one


def version(since: date = date(2001, 2, 28), until: date = OPEN_DATE, **names: Any) -> VersionRow:
    full = (names["surname"], names["first_name"], names["patronymic"])
    return VersionRow(*full, *full, names["birth_date"], names["sex"], "Г. САМАРА", "Г.САМАРА", since, until)


def married(number: int = 1, **known: Any) -> Candidate:
    """The same person, called ЛЕДНЁВА until the wedding."""
    one = person(number, **known)
    now = one.versions[0]
    one.versions = [
        now._replace(surname="ЛЕДНЁВА", surname_key="ЛЕДНЕВА", valid_to=EVE),
        now._replace(valid_from=WEDDING),
    ]
    return one


def request(**given: Any) -> SearchRequest:
    """Names, birth date and sex of the person; whatever else is given."""
    base: dict[str, Any] = {"surname": "Сахарова", "first_name": "Яна", "patronymic": "Игоревна"}
    base |= {"birth_date": date(2001, 2, 28), "sex": 2, "on": DAY}
    return SearchRequest(**(base | given))


def decide(asked: SearchRequest, candidates: Sequence[Candidate]) -> Identification:
    wanted = prepare(asked, TODAY)
    found = judge(wanted, candidates, today=TODAY, fund_okato=OKATO)
    assert found == judge(wanted, list(reversed(candidates)), today=TODAY, fund_okato=OKATO), "order must not matter"
    return found


DOCUMENT = {"document_type": 14, "document_series": "1499", "document_number": "123456"}
TWIN = {"first_name": "ЯНИНА", "enp": ENP_B, "snils": SNILS_B, "document": (14, "14 99", "654321")}

FOUND_CASES: list[tuple[str, dict[str, Any], Callable[[], list[Candidate]], IdentificationOutcome, str]] = [
    ("ЕНП with names and birth date", {"enp": ENP_A}, lambda: [person()], O.FOUND, "H02.NI"),
    ("СНИЛС with names", {"snils": "156-789-012 11"}, lambda: [person()], O.FOUND, "H03"),
    ("document with names", DOCUMENT, lambda: [person()], O.FOUND, "H02"),
    (
        "ЕНП in the place of the policy number",
        {"policy_type": "3", "policy_number": ENP_A},
        lambda: [person()],
        O.FOUND,
        "K1",
    ),
    ("patronymic not given, all else agrees", {"enp": ENP_A, "patronymic": ""}, lambda: [person()], O.FOUND, "K1"),
    (
        "СНИЛС and birth date, names differ in one",
        {"snils": SNILS_A, "surname": "Другая"},
        lambda: [person()],
        O.FOUND_DIFF,
        "K2",
    ),
    (
        "ЕНП and names, birth date mistyped",
        {"enp": ENP_A, "birth_date": date(2001, 2, 18)},
        lambda: [person()],
        O.FOUND_DIFF,
        "K1",
    ),
    (
        "ЕНП unknown to the registry, the rest agrees",
        {"enp": ENP_C, "snils": SNILS_A},
        lambda: [person()],
        O.FOUND_DIFF,
        "H03",
    ),
    (
        "document of another person nobody has",
        DOCUMENT | {"document_number": "999999", "enp": ENP_A},
        lambda: [person()],
        O.FOUND_DIFF,
        "K1",
    ),
    ("former surname", {"enp": ENP_A, "surname": "Леднёва"}, lambda: [married()], O.FOUND_DIFF, "H02.NI"),
    ("names alone, one owner", {}, lambda: [person()], O.FOUND_DIFF, "H18"),
    (
        "same ЕНП at two, names tell",
        {"enp": ENP_A},
        lambda: [person(), person(2, **(TWIN | {"enp": ENP_A}))],
        O.FOUND,
        "H02.NI",
    ),
    (
        "namesake beside the owner of the ЕНП",
        {"enp": ENP_A},
        lambda: [person(), person(2, enp=ENP_B, snils="", document=None)],
        O.FOUND,
        "K1",
    ),
]


@pytest.mark.parametrize(
    ("given", "known", "outcome", "code"), [case[1:] for case in FOUND_CASES], ids=[case[0] for case in FOUND_CASES]
)
def test_one_person_is_found(
    given: dict[str, Any], known: Callable[[], list[Candidate]], outcome: IdentificationOutcome, code: str
) -> None:
    found = decide(request(**given), known())
    assert (found.outcome, found.person_id, found.contradicts) == (outcome, 1, False)
    assert found.trust == ("Д" if outcome is O.FOUND else "В")
    assert code in [match.code for match in found.matched]


REFUSED_CASES: list[tuple[str, dict[str, Any], Callable[[], list[Candidate]], IdentificationOutcome]] = [
    ("nobody", {"enp": ENP_A}, list, O.NOT_FOUND),
    ("a namesake with other papers is a stranger", {"snils": "087-654-302 00"}, lambda: [person()], O.NOT_FOUND),
    ("names alone and the sex differs", {"sex": 1}, lambda: [person()], O.NOT_FOUND),
    (
        "names alone, born on 1 January",
        {"birth_date": date(2000, 1, 1)},
        lambda: [person(birth_date=date(2000, 1, 1))],
        O.NOT_FOUND,
    ),
    ("names alone, two owners", {}, lambda: [person(), person(2, enp=ENP_B, snils=SNILS_B)], O.SEVERAL),
    ("ЕНП of one twin, name of the other", {"enp": ENP_B}, lambda: [person(), person(2, **TWIN)], O.SEVERAL),
    (
        "СНИЛС of one, document of another",
        DOCUMENT | {"snils": SNILS_B},
        lambda: [person(), person(2, **TWIN)],
        O.SEVERAL,
    ),
    ("one ЕНП at two people of the same name", {"enp": ENP_A}, lambda: [person(), person(2)], O.SEVERAL),
]


@pytest.mark.parametrize(
    ("given", "known", "outcome"), [case[1:] for case in REFUSED_CASES], ids=[case[0] for case in REFUSED_CASES]
)
def test_nobody_is_chosen(
    given: dict[str, Any], known: Callable[[], list[Candidate]], outcome: IdentificationOutcome
) -> None:
    found = decide(request(**given), known())
    assert (found.outcome, found.person_id, found.person, found.insurance) == (outcome, None, None, None)


def test_two_kinds_of_identifiers_win_against_one_with_a_warning() -> None:
    found = decide(request(**DOCUMENT, snils=SNILS_A, enp=ENP_B), [person(), person(2, **TWIN)])
    assert (found.outcome, found.person_id, found.conflict, found.contradicts) == (O.FOUND_DIFF, 1, True, False)
    assert (found.trust, found.candidates) == ("В", 2)
    assert "другому лицу" in " ".join(found.notes)


def test_two_kinds_against_two_kinds_choose_nobody() -> None:
    given = DOCUMENT | {"snils": SNILS_A, "enp": ENP_B, "policy_number": "123456789", "policy_type": "В"}
    rival = person(2, **TWIN)
    number = policy_number_key("", "123456789")
    rival.policies.append(PolicyRow(9, "В", "", "123456789", number, "", None, None, date(2012, 1, 1), OPEN_DATE))
    assert decide(request(**given), [person(), rival]).outcome is O.SEVERAL


@pytest.mark.parametrize(
    "given",
    [
        {"surname": "Чужая", "first_name": "Ольга"},
        {"surname": "Чужая", "birth_date": date(1990, 5, 5)},
        {"surname": "Чужая", "sex": 1},
    ],
)
def test_an_identifier_whose_owner_contradicts_names_nobody_to_be_used(given: dict[str, Any]) -> None:
    found = decide(request(enp=ENP_A, **given), [person()])
    assert (found.outcome, found.conflict, found.contradicts, found.is_found) == (O.FOUND_DIFF, True, True, False)
    assert found.insurance is None
    assert found.person is None


def test_a_former_value_is_told_with_the_day_it_ended() -> None:
    found = decide(request(enp=ENP_A, surname="Леднёва"), [married()])
    difference = found.differences[0]
    assert (difference.field, difference.given, difference.known) == ("surname", "Леднёва", "САХАРОВА")
    assert (difference.level, difference.since, found.stage) == (DifferenceLevel.FORMER, WEDDING, 2)
    assert {match.code: match.former_until for match in found.matched} == {"H02.NI": EVE, "K1": None}


def test_the_survivor_answers_for_a_joined_record() -> None:
    survivor = person(1)
    survivor.take_over(person(2, **TWIN))
    found = decide(request(enp=ENP_B, first_name="Янина"), [survivor])
    assert (found.outcome, found.person_id, found.enp, found.stage) == (O.FOUND_DIFF, 1, ENP_A, 2)
    assert "Запись объединена" in found.notes
    assert all(match.joined for match in found.matched)


def test_an_annulled_record_without_a_survivor_is_told_as_annulled() -> None:
    assert decide(request(enp=ENP_A), [person(status=2)]).outcome is O.ANNULLED


def test_a_living_record_is_preferred_to_an_annulled_one() -> None:
    found = decide(request(snils=SNILS_A, enp=ENP_A), [person(1, status=2), person(2, enp=ENP_B)])
    assert (found.outcome, found.person_id) == (O.FOUND_DIFF, 2)


@pytest.mark.parametrize(
    ("given", "outcome", "missing"),
    [
        ({"surname": ""}, O.INSUFFICIENT, ["surname"]),
        ({"birth_date": None}, O.INSUFFICIENT, ["birth_date"]),
        ({"first_name": ""}, O.INSUFFICIENT, ["enp"]),
        ({"surname": "Неизвестная", "enp": ENP_A}, O.INSUFFICIENT, ["surname"]),
        ({"first_name": "", "enp": "1456510844000444"}, O.INVALID, ["enp"]),
        ({"birth_date": date(2030, 1, 1), "enp": ENP_A}, O.INVALID, ["birth_date"]),
        ({"surname": "НЕТ", "enp": ENP_A}, O.INSUFFICIENT, ["surname"]),
    ],
)
def test_too_little_or_spoilt_data_are_not_searched(
    given: dict[str, Any], outcome: IdentificationOutcome, missing: list[str]
) -> None:
    found = decide(request(**given), [person()])
    assert (found.outcome, found.missing, found.person_id) == (outcome, missing, None)


def test_a_wrong_check_digit_is_left_out_when_other_keys_suffice() -> None:
    found = decide(request(enp="1456510844000444", snils=SNILS_A), [person()])
    assert found.outcome is O.FOUND
    assert found.unused == ["ЕНП «1456510844000444» — неверная контрольная цифра"]


def test_a_spoilt_number_of_somebody_else_leaves_names_alone_not_enough() -> None:
    stranger, slip = "1456510844000444", "1497899771000135"
    assert decide(request(enp=stranger), [person()]).outcome is O.NOT_FOUND
    assert decide(request(snils="087-654-303 01"), [person()]).outcome is O.NOT_FOUND
    assert decide(request(enp=slip), [person()]).outcome is O.FOUND_DIFF


def test_a_document_that_breaks_its_mask_is_left_out_and_named() -> None:
    found = decide(request(document_type=14, document_series="14 99", document_number="123", snils=SNILS_A), [person()])
    assert found.outcome is O.FOUND
    assert found.unused == ["номер документа «123» — не соответствует маске документа 14"]


def sole(**given: Any) -> SearchRequest:
    return SearchRequest(on=DAY, sole_identifier=True, **given)


def test_a_contract_with_one_identifier_finds_by_it_alone() -> None:
    assert decide(sole(enp=ENP_A), [person()]).outcome is O.FOUND
    assert decide(sole(bdz_id="B1"), [person()]).outcome is O.FOUND


def test_a_sole_old_policy_needs_no_birth_date() -> None:
    one = person()
    key = policy_number_key("63-24", "81185762")
    one.policies.append(PolicyRow(5, "С", "63-24", "81185762", key, "", None, None, date(2005, 1, 1), OPEN_DATE))
    found = decide(sole(policy_type="1", policy_number="63-24 № 81185762"), [one])
    assert (found.outcome, found.person_id) == (O.FOUND, 1)


def test_everything_given_beside_a_sole_identifier_must_agree() -> None:
    found = decide(sole(enp=ENP_A, surname="Чужая"), [person()])
    assert found.contradicts
    assert not found.is_found


def test_without_the_right_of_a_sole_identifier_it_is_too_little() -> None:
    assert decide(SearchRequest(on=DAY, enp=ENP_A), [person()]).outcome is O.INSUFFICIENT


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        ({"died_on": date(2026, 10, 4)}, O.DEAD),
        ({"died_on": DAY}, O.FOUND),
        ({"insured_to": date(2026, 10, 4), "end_reason": "П021"}, O.NOT_INSURED),
        ({"insured_from": date(2026, 10, 6)}, O.NOT_INSURED),
        ({"okato": "01000"}, O.ELSEWHERE),
        ({"okato": OKATO}, O.FOUND),
    ],
)
def test_state_on_the_date_outranks_a_good_match(known: dict[str, Any], outcome: IdentificationOutcome) -> None:
    found = decide(request(enp=ENP_A), [person(**known)])
    assert (found.outcome, found.person_id) == (outcome, 1)
    assert found.insurance is not None


def test_the_evidence_says_in_russian_what_matched_and_what_differs() -> None:
    told = decide(request(enp=ENP_A, surname="Леднёва"), [married()]).evidence()
    assert told["outcome"] == "found_diff"
    assert told["matched"] == ["H02.NI (ФИО, дата рождения, ЕНП; H12.NI; прежнее значение до 11.06.2021)", "K1 (ЕНП)"]
    assert told["differs"] == ["фамилия: указано «Леднёва», в регистре «САХАРОВА» (с 12.06.2021) — прежнее значение"]
    assert told["insured"] == f"СМО 63001 (полис П {ENP_A}, ЕНП {ENP_A}) с 01.01.2012"


def test_the_evidence_of_a_plain_find_is_stored_short_and_explained_in_full() -> None:
    one = person()
    one.attachments.append(
        AttachmentRow("630011", 1, "application", WEDDING, "", "", "7", SNILS_A, 1, WEDDING, date(2027, 1, 1))
    )
    found = decide(request(enp=ENP_A), [one])
    found.rule_set = "2026-11-01"
    stored = msgspec.json.decode(msgspec.json.encode(found.evidence()))
    assert set(stored) == {"outcome", "plain"}
    assert (
        explained(stored)
        == explained(found.evidence())
        == {
            "outcome": "found",
            "title": "найден",
            "trust": "Д",
            "stage": 1,
            "stage_title": "по текущим данным",
            "matched": ["H02.NI (ФИО, дата рождения, ЕНП; H12.NI)", "K1 (ЕНП)"],
            "insured": f"СМО 63001 (полис П {ENP_A}, ЕНП {ENP_A}) с 01.01.2012",
            "attached": "МО 630011, участок 7, по личному заявлению, с 12.06.2021 по 01.01.2027",
            "rule_set": "2026-11-01",
        }
    )


def test_evidence_with_anything_to_say_besides_is_stored_in_full() -> None:
    spoilt = decide(request(enp=ENP_A, snils="112-233-445 96"), [person()]).evidence()
    assert spoilt["unused"]
    assert explained(spoilt) is spoilt
