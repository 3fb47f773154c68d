"""Calls of the federal register about one question: the list, and what went and came as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.central.tables import CentralCall
from registry.core.errors import Permanent
from registry.exchange.codecs.xml import parse_document

#: The latest calls are shown; a question that goes on being sent anew has more of them.
MOST_CALLS = 20
LONGEST_SHOWN = 64 * 1024


@dataclass(frozen=True, slots=True)
class CallText:
    """What went in a call and what came, for people; the answer is ``cut`` when not all of it is shown."""

    call: CentralCall
    request: str
    answer: str
    cut: bool


def calls_of(session: Session, message_id: int) -> list[CentralCall]:
    """The calls about a question, the latest first, without what went and came."""
    query = select(CentralCall).where(CentralCall.message_id == message_id)
    return list(session.scalars(query.order_by(CentralCall.id.desc()).limit(MOST_CALLS)))


def texts_of(calls: Sequence[CentralCall]) -> list[CallText]:
    """The same calls with what went and came."""
    return [_text(one) for one in calls]


def _text(call: CentralCall) -> CallText:
    answer = _readable(call.answer, call.charset)
    return CallText(
        call,
        _readable(call.request),
        answer[:LONGEST_SHOWN],
        len(answer) > LONGEST_SHOWN or call.size > len(call.answer),
    )


def _readable(body: bytes, charset: str = "") -> str:
    """XML with a line for every element; whatever else it is as it stands."""
    try:
        root = parse_document(body, told=charset)
    except Permanent:
        return _decoded(body, charset).replace("\0", "")
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _decoded(body: bytes, charset: str) -> str:
    """The text in the encoding the transport told of, when there is such a one."""
    try:
        return body.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
