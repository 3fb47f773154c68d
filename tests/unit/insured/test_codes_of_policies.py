"""Every sort of policy the registry holds can be told by every contract, whatever its own list of sorts knows."""

import pytest

from registry.core.checks.policies import DCX_OF, F008_OF, PolicyType
from registry.core.forms import Form
from registry.insured.spellings.codes import POLICY_ANY, POLICY_DCX, POLICY_F008, POLICY_LETTER
from registry.insured.spellings.insured_change import POLICY_SMO
from registry.support.spellings.events import POLICY_OF_F008


@pytest.mark.parametrize("form", [POLICY_ANY, POLICY_DCX, POLICY_F008, POLICY_LETTER, POLICY_OF_F008, POLICY_SMO])
@pytest.mark.parametrize("kind", PolicyType)
def test_a_policy_of_any_sort_is_written(form: Form, kind: PolicyType) -> None:
    assert form.write(kind.value)


def test_a_digital_policy_is_the_unified_one_where_the_list_does_not_know_it() -> None:
    assert POLICY_DCX.write(PolicyType.DIGITAL.value) == str(DCX_OF[PolicyType.DIGITAL]) == "3"
    assert POLICY_F008.write(PolicyType.DIGITAL.value) == str(F008_OF[PolicyType.DIGITAL]) == "3"
    assert POLICY_DCX.read("3") == PolicyType.PAPER.value
