"""Fields and flat records: a field is described once here by its kind, everything else points at it."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, overload

from registry.core.findings import FindingCode

T = TypeVar("T")


class FieldSpec(Generic[T]):
    """The description of one canonical field.

    ``refers`` names the class of a sender's object the value is an id of. ``absent`` and ``wrong`` are the findings
    for a demanded value that is missing and for one of the wrong form. ``of`` is what the repetitions of a
    list are: a record or a plain type. ``note`` is told to people who write the field, beside the contracts that have
    no place for it. ``Attachment.attached_on`` is the spec,
    ``record.attached_on`` the value or ``None``: a descriptor without ``__set__``, so a value stored in the instance
    wins at plain attribute speed.
    """

    __slots__ = ("absent", "book", "name", "note", "of", "personal", "refers", "title", "type", "wrong")

    def __init__(  # noqa: PLR0913 - one field is described in one place, every part of it by name
        self,
        type_: type[T],
        title: str,
        *,
        book: str = "",
        personal: bool = False,
        refers: str = "",
        of: type[Any] | None = None,
        note: str = "",
        absent: FindingCode = FindingCode.VALUE_ABSENT,
        wrong: FindingCode = FindingCode.VALUE_MALFORMED,
    ) -> None:
        self.type = type_
        self.title = title
        self.book = book
        self.personal = personal
        self.refers = refers
        self.of = of
        self.note = note
        self.absent = absent
        self.wrong = wrong
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> FieldSpec[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T | None: ...
    def __get__(self, instance: object | None, owner: type) -> FieldSpec[T] | T | None:
        return self if instance is None else None

    def __repr__(self) -> str:
        return f"<field {self.name}: {self.title}>"


class Record:
    """One typed row of a packet; absent values are ``None``. Subclasses declare fields, nothing else."""

    fields: ClassVar[dict[str, FieldSpec[Any]]] = {}

    number = FieldSpec(str, "Номер записи")

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - self.fields.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        self.__dict__.update(values)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found: dict[str, FieldSpec[Any]] = {}
        for base in reversed(cls.__mro__):
            found.update({name: spec for name, spec in vars(base).items() if isinstance(spec, FieldSpec)})
        cls.fields = found

    @classmethod
    def of(cls, values: dict[str, Any]) -> Record:
        """Return a record that takes over ``values`` unchecked; for readers whose names were checked at start."""
        record = cls.__new__(cls)
        record.__dict__ = values
        return record

    @property
    def values(self) -> dict[str, Any]:
        """The values that are present, by field name."""
        return {name: value for name, value in self.__dict__.items() if value is not None}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(self) is type(other) and self.values == other.values

    __hash__ = None  # type: ignore[assignment]  # records are mutable data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number or '?'}>"
