"""The sandbox as integrators meet it: test people, scripted answers in every channel, clean between tests."""

import time
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from lxml import etree

from registry.catalog import collect
from registry.core.findings import FindingCode
from registry.insured.kinds.attachment import ATTACHMENT
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.methods import Method
from server.demo.packets import SOAP11, Sender, dcx_call, message, question, soap_envelope
from server.mock.pytest_plugin import TfomsHub, tfoms_hub, tfoms_sandbox

__all__ = ["tfoms_hub", "tfoms_sandbox"]
CATALOG = collect()
REVIEW = str(CATALOG.dialects["dcx"].codes[FindingCode.PERSON_UNDER_REVIEW])
ZONE = ZoneInfo("Europe/Samara")
TODAY = datetime.now(ZONE).date()


def who(hub: TfomsHub, word: str) -> dict[str, Any]:
    """What a careful program says about a test person."""
    one = hub.person(word)
    return {
        "surname": "Кодов",
        "first_name": word,
        "patronymic": "Тестович",
        "birth_date": one.birth_date,
        "sex": 1,
        "enp": hub.enp(word),
        "policy_type": "П",
        "policy_number": hub.enp(word),
    }


def attach(hub: TfomsHub, word: str) -> etree._Element:
    """The answer of DCExchangeSrv to an attachment to the first clinic."""
    record = ATTACHMENT.record(
        number="1", clinic=hub.dcx_login, attached_on=TODAY, method=Method.APPLICATION, **who(hub, word)
    )
    sender = Sender(hub.dcx_login, hub.password)
    call = dcx_call(
        CATALOG, "MakeAttachAction", [record], sender=sender, guid=str(uuid.uuid4()).upper(), at=datetime.now(ZONE)
    )
    address = f"{hub.url}/EchangeServerTFOMS/DCExchangeSrv"
    answer = requests.post(address, soap_envelope(call), headers={"Content-Type": "text/xml"}, timeout=20)
    return etree.fromstring(answer.content)


def ask(hub: TfomsHub, word: str, *given: str) -> etree._Element:
    """The answer of GetMedInsState2 by the number of the policy, with these properties when told."""
    names = (
        (*given, "policy_type", "policy_number")
        if given
        else (
            ("policy_type", "policy_number")
            if word == "Неверный"
            else ("surname", "birth_date", "policy_type", "policy_number")
        )
    )
    values = {name: who(hub, word)[name] for name in names}
    element = question(CATALOG, "uir", "UIRRequest2", IDENTIFICATION.record(**values))
    answer = requests.post(
        f"{hub.url}/soap/identification",
        soap_envelope(element, SOAP11),
        headers={"Content-Type": "text/xml"},
        auth=(hub.login, hub.password),
        timeout=20,
    )
    return etree.fromstring(answer.content)


def text_of(root: etree._Element) -> str:
    return " ".join(str(one) for one in root.itertext())


def send_question(hub: TfomsHub, word: str) -> str:
    """Put a PERS into the queue of the channel."""
    message_id = str(uuid.uuid4()).upper()
    values = {name: value for name, value in who(hub, word).items() if name != "sex"}
    body = message(CATALOG, "PERS", IDENTIFICATION.record(**values), operation="QUERY", day=TODAY)
    hub.send(body, "PERS", message_id=message_id)
    return message_id


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Найден", ""),
        ("Умер", "20"),
        ("Незастрахован", "20"),
        ("Чужой", "20"),
        ("Ненайден", "21"),
        ("Аннулирован", "21"),
        ("Несколько", "22"),
        ("Противоречие", "23"),
        ("Неверный", "11"),
    ],
)
def test_every_test_person_brings_its_outcome_by_soap(tfoms_hub: TfomsHub, word: str, code: str) -> None:
    answer = ask(tfoms_hub, word)
    assert (answer.findtext(".//{*}ErrCode") or "") == code


@pytest.mark.parametrize(
    ("word", "code"),
    [("Прикреплён", "552"), ("Дважды", "531"), ("Умер", "7002"), ("Незастрахован", "7001"), ("Наразборе", REVIEW)],
)
def test_test_people_bring_their_outcome_to_an_attachment(tfoms_hub: TfomsHub, word: str, code: str) -> None:
    assert code in text_of(attach(tfoms_hub, word)).split()


def test_a_person_under_review_is_told_so(tfoms_hub: TfomsHub) -> None:
    assert "на рассмотрении" in text_of(attach(tfoms_hub, "Наразборе"))
    answer = ask(tfoms_hub, "Наразборе", "surname", "first_name", "patronymic", "birth_date")
    assert (answer.findtext(".//{*}Ack"), answer.findtext(".//{*}ErrCode")) == ("AE", "24")
    assert "оператор" in (answer.findtext(".//{*}ErrText") or "")


