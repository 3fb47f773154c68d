"""The hub a command works with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from server.bootstrap import Hub, build_hub, is_prepared, settings_of
from server.cli.errors import Refused


@contextmanager
def opened_hub() -> Iterator[Hub]:
    """The hub of the environment, with a database of this release; closed at the end."""
    hub = build_hub(settings_of(os.environ))
    try:
        if not is_prepared(hub):
            raise Refused("База данных не подготовлена. Выполните: hub init")
        yield hub
    finally:
        hub.close()
