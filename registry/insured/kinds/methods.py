"""Ways of attachment: the registry's own codes; every channel's numbers are mapped to them by its spelling."""

from enum import StrEnum


class Method(StrEnum):
    """How an attachment came about (registry model, clause 6.3). Never change a value, only add."""

    UNKNOWN = "unknown"
    CONDITIONAL = "conditional"
    TERRITORIAL = "territorial"
    APPLICATION = "application"
    APPLICATION_MOVED = "application_moved"
    ELECTRONIC = "electronic"
    AUTHORITY = "authority"


class Ground(StrEnum):
    """Why a person may choose a clinic more than once a year (registry model, clause 6.2, rule 2)."""

    RESIDENCE = "residence"
    CLINIC_CLOSED = "clinic_closed"
    LEFT_PROGRAMME = "left_programme"
    CONDITIONAL_ENDED = "conditional_ended"
    BIRTH = "birth"
    MILITARY = "military"
    ERROR = "error"


BY_APPLICATION = frozenset((Method.APPLICATION, Method.APPLICATION_MOVED, Method.ELECTRONIC))
WITHOUT_APPLICATION = frozenset((Method.UNKNOWN, Method.CONDITIONAL, Method.TERRITORIAL, Method.AUTHORITY))

TITLES = {
    Method.UNKNOWN: "нет данных",
    Method.CONDITIONAL: "условное, без заявления",
    Method.TERRITORIAL: "по территории",
    Method.APPLICATION: "по личному заявлению",
    Method.APPLICATION_MOVED: "по заявлению в связи с переездом",
    Method.ELECTRONIC: "по электронному заявлению",
    Method.AUTHORITY: "по распоряжению органа здравоохранения",
}

GROUND_TITLES = {
    Ground.RESIDENCE: "смена места жительства",
    Ground.CLINIC_CLOSED: "МО закрыта или лишена лицензии",
    Ground.LEFT_PROGRAMME: "МО исключена из программы ОМС",
    Ground.CONDITIONAL_ENDED: "окончание условного прикрепления",
    Ground.BIRTH: "рождение ребёнка",
    Ground.MILITARY: "возвращение с военной службы",
    Ground.ERROR: "исправление ошибки",
}
