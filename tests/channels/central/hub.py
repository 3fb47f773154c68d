"""A hub that two insurers and the central segment exchange files with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from registry.central.operations.follow_silence import follow_silence
from registry.central.operations.form_file import form_file
from registry.central.operations.queue_notices import queue_notices
from registry.central.tables import CentralFile, CentralMessage
from registry.central.words import CENTRAL, FIRST_ACK, SECOND_ACK, TITLE
from registry.exchange.content import stored_bytes
from registry.exchange.operations.register import register_organisation
from registry.exchange.options import set_option
from registry.exchange.pipeline import Reply
from registry.insured.kinds.insured_change import InsuredChange
from server.demo.centre import Judge, Judgement, answers, whole
from tests.channels.insurers.hub import NOW, InsurersHub

LATENESS = timedelta(hours=168)


@dataclass
class CentralHub(InsurersHub):
    """The exchange with the central segment is on, and has looked once."""

    def __post_init__(self) -> None:
        super().__post_init__()
        with self.sessions.begin() as session:
            register_organisation(session, kind="agency", name=TITLE, codes={"agency": CENTRAL})
            set_option(session, "central_exchange", value=True, now=NOW)
        self.context.remembered.forget()
        self.look()

    def look(self) -> int:
        """Queue what the central segment is to be told of."""
        with self.sessions.begin() as session:
            return queue_notices(session, self.clock.now(), LATENESS)

    def form(self, *, questions: bool = False) -> list[CentralFile]:
        """Form files of all that waits and return them."""
        before = {one.id for one in self.files()}
        while True:
            with self.sessions.begin() as session:
                if not form_file(session, self.context, questions=questions):
                    break
        return [one for one in self.files() if one.id not in before]

    def files(self) -> list[CentralFile]:
        """Every file formed so far."""
        with self.sessions() as session:
            return list(session.scalars(select(CentralFile).order_by(CentralFile.id)))

    def body(self, file: CentralFile) -> bytes:
        """The bytes of a file."""
        with self.sessions() as session:
            return stored_bytes(session, file.packet_id, "raw")

    def messages(self) -> list[CentralMessage]:
        """The queue in its order."""
        with self.sessions() as session:
            return list(session.scalars(select(CentralMessage).order_by(CentralMessage.id)))

    def first(self, file: CentralFile, judge: Judge) -> Reply:
        """Hand in the first acknowledgements of a file."""
        name = file.name.replace("uprmes", FIRST_ACK)
        return self.send((name, answers(self.body(file), judge, self.clock.now())), CENTRAL)

    def second(self, file: CentralFile, judge: Judge, name: str = "") -> Reply:
        """Hand in the final answers to a file."""
        name = name or file.name.replace("uprmes", SECOND_ACK)
        return self.send((name, answers(self.body(file), judge, self.clock.now())), CENTRAL)

    def whole(self, file: CentralFile, judgement: Judgement, name: str = "") -> Reply:
        """Hand in an acknowledgement of a file as a whole."""
        name = name or file.name.replace("uprmes", FIRST_ACK)
        return self.send((name, whole(self.body(file), judgement, self.clock.now())), CENTRAL)

    def silence(self) -> tuple[int, int]:
        """Look after what is not answered."""
        with self.sessions.begin() as session:
            return follow_silence(session, self.context.options(session), self.clock.now())

    def changed(self, number: int, *records: InsuredChange, insurer: str = "63001") -> int:
        """Let an insurer change something, and queue what follows; returns how many notices that were."""
        reply = self.send(self.file(number, *records, insurer=insurer), insurer)
        assert reply.packet_id is not None, reply.refusal
        return self.look()


def always(verdict: str, *errors: tuple[str, str, str]) -> Judge:
    """The same word about every message."""

    def judge(_message: Any) -> Judgement:
        return Judgement(verdict, errors)

    return judge
