"""The tables of books, of their rows and of their editions."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from registry.reference.queries import BookState
from registry.reference.tables import Book, BookRow, BookVersion
from server.web.current import hub
from server.web.statuses import options
from server.web.table import Column, Empty, Filter, Table

BOOK_FILTERS = (
    Filter(name="q", title="Код или слова", placeholder="V021, специальности", wide=True),
    Filter(name="state", title="Состояние", kind="select", options=options("book")),
    Filter(
        name="use",
        title="Проверки",
        kind="select",
        options=(("used", "По нему проверяют"), ("asleep", "Проверки спят")),
    ),
)


@dataclass(frozen=True, slots=True)
class BookLine:
    """A book with the kinds of messages that are checked by it."""

    state: BookState
    kinds: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its code."""
        return self.state.book.code

    @property
    def edition(self) -> str:
        """The edition in use."""
        return self.state.version.edition if self.state.version else ""

    @property
    def day(self) -> str:
        """The day of that edition."""
        return f"{self.state.version.edition_date:%d.%m.%Y}" if self.state.version else ""

    @property
    def listed_day(self) -> str:
        """The day of the edition in the federal list."""
        return f"{self.state.book.listed_on:%d.%m.%Y}" if self.state.book.listed_on else ""

    @property
    def told(self) -> str:
        """Everything it may be looked for by."""
        return f"{self.key} {self.state.book.title} {self.state.book.type}".casefold()


def checked_by() -> dict[str, tuple[str, ...]]:
    """The titles of the kinds of messages that are checked by each book."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in sorted(hub().context.catalog.kinds.values(), key=lambda one: one.title):
        for code in kind.books:
            found[code] = (*found.get(code, ()), kind.title)
    return found


def books_table() -> Table:
    """All books, loaded or not."""

    def link(line: BookLine) -> str:
        return url_for("reference.book", code=line.key)

    return Table(
        name="books",
        title="Справочники",
        row_link=link,
        columns=(
            Column(key="code", title="Код", value=lambda line: line.key, kind="code", link=link),
            Column(
                key="title",
                title="Справочник",
                value=lambda line: line.state.book.title,
                below=lambda line: line.state.book.type,
                kind="wide",
            ),
            Column(key="state", title="Состояние", value=lambda line: line.state.state, kind="status:book"),
            Column(key="edition", title="Версия", value=lambda line: line.edition, below=lambda line: line.day),
            Column(key="rows", title="Строк", value=lambda line: line.state.rows or None, kind="number"),
            Column(
                key="waiting",
                title="Ждут решения",
                value=lambda line: line.state.waiting or None,
                kind="number",
                shown=False,
            ),
            Column(
                key="listed",
                title="В перечне",
                value=lambda line: line.state.book.listed_edition,
                below=lambda line: line.listed_day,
            ),
            Column(key="kinds", title="Что проверяется", value=lambda line: ", ".join(line.kinds), kind="wide"),
        ),
        filters=BOOK_FILTERS,
        empty=Empty(
            why="Таких справочников нет",
            what="Уберите условия или ищите по коду.",
            link=url_for("reference.books"),
            action="Показать все",
            icon="book",
        ),
    )


def rows_table(book: Book) -> Table:
    """Rows of one book."""

    def name(row: BookRow) -> str:
        return str(row.values.get(book.name_field, ""))

    shown = {*book.key_fields.split(";"), book.name_field}
    others = [one for one in book.attributes.split(";") if one and one not in shown]

    def attribute(column: str) -> Column:
        def value(row: BookRow) -> str:
            told = row.values.get(column, "")
            return "; ".join(told) if isinstance(told, list) else str(told)

        return Column(key=column, title=column, value=value)

    return Table(
        name=f"book_{book.code}",
        title=book.title,
        key=lambda row: str(row.id),
        columns=(
            Column(key="key", title="Код", value=lambda row: row.key, kind="code"),
            Column(key="name", title="Значение", value=name, kind="wide"),
            *map(attribute, others),
            Column(
                key="since",
                title="Действует с",
                value=lambda row: row.valid_from if row.valid_from.year > 1900 else None,
                kind="day",
            ),
            Column(
                key="until",
                title="По",
                value=lambda row: row.valid_to if row.valid_to.year < 9999 else None,
                below=lambda row: "нет в новой версии" if row.gone else "",
                kind="day",
            ),
        ),
        filters=(
            Filter(name="q", title="Код или слова", placeholder="часть названия", wide=True),
            Filter(name="on", title="Действует на дату", kind="date"),
        ),
        empty=Empty(
            why="Строк нет" if book.revision else "Справочник не загружен",
            what="Уберите условия." if book.revision else "Загрузите файл ФФОМС, Минздрава или CSV по шаблону.",
            link=url_for("reference.book", code=book.code) if book.revision else "",
            action="Показать все",
            icon="book",
        ),
    )


def versions_table(book: Book) -> Table:
    """Editions of one book as they came."""

    def link(row: BookVersion) -> str:
        return url_for("reference.version", version_id=row.id)

    return Table(
        name="book_versions",
        title=f"Версии {book.code}",
        row_link=link,
        key=lambda row: str(row.id),
        columns=(
            Column(key="edition", title="Версия", value=lambda row: row.edition, link=link),
            Column(key="date", title="От", value=lambda row: row.edition_date, kind="day"),
            Column(key="state", title="Состояние", value=lambda row: row.state, kind="status:edition"),
            Column(key="rows", title="Строк", value=lambda row: row.rows, kind="number"),
            Column(key="added", title="Добавлено", value=lambda row: row.report.get("added"), kind="number"),
            Column(key="changed", title="Изменено", value=lambda row: row.report.get("changed"), kind="number"),
            Column(key="vanished", title="Исчезло", value=lambda row: row.report.get("vanished"), kind="number"),
            Column(
                key="loaded",
                title="Получена",
                value=lambda row: row.loaded_at,
                below=lambda row: row.loaded_by,
                kind="moment",
            ),
            Column(
                key="switched",
                title="Введена",
                value=lambda row: row.switched_at,
                below=lambda row: row.switched_by,
                kind="moment",
            ),
            Column(key="file", title="Файл", value=lambda row: row.file_name, kind="wide"),
        ),
        empty=Empty(why="Версий нет", what="Загрузите файл справочника.", icon="book"),
    )
