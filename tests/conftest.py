"""Loads the fixtures of `tests/fixtures/` and steadies what is random or timed."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Before the first of them is imported: they import each other, and their asserts shall speak too.
pytest.register_assert_rewrite("tests.fixtures")
pytest_plugins = sorted(f"tests.fixtures.{path.stem}" for path in Path(__file__).with_name("fixtures").glob("[!_]*.py"))

# Machines are noisy: no example has a deadline. In CI the examples are the same each time.
settings.register_profile("hub", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true")
settings.load_profile("hub")
