"""The kind «изменения сведений о застрахованных»: one OP of an insurer's file of changes (clause 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from registry.core.fields import FieldSpec, Record
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.identification import PERSON_BLOCK
from registry.insured.kinds.person import Person
from registry.insured.kinds.person_facts import PersonFacts
from registry.insured.matching import Identification
from registry.insured.operations.change_insured import change_insured
from registry.insured.rules.insured_change_checks import INSURED_CHANGE_CHECKS
from registry.insured.rules.insured_changes import found_for_change


class FormerPerson(Record):
    """What a person was called before (OLD_PERSON): filled when a name, the sex or the birth date changed."""

    surname = Person.surname
    first_name = Person.first_name
    patronymic = Person.patronymic
    sex = Person.sex
    birth_date = Person.birth_date
    birth_precision = PersonFacts.birth_precision
    enp = Person.enp


class FormerDocument(Record):
    """A document a person had before (OLD_DOC)."""

    document_type = Person.document_type
    document_series = Person.document_series
    document_series_right = FieldSpec(str, "Правая часть серии УДЛ")
    document_number = Person.document_number
    document_issued_on = Person.document_issued_on
    document_expires_on = PersonFacts.document_expires_on
    document_issuer = Person.document_issuer
    birth_place = Person.birth_place


class AddressTold(Record):
    """An address of registration or residence (ADDRES_G, ADDRES_P)."""

    homeless = FieldSpec(bool, "Без определённого места жительства")
    type = FieldSpec(str, "Тип адреса")
    subject = FieldSpec(str, "Субъект РФ", personal=True)
    postcode = FieldSpec(str, "Индекс", personal=True)
    okato = FieldSpec(str, "ОКАТО")
    district = FieldSpec(str, "Район", personal=True)
    settlement = FieldSpec(str, "Населённый пункт", personal=True)
    street = FieldSpec(str, "Улица", personal=True)
    house = FieldSpec(str, "Дом", personal=True)
    building = FieldSpec(str, "Корпус", personal=True)
    flat = FieldSpec(str, "Квартира", personal=True)
    registered_on = FieldSpec(date, "Дата регистрации")
    text = FieldSpec(str, "Адрес строкой", personal=True)
    house_guid = FieldSpec(str, "Идентификатор дома")


class Representative(Record):
    """Who acts for a person (PR)."""

    surname = Person.surname
    first_name = Person.first_name
    patronymic = Person.patronymic
    relation = FieldSpec(int, "Отношение к застрахованному", book="relation")
    phone = Person.phone
    work_phone = FieldSpec(str, "Рабочий телефон представителя", personal=True)
    document_type = Person.document_type
    document_series = Person.document_series
    document_number = Person.document_number


class Picture(Record):
    """A photograph or a signature (PERSONB); its bytes are not read."""

    type = FieldSpec(str, "Вид изображения")


class ServiceZone(Record):
    """An attachment as an insurer tells it (ATTACHMENT)."""

    clinic = FieldSpec(str, "Код МО")
    zone = FieldSpec(int, "Зона обслуживания", book="service_zone")


class InsuredChange(PersonFacts):
    """One statement of an insurer about a person: what is to be done, who it is, what was there before.

    ``action`` is TIP_OP as told, a digit or a reason of R001. ``insurer`` and ``point`` come from the file's header.
    """

    history_id = FieldSpec(int, "Номер строки истории (ID_HISTORY)")
    action = FieldSpec(str, "Тип операции (TIP_OP)", book="operation_type", wrong=F.OPERATION_UNKNOWN)
    changed_on = FieldSpec(date, "Дата изменения", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    operator = FieldSpec(str, "Оператор")
    contact_person = FieldSpec(str, "Контактное лицо", personal=True)
    contact = FieldSpec(str, "Связь с контактным лицом", personal=True)
    representatives = FieldSpec(list, "Представители", of=Representative)
    status = FieldSpec(int, "Состояние записи", book="person_status")
    person_history_id = FieldSpec(int, "Номер строки истории лица")
    former_people = FieldSpec(list, "Прежние анкетные данные", of=FormerPerson)
    former_documents = FieldSpec(list, "Прежние документы", of=FormerDocument)
    document_series_right = FormerDocument.document_series_right
    registration = FieldSpec(list, "Адрес регистрации", of=AddressTold)
    residence = FieldSpec(list, "Адрес проживания", of=AddressTold)
    applied_on = FieldSpec(date, "Дата заявления", wrong=F.DATE_WRONG)
    application_method = FieldSpec(int, "Способ подачи", book="application_method")
    petition = FieldSpec(bool, "Ходатайство")
    choice_reason = FieldSpec(int, "Повод выбора СМО (RSMO)", book="choice_reason")
    issue_reason = FieldSpec(int, "Повод выдачи полиса (RPOLIS)", book="issue_reason_smo")
    policy_form = FieldSpec(str, "Форма полиса (FPOLIS)", book="policy_form")
    policy_stopped_on = FieldSpec(date, "Дата изъятия полиса", wrong=F.DATE_WRONG)
    insurer_ogrn = FieldSpec(str, "ОГРН СМО")
    erp = FieldSpec(bool, "Признак учёта в ЦС")
    order_number = FieldSpec(str, "Номер заявки")
    ordered_on = FieldSpec(date, "Дата заявки", wrong=F.DATE_WRONG)
    point = FieldSpec(str, "Пункт выдачи", book="F013")
    pictures = FieldSpec(list, "Фото и подпись", of=Picture)
    zones = FieldSpec(list, "Прикрепления", of=ServiceZone)


def day_of_change(record: InsuredChange, as_of: date) -> tuple[date, date | None]:
    """The day the person is looked up for: that of the change."""
    return record.changed_on or as_of, None


def judged(record: InsuredChange, found: Identification, on: date, _options: Mapping[str, Any]) -> Iterator[Finding]:
    """What the identification means for a change; strangers are welcome where the operation brings them in."""
    return found_for_change(record, found)


EFFECT = frozenset(
    (
        F.ALREADY_INSURED,
        F.INSURED_BY_OTHER,
        F.INSURER_TWICE_IN_A_YEAR,
        F.EFFECT_NEXT_YEAR,
        F.HISTORY_WRONG,
        F.CERTIFICATE_ABSENT,
        F.NOTHING_TO_CHANGE,
        F.DUPLICATE_IN_PACKET,
        F.TOLD_NOT_KEPT,
        F.EVENT_AFTER_DEATH,
        F.CHANGE_IN_BUFFER,
        F.DEATH_ANNOUNCED,
    )
)
IDENTIFIED = frozenset(
    (
        F.INSUFFICIENT_DATA,
        F.PERSON_NOT_FOUND,
        F.PERSON_ANNULLED,
        F.SEVERAL_CANDIDATES,
        F.PERSON_UNDER_REVIEW,
        F.IDENTITY_CONFLICT,
        F.NOT_INSURED,
        F.INSURED_ELSEWHERE,
        F.PERSON_DEAD,
    )
)
CHECKED = frozenset(
    (
        F.OPERATION_UNKNOWN,
        F.INSURER_CLOSED,
        F.VALUE_ABSENT,
        F.VALUE_MALFORMED,
        F.NUMBER_REPEATED,
        F.NAME_ABSENT,
        F.BIRTH_DATE_ABSENT,
        F.DATE_ABSENT,
        F.DATE_WRONG,
        F.DATE_IN_FUTURE,
        F.DATE_ORDER,
        F.BOOK_VALUE_UNKNOWN,
        F.BOOK_VALUE_CLOSED,
        F.LATIN_LETTERS,
    )
)

INSURED_CHANGE = MessageKind(
    "insured_change",
    "Изменения сведений о застрахованных (СМО)",
    InsuredChange,
    unit=Unit.PACKET,
    checks=INSURED_CHANGE_CHECKS,
    effect=change_insured,
    period=day_of_change,
    judge=judged,
    codes=PERSON_BLOCK | IDENTIFIED | CHECKED | EFFECT,
    books=frozenset(("F009", "V013")),
)
