"""A people CSV cut into blocks: whole people, the same rows wherever it is cut, whoever comes back is named."""

import csv
import io
import pickle
from itertools import pairwise
from pathlib import Path

import pytest

from registry.core.errors import Permanent
from registry.insured.loading.lines import COLUMNS
from registry.insured.loading.people_file import Block, PeopleFile

WIDTH = len(COLUMNS)
SIZES = (64, 200, 1_000, 10**6)


def line(key: str, mark: str = "") -> str:
    return ";".join([key, mark, *[""] * (WIDTH - 2)])


def blocks_of(tmp_path: Path, text: str, size: int, *, header: str = ";".join(COLUMNS)) -> list[Block]:
    path = tmp_path / "people.csv"
    path.write_bytes(("\ufeff" + header + "\n" + text).encode())
    with PeopleFile(path) as file:
        return list(file.blocks(size))


def rows_of(blocks: list[Block]) -> list[tuple[int, str, str]]:
    return [(number, row[0], row[1]) for block in blocks for number, row in block.rows()]


def keys_of(block: Block) -> set[str]:
    return {row[0] for _, row in block.rows()}


@pytest.mark.parametrize("size", SIZES)
def test_neighbouring_lines_of_a_person_stay_in_one_block(tmp_path: Path, size: int) -> None:
    text = "".join(f"{line(str(number // 3), str(number))}\n" for number in range(60))
    blocks = blocks_of(tmp_path, text, size)
    assert [row[2] for row in rows_of(blocks)] == [str(number) for number in range(60)]
    assert [row[0] for row in rows_of(blocks)] == list(range(2, 62))
    for one, other in pairwise(blocks):
        assert not keys_of(one) & keys_of(other)
    assert (sum(one.people for one in blocks), sum(one.lines for one in blocks)) == (20, 60)


@pytest.mark.parametrize("size", SIZES)
def test_quoted_values_with_line_ends_are_cut_as_the_reader_of_csv_sees_them(tmp_path: Path, size: int) -> None:
    text = "".join(f"{line(str(number), chr(34) + 'a' + chr(10) + str(number) + chr(34))}\r\n" for number in range(9))
    blocks = blocks_of(tmp_path, text, size)
    whole = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert rows_of(blocks) == [(whole.line_num + 1, row[0], row[1]) for row in whole]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_empty_lines_are_passed_over_and_counted_in_line_numbers(tmp_path: Path, size: int, end: str) -> None:
    text = end.join(["", line("1"), "", "", line("1"), line("2")])
    blocks = blocks_of(tmp_path, text, size)
    assert [(number, key) for number, key, _ in rows_of(blocks)] == [(3, "1"), (6, "1"), (7, "2")]
    assert sum(one.people for one in blocks) == 2


@pytest.mark.parametrize("size", SIZES)
def test_a_person_who_comes_back_is_named_and_left_out(tmp_path: Path, size: int) -> None:
    keys = ["1", "2", "1", "1", "3", " 2 ", "4"]
    blocks = blocks_of(tmp_path, "".join(line(key) + "\n" for key in keys), size)
    back = {number: key for one in blocks for number, key in one.come_back.items()}
    assert back == {4: "1", 5: "1", 7: "2"}
    assert [key for _, key, _ in rows_of(blocks)] == ["1", "2", "3", "4"]
    assert sum(one.people for one in blocks) == 4


def test_columns_in_another_order_with_more_of_them_are_picked_by_name(tmp_path: Path) -> None:
    header = ";".join(["note", *reversed(COLUMNS)])
    text = f"x;{';'.join([''] * (WIDTH - 1))};77\nx;y\n"
    (block,) = blocks_of(tmp_path, text, 100_000, header=header)
    (_, first), (number, short) = block.rows()
    assert (len(first), first[0], number) == (WIDTH, "77", 3)
    assert len(short) != WIDTH


@pytest.mark.parametrize("size", [1_000, 10**6])
def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path: Path, size: int) -> None:
    with pytest.raises(Permanent, match="строка 2: кавычки не закрыты"):
        blocks_of(tmp_path, f'1;"{"х" * 200_000}', size)


def test_a_refusal_crosses_the_border_of_a_process_whole() -> None:
    refusal = Permanent("X", "Текст", place="строка 7", value="в", expected="о")
    again = pickle.loads(pickle.dumps(refusal))
    assert (again.code, again.text, again.place, again.value, again.expected) == ("X", "Текст", "строка 7", "в", "о")
