"""The tables of the exchange with departments: columns, filters, what may be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from registry.exchange.queries import senders
from registry.exchange.queries.agencies import AgencyFile, UnmatchedRow
from registry.insured.agencies.kinds import KINDS
from registry.insured.agencies.queries.announced import AnnouncedDeath
from registry.insured.agencies.queries.suspended import SuspendedLine
from registry.insured.agencies.words import TITLES
from server.web.current import session
from server.web.exchange import wording
from server.web.insured import story
from server.web.insured.words import POLICIES
from server.web.table import Bulk, Column, Empty, Filter, Table

Link = Callable[[AgencyFile], str]
AGENCIES = Filter(name="agency", title="Ведомство", kind="select", options=tuple(TITLES.items()))
SINCE = Filter(name="since", title="С даты", kind="date")
KIND_NAMES = tuple((kind.name, kind.title) for kind in KINDS if kind.name != "death_cancellation")


def files_table() -> Table:
    """Files in and out, the newest first."""

    def packet(line: AgencyFile) -> str:
        return url_for("exchange.packet", line_id=line.entry.id)

    def missing(line: AgencyFile) -> str:
        return url_for("agencies.unmatched", packet=line.entry.id)

    return Table(
        name="agency_files",
        title="Межведомственный обмен",
        caption="Файлы ведомств, новые сверху",
        row_link=packet,
        columns=_file_columns(packet, missing),
        filters=(
            AGENCIES,
            Filter(name="kind", title="Сведения", kind="select", options=KIND_NAMES),
            Filter(
                name="direction", title="Направление", kind="select", options=(("in", "входящие"), ("out", "исходящие"))
            ),
            SINCE,
        ),
        empty=Empty(
            why="Файлов ведомств нет",
            what="Ведомство передаёт файл само или его загружает оператор на странице «Загрузка файлов».",
            link=url_for("uploads.uploads"),
            action="Загрузить файл",
            icon="building",
        ),
    )


def _policy(line: SuspendedLine) -> str:
    return POLICIES.get(line.policy.type, line.policy.type)


def _file_columns(packet: Link, missing: Link) -> tuple[Column, ...]:
    return (
        Column(key="at", title="Получен", value=lambda line: line.entry.at, kind="moment", link=packet),
        Column(key="agency", title="Ведомство", value=lambda line: line.agency, kind="wide"),
        Column(
            key="direction",
            title="Направление",
            value=lambda line: "исходящий" if line.entry.direction == "out" else "входящий",
            shown=False,
        ),
        Column(key="kind", title="Сведения", value=lambda line: wording.kind_title(line.entry.kind)),
        Column(
            key="file",
            title="Файл",
            value=lambda line: line.entry.file_name,
            below=lambda line: f"ответ: {line.answer_name}" if line.answer_name else "",
            kind="file",
        ),
        Column(key="status", title="Состояние", value=lambda line: line.entry.status, kind="status:packet"),
        Column(key="records", title="Строк", value=lambda line: line.entry.records, kind="number"),
        Column(key="matched", title="Найдено", value=lambda line: line.matched, kind="number"),
        Column(key="unmatched", title="Не найдено", value=lambda line: line.unmatched, kind="number", link=missing),
        Column(key="waiting", title="Ждёт решения", value=lambda line: line.waiting, kind="number"),
        Column(key="rejected", title="Отказано", value=lambda line: line.rejected, kind="number"),
    )


def unmatched_table() -> Table:
    """Rows nobody was found for."""

    def record(line: UnmatchedRow) -> str:
        return url_for("exchange.record", line_id=line.packet_id, position=line.position)

    return Table(
        name="unmatched",
        title="Строки без найденных лиц",
        caption="Кого не нашли в регистре и почему",
        row_link=record,
        columns=(
            Column(key="at", title="Получена", value=lambda line: line.at, kind="moment"),
            Column(key="agency", title="Ведомство", value=lambda line: line.agency, kind="wide"),
            Column(key="file", title="Файл", value=lambda line: line.file_name, kind="file"),
            Column(key="number", title="№ записи", value=lambda line: line.number, link=record),
            Column(key="name", title="Фамилия, имя, отчество", value=_name, kind="wide"),
            Column(key="birth", title="Дата рождения", value=lambda line: _day(line.fields.get("birth_date"))),
            Column(key="text", title="Причина", value=lambda line: line.text, kind="message"),
            Column(key="code", title="Код", value=lambda line: line.code, kind="code", shown=False),
        ),
        filters=(AGENCIES, SINCE, Filter(name="packet", title="Пакет №")),
        empty=Empty(
            why="Все строки найдены",
            what="По этим условиям нет ни одной строки, для которой не нашлось лица.",
            link=url_for("agencies.files"),
            action="К файлам ведомств",
            icon="circle-check",
        ),
    )


def announced_table(packets: Mapping[int, int]) -> Table:
    """Announced deaths, the oldest first; ``packets`` tells whose each packet is by the time the rows are shown."""
    names = {one.organisation.id: f"{one.sender_code} {one.organisation.name}" for one in senders(session())}

    def sender_of(line: AnnouncedDeath) -> str:
        return names.get(packets.get(line.fact.packet_id or 0, 0), "")

    return Table(
        name="announced_deaths",
        title="Сообщения о смерти",
        caption="Смерть без записи акта: ждут решения",
        row_link=_person_of,
        key=lambda line: str(line.key),
        columns=(
            Column(key="at", title="Получено", value=lambda line: line.fact.recorded_at, kind="moment"),
            *_whose(_person_of),
            Column(key="died", title="Дата смерти", value=lambda line: line.fact.valid_from, kind="day"),
            Column(
                key="source",
                title="Кто сообщил",
                value=lambda line: line.fact.source,
                below=sender_of,
            ),
            Column(key="packet", title="Пакет №", value=lambda line: line.fact.packet_id, link=_packet_of),
        ),
        bulk=(
            Bulk(title="Зарегистрировать смерть отмеченных", address=url_for("agencies.confirm"), icon="check"),
            Bulk(title="Отклонить отмеченные", address=url_for("agencies.refuse"), icon="x"),
        ),
        empty=Empty(
            why="Сообщений без решения нет",
            what="Сюда попадает смерть, о которой сообщили без номера записи акта ЗАГС.",
            icon="circle-check",
        ),
    )


def suspended_table() -> Table:
    """Suspended insurances, the latest first."""
    return Table(
        name="suspended",
        title="Приостановленные полисы",
        caption="Военная служба: страхование приостановлено (П025)",
        row_link=_person_of,
        key=lambda line: str(line.key),
        defaults={"state": "open"},
        columns=(
            *_whose(_person_of),
            Column(key="enp", title="ЕНП", value=lambda line: story.masked_enp(line.person.enp)),
            Column(key="insurer", title="СМО", value=lambda line: line.insurance.insurer_code),
            Column(key="policy", title="Тип полиса", value=_policy),
            Column(key="until", title="Страхование по", value=lambda line: line.insurance.valid_to, kind="day"),
            Column(key="restored", title="Восстановлено с", value=lambda line: line.restored_on, kind="day"),
            Column(key="source", title="Источник", value=lambda line: line.insurance.source, shown=False),
        ),
        filters=(
            Filter(
                name="state",
                title="Состояние",
                kind="select",
                options=(("open", "приостановлены"), ("restored", "восстановлены"), ("all", "все")),
            ),
            Filter(name="insurer", title="СМО", placeholder="5 цифр"),
            Filter(name="since", title="Приостановлено с", kind="date"),
        ),
        empty=Empty(
            why="Приостановленных полисов нет",
            what="Они появляются после загрузки списка военкомата (VK_CONSCRIPTS).",
            link=url_for("agencies.files", agency="vk"),
            action="Файлы военкоматов",
            icon="shield",
        ),
    )


def _whose(person: Callable[[Any], str]) -> tuple[Column, Column]:
    """Whom a line is about: the name that leads to the card, and the birth date."""
    return (
        Column(
            key="name",
            title="Фамилия, имя, отчество",
            value=lambda line: story.name_of(line.version),
            link=person,
            kind="wide",
        ),
        Column(key="birth", title="Дата рождения", value=lambda line: line.version.birth_date, kind="day"),
    )


def _person_of(line: AnnouncedDeath | SuspendedLine) -> str:
    return url_for("insured.person", person_id=line.person.id)


def _packet_of(line: AnnouncedDeath) -> str:
    return url_for("exchange.packet", line_id=line.fact.packet_id) if line.fact.packet_id else ""


def _name(line: UnmatchedRow) -> str:
    parts: list[Any] = [line.fields.get(name) for name in ("surname", "first_name", "patronymic")]
    return " ".join(str(part) for part in parts if part)


def _day(value: Any) -> str:
    return ".".join(reversed(str(value).split("-"))) if value else ""
