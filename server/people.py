"""Loading people into the registry of a hub, from the command line and for the demonstration."""

from __future__ import annotations

from pathlib import Path

from registry.insured.loading import LoadReport, load_people
from server.bootstrap import Hub
from server.progress import progress


def load_file(hub: Hub, path: Path) -> LoadReport:
    """Load a people CSV in one transaction, with a progress bar on a terminal."""
    with hub.sessions.begin() as session:
        secret = hub.context.key_secret(session)
    with hub.sessions.begin() as session, progress("Загружаем в регистр", path.stat().st_size) as told:
        return load_people(
            session, path, secret=secret, clock=hub.context.clock, progress=lambda done, _total: told(done)
        )


def told_report(report: LoadReport) -> str:
    """One line about a load."""
    text = f"людей {report.people}: добавлено {report.added}, дополнено {report.extended}, "
    text += f"без изменений {report.unchanged}"
    if report.refused_people or report.bad_lines:
        text += f", не принято {report.refused_people}, строк с ошибками {report.bad_lines}"
    return text
