"""The rules of the buffer that hold on a day, and what staff have set of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.buffer.rules import Condition, Rule, laid_over, packaged_rules
from registry.insured.buffer.tables import BufferRule


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the screen shows it; ``own`` is the row staff have set, ``None`` for what ships."""

    rule: Rule
    own: BufferRule | None = None

    @property
    def key(self) -> str:
        """What a table continues behind."""
        return f"{self.rule.sender}|{self.rule.field}|{self.rule.condition}"


def rules_on(session: Session, on: date) -> list[Rule]:
    """Return the rules of a day: what staff have set lies over what ships."""
    return laid_over(packaged_rules(), [_rule(row) for row in own_rules(session, on)])


def own_rules(session: Session, on: date) -> Sequence[BufferRule]:
    """Return the rows staff have set that hold on a day."""
    return session.scalars(
        select(BufferRule)
        .where(BufferRule.valid_from <= on, BufferRule.valid_to >= on)
        .order_by(BufferRule.sender, BufferRule.field, BufferRule.id)
    ).all()


def rule_lines(session: Session, on: date) -> list[RuleLine]:
    """Return every rule of a day with the row it comes from."""
    own = {(row.sender, row.field, row.condition): row for row in own_rules(session, on)}
    return [RuleLine(rule, own.get((rule.sender, rule.field, rule.condition.value))) for rule in rules_on(session, on)]


def rule_history(session: Session) -> Sequence[BufferRule]:
    """Return every row staff have ever set, the newest first."""
    return session.scalars(select(BufferRule).order_by(BufferRule.id.desc()).limit(200)).all()


def _rule(row: BufferRule) -> Rule:
    return Rule(row.sender, row.field, Condition(row.condition))
