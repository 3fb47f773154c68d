import pytest

from registry.catalog import collect
from server.mock.scenario import ScenarioWrong, Step, read_scenario, steps_of
from server.mock.script import Script, Seen, fits
from soap.services import ALL_CONTRACTS

CATALOG = collect()


def test_a_whole_step_is_read() -> None:
    text = """
- match: {channel: soap, kind: attachment, operation: MakeAttachAction, where: {birth_date: 1971-04-09, surname: КОДОВ}}
  answer: {code: 531}
  delay_ms: 5
  times: 2
"""
    [step] = read_scenario(text, CATALOG)
    assert (step.code, step.delay_ms, step.times) == ("531", 5, 2)
    assert step.where == {"birth_date": "1971-04-09", "surname": "кодов"}


def test_every_operation_of_every_contract_may_be_named() -> None:
    names = sorted({operation.name for contract in ALL_CONTRACTS for operation in contract.operations})
    assert len(names) > 75
    steps_of([{"match": {"operation": name}, "drop": True} for name in names], CATALOG)


def test_an_empty_scenario_changes_nothing() -> None:
    assert read_scenario("", CATALOG) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- match: [", "строка 1"),
        ("match: {}", "нужен список шагов"),
        ("- 5", "шаг 1"),
        ("- {drop: true, when: 1}", "when"),
        ("- {match: {channel: smtp}, drop: true}", "smtp"),
        ("- {match: {kind: attachement}, drop: true}", "attachement"),
        ("- {match: {operation: MakeAttach}, drop: true}", "MakeAttach"),
        ("- {match: {where: {fam: x}}, drop: true}", "fam"),
        ("- {match: {where: x}, drop: true}", "where"),
        ("- {answer: {finding: DEAD}}", "DEAD"),
        ("- {answer: {code: 999999}}", "999999"),
        ("- {answer: {code: 531, fault: x}}", "нужно одно из"),
        ("- {match: {kind: attachment}, answer: {code: 1006}}", "только channel и operation"),
        ("- {match: {operation: attached_now}, drop: true}", "attached_now"),
        ("- {drop: да}", "true или false"),
        ("- {delay_ms: -1}", "delay_ms"),
        ("- {times: 1}", "ничего не делает"),
        ("- {match: {channel: soap}, duplicate: 1}", "channel: amqp"),
    ],
)
def test_every_mistake_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ScenarioWrong) as refused:
        read_scenario(text, CATALOG)
    assert told in refused.value.text
    assert "Traceback" not in refused.value.text


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ScenarioWrong) as refused:
        steps_of([{"match": {"channel": "x", "kind": "y"}, "answer": {"finding": "Z"}}, {"times": True}], CATALOG)
    assert len(refused.value.problems) == 5


def test_the_first_fitting_step_wins_and_counts_one_turn_for_a_call() -> None:
    script = Script([Step(1, channel="soap", times=1, fault="x"), Step(2, fault="y")])
    seen = Seen("soap", "", "attachment")
    chosen = [script.step_for(call, seen) for call in ("a", "a", "b")]
    assert [one.number for one in chosen if one] == [1, 1, 2]
    assert script.step_of("c") is None


def test_values_are_compared_as_text_whatever_their_case() -> None:
    step = Step(1, where={"surname": "кодов"})
    assert fits(step, Seen("soap", "", "k", {"surname": "КОДОВ"}))
    assert not fits(step, Seen("soap", "", "k", {}))
