"""Which change from whom waits in the buffer: the rules as a table of cases."""

from datetime import UTC, date, datetime

import pytest

from registry.insured.buffer.rules import (
    Condition,
    KnownFact,
    KnownPerson,
    Proposal,
    Proposer,
    Rule,
    laid_over,
    needs_buffer,
    packaged_rules,
    part,
)

LEARNT = datetime(2026, 1, 1, tzinfo=UTC)
BORN = date(1980, 5, 12)


def known(source: str = "СМО", insurer: str = "63001", **values: object) -> KnownPerson:
    told = {"surname": "СЕМЁНОВА", "birth_date": BORN, "sex": 2, "enp": "6300000000000001", **values}
    return KnownPerson({name: KnownFact(value, BORN, LEARNT, source, 7) for name, value in told.items()}, insurer)


OWN, OTHER = Proposer("insurer", frozenset({"63001"})), Proposer("insurer", frozenset({"63002"}))
CLINIC, FUND = Proposer("clinic", frozenset({"630001"})), Proposer("fund")
ZAGS, SFR = Proposer("zags"), Proposer("sfr")

CASES = [
    (OWN, "surname", "ПЕТРОВА", None),
    (OWN, "birth_date", date(1981, 5, 12), None),
    (OWN, "enp", "6300000000000002", Condition.KNOWN),
    (OWN, "phone", "+79270000000", None),
    (OTHER, "surname", "ПЕТРОВА", Condition.FOREIGN),
    (OTHER, "phone", "+79270000000", Condition.FOREIGN),
    (CLINIC, "surname", "ПЕТРОВА", Condition.ALWAYS),
    (CLINIC, "surname", "СЕМЕНОВА", None),
    (CLINIC, "sex", 1, Condition.ALWAYS),
    (CLINIC, "snils", "100-200-300 30", None),
    (CLINIC, "phone", "+79270000000", None),
    (CLINIC, "died_on", date(2026, 1, 1), Condition.ALWAYS),
    (CLINIC, "birth_place", "г. Самара", None),
    (ZAGS, "surname", "ПЕТРОВА", Condition.ALWAYS),
    (ZAGS, "died_on", date(2026, 1, 1), None),
    (SFR, "snils", "100-200-300 30", None),
    (FUND, "surname", "ПЕТРОВА", None),
    (FUND, "enp", "6300000000000002", None),
]


@pytest.mark.parametrize(("proposer", "field", "value", "expected"), CASES)
def test_the_packaged_rules(proposer: Proposer, field: str, value: object, expected: Condition | None) -> None:
    assert needs_buffer(field, known(), value, proposer, packaged_rules()) == expected


def test_an_empty_snils_is_filled_and_a_different_one_waits() -> None:
    other = known(snils="11223344595")
    assert needs_buffer("snils", other, "100-200-300 30", SFR, packaged_rules()) is Condition.KNOWN
    assert needs_buffer("snils", other, "112-233-445 95", SFR, packaged_rules()) is None


def test_an_insurer_does_not_overrule_the_registry_office() -> None:
    told = known(source="zags")
    assert needs_buffer("surname", told, "ПЕТРОВА", OWN, packaged_rules()) is Condition.TRUST
    assert needs_buffer("surname", known(source="МО"), "ПЕТРОВА", OWN, packaged_rules()) is None


def test_what_staff_set_stands_instead_of_what_ships() -> None:
    rules = laid_over(packaged_rules(), [Rule("clinic", "identity", Condition.NEVER)])
    assert needs_buffer("surname", known(), "ПЕТРОВА", CLINIC, rules) is None
    assert needs_buffer("died_on", known(), date(2026, 1, 1), CLINIC, rules) is Condition.ALWAYS


def test_a_rule_of_a_field_goes_before_that_of_its_group() -> None:
    rules = [Rule("clinic", "identity", Condition.ALWAYS), Rule("clinic", "sex", Condition.NEVER)]
    assert needs_buffer("sex", known(), 1, CLINIC, rules) is None
    assert needs_buffer("surname", known(), "ПЕТРОВА", CLINIC, rules) is Condition.ALWAYS


def test_a_proposal_is_parted_field_by_field_and_says_nothing_of_what_is_known() -> None:
    proposal = Proposal(1, {"surname": "ПЕТРОВА", "sex": 2, "phone": "+7927"}, date(2026, 11, 20))
    parted = part(proposal, known(), CLINIC, packaged_rules())
    assert (parted.waiting, parted.at_once) == ({"surname": "ПЕТРОВА"}, {"phone": "+7927"})
    assert parted.reasons == {"surname": "always"}


def test_a_document_waits_as_a_whole() -> None:
    told = known(document_type=14, document_series="36 10", document_number="000001")
    values = {"document_type": 14, "document_series": "36 11", "document_number": "000002"}
    values |= {"document_issued_on": date(2026, 1, 1)}
    parted = part(Proposal(1, values, date(2026, 1, 1)), told, CLINIC, packaged_rules())
    assert set(parted.waiting) == values.keys()
    assert parted.at_once == {}


def test_doubt_makes_everything_wait() -> None:
    proposal = Proposal(1, {"died_on": date(2026, 1, 1)}, date(2026, 1, 1), doubt="найден по ФИО без документа")
    assert set(part(proposal, known(), ZAGS, packaged_rules()).waiting) == {"died_on"}


def test_a_change_of_spelling_alone_applies_but_changes_the_spelling() -> None:
    parted = part(Proposal(1, {"surname": "СЕМЕНОВА"}, BORN), known(), CLINIC, packaged_rules())
    assert parted.at_once == {"surname": "СЕМЕНОВА"}
