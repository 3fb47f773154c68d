"""Bugs met while a caller waits: an incident number for people, the place in the code for engineers, no data."""

from __future__ import annotations

import logging
import secrets
import traceback

logger = logging.getLogger("registry.exchange")


def report_bug(bug: BaseException, **facts: object) -> str:
    """Log type and places of an unexpected exception, never its message or values, and return an incident number."""
    incident = secrets.token_hex(4).upper()
    frames = traceback.extract_tb(bug.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-8:]))
    known = " ".join(f"{name}={value}" for name, value in facts.items())
    logger.error("incident %s %s at %s (%s)", incident, type(bug).__name__, places, known)
    return incident
