"""Insurance and policies: who answers for a person since when, by which proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from registry.core.checks.policies import CERTIFICATES
from registry.insured.keys.forms import policy_number_key
from registry.insured.operations.people.aspects import INSURANCE, POLICY
from registry.insured.operations.people.detach import end_attachments
from registry.insured.operations.people.ledger import PeopleLedger, PersonState
from registry.insured.rules.timelines import DAY, Act, Row, begin, end

MOVED, AFTER_CERTIFICATE = "П021", "П060"
LEFT_THE_REGION = 3


@dataclass(frozen=True, slots=True)
class PolicyTold:
    """A policy as told; the number of a unified policy is the ЕНП. ``anew`` is a known one issued once more."""

    type: str
    number: str
    series: str = ""
    enp: str = ""
    form: str = ""
    status: str = ""
    ends_on: date | None = None
    anew: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The columns of its row."""
        return {
            "type": self.type,
            "series": self.series,
            "number": self.number,
            "number_key": policy_number_key(self.series, self.number),
            "enp": self.enp,
            "form": self.form,
            "status": self.status,
            "ends_on": self.ends_on,
        }


@dataclass(frozen=True, slots=True)
class InsurerTold:
    """An insurer as told, with the territory and the point of issue."""

    code: str
    ogrn: str = ""
    okato: str = ""
    point: str = ""
    erp: bool = False


def insure(ledger: PeopleLedger, person: PersonState, policy: PolicyTold, insurer: InsurerTold, act: Act) -> bool:
    """Let an insurer answer for a person by a policy since the day of the act; False when that is so already.

    The insurance before ends on the eve, with the reason «постановка в другой СМО» when the insurer changes; a policy
    that is replaced becomes history. An act that came late goes into the middle of both.
    """
    line = person.line(INSURANCE)
    held, later = line.at(act.on), line.after(act.on)
    paper, issued, told_more = _policy(person, policy, act)
    if issued or told_more:
        ledger.note(person, act, POLICY.name)
    place = {"insurer_ogrn": insurer.ogrn, "okato": insurer.okato, "point": insurer.point, "erp": insurer.erp}
    if held is not None and held.values["insurer_code"] == insurer.code and not issued:
        news = {name: value for name, value in place.items() if value and held.values[name] != value}
        if news:
            line.replace(held, act, values=news)
            ledger.note(person, act, INSURANCE.name)
        return bool(news) or told_more
    moved = held is not None and held.values["insurer_code"] != insurer.code
    values = {"insurer_code": insurer.code, **place, "policy_id": paper, "begin_reason": act.reason}
    ended_by = MOVED if moved else act.reason if act.reason == AFTER_CERTIFICATE else ""
    row = begin(line, values, act.on, act, ended_by)
    if later is not None and later.values["insurer_code"] != insurer.code:
        row.values["end_reason"] = MOVED
    ledger.note(person, act, INSURANCE.name)
    if held is not None and moved:
        facts = {"reason": MOVED, "new_insurer": insurer.code, "by": act.organisation_code}
        ledger.say(person, act, "insurance_ended", held.values["insurer_code"], act.on - DAY, **facts)
        if held.values["okato"] and insurer.okato and held.values["okato"] != insurer.okato:
            end_attachments(ledger, person, act.on - DAY, LEFT_THE_REGION, act)
    if moved or held is None:
        ledger.say(person, act, "insurance_began", insurer.code)
    if issued:
        ledger.say(person, act, "policy_issued", insurer.code, type=policy.type)
    return True


def end_insurance(
    ledger: PeopleLedger, person: PersonState, on: date, reason: str, act: Act, *, for_good: bool = True
) -> bool:
    """End every insurance that would hold after a day, with a reason of R001; False when none does.

    What is not ``for_good`` ends the insurer of that day only: an end told late leaves another's insurance that began
    since (clause 5.3). Whom nobody insures here after «постановка в другой СМО» has left the region: the attachment
    ends too (6.2, rule 6).
    """
    line = person.line(INSURANCE)
    ending = [row for row in line.rows if row.until > on]
    left = len(ending)
    if not for_good:
        ending = list(takewhile(lambda row: row.values["insurer_code"] == ending[0].values["insurer_code"], ending))
    for row in ending:
        end(line, row, on, act, end_reason=reason)
        ledger.note(person, act, INSURANCE.name)
        facts = {"reason": reason, "new_insurer": "", "by": act.organisation_code}
        ledger.say(person, act, "insurance_ended", row.values["insurer_code"], on, **facts)
    if ending and reason == MOVED and len(ending) == left:
        end_attachments(ledger, person, on, LEFT_THE_REGION, act)
    return bool(ending)


def insured_since(person: PersonState, day: date) -> Row | None:
    """The first insurance that begins after a day."""
    return person.line(INSURANCE).after(day)


def stop_policies(ledger: PeopleLedger, person: PersonState, on: date, status: str, act: Act) -> None:
    """Mark the policies that hold as removed from the register on a day; they go on being searched as current."""
    line = person.line(POLICY)
    for row in [row for row in line.rows if row.is_open and row.values["stopped_on"] is None]:
        line.replace(row, act, values={"stopped_on": on, "status": status})
        ledger.note(person, act, POLICY.name)


def is_certificate(letter: str) -> bool:
    """True for the letters of temporary certificates."""
    return letter in CERTIFICATES


def _policy(person: PersonState, told: PolicyTold, act: Act) -> tuple[Row, bool, bool]:
    """The row of the policy, whether it is a new one, and whether more was told of a known one."""
    line = person.line(POLICY)
    values = told.values
    for row in line.rows:
        same = all(row.values[name] == values[name] for name in ("type", "number_key", "enp"))
        if same and row.holds(act.on) and not (told.anew and row.since < act.on):
            news = {name: values[name] for name in ("form", "status", "ends_on") if values[name] not in ("", None)}
            fresh = any(row.values[name] != value for name, value in news.items())
            return (line.replace(row, act, values=news) if fresh else row), False, fresh
    return begin(line, values, act.on, act, ""), True, False
