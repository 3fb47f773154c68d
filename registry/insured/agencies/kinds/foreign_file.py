"""A file whose content belongs to others (СВПДП): registered whole, with its size and sum, and answered."""

from __future__ import annotations

from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind, Unit


class ForeignFile(Record):
    """What is known of a file nobody here reads."""

    file_name = FieldSpec(str, "Имя файла")
    size = FieldSpec(int, "Размер, байт")
    digest = FieldSpec(str, "SHA-256")


FOREIGN_FILE = MessageKind("foreign_file", "Файл СВПДП", ForeignFile, unit=Unit.PACKET, changes_state=False)
