"""Repetitions read into one list of records or values, written back as they came, and what is wrong in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.forms import DATE, FLAG, INTEGER, bounded
from registry.core.kinds import MessageKind, Unit
from registry.core.plain import plain_values, revived
from registry.core.spellings import Reading, Spelling, listed, spell, tag


class Leaf(Record):
    code = FieldSpec(str, "код")
    on = FieldSpec(date, "день")
    seen = FieldSpec(bool, "виден")


class Tree(Record):
    name = FieldSpec(str, "имя")
    leaves = FieldSpec[list[Leaf]](list, "листья", of=Leaf)
    days = FieldSpec[list[date]](list, "дни", of=date)
    marks = FieldSpec[list[int]](list, "метки", of=int)


KIND = MessageKind("tree", "Дерево", Tree, unit=Unit.PACKET)
TREE = spell(
    KIND,
    "test",
    "Tree",
    tag("Name", Tree.name, must=True),
    listed(
        "Leaves",
        "Leaf",
        Tree.leaves,
        tag("Code", Leaf.code, bounded(5), must=True),
        tag("On", Leaf.on, DATE),
        tag("Seen", Leaf.seen, FLAG),
        most=3,
    ),
    listed("Days", "Day", Tree.days, form=DATE),
    listed("Mark", "", Tree.marks, form=INTEGER, most=2),
    strict=True,
)
TOLERANT = spell(KIND, "tolerant", "Tree", tag("Name", Tree.name))

words = st.text("абвгXYZ019-_", min_size=1, max_size=5)
days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
leaves = st.builds(
    lambda code, on, seen: Leaf(code=code, on=on, seen=seen),
    words,
    st.none() | days,
    st.none() | st.booleans(),
)
trees = st.builds(
    lambda name, leaves, days, marks: Tree(name=name, leaves=leaves or None, days=days or None, marks=marks or None),
    words,
    st.lists(leaves, max_size=3),
    st.lists(days, max_size=4),
    st.lists(st.integers(-(10**9), 10**9), max_size=2),
)


def read(text: str, spelling: Spelling = TREE) -> Reading:
    return next(iter(spelling.read(etree.fromstring(text))))


@given(trees)
def test_what_is_written_is_read_back(tree: Tree) -> None:
    (element,) = TREE.write([tree], "urn:x")
    (reading,) = TREE.read(etree.fromstring(etree.tostring(element)))
    assert reading.findings == []
    assert Tree.of(reading.values) == tree


@given(trees)
def test_what_json_keeps_comes_back_as_the_same_record(tree: Tree) -> None:
    assert revived(Tree, plain_values(tree)) == tree


def test_a_wrong_value_in_a_repetition_is_found_under_its_list_at_its_number() -> None:
    reading = read(
        "<Tree><Name>a</Name><Leaves><Leaf><Code>1</Code></Leaf><Leaf><Code>123456</Code></Leaf></Leaves></Tree>"
    )
    (wrong,) = (one for one in reading.findings if one.code is F.VALUE_MALFORMED)
    assert (wrong.field, wrong.place) == ("leaves.code", "Tree/Leaves/Leaf[2]/Code")


def test_a_demanded_value_of_a_repetition_that_is_missing_is_found_there() -> None:
    reading = read("<Tree><Name>a</Name><Leaves><Leaf><On>2026-01-02</On></Leaf></Leaves></Tree>")
    assert [(one.code, one.field, one.place) for one in reading.findings] == [
        (F.VALUE_ABSENT, "leaves.code", "Tree/Leaves/Leaf[1]/Code")
    ]


@pytest.mark.parametrize(
    ("inner", "place"),
    [
        ("<Height>3</Height>", "Tree/Height"),
        ("<Name>b</Name>", "Tree/Name"),
        ("<Leaves><Root/></Leaves>", "Tree/Leaves/Root"),
        ("<Leaves><Leaf><Code>1</Code><Code>2</Code></Leaf></Leaves>", "Tree/Leaves/Leaf[1]/Code"),
        ("<Days/><Days/>", "Tree/Days"),
    ],
)
def test_a_strict_spelling_refuses_what_it_does_not_have(inner: str, place: str) -> None:
    reading = read(f"<Tree><Name>a</Name>{inner}</Tree>")
    assert [(one.code, one.place) for one in reading.findings if one.code is F.ELEMENT_UNKNOWN] == [
        (F.ELEMENT_UNKNOWN, place)
    ]
    assert read(f"<Tree><Name>a</Name>{inner}</Tree>", TOLERANT).findings == []


def test_a_signature_inside_is_no_unknown_element() -> None:
    text = '<Tree><Name>a</Name><s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"/></Tree>'
    assert read(text).findings == []


@pytest.mark.parametrize(
    ("inner", "field"),
    [("<Leaves>" + "<Leaf><Code>1</Code></Leaf>" * 4 + "</Leaves>", "leaves"), ("<Mark>1</Mark>" * 3, "marks")],
)
def test_more_repetitions_than_allowed_are_found(inner: str, field: str) -> None:
    reading = read(f"<Tree><Name>a</Name>{inner}</Tree>")
    assert [(one.code, one.field) for one in reading.findings] == [(F.VALUE_MALFORMED, field)]


def test_a_list_of_nothing_is_absent() -> None:
    reading = read("<Tree><Name>a</Name><Leaves/><Days><Day/></Days></Tree>")
    assert reading.values == {"name": "a"}


def test_a_wrong_pointer_of_a_repetition_fails_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="Leaf"):
        listed("Leaves", "Leaf", Tree.leaves, tag("Name", Tree.name))


def test_every_field_of_a_repetition_has_its_place() -> None:
    wanted: dict[str, Any] = {
        "leaves": "Tree/Leaves",
        "leaves.code": "Tree/Leaves/Leaf/Code",
        "days": "Tree/Days",
        "marks": "Tree/Mark",
    }
    assert {name: TREE.paths[name] for name in wanted} == wanted
