"""Who looked at what, and what for: the audit rows of the screens, written before anything is shown.

What an address shows is declared in ``server.web.looks``; whatever a view has not noted itself is noted for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g, request
from flask_login import current_user
from werkzeug.wrappers.response import Response

from registry.exchange.operations.audit_action import Act, audit
from server.web.current import hub, session, viewer
from server.web.insured.purpose import purpose_of_act
from server.web.looks import SCREENS, look_of

ACTIONS = {
    "sign_in": "Вход",
    "sign_in_failed": "Неудачный вход",
    "sign_out": "Выход",
    "refused": "Отказано в доступе",
    "search": "Поиск людей",
    "open_person": "Открыта карточка",
    "reveal": "Показан номер",
    "list_unmatched": "Открыты строки без найденных лиц",
    "list_changes": "Открыт список изменений о людях",
    "list_announced": "Открыты сообщения о смерти",
    "list_audit": "Открыт аудит",
    "list_buffered": "Открыт буфер изменений",
    "list_central": "Открыты сообщения ЦС ЕРЗ",
    "list_districts": "Открыты участки",
    "list_findings": "Открыты замечания пакета",
    "list_records": "Открыты записи пакета",
    "list_reviews": "Открыт список разборов",
    "choose_people": "Отбор людей на идентификацию",
    "open_page": "Открыта страница",
    "api_answer": "REST: ответ на пакет",
    "api_changes": "REST: изменения о людях",
    "api_check": "REST: проверка без сохранения",
    "api_identify": "REST: поиск людей",
    "api_records": "REST: записи пакета",
    "list_suspended": "Открыт список приостановленных полисов",
    "confirm_death": "Подтверждена смерть",
    "refuse_death": "Отклонено сообщение о смерти",
    "list_attached": "Открыт список прикреплённых",
    "open_record": "Открыта запись",
    "open_content": "Открыт исходник",
    "open_answer": "Открыт ответ",
    "download": "Скачан файл",
    "export": "Выгрузка таблицы",
    "print": "Печать таблицы",
    "upload": "Загрузка файла",
    "acknowledge": "Подтверждено получение",
    "send_again": "Отправлено повторно",
    "stop_batch": "Остановлена идентификация",
    "proceed_batch": "Продолжена идентификация",
    "repeat_batch": "Идентификация заново",
    "form_batch": "Отобраны люди на идентификацию",
    "compare_answer": "Проверен файл ответа",
    "keep_layout": "Сохранена раскладка",
    "choose_layout": "Назначена раскладка",
    "drop_layout_choice": "Снято назначение раскладки",
    "receive_blanks": "Бланки получены",
    "remove_blanks": "Коробка удалена",
    "keep_contract": "Договор сохранён",
    "hand_over_blanks": "Бланки переданы",
    "confirm_blanks": "Получение бланков подтверждено",
    "cancel_blanks": "Передача отменена",
    "spoil_blanks": "Бланки списаны",
    "list_sendings": "Открыт список отправок",
    "open_sending": "Открыта отправка",
    "request_resending": "Запрошена повторная отправка",
    "replace_card": "Карта отмечена заменённой",
    "open_review": "Открыт разбор",
    "decide_review": "Решён разбор",
    "set_thresholds": "Изменены пороги",
    "count_registry": "Начат подсчёт регистра",
    "open_buffered": "Открыто изменение в буфере",
    "decide_buffered": "Решение по изменению в буфере",
    "set_buffer_rule": "Изменено правило буфера",
    "drop_buffer_rule": "Возвращено исходное правило буфера",
    "start_mass_change": "Создано массовое изменение",
    "open_mass_change": "Открыто массовое изменение",
    "run_mass_change": "Начато выполнение массового изменения",
    "undo_mass_change": "Начата отмена массового изменения",
    "drop_mass_change": "Массовое изменение не выполняется",
    "set_option": "Изменена настройка",
    "open_central": "Открыто сообщение ЦС ЕРЗ или ФЕРЗЛ",
    "reveal_central": "Показано сообщение ЦС ЕРЗ или ФЕРЗЛ",
    "ask_central": "Другой регистр спрошен о человеке",
    "resend_central": "Сообщение ЦС ЕРЗ или ФЕРЗЛ отправлено повторно",
    "drop_central": "Сообщение ЦС ЕРЗ или ФЕРЗЛ не передаётся",
    "list_pairs": "Открыт список дубликатов",
    "open_pair": "Открыта пара записей",
    "open_split": "Открыто разделение записи",
    "split_person": "Разделена запись",
    "pair_join": "Объединены записи",
    "pair_separate": "Разъединены записи",
    "pair_different": "Признаны разными людьми",
    "pair_postpone": "Отложена пара записей",
    "pair_reopen": "Пара записей возвращена в работу",
    "pair_undo_split": "Отменено разделение записи",
    "add_pair": "Добавлена пара записей",
    "dismiss_pairs": "Пары признаны разными людьми",
    "search_duplicates": "Запущен поиск дубликатов",
    "stop_search": "Остановлен поиск дубликатов",
    "disable_account": "Отключена учётная запись",
    "enable_account": "Включена учётная запись",
    "reset_password": "Сброшен пароль",
    "set_password": "Изменён пароль",
    "switch_check_off": "Выключена проверка",
    "switch_check_on": "Включена проверка",
    "load_book": "Загружен файл справочника",
    "switch_book": "Версия справочника введена",
    "plan_book": "Назначен день версии справочника",
    "drop_book": "Версия справочника не введена",
    "withdraw_book": "Версия справочника отозвана",
    "return_job": "Работа возвращена в очередь",
    "deliver_again": "Недоставленное отправлено снова",
    "add_account": "Заведена учётная запись",
    "rekey_people": "Ключи поиска посчитаны заново",
    "set_rights": "Изменены права роли",
}
#: Lists that are exported and printed and are no objects of anything else.
TABLES = {
    "accounts": "Учётные записи",
    "agency_files": "Межведомственный обмен",
    "announced_deaths": "Сообщения о смерти",
    "attached": "Прикреплённые к участку",
    "audit": "Аудит",
    "batch_rows": "Строки идентификации",
    "batches": "Пакетная идентификация",
    "blank_totals": "Бланки полисов: статус",
    "book_versions": "Версии справочника",
    "books": "Справочники",
    "boxes": "Бланки полисов: коробки",
    "buffer_rules": "Правила буфера",
    "checks": "Проверки",
    "contracts": "Бланки полисов: договоры",
    "districts": "Участки",
    "findings": "Замечания пакета",
    "layouts": "Раскладки файлов",
    "mass_changes": "Массовые изменения",
    "mass_lines": "Строки массового изменения",
    "mine": "Мои загрузки",
    "options": "Настройки",
    "organisations": "Организации",
    "records": "Записи пакета",
    "reviews": "На разборе",
    "rights": "Права ролей",
    "suspended": "Приостановленные полисы",
    "transfers": "Бланки полисов: передачи",
    "unmatched": "Строки без найденных лиц",
    "workers": "Рабочие процессы",
}
OBJECTS = {
    "pair": "Пара записей",
    "duplicates": "Дубликаты",
    "packet": "Пакет",
    "layout": "Раскладка",
    "person": "Человек",
    "district": "Участок",
    "account": "Учётная запись",
    "journal": "Журнал",
    "review": "Разбор",
    "card": "Карта события",
    "buffer": "Буфер изменений",
    "mass_change": "Массовое изменение",
    "buffer_rule": "Правило буфера",
    "option": "Настройка",
    "central": "Сообщение ЦС ЕРЗ или ФЕРЗЛ",
    "role": "Роль",
    "job": "Работа",
    "check": "Проверка",
    "book": "Справочник",
    "page": "Страница",
    "file": "Файл",
    "outgoing": "Исходящие",
    "sendings": "Отправка сведений",
    "changes": "Изменения",
    "people": "Застрахованные",
    "blanks": "Бланки полисов",
    **TABLES,
}


#: Acts that have a purpose wherever they are done.
ABOUT_PEOPLE = frozenset({"search", "export", "print"})


def note(action: str, object_type: str = "", object_id: Any = "", details: dict[str, Any] | None = None) -> None:
    """Write one audit row of the present viewer and commit it: what is shown next has been recorded."""
    told = dict(details or {})
    if action in ABOUT_PEOPLE or look_of(SCREENS, request.endpoint) is not None:
        told |= purpose_of_act()
    if request.args.get("after"):
        told["further"] = True  # not the first page of a list
    note_for(viewer().id, Act(action=action, object_type=object_type[:20], object_id=str(object_id), details=told))


def note_for(account_id: int | None, act: Act) -> None:
    """Write one audit row of an account, or of nobody who is known, and commit it."""
    opened = session()
    audit(opened, account_id, replace(act, address=request.remote_addr or ""), hub().context.clock)
    opened.commit()
    g.noted = True


def note_list(filters: dict[str, str]) -> None:
    """Note that a list that tells of people is opened, once for a request."""
    look = look_of(SCREENS, request.endpoint)
    if look is not None and not look.asked and "noted" not in g:
        note(look.action, look.object_type, _number(look.number), {"filters": filters} if filters else {})


def note_unnoted(response: Response) -> Response:
    """Note what is about to be shown of people when the view that shows it has not: no page is forgotten."""
    look = look_of(SCREENS, request.endpoint)
    if look is None or look.asked or "noted" in g or response.status_code != 200 or not current_user.is_authenticated:
        return response
    session().rollback()  # what the view did not commit would not stay anyway
    note(look.action, look.object_type, _number(look.number))
    return response


def _number(name: str) -> Any:
    return (request.view_args or {}).get(name, "") if name else ""
