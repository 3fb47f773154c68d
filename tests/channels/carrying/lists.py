"""What carries golden cases of departments' lists and of policy blanks: one CSV of the layout the hub defines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from registry.core.layouts import Layout
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import RecordRow
from server.demo.packets import csv_file, packaged_layout
from tests.channels.carriers import Carrier, NotCarriedError, Outcome, Place
from tests.channels.golden_cases import AS_OF, Case


@dataclass
class ListOf(Carrier):
    """A list of one kind; the file names its sender unless the case does."""

    layout: str
    stem: str
    sender: str

    name = "list"
    dialect = "files"

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        layout = packaged_layout(place.context.catalog, self.layout)
        sender = str(case.content.get("sender", self.sender))
        file_name = f"{case.content.get('stem', self.stem)}_{AS_OF:%Y%m%d}_1.csv"
        path = place.folder / file_name
        path.write_bytes(self._body(layout, case))
        return place.outcomes(self._handed_in(place, path, sender))

    def _handed_in(self, place: Place, path: Path, sender: str) -> int:
        incoming = Incoming("file", "files", path=path, file_name=path.name, caller=place.caller(sender))
        reply = receive(place.session, incoming, place.context)
        assert reply.refusal is None, reply.refusal
        packet_id = place.finish(reply.packet_id)
        assert stored_bytes(place.session, packet_id, ANSWER)
        return packet_id

    def _body(self, layout: Layout, case: Case) -> bytes:
        body = csv_file(layout, [one.record(case.kind) for one in case.sent]).decode("cp1251")
        rows = [row.split(";") for row in body.split("\r\n")]
        places = {name: place for place, column in enumerate(layout.columns) for name in (s.name for s in column.specs)}
        for row, one in zip(rows, case.sent, strict=True):
            for field, text in one.texts.items():
                if field not in places:
                    raise NotCarriedError(f"{layout.name} has no {field}")
                row[places[field]] = f'"{text}"'
        return "\r\n".join(";".join(row) for row in rows).encode("cp1251")


@dataclass
class Whole(ListOf):
    """A file nobody reads: as many bytes as the one record of the case tells, and the sum of these bytes."""

    name = "whole file"

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        (sent,) = case.sent
        path = place.folder / f"{case.content.get('stem', self.stem)}_{AS_OF:%Y%m%d}_1.{self.layout}"
        content = (b"\x00\xff<?svpdp?>" * (int(sent.values["size"]) // 11 + 1))[: int(sent.values["size"])]
        path.write_bytes(content)
        packet_id = self._handed_in(place, path, self.sender)
        (kept,) = place.session.scalars(select(RecordRow.fields).where(RecordRow.packet_id == packet_id))
        assert (kept["size"], kept["digest"]) == (len(content), hashlib.sha256(content).hexdigest())
        return place.outcomes(packet_id)


LISTS: dict[str, tuple[Carrier, ...]] = {
    "death": (ListOf("zags_death", "ZAGS_DEATH", "zags"),),
    "birth": (ListOf("zags_birth", "ZAGS_BIRTH", "zags"),),
    "name_change": (ListOf("zags_name", "ZAGS_NAME", "zags"),),
    "snils_answer": (ListOf("sfr_snils", "SFR_SNILS", "sfr"),),
    "tax_person": (ListOf("fns_persons", "FNS_PERSONS", "fns"),),
    "conscription": (ListOf("vk_conscripts", "VK_CONSCRIPTS", "vk"),),
    "foreign_file": (Whole("bin", "SVPDP_POLIS", "svpdp"),),
    "blank_portion": (ListOf("blank_portion", "BLANKS63", "63"),),
}
