"""The readable reference says which contracts cannot carry a field that matters."""

from registry.catalog import collect
from registry.insured.kinds.attachment import ATTACHMENT
from server.contracts import kind_page


def test_the_sign_of_a_newborn_is_told_with_the_contracts_that_have_no_place_for_it() -> None:
    told = next(line for line in kind_page(collect(), ATTACHMENT).splitlines() if line.startswith("`newborn`:"))
    assert "Поля нет:" in told
    without = told.partition("Поля нет:")[2]
    assert "DCExchangeSrv" in without
    assert "RabbitMQ" in without
    assert "newborn" not in without
