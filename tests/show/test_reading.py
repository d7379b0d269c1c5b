"""An executed notebook is read into one sequence of blocks."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from assessment.show.blocks import BLOCKS_MIME, Blocks, Heading, Markdown, Prose
from assessment.show.facts import say
from assessment.show.reading import read_chapter

FINDING = (Heading(level=3, text="空气", anchor="air"), Prose(sentences=(say("好转。"),)))


def code(*blocks):
    data = {BLOCKS_MIME: Blocks(blocks=blocks).model_dump_json()}
    return new_code_cell("1", outputs=[new_output("display_data", data=data)] if blocks else [])


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        # what stands before an analysis introduces it, also past cells that show nothing
        ([new_markdown_cell("引言"), code(), code(*FINDING)], "空气 引言 好转。"),
        ([new_markdown_cell("一"), new_markdown_cell("二"), code(*FINDING)], "空气 一 二 好转。"),
        # a heading of its own begins a part of its own
        ([new_markdown_cell("## 另说\n\n别的"), code(*FINDING)], "另说 别的 空气 好转。"),
        ([new_markdown_cell("一"), new_markdown_cell("## 另说"), code(*FINDING)], "一 另说 空气 好转。"),
        # only the next output counts, and only a heading
        ([new_markdown_cell("引言"), code(FINDING[1]), code(*FINDING)], "引言 好转。 空气 好转。"),
        ([code(*FINDING), new_markdown_cell("结语")], "空气 好转。 结语"),
    ],
)  # fmt: skip
def test_prose_introduces_the_analysis_below_it(cells, order):
    blocks = read_chapter(new_notebook(cells=cells)).blocks.blocks
    texts = [
        block.text if isinstance(block, Heading)
        else block.source if isinstance(block, Markdown)
        else "".join(s.text for s in block.sentences)
        for block in blocks
    ]  # fmt: skip
    assert texts == order.split()
