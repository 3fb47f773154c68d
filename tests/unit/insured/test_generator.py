"""The invented population keeps the promises of the people CSV and of its own truth file."""

import csv
import hashlib
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from registry.core.checks.dates import parse_date
from registry.core.checks.documents import AgeVerdict, DocumentVerdict, age_rule, display_series, document_verdict
from registry.core.checks.enp import EnpVerdict, enp_verdict, facet_agrees
from registry.core.checks.names import NameVerdict, name_verdict
from registry.core.checks.policies import PolicyType, PolicyVerdict, policy_verdict
from registry.core.checks.snils import SnilsVerdict, format_snils, snils_digits, snils_verdict
from registry.core.normalisation import name_key
from registry.insured.generator.first_names import patronymic
from registry.insured.generator.lines import LineTruth, PersonLine, Told
from registry.insured.generator.numbers import doctor_snils
from registry.insured.generator.population import (
    AS_OF,
    Population,
    generate_people,
    read_people_csv,
    write_people_csv,
    write_population,
)
from registry.insured.generator.surnames import female_form

HEADER = (
    "person_key;enp;surname;first_name;patronymic;birth_date;sex;birth_place;snils;doc_type;doc_series;doc_number;"
    "doc_issued_on;policy_type;policy_series;policy_number;insurer_code;insured_from;insured_to;clinic_code;attached_on;"
    "detached_on;attachment_method;district_code;doctor_snils;died_on"
)
SIZE = 6000
DATES = ("birth_date", "doc_issued_on", "insured_from", "insured_to", "attached_on", "detached_on", "died_on")


@pytest.fixture(scope="module")
def people() -> list[list[Told]]:
    return list(Population(SIZE, 63).histories())


@pytest.fixture(scope="module")
def lines(people: list[list[Told]]) -> list[PersonLine]:
    return [line for person in people for line, _ in person]


def day(text: str) -> date:
    found = parse_date(text)
    assert found is not None
    return found


def test_the_columns_are_those_of_the_people_csv() -> None:
    assert ";".join(PersonLine._fields) == HEADER


def test_one_seed_gives_the_same_people_on_every_machine() -> None:
    text = "\n".join(";".join(line) for line in generate_people(300, 5))
    assert text == "\n".join(";".join(line) for line in generate_people(300, 5))
    assert text != "\n".join(";".join(line) for line in generate_people(300, 6))
    # A new digest here means that populations written down by their seed elsewhere are other people now.
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "0e2e6db10a56215a"


def test_a_smaller_population_is_the_beginning_of_a_larger_one(lines: list[PersonLine]) -> None:
    few = list(generate_people(100, 63))
    assert few == lines[: len(few)]


def test_every_person_has_the_asked_number_of_histories(people: list[list[Told]]) -> None:
    assert len(people) == SIZE
    assert len({person[0].line.person_key for person in people}) == SIZE
    assert all(len({line.person_key for line, _ in person}) == 1 for person in people)


def test_all_numbers_are_right_and_belong_to_one_person_each(lines: list[PersonLine]) -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for line in lines:
        assert enp_verdict(line.enp) is EnpVerdict.VALID
        assert facet_agrees(line.enp, int(line.sex), day(line.birth_date))
        if line.snils:
            assert snils_verdict(line.snils) is SnilsVerdict.VALID
            assert format_snils(snils_digits(line.snils) or "") == line.snils
            owners["snils", line.snils].add(line.person_key)
        owners["enp", line.enp].add(line.person_key)
        owners["document", line.doc_type, line.doc_series, line.doc_number].add(line.person_key)
        owners["policy", line.policy_type, line.policy_series, line.policy_number].add(line.person_key)
    assert all(len(keys) == 1 for keys in owners.values())


def test_documents_and_policies_keep_to_their_masks_and_ages(lines: list[PersonLine]) -> None:
    for line in lines:
        assert document_verdict(line.doc_type, line.doc_series, line.doc_number) is DocumentVerdict.VALID
        assert display_series(line.doc_type, line.doc_series) == line.doc_series
        issued, born = day(line.doc_issued_on), day(line.birth_date)
        assert born <= issued <= AS_OF
        assert age_rule(line.doc_type, born, issued) is AgeVerdict.FITS
        assert policy_verdict(line.policy_type, line.policy_series, line.policy_number) is PolicyVerdict.VALID


def test_no_value_needs_quotes_in_the_file(lines: list[PersonLine]) -> None:
    assert not any(set(';"\r\n') & set("".join(line)) for line in lines)


def test_names_have_allowed_characters(lines: list[PersonLine]) -> None:
    for line in lines:
        assert name_verdict(line.surname) is NameVerdict.VALID
        assert name_verdict(line.first_name) is NameVerdict.VALID
        assert name_verdict(line.patronymic) in {NameVerdict.VALID, NameVerdict.EMPTY}
        assert 0 < len(line.birth_place) <= 100


