"""Folders of senders: what lies in one never reaches another, and no file holds up the rest."""

from __future__ import annotations

import os
import time
from pathlib import Path

from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import Organisation
from server.scheduled.folders import watch_folders
from server.scheduled.outgoing import lay_down
from tests.web.conftest import Site

CLINIC = "630007"


def folder_of(site: Site, code: str = CLINIC) -> Path:
    """The inbox of an organisation that has a folder."""
    with site.hub.sessions.begin() as session:
        one = session.get_one(Organisation, organisation_id_of_code(session, code))
        one.options = {**one.options, "tray_folder": True}
    path = site.hub.settings.data_dir / "in" / code
    path.mkdir(parents=True, exist_ok=True)
    return path


def aged(path: Path, body: bytes = b"?") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (time.time() - 60,) * 2)
    return path


def told(site: Site, code: str = CLINIC) -> set[str]:
    return {path.name for path in (site.hub.settings.data_dir / "out" / code).iterdir()}


def test_a_file_that_names_the_packet_of_somebody_fetches_nothing(site: Site) -> None:
    folder = folder_of(site)
    for name in ("1_x", "99999999999999999999_x"):
        aged(folder / "в работе" / name)
    (folder / "12_a").mkdir()
    watch_folders(site.hub)
    watch_folders(site.hub)
    assert told(site) == set()


def test_a_name_in_bytes_of_another_code_page_or_too_long_is_answered_and_holds_up_no_other(site: Site) -> None:
    folder = folder_of(site)
    strange = os.fsdecode(os.fsencode(folder) + b"/" + "письмо.doc".encode("cp866"))
    aged(Path(strange))
    aged(folder / ("Ж" * 120 + ".doc"))
    aged(folder / "last.doc")
    watch_folders(site.hub)
    assert [path.name for path in folder.iterdir() if path.is_file()] == []
    names = told(site)
    assert "last.doc.txt" in names  # of the other bytes some are letters in UTF-8 by chance
    assert len(names) == 3


def test_neither_an_answer_nor_a_packet_of_the_hub_replaces_or_counts_as_the_other(tmp_path: Path) -> None:
    path = tmp_path / "answer.dbf"
    assert lay_down(path, [b"one"])
    assert lay_down(path, [b"one"])
    assert not lay_down(path, [b"two"])
    assert path.read_bytes() == b"one"
    path.unlink()
    assert lay_down(path, [b"t", b"wo"])
    assert [one.name for one in tmp_path.iterdir()] == ["answer.dbf"]
