"""Checking a file of answers against its request, in the layouts of whoever asked; nothing is stored."""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy.orm import Session

from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.dbf_answers import Comparison, compare_answer
from registry.exchange.context import HubContext
from registry.exchange.dialects.files import stored_main
from registry.exchange.dialects.files_identification import answer_layout, open_table, request_layout
from registry.exchange.tables import Packet

REFUSAL = "refusal"


def compare_batch(session: Session, packet: Packet, answer: BinaryIO, context: HubContext) -> Comparison:
    """Tell what the program that sent a packet would make of this answer (files.md 2.6)."""
    envelope = context.catalog.dialects[packet.dialect].reopen(session, packet, context)
    told = [one.name for one in answer_layout(session, envelope).columns if one.specs and one.specs[0].name == REFUSAL]
    with stored_main(session, packet, envelope) as request:
        asked = open_table(session, envelope, request)
        names = [column.name for column in request_layout(session, envelope).columns if column.specs]
        given = DbfReader(answer, encoding=asked.encoding)
        return compare_answer(asked, given, names, told[0] if told else "")
