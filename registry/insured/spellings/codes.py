"""Coded values of the contracts: each spelling maps its own numbers to the registry's."""

from __future__ import annotations

from registry.core.checks.policies import DCX_OF, F008_OF, OF_DCX, OF_F008, PolicyType
from registry.core.forms import Form, codes
from registry.core.outcomes import Operation
from registry.insured.kinds.methods import Method

LETTERS = {kind.value: kind.value for kind in PolicyType}
LATIN = {"C": "С", "B": "В", "E": "Е", "K": "К", "M": "М", "X": "Х"}
SEX = {"1": 1, "2": 2}

SEX_CODE = codes(SEX, name="sex", type_="int")
SEX_LETTER = codes({"М": 1, "Ж": 2, **SEX, "M": 1, "0": None, "НЕ ОПРЕДЕЛЕНО": None}, name="sex_letter")
POLICY_LETTER = codes({**LETTERS, **LATIN}, name="policy_letter")
F008_NUMBERS = {str(number): kind.value for number, kind in OF_F008.items()}
# the lists of others know fewer sorts of policies than the registry holds
ALSO_F008 = {kind.value: str(number) for kind, number in F008_OF.items()}
ALSO_DCX = {kind.value: str(number) for kind, number in DCX_OF.items()}
POLICY_F008 = codes({"0": None, **F008_NUMBERS}, name="policy_f008", type_="int", also=ALSO_F008)
POLICY_ANY = codes({"0": None, **F008_NUMBERS, **LETTERS, **LATIN}, name="policy_any")
DCX_NUMBERS = {str(number): kind.value for number, kind in OF_DCX.items()}
POLICY_DCX = codes({"0": None, **DCX_NUMBERS}, name="policy_dcx", type_="int", also=ALSO_DCX)

ATTACH_TYPE_AMQP = codes(
    {
        "1": Method.CONDITIONAL,
        "2": Method.APPLICATION,
    },
    name="attach_type",
    type_="int",
)
METHOD_FULL25 = codes(
    {"0": Method.UNKNOWN, "1": Method.TERRITORIAL, "2": Method.APPLICATION, "3": Method.APPLICATION_MOVED},
    name="method_full25",
)
METHOD_FEDERAL24 = codes(
    {
        "0": Method.UNKNOWN,
        "1": Method.TERRITORIAL,
        "2": Method.APPLICATION,
        "3": Method.ELECTRONIC,
        "4": Method.AUTHORITY,
    },
    name="method_federal24",
)
METHOD_SEED23 = codes({"0": Method.UNKNOWN, "1": Method.TERRITORIAL, "2": Method.APPLICATION}, name="method_seed23")
# in lists of the fund every way of attachment has a number, as in the seed form
METHOD_TOLD = codes(
    {
        "0": Method.UNKNOWN,
        "1": Method.TERRITORIAL,
        "2": Method.APPLICATION,
    },
    name="method_told",
    also={
        Method.CONDITIONAL: "1",
        Method.AUTHORITY: "1",
        Method.APPLICATION_MOVED: "2",
        Method.ELECTRONIC: "2",
    },
)
ACTION = codes({"Р": Operation.INSERT, "И": Operation.UPDATE, "P": Operation.INSERT}, name="action")

OPERATION_NAME = codes({one.value.capitalize(): one for one in Operation}, name="operation_name")

CODED: dict[str, Form] = {
    form.name: form
    for form in (
        SEX_CODE,
        SEX_LETTER,
        POLICY_LETTER,
        POLICY_F008,
        POLICY_ANY,
        POLICY_DCX,
        METHOD_FULL25,
        METHOD_FEDERAL24,
        METHOD_SEED23,
        METHOD_TOLD,
        ACTION,
        OPERATION_NAME,
    )
}


def f008_of(letter: str) -> int | None:
    """Return the F008 digit of a policy letter; a letter outside the list has none."""
    return F008_OF[PolicyType(letter)] if letter in LETTERS else None


def dcx_of(letter: str) -> int:
    """Return the PolicyType of DCExchangeSrv of a policy letter, 0 when not set."""
    return DCX_OF[PolicyType(letter)] if letter in LETTERS else 0
