"""Linkage in a process of its own: an engine cannot be interrupted, a process can."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from registry.insured.twins.linkage.run import Linked

PROGRAM, RESULT = "registry.insured.twins.linkage", "linked.json"
TICK = 0.5  # seconds between looks at whether somebody asked to stop
PATIENCE = 5.0


def link_apart(folder: Path, engine: str, people: int, limit: int, look: Callable[[], None]) -> list[Linked]:
    """The strongest pairs of the exported rows of a folder, as ``link_files`` finds them.

    ``look`` is called twice a second; what it raises ends the process with all it started, and is raised on.
    """
    command = [sys.executable, "-m", PROGRAM, str(folder), engine, str(people), str(limit)]
    with subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            trouble = _wait(process, look)
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise RuntimeError(f"linkage ended with {process.returncode}: {trouble[-2_000:].decode(errors='replace')}")
    return [Linked(*row) for row in json.loads((folder / RESULT).read_text())]


def _wait(process: subprocess.Popen[bytes], look: Callable[[], None]) -> bytes:
    while True:
        try:
            return process.communicate(timeout=TICK)[1]
        except subprocess.TimeoutExpired:
            look()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever engine it has started: they are one group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
