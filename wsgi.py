"""The WSGI application of the hub: web pages at /, SOAP at its deployed paths. ``gunicorn wsgi:application``.

Asking for ``application`` makes the hub of the environment, connects to nothing and starts no thread: workers are other
processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from server.api.app import PREFIX as API
from server.api.app import create_api
from server.bootstrap import Hub, hub_of_environment
from server.web.app import create_app
from soap.app import create_application
from soap.security import Security
from soap.security.peers import behind_proxies

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

SOAP_PATHS = ("/soap/", "/EchangeServerTFOMS/", "/UIRGate/")


def build(hub: Hub) -> WsgiApplication:
    """The whole of what one hub serves over HTTP."""
    web: WsgiApplication = create_app(hub).wsgi_app
    security = Security(hub.settings.trusted_proxies, hub.settings.secret_key)
    soap = create_application(hub.sessions, hub.context, security=security)
    api: WsgiApplication = create_api(hub).wsgi_app

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        chosen = soap if path.startswith(SOAP_PATHS) else api if path.startswith(API) else web
        return chosen(environ, start_response)

    return behind_proxies(application, hub.settings.trusted_proxies)


@cache
def _of_environment() -> WsgiApplication:
    return build(hub_of_environment())


def __getattr__(name: str) -> WsgiApplication:
    """Make ``application`` when it is asked for: whoever needs only ``build`` needs no environment."""
    if name == "application":
        return _of_environment()
    raise AttributeError(name)
