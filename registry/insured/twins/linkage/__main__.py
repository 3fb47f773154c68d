"""What the process of a linkage runs: the files of a folder, an engine, how many people and pairs (see ``apart``)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from registry.insured.twins.linkage.apart import RESULT
from registry.insured.twins.linkage.run import link_files


def main(folder: str, engine: str, people: str, limit: str) -> None:
    """Link the files of a folder and leave the pairs beside them."""
    found = link_files(Path(folder), engine, int(people), int(limit))
    rows = [(one.first_id, one.second_id, one.weight) for one in found]
    (Path(folder) / RESULT).write_text(json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
