from registry.catalog import collect
from registry.core.finding_texts import MEANINGS
from registry.core.findings import FindingCode
from registry.insured.agencies.kinds.told import MATCHED
from tests.channels.carrying.table import CARRIERS
from tests.channels.golden_cases import KINDS, TOLD_BY_LISTS, all_cases


def raised(kind: str) -> set[FindingCode]:
    """The codes that golden cases of a kind expect."""
    return {
        FindingCode(one["code"])
        for case in all_cases()
        if case.kind.name == kind
        for told in case.expected["records"]
        for one in told["findings"]
    }


def test_every_finding_has_a_text_and_an_advice() -> None:
    assert {code for code in FindingCode if code not in MEANINGS} == set()
    assert {code for code, meaning in MEANINGS.items() if not meaning.title or not meaning.advice} == set()


def test_every_finding_a_kind_may_raise_has_a_golden_case() -> None:
    listed = {kind.name for kind in TOLD_BY_LISTS}
    common = MATCHED | {
        FindingCode.SEVERAL_CANDIDATES
    }  # the person block and the search: held by the other kinds' cases
    needed = {name: kind.codes - common if name in listed else kind.codes for name, kind in KINDS.items()}
    missing = {name: sorted(codes - raised(name)) for name, codes in needed.items()}
    assert {name: codes for name, codes in missing.items() if codes} == {}


def test_golden_cases_expect_nothing_a_kind_may_not_raise() -> None:
    foreign = {name: sorted(raised(name) - kind.codes) for name, kind in KINDS.items()}
    assert {name: codes for name, codes in foreign.items() if codes} == {}


def test_every_dialect_can_say_all_codes_of_the_kinds_it_spells() -> None:
    catalog = collect()
    mute = {
        f"{dialect} cannot say {code} of {kind.name}"
        for (dialect, _), spelling in catalog.spellings.items()
        for kind in spelling.kinds
        for code in kind.codes
        if not catalog.dialects[dialect].says(code)
    }
    mute |= {
        f"files cannot say {code} of {kind.name}"
        for kind in {kind.name: kind for kind, _ in catalog.layouts}.values()
        for code in kind.codes
        if not catalog.dialects["files"].says(code)
    }
    assert mute == set()


def test_a_case_goes_through_something_and_says_why_not_through_the_rest() -> None:
    names = {kind: {carrier.name for carrier in carriers} for kind, carriers in CARRIERS.items()}
    for case in all_cases():
        told = {name.strip() for key in case.expected.get("not_through", {}) for name in key.split(",")}
        assert told <= names[case.kind.name], case.id
        assert told != names[case.kind.name], case.id
        assert all(case.expected.get("not_through", {"": "why"}).values()), case.id
