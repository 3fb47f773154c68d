import pytest

from server.demo.greeting import demo_command


@pytest.mark.parametrize(
    ("url", "ending"),
    [("http://127.0.0.1:8080", "demo send"), ("http://127.0.0.1:8391", "demo send --url http://127.0.0.1:8391")],
)
def test_the_printed_command_works_in_a_window_that_knows_no_settings(url: str, ending: str) -> None:
    assert demo_command(url).endswith(ending)
