"""Files to insurers about what others did to their people."""

from __future__ import annotations

import structlog

from registry.exchange.operations.insurer_files import send_insurer_files
from server.bootstrap import Hub

log = structlog.get_logger("hub.insurer_files")


def tell_insurers(hub: Hub) -> None:
    """Send what insurers were not told yet, in one transaction."""
    with hub.sessions.begin() as session:
        files = send_insurer_files(session, hub.context)
    if files:
        log.info("files to insurers", files=files)
