"""Uploaded bytes go straight to a file in the data folder, never into memory."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from flask import Request, current_app

SPOOL = "spool"


class SpoolingRequest(Request):
    """A request whose file parts are written to the spool as they arrive; the file goes when it is closed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        folder = Path(current_app.config["SPOOL_DIR"])
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile("w+b", dir=folder, prefix="upload-")


def bare_name(name: str) -> str:
    """The name of a file without any folder, control characters or excess length."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(letter for letter in last if letter.isprintable())[:250].strip()
