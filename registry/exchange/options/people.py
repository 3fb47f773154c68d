"""Settings of the register of insured people: attachment, insurers, how a person is found, duplicates, the buffer."""

from __future__ import annotations

from registry.exchange.options.described import PACKETS, Group, Option, Relation
from registry.exchange.options.forms import Choice, Days, Number, Numbers, YearDay, YesNo

AREAS = {
    "1": "терапевтический",
    "2": "акушерско-гинекологический",
    "3": "стоматологический",
    "4": "скорой помощи",
    "5": "ФАП",
}
WORKING_DAYS = Number(0, 60, "раб. дн.")
BITS = Number(0.1, 200, "бит", whole=False)

ATTACHMENT = Group(
    "attachment",
    "Прикрепление",
    (
        Option(
            name="attachment_year",
            default="calendar",
            title="Как считать год между прикреплениями",
            does="По заявлению сменить МО можно раз в год: за календарный год или за 12 месяцев от прошлого раза.",
            form=Choice({"calendar": "календарный год", "rolling": "12 месяцев от прошлого прикрепления"}),
            dialects=PACKETS,
        ),
        Option(
            name="attachment_effect",
            default="date",
            title="С какого дня действует прикрепление",
            does="С даты, названной в записи, или с первого числа следующего месяца.",
            form=Choice({"date": "с даты записи", "next_month": "с 1-го числа следующего месяца"}),
            dialects=PACKETS,
        ),
        Option(
            name="attachment_late_note",
            default=False,
            title="Отмечать прикрепления, поданные поздно",
            does="«Да» – сведения о прикреплении по заявлению, поданные позже обоих сроков, получают замечание.",
            form=YesNo(),
            dialects=PACKETS,
        ),
        Option(
            name="attachment_decision_days",
            default=2,
            title="Срок решения МО о прикреплении",
            does="За сколько рабочих дней МО решает о прикреплении по заявлению.",
            form=WORKING_DAYS,
            dialects=PACKETS,
        ),
        Option(
            name="attachment_notice_days",
            default=3,
            title="Срок сообщения о прикреплении",
            does="За сколько рабочих дней после решения МО сообщает о прикреплении.",
            form=WORKING_DAYS,
            dialects=PACKETS,
        ),
        Option(
            name="holidays",
            default=[],
            title="Нерабочие праздничные дни",
            does="Кроме суббот и воскресений в рабочие дни сроков не входят эти.",
            form=Days(),
        ),
        Option(
            name="upsert_on_correction",
            default=False,
            title="Принимать исправление того, чего нет",
            does="«Да» – исправление прикрепления, которого у нас нет, понимается как новое; «нет» – отклоняется.",
            form=YesNo(),
            dialects=PACKETS,
        ),
        Option(
            name="unknown_district",
            default="warn",
            title="Если участок неизвестен",
            does="Что делать с прикреплением к участку, о котором МО не передала сведений.",
            form=Choice({"warn": "принять с замечанием", "refuse": "отклонить", "create": "завести участок"}),
            dialects=PACKETS,
            own={"dcx": "refuse", "generic": "create"},
        ),
        Option(
            name="district_norm",
            default={"1": 1_700, "2": 2_200, "5": 700},
            title="Норматив прикреплённых на участке",
            does="По видам участков; больше норматива на экране «Участки» показано красным.",
            form=Numbers(AREAS, Number(1, 1_000_000, "чел.")),
        ),
        Option(
            name="newborn_attachment",
            default="mother",
            title="Прикрепление новорождённого",
            does="Прикреплять ли новорождённого из файла ЗАГС к МО матери.",
            form=Choice({"mother": "к МО матери", "none": "не прикреплять"}),
            dialects=("files",),
        ),
        Option(
            name="newborn_days",
            default=120,  # a month to register a birth, three more to choose an insurer (закон № 326-ФЗ, статья 16)
            title="Сколько дней ребёнок новорождённый",
            does="До этого возраста ребёнок без полиса прикрепляется условно – сам или по документу представителя.",
            form=Number(0, 366, "дн."),
            dialects=PACKETS,
        ),
    ),
)

INSURERS = Group(
    "insurers",
    "СМО и их файлы",
    (
        Option(
            name="insurer_once_a_year",
            default=True,
            title="Менять СМО раз в год",
            does="Отклонять ли вторую за год смену СМО без причины, которая её допускает.",
            form=YesNo(),
            dialects=("files",),
        ),
        Option(
            name="insurer_until",
            default="11-01",
            title="До какого дня года меняют СМО",
            does="После этого дня смена СМО по заявлению в этом году не принимается.",
            form=YearDay("в любой день года"),
            dialects=("files",),
        ),
        Option(
            name="insurer_files_lag",
            default=15,
            title="Отставание файлов для СМО",
            does="Файлы s…, k…, c… берут изменения не новее, чем столько минут назад: записанное только что ещё может "
            "дополниться.",
            form=Number(0, 24 * 60, "мин", whole=False),
        ),
    ),
)

MATCHING = Group(
    "matching",
    "Поиск человека, дубликаты, буфер",
    (
        Option(
            name="matching_found",
            default=26.0,
            title="Порог «найден»",
            does="Человек найден по сходству, если оно не меньше. Ошибки порогов показаны на экране «Сопоставление».",
            form=BITS,
        ),
        Option(
            name="matching_margin",
            default=6.0,
            title="Отрыв от следующего",
            does="И следующий похожий отстаёт не меньше чем на столько.",
            form=Number(0, 100, "бит", whole=False),
        ),
        Option(
            name="matching_review",
            default=18.0,
            title="Порог разбора",
            does="Если сходство не меньше, но «найден» не достигнуто, запись попадает на разбор.",
            form=BITS,
        ),
        Option(
            name="review_holds",
            default=False,
            title="Ждать разбора, прежде чем ответить",
            does="«Да» – сообщение ждёт решения оператора, «нет» – отправитель сразу получает ответ «на рассмотрении».",
            form=YesNo(),
            dialects=PACKETS,
            own={"generic": True},
        ),
        Option(
            name="review_second_file",
            default=True,
            title="Второй файл ответа после разбора",
            does="Когда оператор решил последнюю запись файла, отправлять ли файл ответа ещё раз, уже с решениями.",
            form=YesNo(),
        ),
        Option(
            name="duplicates_hour",
            default=2,
            title="Час поиска дубликатов",
            does="С какого часа ночи весь регистр ищется на дубликаты; поиск начинается в течение трёх часов.",
            form=Number(0, 21, "ч"),
        ),
        Option(
            name="duplicates_engine",
            default="duckdb",
            title="Чем искать дубликаты",
            does="Splink на DuckDB или Spark, если они установлены, иначе сравниваются только номера и имена.",
            form=Choice({"duckdb": "Splink на DuckDB", "spark": "Splink на Spark", "": "номера и имена"}),
        ),
        Option(
            name="duplicates_limit",
            default=100_000,
            title="Пар за один поиск",
            does="Сколько самых похожих пар поиск предлагает самое большее.",
            form=Number(1, 10_000_000, "пар"),
        ),
        Option(
            name="buffer_two_persons",
            default=False,
            title="Решают двое",
            does="«Да» – изменение в буфере один сотрудник предлагает, другой утверждает.",
            form=YesNo(),
        ),
    ),
)

RELATIONS = (Relation(("matching_review", "matching_found"), "порог разбора больше нуля и не выше порога «найден»"),)