def test_what_one_test_changed_the_next_does_not_see(tfoms_hub: TfomsHub) -> None:
    assert "552" not in text_of(attach(tfoms_hub, "Найден")).split()
    assert "552" in text_of(attach(tfoms_hub, "Найден")).split()
    requests.post(f"{tfoms_hub.url}/mock/reset", timeout=5)
    assert "552" not in text_of(attach(tfoms_hub, "Найден")).split()


def test_a_scripted_finding_is_said_in_the_words_of_each_contract(tfoms_hub: TfomsHub) -> None:
    where = {"first_name": "Найден"}
    tfoms_hub.script([{"match": {"where": where}, "answer": {"finding": "SEVERAL_CANDIDATES"}}])
    assert ask(tfoms_hub, "Найден").findtext(".//{*}ErrCode") is None  # the first name is not asked by policy
    assert "508" in text_of(attach(tfoms_hub, "Найден")).split()
    message_id = send_question(tfoms_hub, "Найден")
    answer = tfoms_hub.receive()
    assert answer is not None
    assert answer.properties["correlation_id"] == message_id
    assert etree.fromstring(answer.body).findtext(".//RESULT_CODE") == "302"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (1, "Не получены данные из-за системного сбоя"),
        (4, "Недопустимое значение параметра"),
        (5, "Не найдены данные с запрошенными параметрами"),
        (7, "Дублирование данных по параметрам запроса"),
    ],
)
def test_a_scripted_code_of_events_comes_with_its_text(tfoms_hub: TfomsHub, code: int, text: str) -> None:
    tfoms_hub.script([{"match": {"operation": "GetEvent"}, "answer": {"code": code}}])
    raw = f'<GetEvent xmlns="urn:tfoms-hub:events:1"><HubId>{uuid.uuid4()}</HubId></GetEvent>'
    answer = requests.post(
        f"{tfoms_hub.url}/soap/events",
        soap_envelope(etree.fromstring(raw), SOAP11),
        headers={"Content-Type": "text/xml"},
        auth=(tfoms_hub.login, tfoms_hub.password),
        timeout=20,
    )
    root = etree.fromstring(answer.content)
    assert (root.findtext(".//{*}Code"), root.findtext(".//{*}Text")) == (str(code), text)


def test_a_scripted_code_is_that_of_its_contract_and_serves_its_times(tfoms_hub: TfomsHub) -> None:
    tfoms_hub.script(
        [{"match": {"channel": "soap", "operation": "MakeAttachAction"}, "answer": {"code": 548}, "times": 1}]
    )
    assert "548" in text_of(attach(tfoms_hub, "Найден")).split()
    assert "548" not in text_of(attach(tfoms_hub, "Найден")).split()


def call_dcx(hub: TfomsHub, operation: str) -> str:
    """The answer of DCExchangeSrv to an operation that asks for a list or nothing."""
    said = {"username": hub.dcx_login, "password": hub.password, "sendercode": hub.dcx_login}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    call = etree.fromstring(f'<d:{operation} xmlns:d="http://main.dce/">{inner}</d:{operation}>')
    address = f"{hub.url}/EchangeServerTFOMS/DCExchangeSrv"
    return requests.post(address, soap_envelope(call), headers={"Content-Type": "text/xml"}, timeout=20).text


@pytest.mark.parametrize("code", [1002, 1005, 1006, 1009, 1012, 3000, 9999])
def test_a_code_of_a_whole_package_refuses_it_and_leaves_nothing(tfoms_hub: TfomsHub, code: int) -> None:
    step = {"match": {"operation": "MakeAttachAction"}, "answer": {"code": code}, "times": 1}
    tfoms_hub.script([step])
    assert str(code) in text_of(attach(tfoms_hub, "Найден")).split()
    again = text_of(attach(tfoms_hub, "Найден")).split()
    assert str(code) not in again
    assert "552" not in again


@pytest.mark.parametrize(
    "operation", ["GetQueryForDeAttachForMO", "GetPlanOrdersClinic", "getEvPlanQtys", "MakeTestConnect"]
)
def test_operations_that_ask_are_scripted_by_the_name_they_are_called_by(tfoms_hub: TfomsHub, operation: str) -> None:
    usual = call_dcx(tfoms_hub, operation)
    assert "Fault" not in usual
    tfoms_hub.script([{"match": {"operation": operation}, "answer": {"fault": "Плановые работы"}, "times": 1}])
    assert "Плановые работы" in call_dcx(tfoms_hub, operation)
    tfoms_hub.script([{"match": {"operation": operation}, "answer": {"code": 3000}, "times": 1}])
    refused = call_dcx(tfoms_hub, operation)
    assert "Fault" not in refused
    assert "Нет соединения с базой данных" in refused or "<retresult>0<" in refused


