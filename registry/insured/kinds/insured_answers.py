"""What goes back to insurers about people (registry model, clause 10): answers, corrections, notices, disputes."""

from __future__ import annotations

from datetime import date, datetime

from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.insured_change import InsuredChange


class ChangeAnswer(InsuredChange):
    """What became of one statement (REP): AA accepted, AE with remarks, AR refused, and what the registry now holds."""

    verdict = FieldSpec(str, "Итог обработки (AA, AE, AR)")
    comment = FieldSpec(str, "Пояснение")


class ChangedRow(InsuredChange):
    """A row of the registry that somebody else changed (REC)."""

    is_active = FieldSpec(int, "Активность записи", book="record_state")
    changed_at = FieldSpec(datetime, "Когда изменено")
    state_from = FieldSpec(date, "Начало действия состояния")
    state_to = FieldSpec(date, "Окончание действия состояния")


class Notice(InsuredChange):
    """A notice to an insurer about one of its people; ``current…`` fields are the data of the other side."""

    reason = FieldSpec(int, "Причина (21–25 для П021–П025)", book="R001")
    current = FieldSpec(list, "Данные лица у другой стороны", of=InsuredChange)
    current_document = FieldSpec(list, "Документ лица у другой стороны", of=InsuredChange)


class StopNotice(Notice):
    """An insurance that ended by somebody else's action (STOP); ``current`` is the person as registered now."""


class Dispute(Notice):
    """What another insurer says of a person insured here (CONFLICT); it waits for agreement as ``current``.

    ``current_insurance`` is the insurance by that other insurer, where it ever had one.
    """

    current_insurance = FieldSpec(list, "Страхование у другой стороны", of=InsuredChange)


CHANGE_ANSWER = MessageKind(
    "insured_change_answer", "Протокол обработки изменений СМО", ChangeAnswer, unit=Unit.PACKET, changes_state=False
)
CHANGED_ROW = MessageKind(
    "insured_changed_row", "Изменения сведений для СМО", ChangedRow, unit=Unit.PACKET, changes_state=False
)
STOP_NOTICE = MessageKind("insured_stop", "Прекращение страхования", StopNotice, unit=Unit.PACKET, changes_state=False)
DISPUTE = MessageKind("insured_dispute", "Спорные записи", Dispute, unit=Unit.PACKET, changes_state=False)

KINDS = (CHANGE_ANSWER, CHANGED_ROW, STOP_NOTICE, DISPUTE)
