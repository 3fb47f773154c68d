"""The codec of getPersonData and what its answers mean, without a network."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import etree

from registry.central.federal import FederalPerson, UnreadableError, another_person, known_of, policy_type_of, state_of
from registry.central.queries.calls import texts_of
from registry.central.spellings.federal import person_request, read_answer
from registry.central.tables import CentralCall
from registry.core.checks.enp import make_enp
from registry.insured.keys.forms import policy_class
from server.federal import federal_transport
from server.settings import Settings, SettingsError

ENVELOPE = '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>{}</S:Body></S:Envelope>'
OLDER, NEWER = (make_enp("77", number, 1, date(1984, 3, 5)) for number in (17, 18))
ANY = {"surname": "ДАЛЬНИЙ", "birth_date": "1984-03-05", "on": "2026-10-20"}


def asked(**told: Any) -> dict[str, str] | None:
    """What stands in personSearchInfo, by local name."""
    raw = person_request({**ANY, **told}, "r-1", "24.1.2")
    if raw is None:
        return None
    [info] = etree.fromstring(raw).iter("{*}personSearchInfo")
    [key] = info
    return {etree.QName(key).localname: "", **{etree.QName(one).localname: one.text or "" for one in key}}


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"enp": "7", "snils": "1"}, {"pcy": "", "enp": "7"}),
        ({"policy_type": "П", "policy_number": NEWER, "snils": "1"}, {"pcy": "", "enp": NEWER}),
        ({"snils": "11223344595"}, {"snilsDr": "", "snils": "11223344595", "birthDay": "1984-03-05"}),
        (
            {"policy_type": "С", "policy_series": "45", "policy_number": "123456"},
            {"pcy": "", "pcyType": "С", "pcySer": "45", "pcyNum": "123456"},
        ),
        ({"policy_type": "В", "policy_number": "123456789"}, {"pcy": "", "tmpcertNum": "123456789"}),
        (
            {"document_type": 14, "document_series": "36 04", "document_number": "123456"},
            {"dudl": "", "dudlSer": "36 04", "dudlNum": "123456", "dudlType": "14"},
        ),
        ({}, None),
        ({"policy_type": "П", "policy_number": "12345678901"}, None),
    ],
)
def test_the_surest_number_is_asked_by(told: dict[str, Any], key: dict[str, str] | None) -> None:
    assert asked(**told) == key


def test_fields_stand_in_the_namespaces_of_the_contract() -> None:
    raw = person_request({**ANY, "snils": "11223344595"}, "r-1", "4.5")
    assert raw is not None
    spaces = {etree.QName(one).localname: etree.QName(one).namespace for one in etree.fromstring(raw).iter()}
    common, own = (f"http://ffoms.ru/types/4.5/{name}" for name in ("commonTypes", "mpiPersonInfoSchema"))
    assert spaces["externalRequestId"] == common
    assert {spaces[name] for name in ("getPersonDataRequest", "snilsDr", "snils", "birthDay", "surname", "dt")} == {own}


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("<S:Fault><faultcode>S:Client</faultcode><faultstring>плохо</faultstring></S:Fault>", "S:Client", "плохо"),
        (
            "<r:getPersonDataResponse xmlns:r='u'><code>5</code><message>нет</message></r:getPersonDataResponse>",
            "5",
            "нет",
        ),
        ("<getPersonDataResponse/>", "", ""),
    ],
)
def test_errors_and_nobody_are_told_apart(content: str, code: str, message: str) -> None:
    answer = read_answer(ENVELOPE.format(content).encode())
    assert (answer.code, answer.message, list(answer.people)) == (code, message, [])
    assert answer.is_error is bool(code)


@pytest.mark.parametrize(
    "raw", [b"", b"<html><p>hello</p></html>", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"]
)
def test_what_is_no_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_answer(raw)


def test_a_day_nobody_can_read_is_not_passed_over() -> None:
    with pytest.raises(UnreadableError):
        known_of(FederalPerson(policies=[{"pcyDateB": "завтра"}]))


def test_the_number_in_force_comes_first_and_the_earlier_end_counts() -> None:
    policies = [
        {
            "enp": OLDER,
            "pcyStatus": "НСД",
            "pcyDateB": "2024-01-01",
            "pcyDateE": "2025-01-01",
            "pcyDateT": "2024-06-01",
        },
        {"enp": NEWER, "pcyStatus": "ДПП", "pcyDateB": "2020-01-01T00:00:00"},
    ]
    known = known_of(FederalPerson(policies=policies))
    [person] = known.person or []
    assert [one.value for one in person.identifiers or []] == [NEWER, OLDER]
    first, second = known.insurance or []
    assert (first.valid_to, first.state) == (date(2024, 6, 1), "ended")
    assert (second.valid_from, second.valid_to, second.state) == (date(2020, 1, 1), None, "insured")


def test_every_status_has_its_meaning() -> None:
    told = "ДНП ДПП НСД НСН НСП НПГ НАЖ НВР НУБ НВС НПВ ННП НАП".split()
    meant = "insured insured ended dead dead ended ended ended ended suspended suspended ended annulled".split()
    assert [state_of(one).value for one in told] == meant


def test_policy_types_become_those_of_f008_and_two_are_no_policy() -> None:
    classes = {letter: policy_class(kind) if (kind := policy_type_of(letter)) else 0 for letter in "СВЕПЭКЦХМ?"}
    assert classes == {"С": 1, "В": 2, "Е": 2, "П": 3, "Э": 3, "К": 3, "Ц": 3, "Х": 0, "М": 0, "?": 0}


def test_the_token_stands_in_no_repr_and_in_no_problem(tmp_path: Any) -> None:
    settings = Settings.from_environment({"HUB_DATA_DIR": str(tmp_path), "HUB_FERZL_TOKEN": "klyuch-1"})
    assert settings.ferzl_token == "klyuch-1"
    assert "klyuch-1" not in repr(settings)
    with pytest.raises(SettingsError, match="HUB_FERZL_TOKEN") as told:
        Settings.from_environment({"HUB_DATA_DIR": str(tmp_path), "HUB_FERZL_TOKEN": "klyuch\n2"})
    assert "klyuch" not in str(told.value)
    assert "klyuch-1" not in repr(federal_transport("http://127.0.0.1", "4.5", "klyuch-1", 1))


def test_a_suspended_policy_holds_until_it_was_stopped_whatever_end_is_written_on_it() -> None:
    row = {"pcyStatus": "НВС", "pcyDateB": "2020-01-01", "pcyDateE": "2030-01-01"}
    known = known_of(FederalPerson(policies=[row, {**row, "pcyDateT": "2026-10-01"}]))
    assert [one.valid_to for one in known.insurance or []] == [None, date(2026, 10, 1)]


def test_numbers_that_are_none_are_not_taken_for_numbers() -> None:
    row = {"enp": "7" * 16, "insurOgrn": "нет", "okato": "4" * 40, "pcyStatus": "ДПП"}
    known = known_of(FederalPerson(policies=[row]))
    [person], [insurance] = known.person or [], known.insurance or []
    assert (person.identifiers, insurance.insurer_ogrn, insurance.okato) == (None, None, None)


def test_without_a_block_of_the_person_the_names_on_the_policy_are_compared() -> None:
    told = FederalPerson(policies=[{"surname": "БЛИЖНИЙ", "firstName": "ОЛЕГ", "pcyStatus": "ДПП"}])
    question = {"surname": "ДАЛЬНИЙ", "first_name": "ИВАН"}
    assert another_person(told, question) == "фамилия, имя"
    assert another_person(told, {**question, "first_name": "Олег"}) == ""


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("<policyItems/>" * 201, "policyItems больше 200"),
        (f"<policyItems><insurName>{'я' * 1_001}</insurName></policyItems>", "значение длиннее 1000 знаков"),
    ],
)
def test_what_cannot_be_about_one_person_is_no_answer(content: str, error: str) -> None:
    with pytest.raises(UnreadableError, match=error):
        read_answer(ENVELOPE.format(f"<getPersonDataResponse><pd>{content}</pd></getPersonDataResponse>").encode())


def test_every_block_is_read_and_an_empty_one_is_about_nobody() -> None:
    one = (
        "<pd><oip>9</oip><dudl><dudlItems><dudlNum>1</dudlNum></dudlItems></dudl>"
        "<attach><attachItems><moCode>770001</moCode><attachStatus>ДПП</attachStatus></attachItems></attach></pd>"
    )
    answer = read_answer(ENVELOPE.format(f"<getPersonDataResponse>{one}<pd/></getPersonDataResponse>").encode())
    [told] = answer.people
    assert (told.oip, told.documents, told.attachments) == (
        "9",
        [{"dudlNum": "1"}],
        [{"moCode": "770001", "attachStatus": "ДПП"}],
    )


@pytest.mark.parametrize(
    ("encoding", "charset"), [("windows-1251", "windows-1251"), ("utf-8", ""), ("utf-8", "no-such-thing")]
)
def test_what_is_no_xml_is_shown_in_the_encoding_it_was_told_in(encoding: str, charset: str) -> None:
    body = "<p>Вход в систему".encode(encoding)
    [shown] = texts_of([CentralCall(request=b"", answer=body, charset=charset, size=len(body))])
    assert shown.answer == "<p>Вход в систему"
