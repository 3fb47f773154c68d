"""Search of insured people and the card of one person; every look is audited."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.central.queries.messages import of_acts
from registry.exchange.queries import organisation_names, visible_packets
from registry.insured import queries
from registry.insured.queries import Card, PersonLine, PersonSearch
from registry.insured.twins.queries.pairs import links_of_person
from registry.reference.territories import okato_of_fund
from server.web.auditing import note
from server.web.current import hub, now, session, today, viewer
from server.web.exchange.journal import day_of, end_of
from server.web.guess import guess
from server.web.insured import story
from server.web.insured.purpose import purpose_filter
from server.web.insured.words import SEXES
from server.web.permissions import Permission
from server.web.serving import serve
from server.web.table import PAGE, Column, Empty, Filter, Table

insured = Blueprint("insured", __name__, template_folder="templates")


HOW = (("exact", "Только точное"), ("similar", "Похожие написания"))
FILTERS = (
    Filter(
        name="q",
        title="Любой номер или ФИО",
        wide=True,
        placeholder="Иванов Иван 12.05.1980, ЕНП, СНИЛС",
        searches=bool,
    ),
    Filter(name="surname", title="Фамилия (начало)", searches=bool),
    Filter(name="first_name", title="Имя", searches=bool),
    Filter(name="patronymic", title="Отчество", searches=bool),
    Filter(name="birth_date", title="Дата рождения", kind="date", searches=bool),
    Filter(name="enp", title="ЕНП", searches=bool),
    Filter(name="snils", title="СНИЛС", searches=bool),
    Filter(name="document", title="Документ", placeholder="серия № номер", searches=bool),
    Filter(name="policy", title="Полис", placeholder="серия № номер", searches=bool),
    Filter(name="bdz_id", title="ИД в регистре", searches=bool),
    Filter(name="how", title="Совпадение", kind="select", options=HOW),
)
NOT_EXACT = (
    "Точных совпадений нет. Показаны люди с похожими данными: опечатки, другая раскладка, переставленные имя и "
    "фамилия, день и месяц. Чем больше сходство, тем вероятнее, что это тот самый человек."
)


def _likeness(line: PersonLine) -> int | None:
    return None if line.score is None else round(line.score)


def _below_name(line: PersonLine) -> str:
    told = [f"прежде: {line.former}"] if line.former else []
    return "; ".join([*told, f"сходство {_likeness(line)}"] if line.score is not None else told)


def full_name(line: PersonLine) -> str:
    """Surname, first name and patronymic of today."""
    return story.name_of(line.version)


@insured.get("/people")
def people() -> str | Response:
    """People who agree with everything asked; nothing is searched until there is enough to search by."""
    wanted = _wanted()
    table = _table(wanted)

    def fetch(after: str, limit: int) -> list[PersonLine]:
        if not wanted.is_enough:
            return []
        if table.value("how") == "similar":
            return _similar(wanted, limit)
        key = after.split("|") if after else []
        found = queries.find_people(session(), viewer().sight, wanted, today=today(), after=key, limit=limit)
        if found or after or table.value("how") == "exact" or not wanted.may_be_mistaken:
            return found
        found = _similar(wanted, limit)
        table.note = NOT_EXACT if found else ""
        return found

    return serve(table, fetch, "people.html", wanted=wanted, names=_names)


def _similar(wanted: PersonSearch, limit: int) -> list[PersonLine]:
    """The likeliest of one page: whoever needs more should say more."""
    secret = hub().context.key_secret(session())
    most = min(limit, PAGE)
    return queries.similar_people(session(), viewer().sight, wanted, now=now(), secret=secret, limit=most)


@insured.get("/people/<int:person_id>")
def person(person_id: int) -> str | Response:
    """The card of a person on a day, all numbers masked."""
    found = _card(person_id)
    note("open_person", "person", person_id)
    return _page(found, revealed="")


@insured.post("/people/<int:person_id>/reveal")
def reveal(person_id: int) -> str | Response:
    """The same card with one number shown; which one is audited, the number is not."""
    found = _card(person_id)
    what = request.form.get("what", "")[:30]
    note("reveal", "person", person_id, {"what": what})
    return _page(found, revealed=what)


def _card(person_id: int) -> Card:
    found = queries.card(session(), person_id)
    if found is None or not queries.person_is_visible(session(), viewer().sight, person_id, today()):
        abort(404)
    return found


def _page(found: Card, revealed: str) -> str | Response:
    if found.person.merged_into and not request.args.get("joined") and viewer().visibility.sees_all:
        return redirect(url_for("insured.person", person_id=found.person.merged_into))
    on = day_of(request.values.get("on", "")) or today()
    known = day_of(request.values.get("known", ""))
    moment = end_of(known) if known else None
    state = queries.state_on(found, on, moment, okato_of_fund(hub().settings.fund_code))
    steps = story.steps_of(found)
    packets = visible_packets(session(), viewer().visibility, _packet_ids(found))
    codes = [*(row.insurer_code for row in found.insurance), *(row.clinic_code for row in found.attachments)]
    codes += [row.organisation_code for row in found.acts] + [row.insurer_code for row in found.applications]
    return render_template(
        "person.html",
        card=found,
        state=state,
        insured_state=story.insured_state(state),
        on=on,
        known=known,
        is_today=on == today(),
        steps=steps,
        packets=packets,
        organisations=organisation_names(session(), codes),
        revealed=revealed,
        words=story,
        age=story.age(found, on),
        told=of_acts(session(), (row.id for row in found.acts)),
        links=links_of_person(session(), found.person.id, now()) if viewer().may(Permission.DUPLICATES) else [],
        may_link=viewer().may(Permission.DUPLICATES),
    )


def _packet_ids(found: Card) -> set[int]:
    return {row.packet_id for row in (*found.rows, *found.acts) if row.packet_id}


def _wanted() -> PersonSearch:
    guessed = guess(request.args.get("q", ""))
    given = {name: request.args.get(name, "").strip()[:100] for name in ("surname", "first_name", "patronymic")}
    numbers = {
        name: request.args.get(name, "").strip()[:60] for name in ("enp", "snils", "document", "policy", "bdz_id")
    }
    birth_date = day_of(request.args.get("birth_date", "")) or guessed.birth_date
    if guessed.kind == "name":
        parts = [*guessed.words, "", "", ""]
        given = {name: value or part for (name, value), part in zip(given.items(), parts, strict=False)}
    elif guessed.kind == "guid":
        numbers["bdz_id"] = numbers["bdz_id"] or guessed.text
    elif guessed.kind == "packet":
        numbers["policy"] = numbers["policy"] or guessed.text
    elif guessed.kind in numbers and guessed.text:
        numbers[guessed.kind] = numbers[guessed.kind] or guessed.text
    return PersonSearch(**given, **numbers, birth_date=birth_date)


def _used(wanted: PersonSearch) -> list[str]:
    """Which parts were asked by, without what was asked."""
    return [name for name in PersonSearch.__dataclass_fields__ if getattr(wanted, name)]


def _names(codes: list[str]) -> dict[str, str]:
    return organisation_names(session(), codes)


def _table(wanted: PersonSearch) -> Table:
    def link(line: PersonLine) -> str:
        return url_for("insured.person", person_id=line.person.id)

    choice, offered = purpose_filter()
    return Table(
        name="people",
        title="Застрахованные",
        row_link=link,
        exports=wanted.is_enough,
        searched=_used(wanted) if wanted.is_enough else (),
        key=lambda line: "|".join(line.key),
        columns=(
            Column(
                key="name",
                title="Фамилия, имя, отчество",
                value=full_name,
                link=link,
                kind="wide",
                below=_below_name,
            ),
            Column(key="birth", title="Дата рождения", value=lambda line: line.version.birth_date, kind="day"),
            Column(key="sex", title="Пол", value=lambda line: SEXES.get(line.version.sex, "")),
            Column(key="enp", title="ЕНП", value=lambda line: story.masked_enp(line.person.enp)),
            Column(key="status", title="Состояние", value=lambda line: str(line.person.status), kind="status:person"),
            Column(
                key="insurer", title="СМО", value=lambda line: line.insurance.insurer_code if line.insurance else ""
            ),
            Column(key="clinic", title="МО", value=lambda line: line.attachment.clinic_code if line.attachment else ""),
            Column(key="score", title="Сходство", value=_likeness, kind="number", shown=False),
            Column(key="died", title="Дата смерти", value=lambda line: line.person.died_on, kind="day", shown=False),
            Column(key="bdz", title="ИД в регистре", value=lambda line: line.person.bdz_id, kind="id", shown=False),
        ),
        defaults={choice.name: offered},
        filters=(*FILTERS, choice),
        empty=_nothing_found() if wanted.is_enough else _nothing_asked(),
    )


def _nothing_asked() -> Empty:
    return Empty(
        why="Введите, кого ищете",
        what="Хватит любого номера, даты рождения или двух первых букв фамилии. Прежние фамилии и номера тоже ищутся.",
        icon="user-search",
    )


def _nothing_found() -> Empty:
    scope = {"clinic": "прикреплённых к вашей МО", "insurer": "застрахованных у вас"}
    among = scope.get(viewer().organisation.kind, "всех записей регистра")
    return Empty(
        why="Никто не найден",
        what=f"Искали среди {among}. Сверьте написание, уберите часть условий или ищите по одному номеру.",
        link=url_for("insured.people"),
        action="Новый поиск",
        icon="user-search",
    )
