"""What carries golden cases of an insurer's changes: one OPLIST with an OP for every record, answered by REPLIST."""

from __future__ import annotations

from lxml import etree

from registry.exchange.codecs.xml import serialize
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.pipeline import Incoming, receive
from server.demo.packets import ChangesFile, changes_file, spelling_of
from tests.channels.carriers import Carrier, NotCarriedError, Outcome, Place, replace_texts
from tests.channels.golden_cases import AS_OF, Case


class ChangesOfInsurer(Carrier):
    """A file of changes of the insurer that sends."""

    name = "oplist"
    dialect = "files"

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        catalog = place.context.catalog
        file = ChangesFile(case.sender, str(case.first_number), AS_OF, 1)
        root = changes_file(catalog, file, [one.record(case.kind) for one in case.sent])
        elements = root.findall("OP")
        if len(elements) != len(case.sent):
            raise NotCarriedError("records of one number are one record here")
        for element, one in zip(elements, case.sent, strict=True):
            replace_texts(element, spelling_of(catalog, "files", "OPLIST"), one)
        path = place.folder / file.name
        path.write_bytes(serialize(root, "windows-1251"))
        incoming = Incoming("file", "files", path=path, file_name=file.name, caller=place.caller(case.sender))
        reply = receive(place.session, incoming, place.context)
        assert reply.refusal is None, reply.refusal
        packet_id = place.finish(reply.packet_id)
        answer = etree.fromstring(stored_bytes(place.session, packet_id, ANSWER))
        assert (answer.tag, len(answer.findall("REP"))) == ("REPLIST", len(case.sent))
        return place.outcomes(packet_id)
