import hashlib
import json
import re
from typing import Any

from tests.structure.project import VENDORED, name_of, tracked_files

LOCK = VENDORED / "VENDOR.lock"
SPRITE = VENDORED / "tabler-icons.svg"


def locked() -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = json.loads(LOCK.read_text(encoding="utf-8"))
    return parts


def test_every_vendored_file_is_the_one_locked() -> None:
    expected = {name: digest for part in locked() for name, digest in part["sha256"].items()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tracked_files()
        if path.parent == VENDORED and path != LOCK
    }
    assert found == expected


def test_every_vendored_part_brings_its_licence() -> None:
    for part in locked():
        assert part["licence"], part["name"]
        assert any(name.startswith("LICENSE") for name in part["sha256"]), part["name"]


def test_the_sprite_draws_in_the_colour_of_the_text_and_runs_nothing() -> None:
    sprite = SPRITE.read_text(encoding="utf-8")
    assert len(re.findall(r'<symbol id="[a-z0-9-]+" viewBox="0 0 24 24"><', sprite)) >= 60
    assert not re.search(r"<script|href|on\w+=|style=|class=", sprite)


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    drawn = re.compile(
        r'icon\("([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"|Item\("[^"]+", "([a-z0-9-]+)"'
        r'|Status\("[^"]+", "[a-z]+", "([a-z0-9-]+)"'
    )
    asked = {
        (name_of(path), next(filter(None, found)))
        for path in tracked_files()
        if name_of(path).startswith("server/web/") and path.suffix in {".html", ".py"}
        for found in drawn.findall(path.read_text(encoding="utf-8"))
    }
    assert {one for one in asked if one[1] not in there} == set()
