"""Settings of what follows the register: preventive care, events, hospitals, what goes out, upkeep."""

from __future__ import annotations

from registry.exchange.options.described import BROKER, PACKETS, Group, Option
from registry.exchange.options.forms import Choice, Number, Several, Text, YesNo

DAYS = Number(1, 3_660, "дн.")
TEXT = Text(
    "текст без фигурных скобок, кроме {X} – имя параметра и {label} – его название",
    r"(?=.*\S)(?:[^{}\r\n]|\{X\}|\{label\})+",
)
MESSAGES = {
    "POLIS": "полисы (POLIS)",
    "PERSCHANGE": "изменения сведений о людях (PERSCHANGE)",
    "DOUBLES": "объединения и разъединения (DOUBLES)",
    "CHANGEDECISION": "решения по изменениям в буфере (CHANGEDECISION)",
}

SUPPORT = Group(
    "support",
    "СИСЗЛ: планы, госпитализация",
    (
        Option(
            name="changes_days",
            default=31,
            title="Самый длинный период изменений",
            does="За сколько дней самое большее отдаётся список изменений за один запрос.",
            form=DAYS,
            dialects=PACKETS,
        ),
        Option(
            name="hospital_days",
            default=92,
            title="Период списков госпитализаций",
            does="За сколько дней самое большее отдаётся список направлений и госпитализаций.",
            form=DAYS,
            dialects=("dcx",),
        ),
        Option(
            name="bed_days",
            default=7,
            title="Период сведений о койках",
            does="За сколько дней самое большее отдаются сведения о свободных койках.",
            form=DAYS,
            dialects=("dcx",),
        ),
        Option(
            name="referral_term_days",
            default=30,
            title="Срок направления",
            does="Через сколько дней после плановой даты направление без госпитализации считается просроченным.",
            form=DAYS,
        ),
        Option(
            name="plan_attachment",
            default="warn",
            title="Если человек плана прикреплён не к этой МО",
            does="Что делать со строкой плана о человеке, прикреплённом к другой МО.",
            form=Choice({"warn": "принять с замечанием", "refuse": "отклонить", "ignore": "не проверять"}),
            dialects=PACKETS,
            own={"dcx": "refuse"},
        ),
        Option(
            name="plan_kinds",
            default=[1, 2],
            title="Виды мероприятий плана",
            does="Какие виды профилактических мероприятий фонд планирует.",
            form=Several({number: f"вид {number}" for number in range(1, 10)}, least=1),
            dialects=PACKETS,
        ),
        Option(
            name="plan_methods",
            default=[1, 2, 3],
            title="Способы проведения мероприятий",
            does="Какие способы проведения мероприятия фонд допускает.",
            form=Several({number: f"способ {number}" for number in (1, 2, 3)}, least=1),
            dialects=PACKETS,
        ),
    ),
)

EVENTS = Group(
    "events",
    "СИСЗЛ: сведения о событиях",
    (
        Option(
            name="event_days",
            default=90,
            title="Срок передачи события",
            does="За сколько дней после события сведения о нём принимаются без замечаний.",
            form=DAYS,
            dialects=("events",),
        ),
        Option(
            name="event_grace_days",
            default=7,
            title="Сверх срока с замечанием",
            does="Сколько дней сверх срока сведения принимаются с замечанием; позже отклоняются.",
            form=Number(0, 3_660, "дн."),
            dialects=("events",),
        ),
        Option(
            name="event_memory_days",
            default=400,
            title="Сколько помнить номера сообщений",
            does="Сколько дней повтор сообщения с тем же номером узнаётся как повтор.",
            form=DAYS,
        ),
        Option(
            name="add_as_change",
            default=False,
            title="Добавление понимать как изменение",
            does="«Да» – добавление карты, которая уже есть, принимается как изменение; у организации может быть своё.",
            form=YesNo(),
            dialects=("events",),
        ),
        Option(
            name="event_text_1",
            default="Не получены данные из-за системного сбоя",
            title="Текст ответа 1: сбой",
            does="Текст сервиса событий при сбое.",
            form=TEXT,
            dialects=("events",),
        ),
        Option(
            name="event_text_4",
            default="Недопустимое значение параметра: [{X}] - {label}",
            title="Текст ответа 4: недопустимое значение",
            does="Текст сервиса событий о недопустимом значении параметра.",
            form=TEXT,
            dialects=("events",),
        ),
        Option(
            name="event_text_5",
            default="Не найдены данные с запрошенными параметрами: [{X}] - {label}",
            title="Текст ответа 5: не найдено",
            does="Текст сервиса событий, когда по параметру ничего не найдено.",
            form=TEXT,
            dialects=("events",),
        ),
        Option(
            name="event_text_5_bare",
            default="Не найдены данные с запрошенными параметрами",
            title="Текст ответа 5 без параметра",
            does="Текст сервиса событий, когда не найдено по запросу в целом.",
            form=TEXT,
            dialects=("events",),
        ),
        Option(
            name="event_text_7",
            default="Дублирование данных по параметрам запроса: [{X}] - {label}",
            title="Текст ответа 7: повтор",
            does="Текст сервиса событий о сведениях, которые уже приняты.",
            form=TEXT,
            dialects=("events",),
        ),
    ),
)

