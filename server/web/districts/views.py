"""The screen «Участки»: districts or medical workers of a clinic with the number attached, and the people behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.checks.snils import format_snils
from registry.exchange.queries import organisation_names, senders
from registry.insured.kinds.methods import TITLES, Method
from registry.insured.queries.districts import (
    AttachedFilter,
    AttachedLine,
    DistrictLine,
    Worker,
    attached_people,
    district_lines,
    worker_lines,
)
from server.web.current import hub, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.insured import story
from server.web.insured.words import AREA_TYPES
from server.web.serving import serve
from server.web.statuses import options
from server.web.table import Column, Empty, Filter, Table

districts = Blueprint("districts", __name__, template_folder="templates")

BY_WORKER = "worker"
NURSING = 2
GROUP = "РС ЕРЗ"
SORTS: dict[str, Callable[[DistrictLine], int]] = {
    "attached": lambda line: line.attached,
    "share": lambda line: line.share,
}


@districts.get("/districts", endpoint="districts")
def show() -> str | Response:
    """Districts of one clinic, or its workers, with figures of a day."""
    clinics = _clinics()
    chosen = _chosen(clinics)
    table = _table(clinics, chosen)

    def fetch(after: str, limit: int) -> list[DistrictLine]:
        lines = _sorted(table, _narrowed(table, _lines(table, chosen)))
        keys = [line.key for line in lines]
        start = keys.index(after) + 1 if after in keys else 0
        return lines[start : start + limit]

    return serve(table, fetch, "list.html", group=GROUP)


@districts.get("/districts/people")
def people() -> str | Response:
    """The people attached to a district, to a worker or to a whole clinic on a day."""
    clinic = request.args.get("clinic", "")
    if clinic not in dict(_clinics()):
        abort(404)
    area = request.args.get("area", "1")
    wanted = AttachedFilter(
        clinic=clinic,
        area_type=int(area) if area in {str(one) for one in AREA_TYPES} else 1,
        district=request.args.get("district"),
        worker="".join(filter(str.isdigit, request.args.get("worker", ""))),
    )
    on = day_of(request.args.get("on", "")) or today()

    def fetch(after: str, limit: int) -> list[AttachedLine]:
        return attached_people(session(), wanted, on, after=after.split("|") if after else (), limit=limit)

    table = _people_table(wanted)
    return serve(table, fetch, "list.html", group=GROUP)


def _clinics() -> list[tuple[str, str]]:
    """The clinics whose districts the viewer may see: a clinic its own and its departments, the fund all."""
    sees = viewer().visibility
    if sees.sees_all:
        lines = senders(session())
        return [(one.sender_code, one.organisation.name) for one in lines if one.organisation.kind == "clinic"]
    names = organisation_names(session(), sees.codes)
    return [(code, names.get(code, code)) for code in sorted(sees.codes)]


def _chosen(clinics: Sequence[tuple[str, str]]) -> set[str]:
    asked = request.args.get("clinic", "")
    if asked:
        return {asked} & set(dict(clinics))
    return set() if viewer().visibility.sees_all else set(dict(clinics))


def _lines(table: Table, chosen: set[str]) -> list[DistrictLine]:
    if not chosen:
        return []
    on = day_of(table.value("on")) or today()
    norms = hub().context.options(session())["district_norm"]
    read = worker_lines if table.value("by") == BY_WORKER else district_lines
    return read(session(), chosen, on, norms)


def _narrowed(table: Table, lines: list[DistrictLine]) -> list[DistrictLine]:
    area, load, text = table.value("area"), table.value("load"), table.value("q").casefold()
    return [
        line
        for line in lines
        if (not area or str(line.area_type) == area)
        and (not load or line.load == load)
        and (not text or text in line.code.casefold())
    ]


def _sorted(table: Table, lines: list[DistrictLine]) -> list[DistrictLine]:
    key = SORTS.get(table.sort.lstrip("-"))
    return sorted(lines, key=key, reverse=table.sort.startswith("-")) if key else sorted(lines, key=_by_number)


def _by_number(line: DistrictLine) -> tuple[str, int, int, str]:
    """Districts in the order people count them: 2 stands before 11."""
    digits = "".join(filter(str.isdigit, line.code))
    return line.clinic, line.area_type, int(digits or 0), line.code


def _table(clinics: Sequence[tuple[str, str]], chosen: set[str]) -> Table:
    by_worker = request.args.get("by") == BY_WORKER
    on = request.args.get("on") or None

    def link(line: DistrictLine) -> str:
        worker, district = (line.code, None) if by_worker else (None, line.code)
        return url_for(
            "districts.people", clinic=line.clinic, area=line.area_type, on=on, worker=worker, district=district
        )

    return Table(
        name="workers" if by_worker else "districts",
        title="Участки",
        caption="Врачи и фельдшеры с прикреплёнными" if by_worker else "Участки с прикреплёнными",
        key=lambda line: str(line.key),
        row_link=link,
        columns=(*_worker_columns(link), *_common(link)) if by_worker else (*_district_columns(link), *_common(link)),
        filters=(
            Filter(
                name="clinic",
                title="МО",
                kind="select",
                options=[(code, f"{code} {name}") for code, name in clinics],
                wide=True,
            ),
            Filter(name="by", title="Показать", kind="select", options=((BY_WORKER, "по врачам"),)),
            Filter(
                name="area", title="Вид участка", kind="select", options=[(str(k), v) for k, v in AREA_TYPES.items()]
            ),
            Filter(name="load", title="Нагрузка", kind="select", options=options("load")),
            Filter(name="on", title="На дату", kind="date"),
            Filter(name="q", title="СНИЛС врача" if by_worker else "Код участка"),
        ),
        empty=_nothing(chosen),
    )


def _nothing(chosen: set[str]) -> Empty:
    if not chosen:
        return Empty(
            why="Выберите медицинскую организацию",
            what="Участки показываются по одной МО: выберите её в отборе выше.",
            icon="building-hospital",
        )
    return Empty(
        why="Участков по этим условиям нет",
        what="МО передаёт участки сообщениями DISTRICT или называет их при прикреплении.",
        icon="map-pin",
    )


def _worker_columns(link: Callable[[DistrictLine], str]) -> tuple[Column, ...]:
    return (
        Column(
            key="worker",
            title="СНИЛС медработника",
            value=lambda line: format_snils(line.code),
            link=link,
            below=lambda line: "участки: " + ", ".join(line.districts) if line.districts else "без участка",
        ),
        Column(
            key="worker_name",
            title="Медработник",
            value=lambda line: line.workers[0].name if line.workers else "",
            below=lambda line: _position(line.workers[0]) if line.workers else "",
            kind="wide",
        ),
    )


def _told(worker: Worker) -> str:
    """A worker in a list of several: by name where the clinic told one."""
    marks = ", ".join(filter(None, (format_snils(worker.snils) if worker.name else "", _position(worker))))
    return f"{worker.name or format_snils(worker.snils)}{f' ({marks})' if marks else ''}"


def _position(worker: Worker) -> str:
    category = "фельдшер, сестра" if worker.category == NURSING else ""
    return ", ".join(filter(None, (category, f"специальность {worker.speciality}" if worker.speciality else "")))


def _district_columns(link: Callable[[DistrictLine], str]) -> tuple[Column, ...]:
    return (
        Column(
            key="code",
            title="Участок",
            value=lambda line: line.code or "без участка",
            link=link,
            below=lambda line: "" if line.registered or not line.code else "известен только по прикреплениям",
        ),
        Column(
            key="workers",
            title="Медработники",
            value=lambda line: ", ".join(_told(worker) for worker in line.workers),
            kind="wide",
        ),
        Column(key="department", title="Отделение", value=lambda line: line.department, shown=False),
        Column(key="building", title="Подразделение", value=lambda line: line.building, shown=False),
        Column(key="opened", title="Открыт", value=lambda line: line.opened_on, kind="day", shown=False),
        Column(key="closed", title="Закрыт", value=lambda line: line.closed_on, kind="day"),
    )


def _common(link: Callable[[DistrictLine], str]) -> tuple[Column, ...]:
    return (
        Column(key="clinic", title="МО", value=lambda line: line.clinic),
        Column(key="area", title="Вид участка", value=lambda line: AREA_TYPES.get(line.area_type, line.area_type)),
        Column(
            key="attached", title="Прикреплено", value=lambda line: line.attached, kind="number", sorts=True, link=link
        ),
        Column(key="norm", title="Норматив", value=lambda line: line.norm or None, kind="number"),
        Column(
            key="share",
            title="Нагрузка, %",
            value=lambda line: line.share if line.norm else None,
            kind="number",
            sorts=True,
        ),
        Column(key="load", title="Оценка", value=lambda line: line.load, kind="status:load"),
    )


def _people_table(wanted: AttachedFilter) -> Table:
    where = f"участок {wanted.district or 'не указан'}" if wanted.district is not None else f"МО {wanted.clinic}"
    title = f"Прикреплённые: врач {format_snils(wanted.worker)}" if wanted.worker else f"Прикреплённые: {where}"
    return Table(
        name="attached",
        title=title,
        caption=f"МО {wanted.clinic}, {AREA_TYPES.get(wanted.area_type, '')}",
        key=lambda line: str(line.key),
        row_link=lambda line: url_for("insured.person", person_id=line.person.id),
        columns=(
            Column(
                key="name",
                title="Фамилия, имя, отчество",
                value=lambda line: story.name_of(line.version),
                link=lambda line: url_for("insured.person", person_id=line.person.id),
                kind="wide",
            ),
            Column(key="birth", title="Дата рождения", value=lambda line: line.version.birth_date, kind="day"),
            Column(key="enp", title="ЕНП", value=lambda line: story.masked_enp(line.person.enp)),
            Column(key="since", title="Прикреплён с", value=lambda line: line.attachment.valid_from, kind="day"),
            Column(
                key="method", title="Способ", value=lambda line: TITLES[Method(line.attachment.method)], kind="wide"
            ),
            Column(key="district", title="Участок", value=lambda line: line.attachment.district_code),
            Column(
                key="doctor",
                title="СНИЛС врача",
                value=lambda line: format_snils(line.attachment.doctor_snils) if line.attachment.doctor_snils else "",
            ),
        ),
        filters=(
            Filter(name="clinic", title="МО", chip=False),
            Filter(
                name="area", title="Вид участка", kind="select", options=[(str(k), v) for k, v in AREA_TYPES.items()]
            ),
            Filter(name="district", title="Участок"),
            Filter(name="worker", title="СНИЛС врача"),
            Filter(name="on", title="На дату", kind="date"),
        ),
        empty=Empty(
            why="Прикреплённых нет",
            what="На эту дату к участку никто не прикреплён.",
            link=url_for("districts.districts", clinic=wanted.clinic),
            action="Все участки МО",
            icon="users",
        ),
    )
