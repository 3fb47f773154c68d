"""The page of one buffered change: both versions of every field, and what else it would touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template

from registry.exchange.queries import organisation_names, visible_packets
from registry.insured.buffer.fields import typed
from registry.insured.buffer.operations.decide import Decision, facts_of
from registry.insured.buffer.queries.collisions import Touched, collisions, facet_will_differ, touched
from registry.insured.buffer.queries.items import BufferLine, beside, steps_of
from registry.insured.buffer.queries.known import known_people
from registry.insured.buffer.rules import UNKNOWN, KnownPerson
from registry.insured.buffer.tables import BufferedChange
from registry.insured.buffer.workflow import EVENT_TITLES, OPEN, TITLES, WORKFLOW, BufferEvent
from server.web.buffer import wording
from server.web.current import hub, session, today, viewer
from server.web.formatting import day

ANY_REASON = "-"


def page(line: BufferLine, roles: Sequence[str], given: Mapping[str, str] | None = None) -> str:
    """The page; ``given`` is a form that came back."""
    change = line.change
    knows = viewer().visibility.sees_all
    known = known_people(session(), [change.person_id], today()).get(change.person_id, UNKNOWN)
    rows = wording.compared(change, known, knows=knows)
    others = beside(session(), change) if knows and change.status in OPEN else []
    packets = [one.packet_id for one in rows if one.packet_id] + ([change.packet_id] if change.packet_id else [])
    two = bool(hub().context.options(session())["buffer_two_persons"])
    facts = facts_of(
        change, known, Decision(BufferEvent.ACCEPT, viewer().login, ANY_REASON, despite=True, two_persons=two)
    )
    offered = {one.event for one in WORKFLOW.offered(change.status, roles, facts)}
    if BufferEvent.PROPOSE in offered:
        offered |= {BufferEvent.ACCEPT, BufferEvent.CORRECT, BufferEvent.REJECT}
    return render_template(
        "buffer_change.html",
        line=line,
        change=change,
        rows=rows,
        knows=knows,
        others=[(one, wording.told(one), bool(one.proposed.keys() & change.proposed.keys())) for one in others],
        effects=_effects(change, known) if knows and change.status in OPEN else [],
        packets=visible_packets(session(), viewer().visibility, packets),
        steps=[
            (one, EVENT_TITLES.get(BufferEvent(one.event)) if one.event in set(BufferEvent) else "Поступила")
            for one in steps_of(session(), change.id)
        ],
        names=organisation_names(session(), [code for code in (change.sender_code, change.insurer_code) if code]),
        offered=offered,
        titles=TITLES,
        words=wording,
        two_persons=two,
        given=given or {},
        is_open=change.status in OPEN,
    )


def _effects(change: BufferedChange, known: KnownPerson) -> list[tuple[str, int | None]]:
    """What else would change, or what another person has already; with the person to look at."""
    values = typed(change.proposed)
    told: list[tuple[str, int | None]] = [
        (f"{one.what.capitalize()}: то же значение у другой записи", one.person_id)
        for one in collisions(session(), change.person_id, known, values)
    ]
    if facet_will_differ(known, values):
        told.append(("ЕНП не будет соответствовать полу и дате рождения: номер остаётся прежним", None))
    if values.get("died_on"):
        told += [(one, None) for one in _ended(touched(session(), change.person_id, today()), day(values["died_on"]))]
    if change.insurer_code and change.sender_kind == "insurer" and change.insurer_code != change.sender_code:
        told.append((f"Лицо застраховано другой СМО ({change.insurer_code}): она увидит изменение", None))
    return told


def _ended(found: Touched, on: str) -> list[str]:
    told = []
    if found.insurance is not None:
        told.append(f"Страхование в СМО {found.insurance.insurer_code} закончится {on}")
    told += [f"Прикрепление к МО {one.clinic_code} закончится {on}" for one in found.attachments]
    return told
