"""The walk of the departments: a list of the civil registry and answers of the СФР through the upload form."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from registry.core.fields import Record
from registry.insured.agencies.kinds.conscription import Conscription
from registry.insured.agencies.kinds.death import Death
from registry.insured.agencies.kinds.snils_answer import SnilsAnswer
from server.demo.cast import Cast
from server.demo.packets import csv_file, packaged_layout
from server.demo.show import Show
from server.demo.visitor import Visitor

MAN = 1


class AgencyWalk:
    """Departments hand in their lists and take the protocols away."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._base = base_url
        self._show = show

    def run(self) -> None:
        """A death, taken back afterwards; a СНИЛС confirmed, and another one that waits in the buffer; a conscript."""
        self._show.heading("Ведомства: ЗАГС, СФР и военкомат")
        self._deaths(self._enter("zags"))
        self._numbers(self._enter("sfr"))
        self._conscripts(self._enter("vk"))

    def _enter(self, login: str) -> Visitor:
        visitor = Visitor(self._base)
        got, address = visitor.sign_in(login)
        self._show.step(f"Вход ведомства {login}", "POST /sign-in", f"{got} {address}", expected="200", got=got)
        return visitor

    def _deaths(self, visitor: Visitor) -> None:
        cast = self._cast
        died = next(cast.people).block
        rows = [self._death(died, 1, cancels=False), self._death(cast.stranger(), 2, cancels=False)]
        known, back = "1; 2 PERSON_NOT_FOUND", [self._death(died, 1, cancels=True)]
        self._list(visitor, "ЗАГС: смерть найденного и неизвестного", ("ZAGS_DEATH", "zags_death", 1), rows, known)
        self._list(visitor, "ЗАГС: отмена регистрации смерти", ("ZAGS_DEATH", "zags_death", 2), back, "1")

    def _death(self, block: dict[str, Any], number: int, *, cancels: bool) -> Record:
        values = {
            **block,
            "number": str(number),
            "cancels": cancels,
            "act_number": f"1702{self._cast.run}{number}",
            "act_date": self._cast.today,
            "act_issuer": "Отдел ЗАГС (демонстрация)",
            "died_on": self._cast.today - timedelta(days=1),
        }
        return Death(**{name: value for name, value in values.items() if name in Death.fields and value is not None})

    def _numbers(self, visitor: Visitor) -> None:
        same, other = next(self._cast.people).block, next(self._cast.people).block
        rows = [_snils(same, 1, same.get("snils")), _snils(other, 2, self._cast.other_snils())]
        told = "1; 3 CHANGE_IN_BUFFER"
        self._list(visitor, "СФР: тот же СНИЛС и другой", ("SFR_SNILS", "sfr_snils", 3), rows, told)

    def _conscripts(self, visitor: Visitor) -> None:
        known = self._cast.next_where(lambda one: one.block["sex"] == MAN).block
        rows = [self._conscript(known, 1), self._conscript(self._cast.stranger(), 2)]
        told = "1; 2 PERSON_NOT_FOUND"
        self._list(visitor, "Военкомат: призванный и неизвестный", ("VK_CONSCRIPTS", "vk_conscripts", 4), rows, told)

    def _conscript(self, block: dict[str, Any], number: int) -> Record:
        values = {
            **block,
            "number": str(number),
            "service": 1,
            "served_from": self._cast.today - timedelta(days=5),
            "commissariat": "Военкомат (демонстрация)",
        }
        known = {name: value for name, value in values.items() if name in Conscription.fields and value is not None}
        return Conscription(**known)

    def _list(
        self, visitor: Visitor, title: str, form: tuple[str, str, int], rows: Sequence[Record], expected: str
    ) -> None:
        """Hand in a list, wait for its protocol and compare results and codes."""
        beginning, layout, number = form
        body = csv_file(packaged_layout(self._cast.hub.context.catalog, layout), rows)
        name = f"{beginning}_{self._cast.today:%Y%m%d}_{self._cast.run % 10_000}{number}.csv"
        reply = visitor.hand_in(name, body)
        answer = b"" if reply.get("refusal") else visitor.answer(reply["address"])
        shown, got = _results(answer) if answer else (str(reply), "нет ответа")
        self._show.step(title, f"{name}, {len(body)} байт", shown, expected=expected, got=got)


def _snils(block: dict[str, Any], number: int, told: str | None) -> Record:
    values = {**block, "snils": None, "number": str(number), "opfr": 1 if told else 3, "told_snils": told}
    return SnilsAnswer(
        **{name: value for name, value in values.items() if name in SnilsAnswer.fields and value is not None}
    )


def _results(answer: bytes) -> tuple[str, str]:
    """The lines of a protocol for people, and result with code of each."""
    text = answer.decode("cp1251")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    return text, "; ".join(f"{row[1]} {row[3]}".strip() for row in rows)
