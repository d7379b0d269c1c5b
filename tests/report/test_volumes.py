"""The two volumes: every block in one of them, headings with what stands under them."""

from assessment.report.numbered import all_parts, with_numbers
from assessment.report.page import Document, ReportPart
from assessment.report.volumes import annex_volume, annual_report, of_place
from assessment.show.blocks import Figure, Heading, Prose, Table, show
from assessment.show.facts import say
from tests.report import fixtures


def _document() -> Document:
    told = Prose(sentences=(say("说一次。"),))
    part = ReportPart(
        "one",
        "二",
        "一部分",
        show(
            Heading(level=3, text="只有佐证", anchor="a"),
            fixtures.targets_table("t1", "甲", "annex"),
            Heading(level=3, text="有正文", anchor="b"),
            told,
            fixtures.figure("f1"),
            fixtures.targets_table("t2", "乙", "annex"),
            Heading(level=3, text="空的", anchor="c"),
        ),
    )
    annex = ReportPart("annex-a", "附件 A", "数据", show(fixtures.targets_table("t3", "丙")))
    return with_numbers(
        Document(
            cover=fixtures.COVER,
            conclusions=fixtures.conclusions(),
            front=(part,),
            chapters=(),
            back=(annex,),
            demo=True,
        )
    )


def test_each_block_is_in_one_volume_under_its_heading():
    document = _document()
    body, annex = annual_report(document), annex_volume(document)

    def titles(volume: Document) -> list[str]:
        blocks = [block for part in all_parts(volume) for block in part.blocks.blocks]
        return [
            block.text if isinstance(block, Heading | Prose) else f"{block.label} {block.title}"
            for block in blocks
            if not isinstance(block, Figure)
        ]

    assert titles(body) == ["有正文", "说一次。", "见附卷:附表 1–2。"]
    assert titles(annex) == [
        "支持正文“二、一部分”。",
        "只有佐证", "附表 1 甲", "有正文", "附表 2 乙", "附表 3 丙",
    ]  # fmt: skip
    figures = [b for p in all_parts(body) for b in p.blocks.blocks if isinstance(b, Figure)]
    assert [figure.label for figure in figures] == ["图 1"]
    assert annex.conclusions is None and body.conclusions is not None
    assert [part.anchor for part in body.back] == []


def test_a_heading_of_a_deeper_level_does_not_hold_the_one_above():
    blocks = (
        Heading(level=3, text="外", anchor="a"),
        Heading(level=4, text="内", anchor="b"),
        Prose(sentences=(say("一句。"),)),
    )
    assert of_place(blocks, "body") == blocks
    assert of_place(blocks, "annex") == ()
    assert not any(isinstance(block, Table) for block in blocks)