OUTGOING = Group(
    "outgoing",
    "Исходящие и известия",
    (
        Option(
            name="outgoing_kinds",
            default=[],
            title="Виды исходящих сообщений RabbitMQ",
            does="Какие сообщения МИС этого диалекта получает от фонда; у канала может быть своё. Незнакомое МИС молча "
            "теряет.",
            form=Several(MESSAGES),
            dialects=BROKER,
            own={"perm": ["POLIS", "PERSCHANGE", "DOUBLES"], "karelia": ["POLIS", "PERSCHANGE", "DOUBLES"]},
        ),
        Option(
            name="outgoing_answer_hours",
            default=24,
            title="Сколько ждать ответа на сообщение",
            does="Через сколько часов исходящее сообщение без ответа отправляется снова.",
            form=Number(1, 24 * 90, "ч"),
        ),
        Option(
            name="outgoing_resends",
            default=3,
            title="Сколько раз отправлять снова",
            does="После стольких повторов без ответа исходящее показывается как неотвеченное.",
            form=Number(0, 100, "раз"),
        ),
        Option(
            name="outgoing_file_days",
            default=3,
            title="Сколько ждать, пока файл заберут",
            does="Через сколько дней незабранный исходящий файл показывается как просроченный.",
            form=Number(1, 365, "дн."),
        ),
        Option(
            name="news_lateness_hours",
            default=168,
            title="Запас нумерации изменений",
            does="На сколько часов назад просматривается регистр в поисках изменений, записанных с опозданием.",
            form=Number(1, 24 * 90, "ч"),
        ),
    ),
)

CENTRAL = Group(
    "central",
    "Обмен с ЦС ЕРЗ",
    (
        Option(
            name="central_exchange",
            default=False,
            title="Сообщать изменения в ЦС ЕРЗ",
            does="«Нет» – извещения не ставятся в очередь; после включения сообщается и то, что накопилось.",
            form=YesNo(),
        ),
        Option(
            name="central_file_messages",
            default=1_000,
            title="Сообщений в файле для ЦС ЕРЗ",
            does="По сколько сообщений собирается один файл.",
            form=Number(1, 100_000, "сообщений"),
        ),
        Option(
            name="central_answer_hours",
            default=24,
            title="Сколько ждать ответа ЦС ЕРЗ",
            does="Через сколько часов сообщение без ответа отправляется снова под тем же номером.",
            form=Number(1, 24 * 90, "ч", whole=False),
        ),
        Option(
            name="central_resends",
            default=3,
            title="Сколько раз повторять в ЦС ЕРЗ",
            does="После стольких повторов сообщение без ответа показывается просроченным.",
            form=Number(0, 100, "раз"),
        ),
        Option(
            name="central_lateness_hours",
            default=168,
            title="Запас отбора изменений для ЦС ЕРЗ",
            does="На сколько часов назад просматривается регистр в поисках изменений, записанных с опозданием.",
            form=Number(0, 24 * 90, "ч", whole=False),
        ),
        Option(
            name="central_questions",
            default="foreign",
            title="О ком спрашивать ЦС ЕРЗ",
            does="О ком из не найденных в регистре спрашивать; ответ показывается при следующем запросе.",
            form=Choice({"none": "ни о ком", "foreign": "о людях с ЕНП другой территории", "all": "обо всех"}),
            dialects=PACKETS,
        ),
        Option(
            name="central_insured_hours",
            default=24,
            title="Сколько верить ответу о страховании",
            does="Через сколько часов ответ ЦС ЕРЗ о страховании человека запрашивается заново.",
            form=Number(0, 24 * 90, "ч", whole=False),
        ),
        Option(
            name="central_person_days",
            default=30,
            title="Сколько верить ответу о человеке",
            does="Через сколько дней сведения ЦС ЕРЗ, которые не меняются, запрашиваются заново.",
            form=Number(0, 3_660, "дн."),
        ),
        Option(
            name="central_second_file",
            default=True,
            title="Второй файл ответа после ответа ФЕРЗЛ и ЦС ЕРЗ",
            does="Отправлять ли файл ответа ещё раз, когда о его людях ответили другие регистры.",
            form=YesNo(),
        ),
    ),
)

UPKEEP = Group(
    "upkeep",
    "Резервные копии",
    (
        Option(
            name="backup_hours",
            default=24,
            title="Как часто делать копию",
            does="Через сколько часов делается следующая резервная копия базы.",
            form=Number(0, 24 * 30, "ч", whole=False, zero="копии не делаются"),
        ),
        Option(
            name="backup_folder",
            default="backups",
            title="Папка резервных копий",
            does="Папка в каталоге данных или полный путь; должна быть доступна серверу.",
            form=Text("путь к папке", most=400),
        ),
        Option(
            name="backup_keep",
            default=7,
            title="Сколько копий хранить",
            does="Сколько последних резервных копий остаётся; более старые удаляются.",
            form=Number(1, 1_000, "копий"),
        ),
    ),
)
