"""Addresses nobody would write by hand: whatever stands in them, the answer is a page or a refusal, never a failure."""

import re

import pytest

from tests.web.conftest import Site

VALUES = ("9" * 25, "0001-01-01", "9999-12-31", "'\0%_\\", "\"'><script>alert(1)</script>" + "й" * 300)
FIELD = re.compile(r'<(?:input|select)[^>]* name="(\w+)"')


@pytest.fixture(scope="module")
def filters(site: Site) -> dict[str, set[str]]:
    """Every address without a part of its own, with what it may be narrowed by."""
    client = site.signed_in("admin")
    rules = [one for one in site.app.url_map.iter_rules() if "GET" in (one.methods or ()) and not one.arguments]
    paths = sorted({one.rule for one in rules} - {"/sign-out", "/metrics", "/ready", "/health", "/favicon.ico"})
    return {path: {*FIELD.findall(client.get(path).text), "after", "sort", "export"} - {"csrf_token"} for path in paths}


@pytest.mark.parametrize("number", ["0", "9" * 25, str(2**63)])
def test_a_number_no_row_has_leads_nowhere(site: Site, number: str) -> None:
    client = site.signed_in("admin")
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "<int:" not in rule.rule:
            continue
        path = re.sub(r"<any\([^)]*\):part>", "raw", rule.rule)
        path = re.sub(r"<int:\w+>", number, path)
        assert client.get(path).status_code in (302, 404), path


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_value_of_a_filter_is_a_failure_or_comes_back_as_markup(
    site: Site, filters: dict[str, set[str]], value: str
) -> None:
    client = site.signed_in("admin")
    for path, names in filters.items():
        for filled in (names, {"after"}):
            answer = client.get(path, query_string=dict.fromkeys(filled, value))
            assert answer.status_code < 500, (path, filled)
            assert answer.status_code == 400 or "\0" not in value, (path, filled)
            assert "<script>alert" not in answer.text, (path, filled)
