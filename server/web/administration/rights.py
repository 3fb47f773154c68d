"""Rights of roles for administrators: what ships, what was taken away or given, by whom."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.operations.security.change_rights import change_rights
from registry.exchange.queries import looks_at
from registry.exchange.queries.security.rights import all_changed_rights, changed_rights
from registry.exchange.tables import RoleRight
from server.web.access.viewer import ROLES
from server.web.auditing import note
from server.web.current import now, session, viewer
from server.web.exchange.wording import ORGANISATION_KINDS
from server.web.permissions import ROLES_OF, TITLES, may_be_changed, permissions_of, permissions_with
from server.web.serving import serve
from server.web.table import Column, Empty, Table

rights = Blueprint("rights", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of a kind of organisation, its rights now and what of them differs from what ships."""

    kind: str
    role: str
    now: int
    changed: tuple[RoleRight, ...]

    @property
    def key(self) -> str:
        """What it is known by in addresses and the audit."""
        return f"{self.kind}.{self.role}"

    @property
    def title(self) -> str:
        """The role in words."""
        return ROLES.get(self.role, self.role)

    def told(self, granted: bool) -> str:
        """Rights given or taken, in words."""
        words = {one.value: title for one, title in TITLES.items()}
        return "; ".join(words.get(row.permission, row.permission) for row in self.changed if row.granted is granted)


@rights.get("/rights")
def roles() -> str | Response:
    """Every role with what differs from what ships."""
    lines = _lines()
    return serve(_table(), lambda after, _limit: [] if after else lines, "list.html", group="Администрирование")


@rights.get("/rights/<kind>.<role>")
def role(kind: str, role: str) -> str:
    """The rights of one role as a list to tick."""
    _known(kind, role)
    changed = changed_rights(session(), kind, role)
    return render_template(
        "role.html",
        kind=kind,
        role=role,
        title=f"{ORGANISATION_KINDS.get(kind, kind)}: {ROLES.get(role, role)}",
        titles=TITLES,
        has=permissions_with(kind, role, changed),
        ships=permissions_of(kind, role),
        open_to_change=may_be_changed(kind, role),
        acts=looks_at(session(), viewer().visibility, "role", f"{kind}.{role}", limit=20),
    )


@rights.post("/rights/<kind>.<role>")
def change(kind: str, role: str) -> Response:
    """Let a role have just the ticked rights, from the next click of its people on."""
    _known(kind, role)
    ticked = set(request.form.getlist("right"))
    ships, had = permissions_of(kind, role), permissions_with(kind, role, changed_rights(session(), kind, role))
    able = may_be_changed(kind, role)
    wanted = {one.value: None if (one.value in ticked) == (one in ships) else one.value in ticked for one in able}
    taken = [one.value for one in TITLES if one in able and one in had and one.value not in ticked]
    given = [one.value for one in TITLES if one in able and one not in had and one.value in ticked]
    if taken or given:
        change_rights(session(), kind, role, wanted, now=now(), by=viewer().login)
        note("set_rights", "role", f"{kind}.{role}", {"taken": taken, "given": given})
        flash("Права изменены, они действуют со следующего нажатия.", "success")
    else:
        flash("Права те же, менять нечего.", "info")
    return redirect(url_for("rights.role", kind=kind, role=role), 303)


def _known(kind: str, role: str) -> None:
    if role not in ROLES_OF.get(kind, ()):
        abort(404)


def _lines() -> list[RoleLine]:
    rows = all_changed_rights(session())
    found = []
    for kind, names in ROLES_OF.items():
        for name in names:
            changed = tuple(row for row in rows if (row.organisation_kind, row.role) == (kind, name))
            has = permissions_with(kind, name, {row.permission: row.granted for row in changed})
            found.append(RoleLine(kind, name, len(has), changed))
    return found


def _table() -> Table:
    def link(line: RoleLine) -> str:
        return url_for("rights.role", kind=line.kind, role=line.role)

    return Table(
        name="rights",
        title="Права ролей",
        row_link=link,
        columns=(
            Column(key="kind", title="Организация", value=lambda line: ORGANISATION_KINDS.get(line.kind, line.kind)),
            Column(key="role", title="Роль", value=lambda line: line.title, link=link),
            Column(key="now", title="Прав", value=lambda line: line.now, kind="number"),
            Column(key="taken", title="Отнято", value=lambda line: line.told(granted=False), kind="wide"),
            Column(key="given", title="Дано сверх поставки", value=lambda line: line.told(granted=True), kind="wide"),
            Column(
                key="changed",
                title="Изменены",
                value=lambda line: line.changed[0].changed_at if line.changed else None,
                below=lambda line: line.changed[0].changed_by if line.changed else "",
                kind="moment",
            ),
        ),
        empty=Empty(why="Ролей нет", what="Роли описаны в поставке."),
    )
