"""Settings kept as data: their defaults, and how a dialect's own value goes before the general one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import Setting

DEFAULTS: dict[str, Any] = {
    "dcx_sender_code": "9007",
    "page_rows": 1_000,
    "identification_rate": 60,
    "identification_adapters": [],
    "rest_rate": 600,
    "dcx_rate": 6_000,
    "attachment_year": "calendar",
    "attachment_effect": "date",
    "attachment_decision_days": 2,
    "attachment_notice_days": 3,
    "attachment_late_note": False,
    "holidays": [],
    "upsert_on_correction": False,
    "insurer_once_a_year": True,
    "insurer_until": "11-01",
    "insured_change_rows": 100_000,
    "insurer_files_lag": 15,
    "unknown_district": "warn",
    "unknown_district.dcx": "refuse",
    "unknown_district.generic": "create",
    "batch_rows": 1_000_000,
    "district_norm": {"1": 1_700, "2": 2_200, "5": 700},
    "attachment_rows": 4_999,
    "agency_rows": 100_000,
    "newborn_attachment": "mother",
    "strict_files": False,
    "unreadable_share": 0.2,
    "portion_rows": 5_000,
    "hold_hours": 24,
    "hold_hours_dependants": 2,
    "hold_hours_file": 24,
    "hold_minutes": 10,
    "protocol_findings": 50,
    "strict_insert": False,
    "dcx_quiet_hours": "",
    "hospital_days": 92,
    "bed_days": 7,
    "changes_days": 31,
    "referral_term_days": 30,
    "plan_attachment": "warn",
    "plan_attachment.dcx": "refuse",
    "plan_kinds": [1, 2],
    "plan_methods": [1, 2, 3],
    "whole_list_rows": 20_000,
    "event_rate": 600,
    "event_days": 90,
    "event_grace_days": 7,
    "event_memory_days": 400,
    "add_as_change": False,
    "event_text_1": "Не получены данные из-за системного сбоя",
    "event_text_4": "Недопустимое значение параметра: [{X}] - {label}",
    "event_text_5": "Не найдены данные с запрошенными параметрами: [{X}] - {label}",
    "event_text_5_bare": "Не найдены данные с запрошенными параметрами",
    "event_text_7": "Дублирование данных по параметрам запроса: [{X}] - {label}",
    "backup_hours": 24,
    "backup_folder": "backups",
    "backup_keep": 7,
    "news_lateness_hours": 168,
    "outgoing_kinds": [],
    "outgoing_kinds.perm": ["POLIS", "PERSCHANGE", "DOUBLES"],
    "outgoing_kinds.karelia": ["POLIS", "PERSCHANGE", "DOUBLES"],
    "outgoing_answer_hours": 24,
    "outgoing_resends": 3,
    "outgoing_file_days": 3,
    "duplicates_hour": 2,
    "duplicates_engine": "duckdb",
    "duplicates_limit": 100_000,
    "matching_found": 26.0,
    "matching_margin": 6.0,
    "matching_review": 18.0,
    "review_holds": False,
    "review_holds.generic": True,
    "hold_hours_review": 72,
    "review_second_file": True,
    "max_failures": 5,
    "lock_minutes": 15,
    "buffer_two_persons": False,
    "central_exchange": False,
    "central_file_messages": 1_000,
    "central_answer_hours": 24,
    "central_resends": 3,
    "central_lateness_hours": 168,
}


class Options(Mapping[str, Any]):
    """All settings of this moment; ``of_dialect`` lays a dialect's own values (`name.dialect`) over them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def of_dialect(self, dialect: str) -> Options:
        """Return the settings as one dialect sees them."""
        suffix = f".{dialect}"
        own = {name.removesuffix(suffix): value for name, value in self._values.items() if name.endswith(suffix)}
        return Options({**self._values, **own})


def read_options(session: Session) -> Options:
    """Return the defaults with what staff have set over them."""
    changed = {name: json.loads(value) for name, value in session.execute(select(Setting.name, Setting.value))}
    return Options({**DEFAULTS, **changed})


def settings_made(session: Session) -> dict[str, datetime]:
    """When each setting that staff changed was changed last."""
    return {row.name: row.changed_at for row in session.execute(select(Setting.name, Setting.changed_at))}


def reset_option(session: Session, name: str) -> bool:
    """Let the default hold again; False when it holds already."""
    row = session.get(Setting, name)
    if row is None:
        return False
    session.delete(row)
    return True


def set_option(session: Session, name: str, value: Any, now: datetime) -> None:
    """Set one setting; a name outside the list is refused, so that a misspelling does not go unnoticed."""
    if name.partition(".")[0] not in {known.partition(".")[0] for known in DEFAULTS}:
        raise KeyError(name)
    session.merge(Setting(name=name, value=json.dumps(value, ensure_ascii=False), changed_at=now))