def test_a_scripted_fault_and_body_go_out_as_they_are(tfoms_hub: TfomsHub) -> None:
    body = '<u:UIRResponse xmlns:u="http://uir.ffoms.ru"><u:Ack>CE</u:Ack></u:UIRResponse>'
    tfoms_hub.script(
        [
            {"match": {"operation": "GetMedInsState2"}, "answer": {"fault": "Плановые работы"}, "times": 2},
            {"match": {"operation": "GetMedInsState2"}, "answer": {"body": body}},
        ]
    )
    for _ in range(2):
        assert ask(tfoms_hub, "Найден").findtext(".//faultstring") == "Плановые работы"
    assert ask(tfoms_hub, "Найден").findtext(".//{*}Ack") == "CE"


def test_an_answer_can_be_late_or_lost_while_its_effect_stays(tfoms_hub: TfomsHub) -> None:
    tfoms_hub.script([{"match": {"kind": "identification"}, "delay_ms": 400, "times": 1}])
    began = time.monotonic()
    ask(tfoms_hub, "Найден")
    assert time.monotonic() - began > 0.4
    tfoms_hub.script([{"match": {"kind": "attachment"}, "drop": True, "times": 1}])
    with pytest.raises(requests.RequestException):
        attach(tfoms_hub, "Найден")
    assert "552" in text_of(attach(tfoms_hub, "Найден")).split()


def test_an_answer_of_a_queue_can_come_twice_under_one_id_or_never(tfoms_hub: TfomsHub) -> None:
    tfoms_hub.script([{"match": {"channel": "amqp"}, "duplicate": 1}])
    send_question(tfoms_hub, "Найден")
    answers = [tfoms_hub.receive(), tfoms_hub.receive(wait=2)]
    assert answers[0] is not None
    assert answers[1] is not None
    assert answers[0].message_id == answers[1].message_id
    tfoms_hub.script([{"match": {"channel": "amqp"}, "drop": True}])
    send_question(tfoms_hub, "Найден")
    assert tfoms_hub.receive(wait=2) is None


def test_programs_of_any_language_steer_it_by_http(tfoms_hub: TfomsHub) -> None:
    people = requests.get(f"{tfoms_hub.url}/mock/people", timeout=5).json()
    assert {one["first_name"]: one["enp"] for one in people}["Найден"] == tfoms_hub.enp("Найден")
    wrong = requests.put(f"{tfoms_hub.url}/mock/scenario", b"- match: {channel: smtp}\n", timeout=5)
    assert (wrong.status_code, "smtp" in wrong.text) == (422, True)
    scenario = b"- match: {channel: rest}\n  answer: {finding: PERSON_DEAD}\n"
    assert requests.put(f"{tfoms_hub.url}/mock/scenario", scenario, timeout=5).status_code == 204
    headers = {"Authorization": f"Bearer {tfoms_hub.key}"}
    address = f"{tfoms_hub.url}/api/v1/people/identify"
    told = requests.post(address, json={"enp": tfoms_hub.enp("Найден")}, headers=headers, timeout=5).json()
    assert [one["code"] for one in told["results"][0]["findings"]] == ["PERSON_DEAD"]
    assert requests.post(f"{tfoms_hub.url}/mock/reset", timeout=5).status_code == 204
    told = requests.post(address, json={"enp": tfoms_hub.enp("Найден")}, headers=headers, timeout=5).json()
    assert told["results"][0]["outcome"] == "found"
    values = {name: value for name, value in who(tfoms_hub, "Найден").items() if name != "sex"}
    body = message(CATALOG, "PERS", IDENTIFICATION.record(**values), operation="QUERY", day=TODAY)
    queue = f"{tfoms_hub.url}/mock/queues/ch1"
    sent = requests.post(f"{queue}/in?type=PERS", body, timeout=5).json()
    answer = requests.get(f"{queue}/out.answer?wait=10", timeout=15)
    assert answer.headers["X-Correlation-Id"] == sent["message_id"]
    assert requests.get(f"{queue}/out.answer", timeout=5).status_code == 204


def test_the_reference_of_formats_tells_the_test_people(tfoms_hub: TfomsHub) -> None:
    page = requests.get(f"{tfoms_hub.url}/formats", timeout=20).text
    assert tfoms_hub.enp("Умер") in page
    assert "Кодов Незастрахован" in page
