"""How the contract of events writes its kinds and questions (contract, clauses 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from registry.core.forms import DATE, FLAG, GUID, INTEGER, MCOD, MOMENT, TEXT, bounded, codes, joined, one_of
from registry.core.kinds import MessageKind
from registry.core.outcomes import Operation
from registry.core.spellings import Arrange, Node, Reading, Spelling, listed, spell, tag
from registry.insured.spellings.codes import ALSO_F008, F008_NUMBERS, SEX_CODE
from registry.support.kinds import questions as q
from registry.support.kinds.dispensary_observation import DISPENSARY_OBSERVATION, Visit
from registry.support.kinds.dispensary_observation import DispensaryObservation as O
from registry.support.kinds.event import Event as E
from registry.support.kinds.inform_request import INFORM_REQUEST
from registry.support.kinds.inform_request import InformRequest as I
from registry.support.kinds.inform_result import INFORM_RESULT
from registry.support.kinds.inform_result import InformResult as R
from registry.support.kinds.preventive_exam import PREVENTIVE_EXAM, Diagnosis, Direction, PerformedService
from registry.support.kinds.preventive_exam import PreventiveExam as X
from registry.support.kinds.service import Service
from registry.support.kinds.telemedicine import TELEMEDICINE, Recommendation
from registry.support.kinds.telemedicine import Consultation as T

DIALECT = "events"
SERVICES = {
    "SendProfExam": Service.EXAM,
    "SendDispensarization": Service.DISPENSARIZATION,
    "SendDispensaryObservation": Service.OBSERVATION,
    "SendTelemedConsultation": Service.TELEMEDICINE,
    "SendInformRequest": Service.INFORM_REQUEST,
    "SendInformResult": Service.INFORM_RESULT,
}
OPERATIONS = {1: Operation.INSERT, 2: Operation.UPDATE, 3: Operation.DELETE}
SERVICE = codes(SERVICES, name="event_service")
POLICY_OF_F008 = codes(F008_NUMBERS, name="policy_of_f008", type_="int", also=ALSO_F008)
SNILS = bounded(14)
SMOCOD = bounded(5)

BEGINNING: tuple[Node, ...] = (
    tag("MessageId", E.message_id, GUID),
    tag("Action", E.action, one_of(1, 2, 3)),
    tag("Phase", E.phase, one_of(1, 2)),
)
REST_OF_HEAD: tuple[Node, ...] = (
    tag("SubdivCode", E.subdivision, bounded(12)),
    tag("EventId", E.event_id, bounded(50)),
    tag("CardNumber", E.card_number, bounded(30)),
    tag("InsType", E.policy_type, POLICY_OF_F008),
    tag("InsId", (E.policy_series, E.policy_number), joined(" № ", most=40)),
    tag("ENP", E.enp, bounded(16)),
    tag("FamilyName", E.surname, bounded(40)),
    tag("FirstName", E.first_name, bounded(40)),
    tag("MiddleName", E.patronymic, bounded(40)),
    tag("BirthDate", E.birth_date, DATE),
    tag("Sex", E.sex, SEX_CODE),
    tag("Snils", E.snils, SNILS),
)
HEAD = (*BEGINNING, tag("MOCode", E.clinic, MCOD), *REST_OF_HEAD)
HEAD_OF_INSURER = (*BEGINNING, tag("SMOCode", E.insurer, SMOCOD), *REST_OF_HEAD)
EXAM = (
    tag("ExamKind", X.exam_kind, bounded(3)),
    tag("Stage", X.stage, one_of(1, 2)),
    tag("DateOpen", X.opened_on, DATE),
    tag("DateClose", X.closed_on, DATE),
    tag("Place", X.place, one_of(1, 2, 3)),
    tag("DoctorSnils", X.doctor_snils, SNILS),
    tag("DoctorSpec", X.specialty, bounded(4)),
    tag("MKB", X.mkb, bounded(10)),
    tag("Group", X.health_group, bounded(2)),
    tag("Result", X.result, INTEGER),
    tag("Refused", X.refused, FLAG),
    tag("Stage2", X.second_stage, FLAG),
    tag("Stage2Date", X.second_stage_on, DATE),
    tag("DispObs", X.observed, one_of(1, 2, 3)),
    listed(
        "Diagnoses",
        "Diagnosis",
        X.diagnoses,
        tag("MKB", Diagnosis.mkb, bounded(10)),
        tag("Kind", Diagnosis.kind, one_of(1, 2, 3)),
        tag("First", Diagnosis.first, FLAG),
        tag("DispObs", Diagnosis.observed, one_of(1, 2, 3)),
        most=20,
    ),
    listed(
        "Directions",
        "Direction",
        X.directions,
        tag("Kind", Direction.kind, INTEGER),
        tag("DoctorSpec", Direction.specialty, bounded(4)),
        tag("ResearchKind", Direction.research, bounded(10)),
        tag("ServiceCode", Direction.service_code, bounded(20)),
        tag("ToMOCode", Direction.clinic, MCOD),
        tag("Date", Direction.on, DATE),
        tag("Profile", Direction.profile, bounded(4)),
        tag("BedProfile", Direction.bed_profile, bounded(4)),
        most=30,
    ),
    listed(
        "Services",
        "Service",
        X.services,
        tag("Code", PerformedService.code, bounded(20)),
        tag("Date", PerformedService.on, DATE),
        tag("DoctorSnils", PerformedService.doctor_snils, SNILS),
        tag("Refused", PerformedService.refused, FLAG),
        tag("Pathology", PerformedService.pathology, FLAG),
        most=200,
    ),
    tag("Comment", X.comment, bounded(500)),
)
OBSERVATION = (
    tag("MKB", O.mkb, bounded(10)),
    tag("DateIn", O.opened_on, DATE),
    tag("First", O.first_found, FLAG),
    tag("DoctorSnils", O.doctor_snils, SNILS),
    tag("DoctorSpec", O.specialty, bounded(4)),
    tag("Place", O.place, one_of(1, 2, 3)),
    tag("Frequency", O.frequency, one_of(*range(1, 13))),
    listed("PlanDates", "PlanDate", O.plan_dates, form=DATE, most=24),
    listed(
        "Visits",
        "Visit",
        O.visits,
        tag("Date", Visit.on, DATE),
        tag("Result", Visit.result, bounded(500)),
        tag("NextDate", Visit.next_on, DATE),
        most=100,
    ),
    tag("DateOut", O.closed_on, DATE),
    tag("ReasonOut", O.end_reason, one_of(1, 2, 3, 4)),
)
CONSULTATION = (
    tag("Kind", T.form, one_of(1, 2)),
    tag("Urgency", T.urgency, one_of(1, 2, 3)),
    tag("RequestDate", T.requested_on, DATE),
    tag("ConsultDate", T.consulted_on, DATE),
    tag("ConsultantOrg", T.consultant, bounded(50)),
    tag("ConsultantNmic", T.is_national, FLAG),
    tag("MKB", T.mkb, bounded(10)),
    tag("DoctorSnils", T.doctor_snils, SNILS),
    tag("Conclusion", T.conclusion, bounded(4000)),
    listed(
        "Recommendations",
        "Recommendation",
        T.recommendations,
        tag("Kind", Recommendation.kind, one_of(1, 2, 3, 4)),
        tag("Text", Recommendation.text, bounded(1000)),
        tag("DueDate", Recommendation.due_on, DATE),
        most=50,
    ),
    tag("Applied", T.applied, one_of(0, 1, 2)),
    tag("AppliedComment", T.applied_comment, bounded(1000)),
)
REQUEST = (
    tag("Topic", I.topic, one_of(*range(1, 7))),
    tag("EventDate", I.event_on, DATE),
    tag("DueDate", I.due_on, DATE),
    tag("Text", I.text, bounded(1000)),
    tag("Phone", I.phone, bounded(20)),
    tag("RelatedEventId", I.related_event_id, bounded(50)),
)
RESULT = (
    tag("HubId", R.request_id, bounded(36)),
    tag("InformDate", R.informed_at, MOMENT),
    tag("Method", R.method, one_of(*range(1, 6))),
    tag("InformResult", R.inform_result, one_of(1, 2, 3, 4)),
    tag("Survey", R.survey, bounded(1000)),
)


def _of_service(service: Service) -> Arrange:
    """What the name of the operation and the action say is part of the record."""

    def arrange(reading: Reading) -> Iterator[Reading]:
        values = reading.values
        values["service"] = service
        values["number"] = values.get("message_id", "")
        reading.operation = OPERATIONS.get(values.get("action", 0))
        yield reading

    return arrange


def _sent(kind: MessageKind, operation: str, *nodes: Node) -> Spelling:
    return spell(
        kind,
        DIALECT,
        operation,
        *nodes,
        strict=True,
        arrange=_of_service(SERVICES[operation]),
    )


SPELLINGS = (
    _sent(PREVENTIVE_EXAM, "SendProfExam", *HEAD, *EXAM),
    _sent(PREVENTIVE_EXAM, "SendDispensarization", *HEAD, *EXAM),
    _sent(DISPENSARY_OBSERVATION, "SendDispensaryObservation", *HEAD, *OBSERVATION),
    _sent(TELEMEDICINE, "SendTelemedConsultation", *HEAD, *CONSULTATION),
    _sent(INFORM_REQUEST, "SendInformRequest", *HEAD, *REQUEST),
    _sent(INFORM_RESULT, "SendInformResult", *HEAD_OF_INSURER, *RESULT),
    spell(
        q.EVENT_QUESTION,
        DIALECT,
        "GetEvent",
        tag("Operation", q.EventQuestion.service, SERVICE),
        tag("MOCode", q.EventQuestion.clinic, MCOD),
        tag("EventId", q.EventQuestion.event_id, bounded(50)),
        tag("HubId", q.EventQuestion.hub_id, GUID),
        strict=True,
    ),
    spell(
        q.REQUESTS_QUESTION,
        DIALECT,
        "GetInformRequests",
        tag("SMOCode", q.RequestsQuestion.insurer, SMOCOD, must=True),
        tag("Since", q.RequestsQuestion.since, MOMENT, must=True),
        tag("Page", q.RequestsQuestion.page, INTEGER, must=True),
        strict=True,
    ),
    spell(
        q.SENDINGS_QUESTION,
        DIALECT,
        "GetSendings",
        tag("MOCode", q.SendingsQuestion.clinic, MCOD, must=True),
        tag("From", q.SendingsQuestion.first_day, DATE, must=True),
        tag("To", q.SendingsQuestion.last_day, DATE, must=True),
        tag("Operation", q.SendingsQuestion.service, SERVICE),
        listed("Code", "", q.SendingsQuestion.codes, form=INTEGER, most=10),
        tag("TextState", q.SendingsQuestion.text_state, codes({one: one for one in (q.ANY, q.EMPTY, q.NOT_EMPTY)})),
        tag("Page", q.SendingsQuestion.page, INTEGER, must=True),
        strict=True,
    ),
    spell(
        q.INFORM_ROW,
        DIALECT,
        "Request",
        tag("HubId", q.InformRow.hub_id),
        tag("MOCode", E.clinic),
        *REST_OF_HEAD[3:],
        *REQUEST[:-1],
        tag("State", q.InformRow.state),
    ),
    spell(
        q.SENDING,
        DIALECT,
        "Sending",
        tag("SentAt", q.Sending.sent_at, MOMENT),
        tag("Code", q.Sending.code, INTEGER),
        tag("Text", q.Sending.text, TEXT),
        tag("Opened", q.Sending.opened, FLAG),
        tag("Closed", q.Sending.closed, FLAG),
        tag("Service", q.Sending.service),
        tag("EventId", q.Sending.event_id),
        tag("HubId", q.Sending.hub_id),
        tag("Resend", q.Sending.resend, FLAG),
    ),
)
