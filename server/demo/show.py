"""Shows a question beside its answer, and counts what was answered as expected."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from lxml import etree
from rich.console import Console
from rich.table import Table
from rich.text import Text

LONGEST = 1800
WIDE = 150
HIDDEN = ("password", "oldpassword")


@dataclass
class Show:
    """Prints every step as a table of two columns and remembers how it went."""

    console: Console = field(default_factory=lambda: Console(width=None if sys.stdout.isatty() else WIDE))
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """A line above the steps of one channel."""
        self.console.rule(f"[bold]{text}")

    def step(self, title: str, question: str, answer: str, *, expected: str, got: str) -> None:
        """One question with its answer; ``got`` must be what was ``expected``."""
        fine = expected == got
        mark = "как ожидалось" if fine else f"ожидалось: {expected}; получено: {got}"
        table = Table(title=f"{title} — {mark}", title_style="green" if fine else "bold red", expand=True)
        table.add_column("Запрос", ratio=1, overflow="fold")
        table.add_column("Ответ", ratio=1, overflow="fold")
        table.add_row(Text(_short(question)), Text(_short(answer)))
        self.console.print(table)
        if fine:
            self.right += 1
        else:
            self.wrong.append(title)

    def finish(self) -> int:
        """Say how it all went; the exit status of the command."""
        total = self.right + len(self.wrong)
        for title in self.wrong:
            self.console.print(f"[red]не так, как ожидалось:[/red] {title}")
        self.console.print(f"Ответов как ожидалось: {self.right} из {total}.")
        return 1 if self.wrong or not total else 0


def pretty(element: etree._Element | bytes) -> str:
    """XML as people read it, without passwords."""
    raw = element if isinstance(element, bytes) else etree.tostring(element)
    root = etree.fromstring(raw, etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True))
    for one in root.iter():
        if isinstance(one.tag, str) and etree.QName(one).localname in HIDDEN:
            one.text = "***"
    etree.cleanup_namespaces(root)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"
