"""Rule 8: a newborn without a policy of its own is attached, but conditionally."""

from datetime import date

from registry.core.outcomes import Item
from registry.insured.kinds.attachment import ATTACHMENT, attachment_findings
from registry.insured.kinds.methods import Method
from registry.insured.matching import Identification, IdentificationOutcome, InsuranceState, InsuredOn
from registry.insured.rules.attachment_newborn import make_conditional
from tests.unit.insured.attachment.states import asks, day

ON = day("2026-11-02")


def said(born: date, state: InsuranceState = InsuranceState.NEVER, days: int = 120) -> list[str]:
    found = Identification(IdentificationOutcome.NOT_INSURED, person_id=1, insurance=InsuredOn(state))
    return [one.code.value for one in attachment_findings(asks(birth_date=born), found, ON, {"newborn_days": days})]


def test_a_newborn_needs_no_policy() -> None:
    assert said(day("2026-10-20")) == ["NEWBORN_CONDITIONAL"]


def test_how_long_a_child_is_a_newborn_is_a_setting() -> None:
    assert said(day("2026-10-20"), days=12) == ["NOT_INSURED"]
    assert said(day("2026-10-20"), days=13) == ["NEWBORN_CONDITIONAL"]
    assert said(day("2026-01-20"), days=366) == ["NEWBORN_CONDITIONAL"]


def test_an_older_child_and_one_whose_insurance_ended_need_one() -> None:
    assert said(day("2026-01-20")) == ["NOT_INSURED"]
    assert said(day("2026-10-20"), InsuranceState.ENDED) == ["NOT_INSURED"]


def test_whatever_way_is_told_the_attachment_is_conditional() -> None:
    record = asks(birth_date=day("2026-10-20"))
    item = Item(1, record, ATTACHMENT)
    found = Identification(IdentificationOutcome.NOT_INSURED, person_id=1, insurance=InsuredOn(InsuranceState.NEVER))
    item.findings.extend(attachment_findings(record, found, ON, {"newborn_days": 120}))
    make_conditional([item])
    assert record.method is Method.CONDITIONAL
