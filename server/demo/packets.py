"""Bodies of packets for every channel, written from records by the same spellings and layouts that read them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from registry.core.fields import Record
from registry.core.forms import write_moment
from registry.core.layouts import Layout
from registry.core.spellings import Spelling
from registry.exchange.catalogue import Catalog
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.codecs.delimited import write_rows
from registry.exchange.codecs.xml import serialize
from registry.insured.kinds.methods import BY_APPLICATION, Method

DCX = "http://main.dce/"
UIR = "http://uir.ffoms.ru"
ATTACH = "urn:tfoms-hub:attach:1"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
MOVED_HOME = 1
LISTS = {
    "MakeAttachAction": "p11_atachlist",
    "MakeDeAttachActionCancel": "p11_atachlist",
    "MakeDeAttachAction": "p11_deatachlist",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who calls DCExchangeSrv: its code there is its login in the demonstration."""

    code: str
    password: str
    login: str = ""


def spelling_of(catalog: Catalog, dialect: str, name: str) -> Spelling:
    """Return a spelling that must be there."""
    found = catalog.spelling(dialect, name)
    if found is None:
        raise LookupError(f"{dialect} does not spell «{name}»")
    return found


def dcx_call(
    catalog: Catalog, operation: str, records: Sequence[Record], *, sender: Sender, guid: str, at: datetime
) -> etree._Element:
    """Return a call of DCExchangeSrv with these records; their clinics are codes of that contract already."""
    call = etree.Element(f"{{{DCX}}}{operation}", nsmap={"d": DCX})
    package = etree.SubElement(call, "orderpack")
    header = etree.SubElement(package, "p10_packinf")
    for name, text in (
        ("p10_pakagedate", write_moment(at)),
        ("p11_pakagesender", sender.code),
        ("p12_pakageguid", guid),
        ("p13_zerrpkg", "0"),
    ):
        etree.SubElement(header, name).text = text
    place = etree.SubElement(package, LISTS[operation]) if operation in LISTS else package
    spelling = spelling_of(catalog, "dcx", operation)
    for element in spelling.write([_as_dcx(record) for record in records]):
        place.append(element)
    for name, text in (
        ("username", sender.login or sender.code),
        ("password", sender.password),
        ("sendercode", sender.code),
    ):
        etree.SubElement(call, name).text = text
    return call


def _as_dcx(record: Record) -> Record:
    """The contract tells the way of an attachment by a type and, after a move to another home, by a reason."""
    method = record.values.get("method")
    if method is None:
        return record
    changed = copy(record)
    changed.__dict__ = {
        **record.__dict__,
        "method": Method.APPLICATION if method in BY_APPLICATION else Method.TERRITORIAL,
    }
    if method is Method.APPLICATION_MOVED:
        changed.__dict__["end_reason"] = MOVED_HOME
    return changed


def question(catalog: Catalog, dialect: str, name: str, record: Record) -> etree._Element:
    """Return the body of an identification call; ``name`` is the element."""
    namespace = UIR if dialect == "uir" else ATTACH
    return next(spelling_of(catalog, dialect, name).write([record], namespace))


def soap_envelope(child: etree._Element, version: str = SOAP11) -> bytes:
    """Return the whole envelope around the child of its Body."""
    envelope = etree.Element(f"{{{version}}}Envelope", nsmap={"s": version})
    etree.SubElement(envelope, f"{{{version}}}Body").append(child)
    return serialize(envelope)


def message(catalog: Catalog, name: str, record: Record, *, operation: str, day: date) -> bytes:
    """Return the XML of one RabbitMQ message."""
    root = next(spelling_of(catalog, "generic", name).write([record]))
    header = root.find("HEADER")
    if header is None:
        header = etree.Element("HEADER")
        root.insert(0, header)
    for position, (tag, text) in enumerate((("OPERATIONTYPE", operation), ("DATA", day.isoformat()))):
        element = etree.Element(tag)
        element.text = text
        header.insert(position, element)
    return serialize(root)


def packaged_layout(catalog: Catalog, name: str) -> Layout:
    """Return a layout as it is published with the hub."""
    from registry.core.layouts import layout_of

    rows = [(kind, row) for kind, row in catalog.layouts if row.layout == name]
    return layout_of(rows[0][0], [row for _, row in rows], catalog.forms)


def dbf_file(layout: Layout, records: Iterable[Record], *, code_page: str, today: date) -> bytes:
    """Return a DBF of these records in a code page."""
    stream = io.BytesIO()
    fields = [DbfField(column.name, column.type, column.length) for column in layout.columns]
    names = [field.name for field in fields]
    with DbfWriter(stream, fields, code_page, today=today) as writer:
        for record in records:
            values = zip(names, layout.write_values(record), strict=True)
            writer.write_row({name: value for name, value in values if value})
    return stream.getvalue()


def csv_file(layout: Layout, records: Iterable[Record]) -> bytes:
    """Return an attachment file of these records in windows-1251."""
    stream = io.BytesIO()
    write_rows(stream, (layout.write_values(record) for record in records))
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class ChangesFile:
    """The name of an insurer's file of changes: whose, of which point, which month and number."""

    insurer: str
    point: str
    month: date
    number: int

    @property
    def name(self) -> str:
        """The name as the exchange wants it."""
        return f"i{self.insurer}_{self.point}_{self.month:%m%y}{self.number}.xml"


def changes_file(catalog: Catalog, file: ChangesFile, records: Sequence[Record]) -> etree._Element:
    """Return an OPLIST of these statements; ``serialize(…, "windows-1251")`` makes the file of it."""
    root = etree.Element("OPLIST")
    for tag, text in (
        ("VERS", "2.0"),
        ("FILENAME", file.name),
        ("SMOCOD", file.insurer),
        ("PRZCOD", file.point),
        ("NRECORDS", str(len(records))),
    ):
        etree.SubElement(root, tag).text = text
    root.extend(spelling_of(catalog, "files", "OPLIST").write(records))
    return root
