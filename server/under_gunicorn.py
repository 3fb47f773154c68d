"""How gunicorn serves the hub: ``gunicorn --config python:server.under_gunicorn --workers 4 wsgi:application``.

What the command line says wins over the values here. The two hooks are what it cannot say.
"""

from __future__ import annotations

import gc
import socket
import struct
import sys
from typing import Any

worker_class = "gthread"
threads = 4
keepalive = 30
forwarded_allow_ips = ""  # the application asks itself whom to believe (HUB_TRUSTED_PROXIES), under any server

SILENT_SECONDS = 30
STALLED_SECONDS, UNREAD_SECONDS = 10, 60
SWITCH_SECONDS = 0.0005


def when_ready(server: Any) -> None:
    """A connection reaches a worker when something was said on it, at the latest after ``SILENT_SECONDS``.

    Programs open connections before they need them, and each silent one would hold one of the few threads for seconds.
    One that falls silent in the middle of a request, as when a line breaks, would hold its thread for ever: connections
    take the patience of their listener, for reading and for answers nobody reads.
    """
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _seconds(STALLED_SECONDS))
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _seconds(UNREAD_SECONDS))
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)


def _seconds(seconds: int) -> bytes:
    """A ``struct timeval``, which sockets take their patience as."""
    return struct.pack("@ll", seconds, 0)


def post_worker_init(worker: Any) -> None:
    """A call that comes back from the database does not wait long for one that computes or for a search of garbage.

    Every call comes back several times, each time behind the calls that compute; what was loaded at the start is no
    garbage and is left out of the search.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
