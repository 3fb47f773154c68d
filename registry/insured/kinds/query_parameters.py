"""Parameters of questions about what the hub holds, as contracts with credentials in the body ask them."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind, Unit


class QueryParameters(Record):
    """Every parameter any list operation takes; a query uses its own and ignores the rest."""

    clinic = FieldSpec(str, "МО", book="F032")
    insurer = FieldSpec(str, "СМО", book="F002")
    bed_profile = FieldSpec(str, "Профиль койки", book="V020")
    since = FieldSpec(date, "С даты")
    on = FieldSpec(date, "На дату")
    start_id = FieldSpec(int, "Продолжить с")
    with_addresses = FieldSpec(bool, "С адресами")
    year = FieldSpec(int, "Год")
    month = FieldSpec(int, "Месяц")
    page = FieldSpec(int, "Страница")


QUERY_PARAMETERS = MessageKind(
    "query_parameters", "Параметры запроса", QueryParameters, unit=Unit.PACKET, changes_state=False
)