def test_dates_of_a_line_stand_in_the_order_of_life(lines: list[PersonLine]) -> None:
    for line in lines:
        born, begin = day(line.birth_date), day(line.insured_from)
        assert all(
            not getattr(line, name) or day(getattr(line, name)).isoformat() == getattr(line, name) for name in DATES
        )
        assert date(1900, 1, 1) <= born <= begin <= AS_OF
        assert day(line.doc_issued_on) <= begin
        assert not line.insured_to or day(line.insured_to) >= begin
        assert not line.attached_on or born <= day(line.attached_on) <= AS_OF
        assert not line.detached_on or day(line.detached_on) >= day(line.attached_on)
        assert not line.died_on or day(line.died_on) <= AS_OF


def test_a_history_is_told_oldest_first_and_without_a_gap(people: list[list[Told]]) -> None:
    for person in people:
        for (earlier, _), (later, _) in pairwise(person):
            assert day(earlier.insured_to) + timedelta(days=1) == day(later.insured_from)
            assert not earlier.died_on
            if earlier.clinic_code != later.clinic_code:
                assert day(earlier.detached_on) + timedelta(days=1) == day(later.attached_on)
            else:
                assert (earlier.attached_on, earlier.detached_on) == (later.attached_on, "")
        last = person[-1].line
        if last.died_on:
            assert last.insured_to == last.died_on
            assert last.detached_on == (last.died_on if last.attached_on else "")


def test_the_truth_names_what_changed_between_lines(people: list[list[Told]]) -> None:
    fields = {
        "marriage": "surname",
        "passport": "doc_number",
        "policy": "policy_type",
        "insurer": "insurer_code",
        "clinic": "clinic_code",
    }
    seen = set()
    for person in people:
        assert [fact.line for _, fact in person] == [str(number + 1) for number in range(len(person))]
        for (earlier, _), (later, fact) in pairwise(person):
            event = fact.events.removesuffix(",death")
            seen.add(event)
            changed = {name for name in fields.values() if getattr(earlier, name) != getattr(later, name)}
            expected = {fields[event]} | ({"doc_number"} if event == "marriage" else set())
            assert changed == expected or (event == "policy" and changed == set())
        assert person[-1].truth.events.endswith(",death") == bool(person[-1].line.died_on)
    assert seen == set(fields)


def test_codes_are_those_of_the_fund(lines: list[PersonLine]) -> None:
    clinics, insurers, districts = set(), set(), set()
    doctors: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        insurers.add(line.insurer_code)
        if line.clinic_code:
            clinics.add(line.clinic_code)
            districts.add(line.district_code)
            assert line.attachment_method in {"1", "2"}
            assert line.doctor_snils == doctor_snils(line.clinic_code, int(line.district_code))
            doctors[line.clinic_code, line.district_code].add(line.doctor_snils)
        else:
            assert not any((line.attached_on, line.attachment_method, line.district_code, line.doctor_snils))
    assert clinics == {f"63{number:04d}" for number in range(1, 31)}
    assert insurers == {"63001", "63002", "63003"}
    assert districts == {str(number) for number in range(1, 41)}
    assert all(snils_verdict(snils) is SnilsVerdict.VALID for known in doctors.values() for snils in known)
    assert len({snils for known in doctors.values() for snils in known}) == len(doctors)
    assert not {line.snils for line in lines} & {snils for known in doctors.values() for snils in known}


def test_another_fund_has_its_own_codes() -> None:
    other = list(generate_people(200, 1, "14"))
    assert {line.insurer_code[:2] for line in other} == {"14"}
    assert {line.clinic_code[:2] for line in other if line.clinic_code} == {"14"}
    assert sum(line.enp.startswith("14") for line in other) > len(other) * 0.8


def test_families_share_clinic_and_name_and_children_carry_the_name_of_their_father(people: list[list[Told]]) -> None:
    families: dict[str, list[Told]] = defaultdict(list)
    for person in people:
        families[person[0].truth.family].append(person[-1])
    sons_of_fathers = 0
    for family in families.values():
        men = [line for line, _ in family if line.sex == "1"]
        elders = [line for line in men if line.birth_date < "1990"]
        for line in men:
            fathers = [
                elder
                for elder in elders
                if day(line.birth_date).year - day(elder.birth_date).year >= 15
                and name_key(patronymic(elder.first_name, 1)) == name_key(line.patronymic)
            ]
            sons_of_fathers += bool(fathers)
            assert all(father.surname == line.surname for father in fathers)
    assert sons_of_fathers > 200
    assert sum(len(family) > 1 for family in families.values()) > 1000


