"""Settings of what is taken in: rates, sizes, patience, entrance."""

from __future__ import annotations

from registry.exchange.options.described import PACKETS, Group, Option
from registry.exchange.options.forms import Number, Several, Text, YesNo

RATE = Number(0, 1_000_000, "в минуту", zero="без ограничения")
HOURS = Number(0, 24 * 365, "ч", whole=False)
ROWS = Number(1, 100_000_000, "строк")

DOORS = Group(
    "doors",
    "Вход и частота запросов",
    (
        Option(
            name="identification_rate",
            default=60,
            title="Запросов идентификации в минуту",
            does="Сколько запросов о человеке принимается за минуту от одной учётной записи или ключа; на каждый "
            "процесс отдельно. Лишние получают отказ с просьбой подождать.",
            form=RATE,
        ),
        Option(
            name="dcx_rate",
            default=6_000,
            title="Вызовов DCExchangeSrv в минуту",
            does="Сколько вызовов действующего контракта принимается за минуту от одной учётной записи.",
            form=RATE,
        ),
        Option(
            name="event_rate",
            default=600,
            title="Вызовов сервиса событий в минуту",
            does="Сколько вызовов сервиса сведений о событиях принимается за минуту от одной учётной записи.",
            form=RATE,
        ),
        Option(
            name="rest_rate",
            default=600,
            title="Вызовов REST в минуту",
            does="Сколько вызовов REST принимается за минуту по одному ключу.",
            form=RATE,
        ),
        Option(
            name="identification_adapters",
            default=[],
            title="Формы идентификации других регионов",
            does="Какие контракты других регионов отвечают по адресам /soap/identification/….",
            form=Several({"vologda": "Вологда", "volgograd": "Волгоград", "karelia": "Карелия"}),
        ),
        Option(
            name="max_failures",
            default=5,
            title="Неудачных входов подряд до закрытия",
            does="После скольких неверных паролей подряд учётная запись закрывается на время.",
            form=Number(1, 100, "раз"),
        ),
        Option(
            name="lock_minutes",
            default=15,
            title="На сколько закрывается вход",
            does="Сколько минут учётная запись закрыта после неверных паролей подряд.",
            form=Number(1, 24 * 60, "мин"),
        ),
        Option(
            name="dcx_quiet_hours",
            default="",
            title="Часы без приёма пакетов DCExchangeSrv",
            does="Между этими часами пакеты отклоняются, например 9-20 – днём. Пусто – приём в любое время.",
            form=Text(
                "часы вида 9-20 от 0 до 23 или пусто",
                r"|(?:[01]?\d|2[0-3])-(?:[01]?\d|2[0-3])",
                most=5,
                empty="приём в любое время",
            ),
        ),
        Option(
            name="dcx_sender_code",
            default="9007",
            title="Код фонда в ответах DCExchangeSrv",
            does="Код, под которым фонд отвечает в действующем контракте.",
            form=Text("от 1 до 20 цифр или латинских букв", r"[0-9A-Za-z]{1,20}", most=20),
        ),
    ),
)

SIZES = Group(
    "sizes",
    "Объёмы и порции",
    (
        Option(
            name="page_rows",
            default=1_000,
            title="Строк на странице списка",
            does="По сколько строк отдают списки DCExchangeSrv и сервиса событий.",
            form=Number(1, 100_000, "строк"),
            dialects=("dcx", "events"),
        ),
        Option(
            name="whole_list_rows",
            default=20_000,
            title="Строк в списке без страниц",
            does="Больше стольких строк список без деления на страницы не отдаётся: отправителя просят сузить запрос.",
            form=ROWS,
            dialects=("dcx", "events"),
        ),
        Option(
            name="act_last_year",
            default=2028,
            title="Последний год актов сверки",
            does="До какого года GetAttachListByRangeAct принимает запрос; раньше 2016 года актов нет.",
            form=Number(2016, 2999, "год"),
            dialects=("dcx",),
        ),
        Option(
            name="batch_rows",
            default=1_000_000,
            title="Строк в файле идентификации",
            does="Файл DBF длиннее отклоняется целиком.",
            form=ROWS,
        ),
        Option(
            name="attachment_rows",
            default=4_999,
            title="Строк в файле прикреплений",
            does="Файл CSV о прикреплениях длиннее отклоняется целиком.",
            form=ROWS,
        ),
        Option(
            name="agency_rows",
            default=100_000,
            title="Строк в файле ведомства",
            does="Файл ЗАГС, СФР, ФНС, военкомата или СВПДП длиннее отклоняется целиком.",
            form=ROWS,
        ),
        Option(
            name="insured_change_rows",
            default=100_000,
            title="Записей в файле изменений СМО",
            does="Файл i… длиннее отклоняется целиком.",
            form=ROWS,
        ),
        Option(
            name="portion_rows",
            default=10_000,
            title="Записей в порции",
            does="По сколько записей большого пакета сохраняется за раз; остановленный пакет продолжается с порции.",
            form=Number(1, 1_000_000, "записей"),
        ),
        Option(
            name="strict_files",
            default=False,
            title="Строго разбирать файлы CSV",
            does="«Да» – отступление от формы (заголовок, лишний разделитель, кодировка) – ошибка, «нет» – замечание.",
            form=YesNo(),
        ),
        Option(
            name="unreadable_share",
            default=0.2,
            title="Доля неразобранных строк файла",
            does="Если строк, которые нельзя разобрать, больше этой доли, файл отклоняется целиком: он не того вида.",
            form=Number(0, 1, whole=False),
        ),
        Option(
            name="protocol_findings",
            default=50,
            title="Ошибок в ответе RabbitMQ",
            does="Сколько ошибок одного сообщения перечисляется в ответе; остальные видны в журнале.",
            form=Number(1, 10_000, "ошибок"),
            dialects=("generic",),
        ),
    ),
)

HOLDING = Group(
    "holding",
    "Ожидание и повторы",
    (
        Option(
            name="strict_insert",
            default=False,
            title="Отклонять повторное добавление",
            does="«Да» – добавление объекта, который уже есть, отклоняется; «нет» – понимается как изменение.",
            form=YesNo(),
            dialects=PACKETS,
        ),
        Option(
            name="hold_hours",
            default=24,
            title="Сколько ждать связанный объект",
            does="Сколько часов запись ждёт объект, на который ссылается, прежде чем будет отклонена.",
            form=HOURS,
            dialects=PACKETS,
        ),
        Option(
            name="hold_hours_dependants",
            default=2,
            title="Сколько ждать удаления зависимых",
            does="Сколько часов удаление ждёт удаления того, что на объект ссылается.",
            form=HOURS,
            dialects=PACKETS,
        ),
        Option(
            name="hold_hours_file",
            default=24,
            title="Сколько ждать парный файл",
            does="Сколько часов ждёт файл, без которого пакет не полон.",
            form=HOURS,
            dialects=("files",),
        ),
        Option(
            name="hold_hours_review",
            default=72,
            title="Сколько ждать решения оператора",
            does="Сколько часов сообщение ждёт, пока оператор выберет человека на разборе.",
            form=HOURS,
            dialects=PACKETS,
        ),
        Option(
            name="hold_minutes",
            default=10,
            title="Как часто пробовать снова",
            does="Через сколько минут ожидающий пакет пробуется ещё раз, если его ничто не разбудило.",
            form=Number(1, 24 * 60, "мин", whole=False),
            dialects=PACKETS,
        ),
    ),
)
