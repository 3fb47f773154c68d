"""Which carriers can carry which kind of golden cases."""

from __future__ import annotations

from tests.channels.carriers import Carrier, DcxCall, File, Message, Question, SectionMessage
from tests.channels.carrying.central import AnswersOfCentre
from tests.channels.carrying.insurer import ChangesOfInsurer
from tests.channels.carrying.lists import LISTS

UIR = Question("uir", "uir", "GetMedInsState", "UIRRequest")
UIR2 = Question("uir2", "uir", "GetMedInsState2", "UIRRequest2")
GETATTACH = Question("getattach", "getattach", "GetAttach", "GetAttach")
PERSONATTACH = SectionMessage()
CARRIERS: dict[str, tuple[Carrier, ...]] = {
    "identification": (
        UIR,
        UIR2,
        GETATTACH,
        DcxCall("GetAttachInformation"),
        Message("pers", "PERS"),
        File("dbf", "crimea", "cp866"),
    ),
    "attachment": (
        DcxCall("MakeAttachAction"),
        Message("message", "PERSONATTACHDISTRICT"),
        File("csv", "full25"),
        File("csv24", "federal24"),
        PERSONATTACH,
    ),
    "detachment": (
        DcxCall("MakeDeAttachAction"),
        Message("message", "PERSONATTACHDISTRICT"),
        File("csv", "full25"),
        File("csv24", "federal24"),
        PERSONATTACH,
    ),
    "detachment_cancellation": (DcxCall("MakeDeAttachActionCancel"),),
    "district": (Message("message", "DISTRICT"),),
    "person_contacts": (Message("message", "PERSONCONTACTS"), File("csv", "contacts")),
    "insured_change": (ChangesOfInsurer(),),
    "central_answer": (AnswersOfCentre(),),
    **LISTS,
}
