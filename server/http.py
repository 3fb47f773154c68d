"""The embedded HTTP server: waitress, with an end that loses no answer."""

from __future__ import annotations

import errno
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from waitress import create_server, wasyncore

from registry.core.errors import Permanent

THREADS = 16
TICK = 0.25
PATIENCE = 30.0
WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int


class HttpServer:
    """Serves until told to stop; then takes no new connection and ends what it has begun."""

    def __init__(self, application: WsgiApplication, address: Address, *, max_body: int) -> None:
        self._sockets: dict[int, Any] = {}
        self._stopping = False
        try:
            self._server: Any = create_server(
                application,
                map=self._sockets,
                host=address.host,
                port=address.port,
                threads=THREADS,
                max_request_body_size=max_body,
                channel_timeout=120,
                ident="",
                clear_untrusted_proxy_headers=False,  # the application asks who says them: soap/security/peers.py
            )
        except OSError as reason:
            if reason.errno != errno.EADDRINUSE:
                raise
            text = f"Порт {address.port} занят другой программой. Выберите другой: hub serve --port 8081"
            raise Permanent("PORT_TAKEN", text) from None

    def stop_on_signals(self) -> None:
        """Let SIGTERM and Ctrl-C end the serving."""

        def told(_number: int, _frame: FrameType | None) -> None:
            self._stopping = True

        signal.signal(signal.SIGTERM, told)
        signal.signal(signal.SIGINT, told)

    def stop(self) -> None:
        """Ask for the end; ``run`` returns when what was begun is answered."""
        self._stopping = True

    def run(self) -> bool:
        """Serve; False when at the end something could not be answered in time."""
        while not self._stopping:
            wasyncore.loop(timeout=TICK, map=self._sockets, count=1)
        self._close_door()
        deadline = time.monotonic() + PATIENCE
        while self._busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=TICK / 5, map=self._sockets, count=1)
        ended = not self._busy()
        self._server.task_dispatcher.shutdown(timeout=5)
        for waiting in list(self._sockets.values()):
            waiting.close()
        return ended

    def _close_door(self) -> None:
        self._server.accepting = False
        self._server.del_channel(self._sockets)
        self._server.socket.close()

    def _busy(self) -> bool:
        channels = self._server.active_channels.values()
        return any(channel.requests or channel.request or channel.total_outbufs_len for channel in channels)
