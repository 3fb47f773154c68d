"""The walk of policy blanks: boxes entered and received, a transfer to an insurer with its act, the confirmation."""

from __future__ import annotations

import re
from datetime import timedelta

from registry.insured.kinds.blank_portion import BlankPortionTold
from server.demo.accounts import insurer_code
from server.demo.cast import Cast
from server.demo.packets import csv_file, packaged_layout
from server.demo.show import Show
from server.demo.visitor import Visitor

IN_A_BOX, HANDED_OVER = 500, 120
#: Numbers of blanks start anew with every run, so that no box holds the numbers of another.
RUNS = 10_000_000


class BlanksWalk:
    """The fund enters two boxes, takes one of them and hands a part of it over; the insurer confirms."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._operator = Visitor(base_url)
        self._insurer = Visitor(base_url)
        self._code = insurer_code(cast.hub.context.fund_code, 1)
        self._first = cast.run % RUNS * 10_000
        self._contract = f"Г-{cast.today.year}/{cast.run % RUNS}"

    def run(self) -> None:
        """A contract; two boxes entered, one refused, one received; 120 blanks handed over by an act and confirmed."""
        self._show.heading("Бланки полисов: коробки, передача СМО и её подтверждение")
        for visitor, login in ((self._operator, "operator"), (self._insurer, f"insurer{self._code}")):
            got, address = visitor.sign_in(login)
            self._show.step(f"Вход {login}", "POST /sign-in", f"{got} {address}", expected="200", got=got)
        told = {"number": self._contract, "ordered": str(2 * IN_A_BOX), "note": "Демонстрация"}
        self._press(self._operator, "Договор с изготовителем", "/blanks/contracts", "/blanks/contracts/new", **told)
        self._enter_boxes()
        box = _numbered(self._operator.look(f"/blanks?number={self._box(1)}"), "boxes")
        self._press(self._operator, "Коробка получена", "/blanks", "/blanks/mark", id=box, scope="receive")
        hand_over = {"box": box, "insurer": self._code, "quantity": str(HANDED_OVER)}
        self._press(self._operator, "Передача СМО", f"/blanks?box={box}", "/blanks/transfers/new", **hand_over)
        transfer = _numbered(self._insurer.look("/blanks/transfers"), "transfers")
        page = f"/blanks/transfers/{transfer}"
        act = self._insurer.look(f"{page}/act.pdf")
        got = "PDF" if act.startswith(b"%PDF-") else "не PDF"
        self._show.step("Акт передачи", f"GET {page}/act.pdf", f"{len(act)} байт", expected="PDF", got=got)
        self._press(self._insurer, "СМО подтверждает получение", page, f"{page}/confirm")

    def _box(self, number: int) -> str:
        return f"{self._first + number}"

    def _enter_boxes(self) -> None:
        """The third box says numbers of the second: it is refused, the others are entered."""
        rows = [self._row(1, self._first), self._row(2, self._first + IN_A_BOX), self._row(3, self._first + IN_A_BOX)]
        body = csv_file(packaged_layout(self._cast.hub.context.catalog, "blank_portion"), rows)
        fund, today = self._cast.hub.context.fund_code, self._cast.today
        name = f"BLANKS{fund}_{today:%Y%m%d}_{self._cast.run % 100_000}.csv"
        reply = self._operator.hand_in(name, body, fund)
        answer = b"" if reply.get("refusal") else self._operator.answer(reply["address"])
        text = answer.decode("cp1251") if answer else str(reply)
        got = "; ".join(line.split(";")[2].strip('"') for line in text.splitlines() if line.count(";") > 2)
        self._show.step("Список коробок", f"{name}, {len(body)} байт", text, expected="1; 1; 2", got=got)

    def _row(self, number: int, first: int) -> BlankPortionTold:
        return BlankPortionTold(
            box=self._box(number),
            contract=self._contract,
            policy_type="П",
            first=first,
            last=first + IN_A_BOX - 1,
            made_on=self._cast.today - timedelta(days=9),
            insurer=self._code,
        )

    def _press(self, visitor: Visitor, title: str, page: str, button: str, **fields: str) -> None:
        got = visitor.press(page, button, **fields)
        self._show.step(title, f"POST {button} {fields or ''}", got, expected="200", got=got)


def _numbered(page: bytes, what: str) -> str:
    """The number of the newest box or transfer a page leads to; 0 when it leads to none."""
    found = re.search(rb'href="/blanks/%b/(\d+)"' % what.encode("ascii"), page)
    return found[1].decode("ascii") if found else "0"
