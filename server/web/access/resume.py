"""A form whose session ended is not lost: what was typed waits behind the sign-in and is sent with one click."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

MOST_CARRIED = 200_000
NOT_CARRIED = frozenset({"csrf_token", "password", "present", "new", "again"})


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form that was not sent: where to, and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        """The fields as one hidden value."""
        return json.dumps(self.fields, ensure_ascii=False)


def local_path(path: str) -> str:
    """The path when it leads into this site, else the start page."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local and "\\" not in path else "/"


def unsent_of_request() -> Unsent:
    """The form of a request that came without a session; files cannot be carried by any browser."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]
    return Unsent(request.path, tuple(fields)) if sum(len(value) for _, value in fields) <= MOST_CARRIED else _none()


def unsent_of_sign_in() -> Unsent | None:
    """The form the sign-in page carries, checked to be one of ours."""
    path, packed = request.form.get("resume_path", ""), request.form.get("resume_fields", "")
    if not path or local_path(path) != path or len(packed) > MOST_CARRIED * 2 or not _takes_forms(path):
        return None
    try:
        fields = json.loads(packed)
    except ValueError:
        return None
    if not isinstance(fields, list):
        return None
    return Unsent(
        path, tuple((str(pair[0]), str(pair[1])) for pair in fields if isinstance(pair, list) and len(pair) == 2)
    )


def _none() -> Unsent:
    return Unsent(request.path, ())


def _takes_forms(path: str) -> bool:
    adapter = current_app.url_map.bind("localhost")
    try:
        adapter.match(path, method="POST")
    except HTTPException:
        return False
    return True
