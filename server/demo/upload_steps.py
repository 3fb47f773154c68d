"""The walk through the form of the web page: a clerk signs in, hands in files and takes the answers away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from registry.core.outcomes import Operation
from registry.exchange.codecs.dbf import DbfReader
from registry.insured.kinds.attachment import Attachment
from server.demo.cast import Cast, spoilt
from server.demo.packets import csv_file, dbf_file, packaged_layout
from server.demo.show import Show
from server.demo.visitor import Visitor

TAKEN = "принят"


class UploadWalk:
    """Files of one clinic: both code pages, archives, errors, repetitions."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._visitor = Visitor(base_url)

    def run(self) -> None:
        """Identification by DBF, attachment by CSV, ZIP around either, a repetition, a name taken."""
        self._show.heading("Файлы: форма загрузки")
        self._sign_in()
        for number, (code_page, packed) in enumerate((("cp866", False), ("cp1251", False), ("cp866", True)), 1):
            self._identify(code_page, packed=packed, number=number)
        self._attach(packed=False)
        self._attach(packed=True)

    def _sign_in(self) -> None:
        got, address = self._visitor.sign_in(f"clinic{self._cast.clinic}")
        self._show.step("Вход сотрудника МО", "POST /sign-in", f"{got} {address}", expected="200", got=got)

    def _identify(self, code_page: str, *, packed: bool, number: int) -> None:
        cast = self._cast
        blocks = [next(cast.people).block, next(cast.people).block, cast.stranger()]
        day = {"on": cast.today, "until": cast.today}
        records = [cast.request(block, **day) for block in blocks]
        layout = packaged_layout(cast.hub.context.catalog, "crimea")
        body = dbf_file(layout, records, code_page=code_page, today=cast.today)
        stem = f"{cast.clinic}_{cast.today:%d%m%Y}_{cast.run % 1_000_000}{number}"
        expected = " ".join([blocks[0]["enp"], blocks[1]["enp"], "-"])
        name, sent = (f"{stem}.zip", _zipped(f"{stem}.DBF", body)) if packed else (f"{stem}.DBF", body)
        self._hand_in(f"DBF {code_page}{' в ZIP' if packed else ''}", name, sent, expected, _enps)

    def _attach(self, *, packed: bool) -> None:
        cast = self._cast
        records, expected = self._rows()
        layout = packaged_layout(cast.hub.context.catalog, "full25")
        body = csv_file(layout, records)
        stem = f"MO2{cast.clinic}{cast.today:%Y%m%d}{cast.run % 1_000_000}{int(packed)}"
        if packed:
            self._hand_in("CSV в ZIP", f"{stem}.zip", _zipped(f"{stem}.csv", body), expected, _statuses)
            return
        self._hand_in("CSV с ошибками в строках", f"{stem}.csv", body, expected, _statuses)
        reply = self._visitor.hand_in(f"{stem}.csv", body)
        self._show.step("CSV: повтор того же файла", stem, str(reply), expected=TAKEN, got=_told(reply))
        reply = self._visitor.hand_in(f"{stem}.csv", csv_file(layout, records[:1]))
        got = "отказ" if reply.get("refusal") else TAKEN
        self._show.step("CSV: то же имя, другое содержание", stem, str(reply), expected="отказ", got=got)

    def _rows(self) -> tuple[list[Attachment], str]:
        """Rows of an attachment file with the status and the code each must get."""
        cast = self._cast
        good, wrong = next(cast.people).block, next(cast.people).block
        planted: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
            (good, {}, "1"),
            (wrong, {"enp": spoilt(wrong["enp"]), "policy_number": None}, "2 4"),
            (wrong, {"attached_on": cast.today + timedelta(days=3)}, "2 87"),
            (wrong, {"surname": "Оши6кин"}, "2 5"),
            (cast.stranger(), {}, "2 404"),
        )
        rows = [
            cast.attachment(
                {**block, **changes}, number, **{"policy_number": None, "action": Operation.INSERT, **_dates(changes)}
            )
            for number, (block, changes, _) in enumerate(planted, 1)
        ]
        return rows, "; ".join(told for _, _, told in planted)

    def _hand_in(
        self, title: str, name: str, body: bytes, expected: str, read: Callable[[bytes], tuple[str, str]]
    ) -> None:
        reply = self._visitor.hand_in(name, body)
        answer = b"" if reply.get("refusal") else self._visitor.answer(reply["address"])
        shown, got = read(answer) if answer else (str(reply), "нет ответа")
        self._show.step(title, f"{name}, {len(body)} байт", shown, expected=expected, got=got)


def _dates(changes: dict[str, object]) -> dict[str, object]:
    return {"attached_on": changes["attached_on"]} if "attached_on" in changes else {}


def _told(reply: dict[str, str]) -> str:
    return reply["refusal"] or TAKEN


def _zipped(name: str, body: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return stream.getvalue()


def _enps(answer: bytes) -> tuple[str, str]:
    """The rows of an answer for people, and the ЕНП found."""
    rows = [row.values for row in DbfReader(io.BytesIO(answer))]
    shown = "\n".join(
        f"{row['NREC']} {row['FAM']}: {row['RENP'] or '-'} СМО {row['RQ'] or '-'} {row['EERP'] or row['REPL']}"
        for row in rows
    )
    return shown, " ".join(row["RENP"] or "-" for row in rows)


def _statuses(answer: bytes) -> tuple[str, str]:
    """The rows of an answer E2 for people, and status with code of each."""
    text = answer.decode("cp1251")
    rows = [[value.strip('"') for value in line.split(";")] for line in text.split("\r\n")]
    return text, "; ".join(f"{row[6]} {row[7]}".strip() for row in rows)
