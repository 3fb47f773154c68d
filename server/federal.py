"""The way to the federal register: one POST over HTTP with the token of the installation."""

from __future__ import annotations

import requests

from registry.central.federal import NoAnswerError, Reply, Transport
from registry.central.spellings.federal import SERVICE

LARGEST = 8 * 1024 * 1024
CONNECT_SECONDS = 10.0


def federal_transport(address: str, version: str, token: str, seconds: float) -> Transport:
    """Ask the service at this address; a redirection is not followed, so that the token goes nowhere else."""
    url = address.rstrip("/") + SERVICE.format(version)
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "X-Auth-Token": token}

    def post(body: bytes) -> Reply:
        try:
            with requests.Session() as http:
                http.trust_env = False  # no password of a .netrc, no proxy that happens to be set
                told = http.post(
                    url,
                    data=body,
                    headers=headers,
                    timeout=(min(CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                    stream=True,
                )
                with told:
                    return Reply(told.status_code, _read(told))
        except requests.RequestException as wrong:
            raise NoAnswerError(type(wrong).__name__) from None  # its text may hold the headers

    return post


def _read(told: requests.Response) -> bytes:
    found = bytearray()
    for chunk in told.iter_content(64 * 1024):
        found += chunk
        if len(found) > LARGEST:
            raise NoAnswerError("ответ слишком велик")
    return bytes(found)
