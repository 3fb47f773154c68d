import pytest

from server.web.chart import Chart, Series


def test_a_chart_is_told_to_the_browser_and_as_a_table_with_the_same_figures() -> None:
    chart = Chart(
        title="Возраст",
        kind="pyramid",
        categories=("0–4", "5–9"),
        series=(Series("Мужчины", (3, 4)), Series("Женщины", (2, None))),
    )
    assert [one["values"] for one in chart.told["series"]] == [[3, 4], [2, None]]
    assert chart.rows == [("0–4", [3, 2]), ("5–9", [4, None])]


def test_a_series_that_does_not_fit_its_categories_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 categories"):
        Chart(title="", kind="bars", categories=("а", "б"), series=(Series("Лица", (1,)),))
