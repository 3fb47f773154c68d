from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.insured.generator.population import write_people_csv
from server.bootstrap import Hub, build_hub, prepare_database
from server.people import load_file
from server.settings import Settings


@pytest.fixture
def hub(database_url: str, tmp_path: Path) -> Iterator[Hub]:
    environment = {"HUB_DATA_DIR": str(tmp_path), "HUB_SECRET_KEY": "s" * 40, "HUB_DATABASE_URL": database_url}
    settings = Settings.from_environment(environment)
    prepare_database(settings)
    made = build_hub(settings)
    write_people_csv(tmp_path / "people.csv", 30, 5)
    load_file(made, tmp_path / "people.csv")
    yield made
    made.close()
