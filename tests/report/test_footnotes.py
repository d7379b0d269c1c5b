"""Which notes leave their cells for the foot of a table, and how they are told there."""

from assessment.report.footnotes import footnoted, notes_below
from assessment.show.blocks import Cell, Column, Row, Table

LONG = "缺 2021、2022 年的排放量"


def table(columns: int, *notes: str, verdict: str | None = None) -> Table:
    heads = tuple(Column(key=str(n), label=f"列{n}") for n in range(columns))
    rows = (
        Row(
            cells=(
                *[Cell(text="—")] * (columns - 1),
                Cell(text="" if verdict else "数据不足", verdict=verdict, note=note),
            )
        )
        for note in notes
    )
    return Table(id="t", title="题", columns=heads, rows=tuple(rows), note="总注。")


def test_a_single_note_stays_in_a_table_of_few_columns() -> None:
    assert footnoted(table(3, LONG)) == table(3, LONG)


def test_in_a_table_of_many_columns_it_stands_below() -> None:
    found = footnoted(table(8, LONG))
    assert found.rows[0].cells[-1] == Cell(text="数据不足①")
    assert found.note == f"① {LONG}。总注。"


def test_a_note_of_several_cells_is_told_once() -> None:
    found = footnoted(table(3, LONG, "(另一种。)", LONG, "(另一种。)"))
    assert [row.cells[-1].text[-1] for row in found.rows] == ["①", "②", "①", "②"]
    assert found.note == f"① {LONG};② 另一种。总注。"


def test_the_sign_follows_the_word_of_a_verdict() -> None:
    found = footnoted(table(8, LONG, verdict="insufficient_data"))
    assert found.rows[0].cells[-1].text == "数据不足①"
    assert found.rows[0].cells[-1].verdict == "insufficient_data"


def test_brief_notes_and_too_many_stay() -> None:
    assert notes_below(table(8, "(测算)")) == {}
    assert notes_below(table(8, *(f"第 {n} 条很长的说明" for n in range(9)))) == {}
