"""Whatever happens in whatever order and however often: every act that concerns the centre has exactly one message."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.central.operations.decide import drop, resend
from registry.central.tables import CentralFile, CentralMessage, CentralSending
from registry.central.words import CONCERNS, OF_EVENT, PAIRED, WITHOUT_EFFECT
from registry.exchange.tables import OutgoingPacket
from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.die import announce_death, cancel_death, register_death
from registry.insured.operations.people.writing import write_people
from registry.insured.tables import Person, PersonHistory, PersonLink
from registry.insured.twins.operations.acting import Actor
from registry.insured.twins.operations.join_people import join_people, separate_people
from registry.insured.twins.rules.joining import Refused
from server.demo.centre import Judgement, messages_of, text_of
from tests.channels.central.hub import CentralHub, always
from tests.channels.insurers.hub import PEOPLE

STEPS = 40


class Story:
    """Things that may happen, chosen by chance; the clock never goes back."""

    def __init__(self, hub: CentralHub, seed: int) -> None:
        self.hub = hub
        self.chance = random.Random(seed)
        self.sent = 0
        with hub.sessions() as session:
            numbers = [str(one.number) for one in PEOPLE.values()]
            self.people = list(session.scalars(select(Person.id).where(Person.bdz_id.in_(numbers)).order_by(Person.id)))

    def run(self) -> None:
        steps: list[Callable[[], object]] = [
            self.change, self.change, self.die, self.announce, self.live, self.join, self.part, self.hub.look,
            self.hub.look, self.hub.form, self.answer, self.answer, self.silence, self.again, self.drop,
        ]  # fmt: skip
        for _ in range(STEPS):
            self.hub.clock.moment += timedelta(minutes=self.chance.randrange(1, 90))
            self.chance.choice(steps)()
        self.hub.look()
        self.hub.look()

    def change(self) -> None:
        now = self.hub.clock.now()
        event = self.chance.choice(("П04", "П06", "П16", "", "П13"))
        values = {"birth_place": f"место {self.chance.randrange(10**6)}"}
        with self.hub.sessions.begin() as session:
            one = FactChange(self.chance.choice(self.people), values, now.date(), event=event)
            change_facts(session, [one], Told(now, self.chance.choice(("fund", "СМО", "ЦС ЕРЗ"))))

    def die(self) -> None:
        self._act(register_death, "death", "П02")

    def announce(self) -> None:
        self._act(announce_death, "death_announced", "П07")

    def live(self) -> None:
        self._act(cancel_death, "death_cancelled", "П09")

    def _act(self, how: Callable[..., bool], name: str, event: str) -> None:
        now = self.hub.clock.now()
        with self.hub.sessions.begin() as session:
            one = self.chance.choice(self.people)
            ledger = open_people(session, [one], Origin(now, "fund"))
            how(ledger, ledger[one], Act(name, now.date(), event))
            write_people(ledger)

    def join(self) -> None:
        try:
            with self.hub.sessions.begin() as session:
                main, second = self.chance.sample(self.people, 2)
                join_people(session, main, second, self._actor())
        except Refused:
            return

    def part(self) -> None:
        try:
            with self.hub.sessions.begin() as session:
                links = session.scalars(select(PersonLink.id).where(PersonLink.joined_id.is_not(None))).all()
                if links:
                    separate_people(session, self.chance.choice(links), self._actor())
        except Refused:
            return

    def _actor(self) -> Actor:
        now = self.hub.clock.now()
        return Actor(by="operator", now=now, today=now.date(), comment="по случаю", confirmed=True)

    def answer(self) -> None:
        files = self.hub.files()
        if not files:
            return
        self.sent += 1
        file = self.chance.choice(files)
        verdict = self.chance.choice(("CA", "CA", "AA", "AA", "AE", "AR", "CR"))
        ending = "uprak1" if verdict.startswith("C") else "uprak2"
        if self.chance.random() < 0.2 and verdict in ("CA", "CR"):
            self.hub.whole(file, Judgement(verdict), name=f"{file.name[:-7]}-{self.sent}.{ending}")
        else:
            self.hub.second(file, always(verdict), name=f"{file.name[:-7]}-{self.sent}.{ending}")

    def silence(self) -> None:
        self.hub.clock.moment += timedelta(hours=25)
        self.hub.silence()

    def again(self) -> None:
        with self.hub.sessions.begin() as session:
            resend(session, self._some(), "operator", self.hub.clock.now())

    def drop(self) -> None:
        with self.hub.sessions.begin() as session:
            drop(session, self._some(), "operator", "не нужно")

    def _some(self) -> list[int]:
        ids = [one.id for one in self.hub.messages()]
        return self.chance.sample(ids, min(3, len(ids)))


def concerned(act: PersonHistory) -> bool:
    """Said once more, without looking at how the hub decides it."""
    touched = set(act.aspects.split(",")) & set(CONCERNS)
    told = act.event in OF_EVENT and act.act not in WITHOUT_EFFECT
    return told and bool(touched) and act.source != "ЦС ЕРЗ"


@pytest.mark.parametrize("seed", range(6))
def test_every_act_has_one_message_and_every_sending_one_place(hub: CentralHub, seed: int) -> None:
    Story(hub, seed).run()
    with hub.sessions() as session:
        acts = {act.id: act for act in session.scalars(select(PersonHistory))}
        messages = session.scalars(select(CentralMessage)).all()
        told: Counter[int] = Counter()
        for one in messages:
            told.update(each for each in (one.history_id, one.pair_history_id) if each is not None)
            assert (one.pair_history_id is not None) == (one.trigger in PAIRED)
        assert told == Counter(number for number, act in acts.items() if concerned(act))
        sendings = session.scalars(select(CentralSending)).all()
        files = {one.id: one for one in session.scalars(select(CentralFile))}
        for one in messages:
            own = [each for each in sendings if each.message_id == one.id]
            assert one.tries >= len(own)
            assert one.state in ("waiting", "not_needed", "resend") or one.tries
            if one.state == "accepted":
                assert any(each.verdict in ("AA", "AE") for each in own)
        packets = {one.id: one for one in session.scalars(select(OutgoingPacket))}
    for file in files.values():
        inside = [text_of(one, "MSH/MSH.10") for one in messages_of(hub.body(file))]
        assert inside == [each.control_id for each in sendings if each.file_id == file.id]
        assert len(set(inside)) == file.messages == packets[file.packet_id].records
