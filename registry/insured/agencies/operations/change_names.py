"""Changes of names told by the civil registry: the rules of the buffer say whether they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.operations.telling import open_items, propose

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.name_change import NameChange

NEW = {"new_surname": "surname", "new_first_name": "first_name", "new_patronymic": "patronymic"}


def change_names(work: Work) -> None:
    """Propose the new names, true since the day of the change; who bears them already is left as it is."""
    told = []
    for item in open_items(work):
        record = cast("NameChange", item.record)
        told.append((item, _values(item), record.changed_on or work.as_of, ""))
    propose(work, told, "П04")


def _values(item: Item) -> dict[str, Any]:
    values = item.record.values
    return {field: values[name] for name, field in NEW.items() if name in values}
