"""The walk of the central segment: it takes the notices of what the others changed and answers, not always with yes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from sqlalchemy.orm import Session

from registry.central.operations.queue_notices import queue_notices
from registry.central.queries.files import FileLine, unanswered_files
from registry.central.queries.messages import CentralFilter, central_ids
from registry.central.words import CENTRAL, FIRST_ACK, REQUEST, SECOND_ACK, State
from registry.exchange.content import RAW, stored_bytes
from server.demo.cast import Cast
from server.demo.centre import Element, Judgement, answers
from server.demo.insurer_steps import InsurerWalk
from server.demo.show import Show
from server.demo.visitor import PATIENCE, PAUSE, Visitor
from server.scheduled.central import exchange_with_centre

UNKNOWN = Judgement("AE", (("204", "E", "Застрахованное лицо с таким ЕНП не найдено"),))
WARNED = Judgement("AE", (("103", "W", "Место рождения не сверено со справочником"),))
REFUSED = Judgement("AR", (("207", "E", "Внутренняя ошибка, повторите позже"),))
#: What is said of one message after the other; nothing of the third: it waits for its answer.
JUDGEMENTS = (Judgement("AA"), UNKNOWN, None, WARNED, Judgement("AA"), REFUSED)


class CentralWalk:
    """Files .uprmes taken from the hub, .uprak1 and .uprak2 handed in at the web page by the central segment."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._visitor = Visitor(base_url)
        self._operator = Visitor(base_url)
        self._insurer = InsurerWalk(cast, base_url, show)

    def run(self) -> None:
        """Every file is acknowledged, and its messages are answered in turn: taken, refused, taken with a warning."""
        self._show.heading("ЦС ЕРЗ: сообщения об изменениях и ответы")
        got, address = self._visitor.sign_in(CENTRAL)
        self._show.step("Вход ЦС ЕРЗ", "POST /sign-in", f"{got} {address}", expected="200", got=got)
        exchange_with_centre(self._cast.hub)
        with self._cast.hub.sessions() as session:
            files = [(one, self._body(session, one)) for one in unanswered_files(session)]
        self._show.step(
            "Сообщения об изменениях", "файлы .uprmes", _names(files), expected="есть", got="есть" if files else "нет"
        )
        for one, body in files:
            self._answer(one, body)
        self._resend()
        self._insurer.later()
        with self._cast.hub.sessions.begin() as session:
            queue_notices(session, self._cast.hub.context.clock.now(), timedelta())

    def _resend(self) -> None:
        """An operator sends a refused message again: like the last notice it waits for the next turn."""
        self._operator.sign_in("operator")
        refused = self._refused()
        got = [self._operator.press("/central", "/central/resend", id=str(one)) for one in refused]
        self._show.step(
            "Отклонённое ещё раз", f"POST /central/resend {refused}", str(got), expected="200", got=" ".join(got)
        )

    def _refused(self) -> list[int]:
        """A refused message, as soon as the answers handed in are read: that is done by a worker."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self._cast.hub.sessions() as session:
                if refused := central_ids(session, CentralFilter(), [State.REFUSED], 1):
                    return refused
            time.sleep(PAUSE)
        return []

    def _answer(self, one: FileLine, body: bytes) -> None:
        now = self._cast.hub.context.clock.now()
        turn = cycle(JUDGEMENTS)

        def second(_message: Element) -> Judgement | None:
            return next(turn)

        for suffix, told in (
            (FIRST_ACK, answers(body, lambda _message: Judgement("CA"), now)),
            (SECOND_ACK, answers(body, second, now)),
        ):
            name = one.name.replace(REQUEST, suffix)
            reply = self._visitor.hand_in(name, told)
            self._show.step(
                f"Ответ {suffix}: {one.messages} сообщ.",
                f"{name}, {len(told)} байт",
                str(reply),
                expected="принят",
                got="отказ" if reply.get("refusal") else "принят",
            )

    @staticmethod
    def _body(session: Session, one: FileLine) -> bytes:
        return stored_bytes(session, one.packet_id, RAW)


def _names(files: Sequence[tuple[FileLine, bytes]]) -> str:
    return "\n".join(f"{one.name}: {one.messages}" for one, _ in files) or "нет"
