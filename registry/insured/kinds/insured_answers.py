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


class StopNotice(InsuredChange):
    """A notice that an insurance ended by somebody else's action (STOP), with the person as registered now."""

    reason = FieldSpec(int, "Причина прекращения (21–25)", book="R001")


class Dispute(InsuredChange):
    """A record two insurers claim (CONFLICT), with the person as registered now."""

    reason = FieldSpec(int, "Причина", book="R001")


CHANGE_ANSWER = MessageKind(
    "insured_change_answer", "Протокол обработки изменений СМО", ChangeAnswer, unit=Unit.PACKET, changes_state=False
)
CHANGED_ROW = MessageKind(
    "insured_changed_row", "Изменения сведений для СМО", ChangedRow, unit=Unit.PACKET, changes_state=False
)
STOP_NOTICE = MessageKind("insured_stop", "Прекращение страхования", StopNotice, unit=Unit.PACKET, changes_state=False)
DISPUTE = MessageKind("insured_dispute", "Спорные записи", Dispute, unit=Unit.PACKET, changes_state=False)

KINDS = (CHANGE_ANSWER, CHANGED_ROW, STOP_NOTICE, DISPUTE)
