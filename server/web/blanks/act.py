"""The act of a transfer as PDF: what goes to whom, by ranges of numbers, with places for two signatures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from registry.insured.blanks.queries.boxes import TYPES, HandedRange
from registry.insured.blanks.tables import BlankTransfer

FACE = "DejaVuSans"
FONT = Path(__file__).parents[1] / "static" / "vendor" / "DejaVuSans.ttf"
KINDS = {"П": "бумажный", "Э": "электронный (карта)"}
MARGIN = 18 * mm


def act_pdf(transfer: BlankTransfer, ranges: Sequence[HandedRange], fund: str, insurer: str) -> bytes:
    """The printed act; its face carries the letters that are used, so it reads the same everywhere."""
    _register_face()
    text = ParagraphStyle("text", fontName=FACE, fontSize=10, leading=14)
    title = ParagraphStyle("title", parent=text, fontSize=13, leading=18, alignment=TA_CENTER)
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"Акт приёма-передачи бланков № {transfer.number}",
        author=fund,
        invariant=1,
    )
    cancelled = " (ОТМЕНЁН)" if transfer.status == "cancelled" else ""
    totals = {kind: sum(len(one.range) for one in ranges if one.policy_type == kind) for kind in TYPES}
    told = ", ".join(f"{KINDS[kind]} – {count} шт." for kind, count in totals.items() if count)
    document.build(
        [
            Paragraph(f"АКТ № {transfer.number}{cancelled}<br/>приёма-передачи бланков полисов ОМС", title),
            Spacer(1, 6 * mm),
            Paragraph(f"от {transfer.on:%d.%m.%Y}", text),
            Spacer(1, 4 * mm),
            Paragraph(
                f"{escape(fund)} передал, а {escape(insurer)} (код {transfer.insurer_code}) принял бланки полисов "
                "обязательного медицинского страхования:",
                text,
            ),
            Spacer(1, 4 * mm),
            _table(ranges, ParagraphStyle("cell", parent=text, fontSize=9, leading=11)),
            Spacer(1, 4 * mm),
            Paragraph(f"Всего: {sum(totals.values())} шт.{f' ({told})' if told else ''}", text),
            Spacer(1, 14 * mm),
            _signatures(text),
        ]
    )
    return file.getvalue()


def _table(ranges: Sequence[HandedRange], cell: ParagraphStyle) -> Table:
    rows: list[list[object]] = [["№", "Короб", "Тип", "Серия", "С номера", "По номер", "Количество"]]
    rows += [
        [
            str(number),
            Paragraph(escape(one.box), cell),
            KINDS.get(one.policy_type, one.policy_type),
            one.series or "–",
            str(one.range.first),
            str(one.range.last),
            str(len(one.range)),
        ]
        for number, one in enumerate(ranges, 1)
    ]
    table = Table(rows, colWidths=[10 * mm, 28 * mm, 38 * mm, 20 * mm, 28 * mm, 28 * mm, 22 * mm], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FACE, 9),
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("ALIGN", (4, 1), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _signatures(text: ParagraphStyle) -> Table:
    line = "______________ / ______________________"
    parts = [Paragraph(f"{who}:<br/><br/>{line}<br/>«___» ____________ 20___ г.<br/>М. П.", text) for who in SIDES]
    return Table([parts], colWidths=[87 * mm, 87 * mm])


SIDES = ("Передал", "Принял")


@lru_cache(maxsize=1)
def _register_face() -> None:
    pdfmetrics.registerFont(TTFont(FACE, str(FONT)))
