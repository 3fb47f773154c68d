"""What every setting kept as data means, for the screen of settings; which values it may have follows its default."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from registry.exchange.options import DEFAULTS

GROUPS = {
    "attachment": "Прикрепление",
    "insurers": "Обмен со СМО",
    "identification": "Идентификация и разбор",
    "files": "Файлы",
    "exchange": "Приём и ожидание",
    "outgoing": "Исходящие",
    "sizl": "Информационное сопровождение",
    "backup": "Копии базы",
    "access": "Доступ",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A setting in words: its group, its title, the values it may have when they are few."""

    group: str
    title: str
    choices: tuple[str, ...] = ()


def _of(group: str, **titles: str | tuple[str, ...]) -> dict[str, Described]:
    found = {}
    for name, told in titles.items():
        title, *choices = (told,) if isinstance(told, str) else told
        found[name] = Described(group, title, tuple(choices))
    return found


DESCRIBED: dict[str, Described] = {
    **_of(
        "attachment",
        attachment_decision_days="МО решает о прикреплении за столько рабочих дней",
        attachment_notice_days="МО сообщает о решении за столько рабочих дней",
        attachment_late_note="Отмечать замечанием сведения, поданные позже этих сроков",
        holidays="Нерабочие праздничные дни (список дат ГГГГ-ММ-ДД)",
        attachment_year=("Год, за который прикрепление по заявлению бывает один раз", "calendar", "rolling"),
        attachment_effect=("С какого дня действует прикрепление по заявлению", "date", "next_month"),
        upsert_on_correction="Исправление (И) без действующего прикрепления создаёт его",
        unknown_district=("Неизвестный участок", "warn", "refuse", "create"),
        newborn_attachment=("Новорождённый из ЗАГС прикрепляется", "mother", "none"),
        district_norm="Норматив прикреплённых на участок по виду участка",
        whole_list_rows="Сколько строк отдаётся списком прикреплённых целиком",
    ),
    **_of(
        "insurers",
        insurer_once_a_year="Замена СМО по желанию один раз в год",
        insurer_until="До какого числа (ММ-ДД) замена действует в том же году",
        insured_change_rows="Строк в файле изменений",
        insurer_files_lag="Через сколько минут изменения уходят в файлы СМО",
        news_lateness_hours="Сколько часов ждать опоздавших изменений",
        changes_days="За сколько дней можно запросить изменения",
    ),
    **_of(
        "identification",
        matching_found="Порог «найден», бит",
        matching_margin="Отрыв от второго, бит",
        matching_review="Порог разбора, бит",
        review_holds="Запись на разборе ждёт решения, а не отвечается сразу",
        review_second_file="После решения уходит второй файл ответа с суффиксом _2",
        hold_hours_review="Сколько часов ждать решения разбора",
        identification_rate="Вопросов в минуту от одного отправителя",
        identification_adapters="Включённые региональные формы (vologda, volgograd, karelia)",
        batch_rows="Строк в файле идентификации",
        portion_rows="Строк в порции работы",
        duplicates_hour="Час ночного поиска дубликатов",
        duplicates_engine=("Чем искать дубликаты", "duckdb", "spark", "none"),
        duplicates_limit="Сколько пар предлагать за один поиск",
        buffer_two_persons="Решение по буферу принимают двое",
    ),
    **_of(
        "files",
        attachment_rows="Строк в файле прикрепления",
        agency_rows="Строк в списке ведомства",
        strict_files="Строгое чтение: допуски становятся ошибками",
        unreadable_share="Доля нечитаемых строк, при которой файл отклоняется",
        protocol_findings="Замечаний на запись в протоколе",
    ),
    **_of(
        "exchange",
        hold_hours="Сколько часов запись ждёт связанный объект",
        hold_hours_dependants="Сколько часов удаление ждёт удаления зависимых",
        hold_hours_file="Сколько часов файл СМО ждёт предыдущий по номеру",
        hold_minutes="Через сколько минут проверять ожидающих",
        strict_insert="Повторная вставка с другими данными отклоняется",
        add_as_change="Добавление известного принимается как изменение",
        page_rows="Строк на странице ответа DCExchangeSrv",
        dcx_sender_code="Код отправителя в ответах DCExchangeSrv",
        dcx_rate="Вызовов DCExchangeSrv в минуту",
        dcx_quiet_hours="Часы, когда DCExchangeSrv не принимает пакеты (чч-чч)",
        rest_rate="Вызовов REST в минуту",
    ),
    **_of(
        "outgoing",
        outgoing_kinds="Какие виды сведений получают установки МИС",
        outgoing_answer_hours="Через сколько часов без ответа отправить снова",
        outgoing_resends="Сколько раз отправлять снова",
        outgoing_file_days="Через сколько дней напомнить о неполученном файле",
    ),
    **_of(
        "sizl",
        hospital_days="За сколько дней назад принимаются госпитализации",
        bed_days="На сколько дней вперёд принимается коечный фонд",
        referral_term_days="Срок направления, дней",
        plan_attachment=("Лицо из плана не прикреплено", "warn", "refuse"),
        plan_kinds="Виды планов",
        plan_methods="Способы информирования",
        event_rate="Событий в минуту от одного отправителя",
        event_days="За сколько дней принимаются события",
        event_grace_days="Дополнительный срок событий, дней",
        event_memory_days="Сколько дней помнить попытки",
        event_text_1="Текст ответа 1",
        event_text_4="Текст ответа 4",
        event_text_5="Текст ответа 5",
        event_text_5_bare="Текст ответа 5 без параметров",
        event_text_7="Текст ответа 7",
    ),
    **_of(
        "backup",
        backup_hours="Через сколько часов делать копию базы; 0 – не делать",
        backup_folder="Папка копий (внутри папки данных или полный путь)",
        backup_keep="Сколько копий хранить",
    ),
    **_of(
        "access",
        max_failures="Неверных паролей до блокировки",
        lock_minutes="На сколько минут блокируется вход",
    ),
}


def described(name: str) -> Described:
    """The words of a setting; a dialect's own value (`name.dialect`) has those of the general one."""
    return DESCRIBED[name.partition(".")[0]]


def written(value: Any) -> str:
    """A value as people type it: texts bare, yes and no in words, the rest as JSON."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read(name: str, text: str) -> Any:
    """The value typed for a setting, of the type its default has; ``ValueError`` says in Russian what is expected."""
    default = DEFAULTS.get(name, DEFAULTS[name.partition(".")[0]])
    text = text.strip()
    choices = described(name).choices
    if choices and text not in choices:
        raise ValueError(f"одно из: {', '.join(choices)}")
    if isinstance(default, bool):
        if text.lower() not in ("да", "нет", "1", "0"):
            raise ValueError("да или нет")
        return text.lower() in ("да", "1")
    if isinstance(default, str):
        return text
    if isinstance(default, int | float):
        return _number(text, default)
    return _json(text, type(default))


def _number(text: str, default: float) -> int | float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("число") from None
    if not 0 <= value < 1e12:
        raise ValueError("число не меньше нуля")
    if isinstance(default, int):
        if value != int(value):
            raise ValueError("целое число")
        return int(value)
    return value


def _json(text: str, wanted: type[Any]) -> Any:
    expected = 'список JSON, например ["2026-01-01"]' if wanted is list else 'объект JSON, например {"1": 1700}'
    try:
        value = json.loads(text)
    except ValueError:
        raise ValueError(expected) from None
    if not isinstance(value, wanted):
        raise ValueError(expected)
    return value
