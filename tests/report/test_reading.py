"""What a cell shows stands in every edition, numbered alike, or is named."""

from __future__ import annotations

import dataclasses
import io
import re

import docx
import nbformat
import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from assessment.chapter import outputs
from assessment.report.docx import render_docx
from assessment.report.exporter import render_report
from assessment.report.numbered import with_numbers
from assessment.report.page import ChapterPages, Document
from assessment.report.pdf import render_pdf
from assessment.report.xlsx import render_xlsx
from assessment.show.blocks import BLOCKS_MIME, Blocks
from assessment.show.reading import Left, read_chapter
from tests.report import fixtures

PROSE = (
    "研究者写的一段，\n有**强调**。\n\n- 第一点\n\n| 甲列 | 乙列 |\n|---|--:|\n| 甲一 | 乙一 |\n"
)


def shown(*blocks: object) -> nbformat.NotebookNode:
    data = {BLOCKS_MIME: Blocks(blocks=tuple(blocks)).model_dump_json()}  # type: ignore[arg-type]
    return new_output("display_data", data=data)


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """A chapter with prose, a table in it, a frame, a seaborn figure, and what is left out."""
    import matplotlib.pyplot as plt
    import pandas as pd
    import seaborn as sns

    frame = pd.DataFrame({"年份": [2024, 2025], "排放": [3.14159, None]})
    frame.attrs["title"] = "一张数据框"
    drawing, axes = plt.subplots()
    sns.lineplot(x=[2024, 2025], y=[1.0, 2.0], ax=axes, label="一条线")
    axes.set_title("一张自己的图")
    plt.close(drawing)
    return new_notebook(
        cells=[
            new_code_cell("x", metadata={"tags": ["guide"]}, outputs=[shown(fixtures.para("不见"))]),
            new_markdown_cell(PROSE),
            new_code_cell("frame", outputs=[shown(*outputs.frame_blocks(frame, "c1-1"))]),
            new_code_cell("fig", outputs=[shown(*outputs.figure_blocks(drawing, "c1-2"))]),
            new_code_cell("show(Markdown())", outputs=[
                new_output("display_data", data={"text/markdown": "输出的一段"})]),
            new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="1\n")]),
            new_code_cell("HTML()", outputs=[
                new_output("display_data", data={"text/html": "<b>外来</b>", "text/plain": "x"})]),
            new_code_cell("1 + 1", outputs=[
                new_output("execute_result", data={"text/plain": "2"}, execution_count=1)]),
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def document(notebook: nbformat.NotebookNode) -> Document:
    chapter = ChapterPages("ch1", "第一章", "总体要求", read_chapter(notebook).blocks)
    return with_numbers(
        Document(
            fixtures.COVER, fixtures.conclusions(), (), (chapter,), tuple(fixtures.back()), True
        )
    )


def page_text(document: Document) -> str:
    page = render_report(
        [], document.chapters, document.back, document.cover, demo=True, fonts_text=""
    )
    return re.sub(r"<style.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)


def pdf_text(document: Document) -> str:
    return "".join(p.extract_text() for p in PdfReader(io.BytesIO(render_pdf(document))).pages)


def word_text(document: Document) -> str:
    word = docx.Document(io.BytesIO(render_docx(document)))
    return "".join(t.text or "" for t in word.element.iter() if t.tag.endswith("}t"))


def excel_text(document: Document, results: object) -> str:
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(document, results)))  # type: ignore[arg-type]
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


@pytest.mark.parametrize("edition", ["page", "pdf", "word", "excel"])
def test_prose_tables_frames_and_figures_stand_in_every_edition(
    edition: str, document: Document, whole: tuple[Document, object]
) -> None:
    text = {
        "page": lambda: page_text(document),
        "pdf": lambda: pdf_text(document),
        "word": lambda: word_text(document),
        "excel": lambda: excel_text(document, whole[1]),
    }[edition]()
    text = re.sub(r"\s", "", text)
    for said in (
        "研究者写的一段，有强调。",
        "第一点",
        "输出的一段",
        "甲一",
        "乙列",
        "一张数据框",
        "一张自己的图",
    ):
        assert said in text, said
    assert "3.14" in text
    for number in ("表1", "附表1一张数据框", "图1一张自己的图"):
        # A workbook lists number and title in columns of their own.
        assert number in text, number
    for foreign in ("外来", "不见"):
        assert foreign not in text


def test_what_is_left_out_is_named_with_its_cell(notebook: nbformat.NotebookNode) -> None:
    left = read_chapter(notebook).left_out
    assert [(one.cell, one.kind) for one in left] == [
        (6, Left.PRINTED), (7, Left.HTML), (8, Left.TEXT)
    ]  # fmt: skip
    assert str(left[0]) == "第 6 格（print(1)）：打印的文字（print 或警告）没有进报告"


def test_numbers_are_given_once(document: Document) -> None:
    again = with_numbers(dataclasses.replace(document, back=()))
    assert [b.number for b in again.chapters[0].blocks.blocks if b.kind in ("table", "figure")] == [
        1, 1, 1,
    ]  # fmt: skip
