"""The walk of an insurer: a file of changes with newcomers, a change and an error, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from lxml import etree

from registry.exchange.codecs.xml import serialize
from registry.insured.kinds.insured_change import InsuredChange
from server.demo.accounts import insurer_code
from server.demo.cast import NEWCOMERS, Cast
from server.demo.packets import ChangesFile, changes_file
from server.demo.show import Show
from server.demo.visitor import Visitor

CERTIFICATE_DAYS = 45
DIED_DAYS_AGO = 6
OTHER_SURNAME = {1: "Переименов", 2: "Переименова"}
LAST = len(NEWCOMERS) - 1


class InsurerWalk:
    """Files of changes of one insurer, handed in at the web page."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._visitor = Visitor(base_url)

    def run(self) -> None:
        """Newcomers get a certificate and an ЕНП, one a telephone; an unknown operation is refused by itself.

        A death is only announced, and a name of somebody else's insured waits for agreement: operators see both.
        """
        cast = self._cast
        self._show.heading("Файлы СМО: изменения сведений о застрахованных")
        code = insurer_code(cast.hub.context.fund_code, 1)
        got, address = self._visitor.sign_in(f"insurer{code}")
        self._show.step("Вход сотрудника СМО", "POST /sign-in", f"{got} {address}", expected="200", got=got)
        self._hand_in("OPLIST: новые люди, телефон одного, ошибка", 1, self._records(), "AA AA AA AA AA AR")
        self._hand_in("OPLIST: смерть и чужой застрахованный", 2, self._doubtful(code), "AE AE")

    def later(self) -> None:
        """One more newcomer, when the central segment has had its say of the others: the notice of this one waits."""
        self._visitor.sign_in(f"insurer{insurer_code(self._cast.hub.context.fund_code, 1)}")
        self._hand_in("OPLIST: ещё один новый человек", 3, [self._newcomer(1, LAST)], "AA")

    def _hand_in(self, title: str, number: int, records: Sequence[InsuredChange], expected: str) -> None:
        cast = self._cast
        code = insurer_code(cast.hub.context.fund_code, 1)
        file = ChangesFile(code, str(cast.run % 10_000_000), cast.today, number)
        root = changes_file(cast.hub.context.catalog, file, records)
        body = serialize(root, "windows-1251")
        reply = self._visitor.hand_in(file.name, body)
        answer = b"" if reply.get("refusal") else self._visitor.answer(reply["address"])
        shown, told = _told(answer) if answer else (str(reply), "нет ответа")
        self._show.step(
            title,
            f"{file.name}, {len(body)} байт",
            shown,
            expected=expected,
            got=told,
        )

    def _records(self) -> list[InsuredChange]:
        told = self._told(0)
        return [
            *(self._newcomer(number + 1, number) for number in range(LAST)),
            InsuredChange(number=str(LAST + 1), action="4", phone="8 846 200-10-10", **told),
            InsuredChange(number=str(LAST + 2), action="5", **told),
        ]

    def _doubtful(self, code: str) -> list[InsuredChange]:
        """What an insurer may tell and not settle: a death without an act, another surname of another's insured."""
        died = self._cast.oldest_where(lambda one: one.insurer == code).block
        renamed = self._cast.next_where(lambda one: one.insurer != code).block
        common: dict[str, Any] = {"action": "4", "changed_on": self._cast.today, "operator": "Демонстрация"}
        died_on = self._cast.today - timedelta(days=DIED_DAYS_AGO)
        named = {**renamed, "surname": OTHER_SURNAME[renamed["sex"]]}
        return [
            InsuredChange(number="1", died_on=died_on, **common, **_of_insured(died)),
            InsuredChange(number="2", **common, **_of_insured(named)),
        ]

    def _told(self, newcomer: int) -> dict[str, Any]:
        return {**self._cast.newcomer(newcomer), "changed_on": self._cast.today, "operator": "Демонстрация"}

    def _newcomer(self, record: int, number: int) -> InsuredChange:
        today = self._cast.today
        certificate: dict[str, Any] = {
            "policy_type": "В",
            "policy_number": f"{(self._cast.run + number * 100_000_007) % 1_000_000_000:09d}",
            "policy_from": today,
            "policy_to": today + timedelta(days=CERTIFICATE_DAYS),
            "applied_on": today,
            "application_method": 1,
            "choice_reason": 1,
            "issue_reason": 1,
        }
        return InsuredChange(number=str(record), action="1", **self._told(number), **certificate)


def _of_insured(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name in InsuredChange.fields and value is not None}


def _told(answer: bytes) -> tuple[str, str]:
    """A REPLIST for people, and the codes of its records."""
    root = etree.fromstring(answer)
    rows = [
        f"{one.findtext('N_REC')}: {one.findtext('CODE_ERP')} {one.findtext('INSURANCE/ENP') or ''} "
        f"{one.findtext('COMMENT') or ''}".strip()
        for one in root.findall("REP")
    ]
    return "\n".join(rows), " ".join(one.findtext("CODE_ERP") or "" for one in root.findall("REP"))
