"""What carries golden cases of answers: people change, the central segment is told, and answers in one .uprak2."""

from __future__ import annotations

from datetime import timedelta

from lxml import etree
from sqlalchemy import select

from registry.central.operations.form_file import form_file
from registry.central.operations.queue_notices import queue_notices
from registry.central.queries.files import unanswered_files
from registry.central.tables import CentralMessage
from registry.central.words import CENTRAL, NAMESPACE, TITLE
from registry.exchange.operations.register import register_organisation
from registry.exchange.pipeline import Incoming, receive
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Person
from server.demo.centre import answers_of
from server.demo.packets import spelling_of
from tests.channels.carriers import Carrier, Outcome, Place
from tests.channels.golden_cases import AS_OF, Case

WEEK = timedelta(days=7)


class AnswersOfCentre(Carrier):
    """A file of final answers; ``@name`` stands for the message about somebody, ``@file`` for the whole batch."""

    name = "uprak2"
    dialect = "files"

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        guid, messages = self._told(place, case)
        spelling = spelling_of(place.context.catalog, "files", "RSP_ZK1")
        elements = []
        for one in case.sent:
            refers_to = str(one.values.get("refers_to") or "")
            known = messages.get(refers_to.removeprefix("@"), guid if refers_to == "@file" else refers_to)
            [element] = spelling.write([one.record(case.kind, refers_to=known or None)], NAMESPACE)
            if "known" in one.texts:  # what is known of somebody, in a form nobody can read
                element.append(etree.fromstring(one.texts["known"]))
            elements.append(element)
        path = place.folder / f"36000-{case.first_number}.uprak2"
        path.write_bytes(answers_of(elements, guid, place.context.clock.now()))
        incoming = Incoming("file", "files", path=path, file_name=path.name, caller=place.caller(CENTRAL))
        reply = receive(place.session, incoming, place.context)
        assert reply.refusal is None, reply.refusal
        return place.outcomes(place.finish(reply.packet_id))

    def _told(self, place: Place, case: Case) -> tuple[str, dict[str, str]]:
        """Let everybody of the case change and tell the central segment: the batch, and each one's message."""
        session, now = place.session, place.context.clock.now()
        register_organisation(session, kind="agency", name=TITLE, codes={"agency": CENTRAL})
        place.context.remembered.forget()
        queue_notices(session, now, WEEK)
        numbers = {name: str(one.number) for name, one in case.people.items()}
        query = select(Person.id, Person.bdz_id).where(Person.bdz_id.in_(list(numbers.values())))
        people = {bdz_id: person_id for person_id, bdz_id in session.execute(query)}
        changes = [FactChange(people[one], {"birth_place": "г. Жигулёвск"}, AS_OF) for one in numbers.values()]
        change_facts(session, changes, Told(now, "fund"))
        queue_notices(session, now, WEEK)
        form_file(session, place.context)
        found = {one.person_id: one.control_id for one in session.scalars(select(CentralMessage))}
        return unanswered_files(session)[-1].guid, {name: found[people[one]] for name, one in numbers.items()}
