"""What the database knows of its tables, kept up with their growth."""

from __future__ import annotations

import structlog

from registry.store.statistics import renew_statistics
from server.bootstrap import Hub

log = structlog.get_logger("hub.table_statistics")


def keep_statistics(hub: Hub) -> None:
    """Have tables looked at that were never looked at or have outgrown what is known of them."""
    names = renew_statistics(hub.engine)
    if names:
        log.info("tables looked at anew", tables=len(names))
