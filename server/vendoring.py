"""Fetches the browser parts that are served from `server/web/static/vendor/` and locks what was fetched.

`make vendor` runs this file; the hub itself never does. To take a newer version, change it here and run it again.
Every file's SHA-256 stands in VENDOR.lock beside the files, where a test compares them.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parent / "web" / "static" / "vendor"
LOCK = FOLDER / "VENDOR.lock"
SVG = "http://www.w3.org/2000/svg"
SPRITE = "tabler-icons.svg"
ICONS = """
    activity alert-circle alert-triangle api arrow-back-up arrow-left arrow-right ban bell book books bug building
    building-hospital calendar chart-bar check checks chevron-down chevron-left chevron-right chevron-up
    circle-check circle-x clipboard-list clock columns copy database device-desktop dots-vertical download edit
    external-link eye eye-off file file-alert file-check file-code file-spreadsheet file-upload files filter filter-off
    flag folder heart-rate-monitor help history home id id-badge inbox info-circle key keyboard layout-dashboard link
    list list-check lock lock-open login logout mail map-pin menu-2 message-2 minus moon notebook notes phone
    player-pause player-play plus printer refresh repeat report report-analytics search selector send server settings
    shield shield-check sort-ascending sort-descending star stethoscope sun table table-export trash upload user
    user-check user-search users users-group x
""".split()

MIT = """The MIT License (MIT)

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
"""


@dataclass(frozen=True)
class Part:
    """One package: which of its files are taken, and under which names they are served."""

    name: str
    version: str
    licence: str
    files: dict[str, str] = field(default_factory=dict)
    icons: tuple[str, ...] = ()


PARTS = (
    Part(
        "@tabler/core",
        "1.6.1",
        "MIT",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
    ),
    Part("@tabler/icons", "3.51.0", "MIT", {"LICENSE": "LICENSE.tabler-icons"}, tuple(ICONS)),
    # The common build, not the simple one: a chart without tooltips, a legend and marks cannot be read off.
    Part(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        {"dist/echarts.common.min.js": "echarts.min.js", "LICENSE": "LICENSE.echarts", "NOTICE": "NOTICE.echarts"},
    ),
    # The printed face of documents: it has Cyrillic, and what is printed with it carries the letters used.
    Part(
        "dejavu-fonts-ttf",
        "2.37.3",
        "Bitstream-Vera",
        {"ttf/DejaVuSans.ttf": "DejaVuSans.ttf", "LICENSE": "LICENSE.dejavu"},
    ),
    Part("htmx.org", "2.0.11", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE.htmx"}),
)


def fetch(part: Part, folder: Path) -> Path:
    """The unpacked package of exactly the version named."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{part.name}@{part.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    unpacked = folder / part.name.replace("/", "-")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked / "package"


def sprite(icons: Path, names: tuple[str, ...]) -> str:
    """One SVG holding every named outline icon as `<symbol id="name">`, without what only repeats the style."""
    symbols = []
    for name in sorted(set(names)):
        drawing = ElementTree.parse(icons / f"{name}.svg").getroot()  # noqa: S314 - our own lock names the file
        shapes = [shape for shape in drawing if shape.get("stroke") != "none"]
        inner = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in shapes)
        inner = re.sub(r"\s+/>", "/>", inner.replace(f' xmlns:ns0="{SVG}"', "").replace("ns0:", ""))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="{SVG}">\n' + "\n".join(symbols) + "\n</svg>\n"


def tabler_licence(style: str) -> str:
    """The package carries its copyright in the head of its files only; the text of the licence is added to it."""
    return MIT.format(copyright="\n".join(re.findall(r"\* (Copyright [^\n]+)", style)))


def take(part: Part, folder: Path) -> list[str]:
    """Copies what the hub serves of one package and gives the names of the files made."""
    package = fetch(part, folder)
    for source, target in part.files.items():
        (FOLDER / target).write_bytes((package / source).read_bytes())
    made = list(part.files.values())
    if part.icons:
        (FOLDER / SPRITE).write_text(sprite(package / "icons" / "outline", part.icons), encoding="utf-8")
        made.append(SPRITE)
    if "tabler.min.css" in made:
        licence = tabler_licence((FOLDER / "tabler.min.css").read_text(encoding="utf-8")[:1000])
        (FOLDER / "LICENSE.tabler").write_text(licence, encoding="utf-8")
        made.append("LICENSE.tabler")
    return sorted(made)


def main() -> None:
    """Makes the folder anew from the packages named above and writes the lock."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    locked = []
    for part in PARTS:
        with tempfile.TemporaryDirectory() as folder:
            files = take(part, Path(folder))
        hashes = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in files}
        locked.append({"name": part.name, "version": part.version, "licence": part.licence, "sha256": hashes})
    LOCK.write_text(json.dumps(locked, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
