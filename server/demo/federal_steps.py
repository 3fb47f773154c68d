"""The walk of the federal register: a clinic and an operator ask about strangers, and it knows some of them.

The register stands in the walk's own process while it lasts, and is switched off behind it: nothing outside is needed.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from registry.central.queries.messages import CentralFilter, central_ids
from registry.central.words import TO_SEND, State, Trigger
from registry.core.checks.enp import make_enp
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.context import CACHE_SECONDS
from registry.exchange.options import read_options, set_options
from server.demo.cast import Cast
from server.demo.packets import dbf_file, packaged_layout
from server.demo.show import Show
from server.demo.visitor import Visitor
from server.mock.federal import TOKEN, Insured, federal_register
from server.scheduled.federal import ask_federal_register

BORN = date(1984, 3, 5)
QUEUED = "поиск в ФЕРЗЛ поставлен"
MOST = 100


class FederalWalk:
    """A DBF of three strangers of other territories and a question of an operator, before and after they are asked."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._visitor = Visitor(base_url)
        self._operator = Visitor(base_url)
        self._people = self._invented()

    def run(self) -> None:
        """Nothing waits for the register: the first answer says that it is asked, the next one what it knows."""
        self._show.heading("ФЕРЗЛ: вопросы о тех, кого нет в регистре")
        if in_use := self._in_use():
            self._show.console.print(f"Не показываем: {in_use}. Настройки и вопросы оставлены как есть.")
            return
        self._visitor.sign_in(f"clinic{self._cast.clinic}")
        self._operator.sign_in("operator")
        with federal_register(self._people) as address, self._switched_on(address):
            self._hand_in("DBF с людьми других территорий", 1, "; ".join((QUEUED,) * 3))
            self._ask()
            self._turn()
            self._hand_in("Те же люди, когда ФЕРЗЛ ответил", 2, "ОКАТО 45000; умер; в ФЕРЗЛ не найден")

    def _invented(self) -> list[Insured]:
        """Alive in Moscow, dead in Petersburg, one it refuses to tell of; their numbers are this walk's own."""
        serial = self._cast.run % 90_000
        enps = [make_enp(code, serial, 1, BORN) for code in ("77", "78", "50")]
        moscow = Insured(
            enps[0],
            "Заозёрный",
            "Евдоким",
            "Лукьянович",
            BORN,
            okato="45000",
            insurer="СМО «Столица» (вымышленная)",
            insurer_ogrn="1027700000007",
            clinic="770017",
        )
        dead = Insured(enps[1], "Заполярный", "Мефодий", "Карпович", BORN, "НСН", "40000", died_on=date(2025, 5, 9))
        return [moscow, dead, Insured(enps[2], error=("ERR-17", "Нет прав на операцию"))]

    def _in_use(self) -> str:
        """Why the walk may not begin: it would ask real questions of its own register, in the place of the true one."""
        with self._cast.hub.sessions() as session:
            options = read_options(session)
            if options["ferzl_exchange"] or options["ferzl_address"]:
                return "обмен с ФЕРЗЛ уже настроен"
            waiting = central_ids(session, CentralFilter(trigger=Trigger.GPD), [*TO_SEND, State.SENT], 1)
        return "в очереди есть вопросы к ФЕРЗЛ" if waiting else ""

    @contextmanager
    def _switched_on(self, address: str) -> Iterator[None]:
        with self._cast.hub.sessions() as session:
            options = read_options(session)
        former = {name: options[name] for name in ("ferzl_exchange", "ferzl_address")}
        self._set(ferzl_exchange=True, ferzl_address=address)
        time.sleep(CACHE_SECONDS)  # so long the running hub may go by the settings it has read
        try:
            yield
        finally:
            self._set(**former)

    def _set(self, **values: object) -> None:
        hub = self._cast.hub
        with hub.sessions.begin() as session:
            set_options(session, values, hub.context.clock.now())
        hub.context.remembered.forget()

    def _hand_in(self, title: str, number: int, expected: str) -> None:
        cast = self._cast
        known = [one for one in self._people if not one.error]
        unknown = Insured(make_enp("16", cast.run % 90_000, 1, BORN), "Забайкальный", "Ферапонт", "Нилович", BORN)
        records = [
            cast.request(
                {
                    "surname": one.surname,
                    "first_name": one.first_name,
                    "patronymic": one.patronymic,
                    "birth_date": one.birth_date,
                    "sex": 1,
                    "enp": one.enp,
                },
                number=str(place),
                on=cast.today,
                until=cast.today,
            )
            for place, one in enumerate((*known, unknown), 1)
        ]
        layout = packaged_layout(cast.hub.context.catalog, "crimea")
        body = dbf_file(layout, records, code_page="cp866", today=cast.today)
        name = f"{cast.clinic}_{cast.today:%d%m%Y}_{cast.run % 1_000_000}7{number}.DBF"
        reply = self._visitor.hand_in(name, body)
        told = b"" if reply.get("refusal") else self._visitor.answer(reply["address"])
        shown, got = _rows(told) if told else (str(reply), "нет ответа")
        self._show.step(title, f"{name}, {len(body)} байт", shown, expected=expected, got=got)

    def _ask(self) -> None:
        """An operator asks about the one the register has no right to tell of."""
        form = {"register": Trigger.GPD.value, "first_name": "Пётр", "birth_date": BORN.isoformat()}
        got = self._operator.press("/central/ask", "/central/ask", **form, enp=self._people[2].enp)
        self._show.step("Вопрос оператора", f"POST /central/ask {form}", got, expected="200", got=got)

    def _turn(self) -> None:
        """What the scheduler of a fund does, with the token of this register."""
        hub = self._cast.hub
        ask_federal_register(replace(hub, settings=replace(hub.settings, ferzl_token=TOKEN)))
        with hub.sessions() as session:
            refused = central_ids(session, CentralFilter(trigger=Trigger.GPD, code="ERR-17"), [State.REFUSED], MOST)
        page = self._operator.look(f"/central/{refused[-1]}").decode() if refused else ""
        got = "отказ с текстом" if "Нет прав на операцию" in page and "Ответ HTTP 500" in page else "нет"
        self._show.step("Ответ ФЕРЗЛ оператору", f"/central/{refused[-1:]}", got, expected="отказ с текстом", got=got)


def _rows(answer: bytes) -> tuple[str, str]:
    """The rows of an answer for people, and what became of each in a few words."""
    rows = [row.values for row in DbfReader(io.BytesIO(answer))]
    shown = "\n".join(
        f"{row['NREC']} {row['FAM']}: {row['ROKATO'] or '-'} {row['EERP'] or row['REPL']}" for row in rows
    )
    return shown, "; ".join(_word(str(row["EERP"]), str(row["ROKATO"])) for row in rows)


def _word(refusal: str, okato: str) -> str:
    for word in (QUEUED, "в ФЕРЗЛ не найден", "умер"):
        if word in refusal.replace("Умер", "умер"):
            return word
    return f"ОКАТО {okato}" if okato and not refusal else refusal or "нет"
