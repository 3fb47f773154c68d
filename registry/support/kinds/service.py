"""The services МО and СМО send events by; a monitor names a row by its service."""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """What an event is about. Never change a value, only add."""

    EXAM = "exam"
    DISPENSARIZATION = "dispensarization"
    OBSERVATION = "observation"
    TELEMEDICINE = "telemedicine"
    INFORM_REQUEST = "inform_request"
    INFORM_RESULT = "inform_result"


TITLES = {
    Service.EXAM: "Направление сведений о профилактических медицинских осмотрах ЗЛ",
    Service.DISPENSARIZATION: "Отправка диспансеризации",
    Service.OBSERVATION: "Отправка диспансерного наблюдения",
    Service.TELEMEDICINE: "Отправка результатов телемедицинских консультаций",
    Service.INFORM_REQUEST: "Заявки на информирование",
    Service.INFORM_RESULT: "Результаты информирования",
}
PHASED = frozenset((Service.EXAM, Service.DISPENSARIZATION))
