"""Settings of the questions to the federal register of insured people (ФЕРЗЛ)."""

from __future__ import annotations

from registry.exchange.options.described import PACKETS, Group, Option
from registry.exchange.options.forms import Choice, Number, Text, YesNo

FEDERAL = Group(
    "ferzl",
    "Запросы в ФЕРЗЛ",
    (
        Option(
            name="ferzl_exchange",
            default=False,
            title="Спрашивать ФЕРЗЛ",
            does="«Да» – о не найденных в регистре спрашивается ФЕРЗЛ, раньше ЦС ЕРЗ; ключ – в HUB_FERZL_TOKEN.",
            form=YesNo(),
        ),
        Option(
            name="ferzl_address",
            default="",
            title="Адрес ФЕРЗЛ",
            does="Начало адреса службы, до «/t-foms/integration/ws/».",
            form=Text("адрес http:// или https://, либо пусто", pattern=r"(https?://[^\s?#@]+)?", most=300),
        ),
        Option(
            name="ferzl_version",
            default="24.1.2",
            title="Версия службы ФЕРЗЛ",
            does="Стоит в адресе службы и в пространствах имён запроса.",
            form=Text("числа через точку", pattern=r"\d+(\.\d+){0,3}", most=20),
        ),
        Option(
            name="ferzl_namespaces",
            default="versioned",
            title="Пространства имён ФЕРЗЛ",
            does="Ранняя форма службы пишет пространства имён без версии; ответ читается в любой форме.",
            form=Choice({"versioned": "с версией", "plain": "без версии"}),
        ),
        Option(
            name="ferzl_questions",
            default="foreign",
            title="О ком спрашивать ФЕРЗЛ",
            does="О ком из не найденных в регистре спрашивать; ответ показывается при следующем запросе.",
            form=Choice({"none": "ни о ком", "foreign": "о людях с ЕНП другой территории", "all": "обо всех"}),
            dialects=PACKETS,
        ),
        Option(
            name="ferzl_unknown_codes",
            default="",
            title="Коды ФЕРЗЛ «лицо не найдено»",
            does="Ошибка с таким кодом – отрицательный ответ, а не отказ.",
            form=Text("коды через пробел, либо пусто", pattern=r"[^\n]*", most=200),
        ),
        Option(
            name="ferzl_found_hours",
            default=24,
            title="Сколько верить ответу ФЕРЗЛ о найденном",
            does="Через сколько часов о том же человеке спрашивается заново.",
            form=Number(0, 24 * 90, "ч", whole=False),
        ),
        Option(
            name="ferzl_person_days",
            default=30,
            title="Сколько верить ответу ФЕРЗЛ о человеке",
            does="Сколько дней считается то, что не меняется: смерть, другой ЕНП; страхование запрашивается заново.",
            form=Number(0, 3_660, "дн."),
        ),
        Option(
            name="ferzl_unknown_hours",
            default=1,
            title="Сколько верить ответу ФЕРЗЛ «не найден»",
            does="Через сколько часов о не найденном там или после отказа спрашивается заново.",
            form=Number(0, 24 * 90, "ч", whole=False),
        ),
        Option(
            name="ferzl_timeout",
            default=30,
            title="Сколько ждать ответа ФЕРЗЛ",
            does="Через сколько секунд молчание службы считается сбоем связи.",
            form=Number(1, 600, "с"),
        ),
        Option(
            name="ferzl_retries",
            default=3,
            title="Сколько раз повторять после сбоя связи с ФЕРЗЛ",
            does="Повторяется только то, на что не отвечено; отказ службы не повторяется.",
            form=Number(0, 20, "раз"),
        ),
        Option(
            name="ferzl_pause",
            default=1,
            title="Пауза перед повтором в ФЕРЗЛ",
            does="Через сколько минут первый повтор; каждая следующая пауза вдвое длиннее.",
            form=Number(1, 24 * 60, "мин"),
        ),
    ),
)
