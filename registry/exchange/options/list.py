"""All settings there are, found by name, and their values as the rest of the hub reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.options.described import DIALECTS, Group, Option, Relation
from registry.exchange.options.federal import FEDERAL
from registry.exchange.options.intake import DOORS, HOLDING, SIZES
from registry.exchange.options.later import CENTRAL, EVENTS, OUTGOING, SUPPORT, UPKEEP
from registry.exchange.options.people import ATTACHMENT, INSURERS, MATCHING
from registry.exchange.options.people import RELATIONS as OF_MATCHING
from registry.exchange.options.schedule import SCHEDULE

GROUPS: tuple[Group, ...] = (
    ATTACHMENT,
    INSURERS,
    MATCHING,
    SIZES,
    HOLDING,
    DOORS,
    OUTGOING,
    CENTRAL,
    FEDERAL,
    SUPPORT,
    EVENTS,
    SCHEDULE,
    UPKEEP,
)
OPTIONS: Mapping[str, Option] = {option.name: option for group in GROUPS for option in group.options}
DEFAULTS: dict[str, Any] = dict(pair for option in OPTIONS.values() for pair in option.defaults())
RELATIONS: tuple[Relation, ...] = OF_MATCHING


class Options(Mapping[str, Any]):
    """All settings of this moment; ``of_dialect`` lays a dialect's own values (`name.dialect`) over them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self._dialects: dict[str, Options] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def of_dialect(self, dialect: str) -> Options:
        """Return the settings as one dialect sees them."""
        known = self._dialects.get(dialect)
        if known is not None:
            return known
        suffix = f".{dialect}"
        own = {name.removesuffix(suffix): value for name, value in self._values.items() if name.endswith(suffix)}
        self._dialects[dialect] = seen = Options({**self._values, **own})
        return seen


def option_of(name: str) -> tuple[Option, str]:
    """The setting a name is of, with its dialect or nothing; a name outside the list is refused, so that a
    misspelling does not go unnoticed.
    """
    bare, _, dialect = name.partition(".")
    option = OPTIONS.get(bare)
    if option is None:
        raise Permanent(F.BOOK_VALUE_UNKNOWN, f"Настройки «{name}» нет", place=name, expected="имя из списка настроек")
    if dialect and dialect not in option.dialects:
        allowed = ", ".join(f"{one} ({DIALECTS[one]})" for one in option.dialects)
        text = f"Настройка «{option.title}» ({option.name}): своего значения для «{dialect}» быть не может"
        raise Permanent(F.VALUE_FORBIDDEN, text, place=name, value=dialect, expected=allowed or "только общее значение")
    return option, dialect


def check_value(name: str, value: Any) -> None:
    """Refuse a value its setting cannot have, saying what it can."""
    option, _ = option_of(name)
    if not option.form.accepts(value):
        raise wrong_value(option, name, _told(option, value))


def read_value(name: str, text: str) -> Any:
    """The value a line of text means for a setting, checked."""
    option, _ = option_of(name)
    try:
        value = option.form.read(text)
    except ValueError:
        raise wrong_value(option, name, text.strip()) from None
    if not option.form.accepts(value):
        raise wrong_value(option, name, text.strip())
    return value


def check_relations(before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Refuse changes after which settings that belong together would contradict each other."""
    after = {**before, **changes}
    for relation in RELATIONS:
        changed = [name for name in relation.names if name in changes]
        if changed and not relation.holds(after):
            told = ", ".join(
                f"{OPTIONS[name].title} – {OPTIONS[name].form.show(after[name])}" for name in relation.names
            )
            option = OPTIONS[changed[0]]
            value = option.form.write(changes[changed[0]])
            raise wrong_value(option, changed[0], value, f"{relation.said}; получилось бы: {told}")


def wrong_value(option: Option, name: str, value: str, expected: str = "") -> Permanent:
    """The refusal of a value: code, place, value and what is expected."""
    expected = expected or option.form.expected
    text = f"Настройка «{option.title}» ({name}): недопустимое значение «{value[:100]}», ожидается {expected}"
    return Permanent(F.VALUE_MALFORMED, text, place=name, value=value[:100], expected=expected)


def expected_of(name: str) -> str:
    """What a setting takes, in words."""
    return option_of(name)[0].form.expected


def _told(option: Option, value: Any) -> str:
    try:
        return option.form.write(value)
    except (TypeError, ValueError, AttributeError):
        return str(value)
