"""Loading the packaged masks and layouts into their tables; rows that staff changed stay as they are."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.catalogue import Catalog
from registry.exchange.layouts import layout_field
from registry.exchange.tables import FileMask, LayoutField
from registry.insured.agencies.spellings.masks import AGENCY_MASKS

MO = r"(?P<mo>\d{6})"
DAY = r"(?P<yyyy>20\d{2})(?P<mm>0[1-9]|1[0-2])(?P<dd>[0-2]\d|3[01])(?P<n>\d*)"
MASKS = (
    {
        "code": "identification_dbf",
        "kind": "identification",
        "pattern": rf"{MO}_(?P<dd>\d{{2}})(?P<mm>\d{{2}})(?P<yyyy>\d{{4}})_(?P<n>\d+)\.dbf",
        "answer_name": "{name}",
        "example": "910012_05112026_1.DBF",
        "title": "запрос идентификации",
        "priority": 1,
    },
    {
        "code": "attachment_csv",
        "kind": "attachment",
        "pattern": rf"(?:MO|МО)2{MO}{DAY}\.csv",
        "answer_name": "E{tail}.{ext}",
        "example": "MO21400112026110501.csv",
        "title": "сведения о прикреплении",
        "priority": 1,
    },
    {
        "code": "attachment_csv_short",
        "kind": "attachment",
        "pattern": rf"(?:MO|МО)2(?P<mo>\d{{4,5}}){DAY}\.csv",
        "answer_name": "E{tail}.{ext}",
        "example": "MO2345620150617.csv",
        "title": "сведения о прикреплении, код МО неполный",
        "priority": 2,
    },
    {
        "code": "changes_request_mo",
        "kind": "changes_request",
        "pattern": rf"SI2{MO}{DAY}\.csv",
        "answer_name": "RI{tail}.{ext}",
        "example": "SI263000120261128.csv",
        "title": "запрос изменений за период, МО",
        "priority": 7,
    },
    {
        "code": "changes_request_smo",
        "kind": "changes_request",
        "pattern": rf"SI2(?P<smo>\d{{5}}){DAY}\.csv",
        "answer_name": "RI{tail}.{ext}",
        "example": "SI26300120261128.csv",
        "title": "запрос изменений за период, СМО",
        "priority": 7,
    },
    {
        "code": "blank_portion_csv",
        "kind": "blank_portion",
        "pattern": r"BLANKS(?P<mo>\d{2})_(?P<yyyy>20\d{2})(?P<mm>0[1-9]|1[0-2])(?P<dd>[0-2]\d|3[01])(?:_\d+)?\.csv",
        "answer_name": "E{stem}.{ext}",
        "example": "BLANKS63_20261128_1.csv",
        "title": "коробки с бланками полисов",
        "priority": 8,
    },
    {
        "code": "person_contacts_csv",
        "kind": "person_contacts",
        "pattern": rf"CT{MO}{DAY}\.csv",
        "answer_name": "E{name}",
        "example": "CT63000120261120.csv",
        "title": "контактные данные и участки прикреплённых",
        "priority": 1,
    },
    {
        "code": "insured_change_xml",
        "kind": "insured_change",
        "pattern": r"i(?P<smo>\d{5})_(?P<prz>[0-9A-Za-z]{1,10})_(?:0[1-9]|1[0-2])\d{2}\d+\.xml",
        "answer_name": "p{rest}.xml",
        "example": "i63001_001_11261.xml",
        "title": "изменения сведений о застрахованных",
        "priority": 1,
    },
)
CENTRAL_MASKS = tuple(
    {
        "code": f"central_{suffix}",
        "kind": "central_answer",
        "pattern": rf"\d{{5}}-[\w.-]{{1,80}}\.{suffix}",
        "answer_name": "",
        "example": f"36000-0f8fad5b-d9cb-469f-a165-70867728950e.{suffix}",
        "title": title,
        "priority": 1,
        "sender_kind": "agency",
        "sender_code": "cs",
    }
    for suffix, title in (("uprak1", "подтверждение приёма ЦС ЕРЗ"), ("uprak2", "ответы ЦС ЕРЗ на сообщения"))
)


def describe_files(session: Session, catalog: Catalog) -> int:
    """Add the masks and layout columns that are not there yet; return how many rows were added."""
    added = 0
    known_masks = set(session.scalars(select(FileMask.code)))
    for mask in (*MASKS, *AGENCY_MASKS, *CENTRAL_MASKS):
        if mask["code"] not in known_masks:
            session.add(FileMask(dialect="files", **mask))
            added += 1
    known = {tuple(row) for row in session.execute(select(LayoutField.layout, LayoutField.position))}
    for kind, row in catalog.layouts:
        if (row.layout, row.position) in known:
            continue
        session.add(layout_field(kind, row))
        added += 1
    session.flush()
    return added