def test_twins_and_namesakes_are_what_the_truth_says(people: list[list[Told]]) -> None:
    by_key = {person[0].line.person_key: person[-1] for person in people}
    twins = [told for told in by_key.values() if told.truth.twin_of]
    namesakes = [told for told in by_key.values() if told.truth.namesake_of]
    assert len(twins) >= 10
    assert len(namesakes) >= 5
    for line, truth in twins:
        first = by_key[truth.twin_of]
        assert (line.birth_date, line.birth_place) == (first.line.birth_date, first.line.birth_place)
        assert line.first_name != first.line.first_name
        assert truth.family == first.truth.family
    for line, truth in namesakes:
        first = by_key[truth.namesake_of]
        assert line.enp != first.line.enp
        assert truth.family != first.truth.family
        assert (line.first_name, line.patronymic, line.birth_date) == (
            first.line.first_name,
            first.line.patronymic,
            first.line.birth_date,
        )


def test_the_shares_of_the_population_are_lifelike(people: list[list[Told]]) -> None:
    now = [person[-1].line for person in people]

    def share(count: int) -> float:
        return count / len(now)

    assert 0.05 < share(sum(not line.snils for line in now)) < 0.09
    assert 0.01 < share(sum(bool(line.died_on) for line in now)) < 0.06
    assert 0.01 < share(sum(not line.patronymic for line in now)) < 0.04
    assert 0.01 < share(sum(line.doc_type in {"9", "11", "21", "23"} for line in now)) < 0.05
    assert 0.1 < share(sum(line.birth_date > "2012" for line in now)) < 0.25
    assert 0.5 < share(sum(line.sex == "2" for line in now)) < 0.58
    assert sum(line.birth_date > "2026-08" for line in now) > 3
    assert {line.policy_type for person in people for line, _ in person} == {kind.value for kind in PolicyType}
    old = [line for line in now if line.birth_date < "1950"]
    young = [line for line in now if line.birth_date > "1990"]
    assert sum(bool(line.died_on) for line in old) / len(old) > 3 * sum(bool(line.died_on) for line in young) / len(
        young
    )


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("ДМИТРИЙ", "ДМИТРИЕВИЧ", "ДМИТРИЕВНА"),
        ("ЮРИЙ", "ЮРЬЕВИЧ", "ЮРЬЕВНА"),
        ("НИКОЛАЙ", "НИКОЛАЕВИЧ", "НИКОЛАЕВНА"),
        ("ИГОРЬ", "ИГОРЕВИЧ", "ИГОРЕВНА"),
        ("ИЛЬЯ", "ИЛЬИЧ", "ИЛЬИНИЧНА"),
        ("НИКИТА", "НИКИТИЧ", "НИКИТИЧНА"),
        ("ПАВЕЛ", "ПАВЛОВИЧ", "ПАВЛОВНА"),
        ("ЛЕВ", "ЛЬВОВИЧ", "ЛЬВОВНА"),
        ("ЯКОВ", "ЯКОВЛЕВИЧ", "ЯКОВЛЕВНА"),
        ("МИХАИЛ", "МИХАЙЛОВИЧ", "МИХАЙЛОВНА"),
        ("ИВАН", "ИВАНОВИЧ", "ИВАНОВНА"),
    ],
)
def test_patronymics_are_made_as_russian_makes_them(father: str, son: str, daughter: str) -> None:
    assert (patronymic(father, 1), patronymic(father, 2)) == (son, daughter)


@pytest.mark.parametrize(
    ("male", "female"),
    [("ИВАНОВ", "ИВАНОВА"), ("ПОКРОВСКИЙ", "ПОКРОВСКАЯ"), ("ТОЛСТОЙ", "ТОЛСТАЯ"), ("БЕЛЫЙ", "БЕЛАЯ"),
     ("ШЕВЧЕНКО", "ШЕВЧЕНКО"), ("СЕРЫХ", "СЕРЫХ"), ("МИЛЛЕР", "МИЛЛЕР"), ("САФИН", "САФИНА")],
)  # fmt: skip
def test_surnames_bend_for_women_when_they_can(male: str, female: str) -> None:
    assert female_form(male) == female


def test_the_files_hold_the_population_and_the_truth_line_by_line(tmp_path: Path) -> None:
    written, truth = tmp_path / "people.csv", tmp_path / "truth.csv"
    told: list[int] = []
    count = write_people_csv(written, 2500, 9, truth, told.append)
    assert told == [1000, 2000, 2500]
    assert written.read_text(encoding="utf-8").splitlines()[0] == HEADER
    assert list(read_people_csv(written)) == list(generate_people(2500, 9))
    with truth.open(encoding="utf-8", newline="") as file:
        facts = list(csv.reader(file, delimiter=";"))
    assert tuple(facts[0]) == LineTruth._fields == ("person_key", "line", "family", "twin_of", "namesake_of", "events")
    assert [fact[0] for fact in facts[1:]] == [line.person_key for line in read_people_csv(written)]
    assert count == len(facts) - 1


def test_the_truth_file_is_written_only_when_asked(tmp_path: Path) -> None:
    count = write_population(Population(10, 1, "77"), tmp_path / "people.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
    assert count == len(list(read_people_csv(tmp_path / "people.csv")))
