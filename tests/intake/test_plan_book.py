"""A plan in a workbook: there and back without loss, and each mistake told at its cell."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from assessment.cli.main import main
from assessment.errors import Fault, InputError
from assessment.intake.plan_book import make_params, read_plan_book, write_plan_book
from assessment.intake.plan_book.columns import HEAD_ROW, SHEETS
from assessment.params.folder import load_params
from assessment.params.model import Params
from tests.conftest import ROOT

FIRST = HEAD_ROW + 1


def own(book: Workbook) -> None:
    """Make the examples of an empty workbook rows of its own."""
    for sheet in SHEETS:
        for (cell,) in book[sheet.name].iter_rows(min_row=FIRST, max_col=1):
            cell.value = None


@pytest.fixture(scope="module")
def sound() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(write_plan_book()))
    own(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def put(book: Workbook, sheet: str, head: str, row: int, value: object) -> None:
    """Write a cell by the name of its column; the first row of entries is 1."""
    heads = {str(cell.value).rstrip(" *"): cell.column for cell in book[sheet][HEAD_ROW]}
    book[sheet].cell(HEAD_ROW + row, heads[head]).value = value


def faults(sound: bytes, room: Path, *edits: Callable[[Workbook], None]) -> list[Fault]:
    book = openpyxl.load_workbook(io.BytesIO(sound))
    for edit in edits:
        edit(book)
    book.save(room / "方案.xlsx")
    try:
        make_params(read_plan_book(room / "方案.xlsx"), room / "params")
    except InputError as error:
        assert not (room / "params").exists()
        return list(error.faults)
    return []


Mistake = tuple[tuple[str, str, int, object], str, Sequence[str]]
MISTAKES: list[Mistake] = [
    # sheet, column, row, what is written; the cell that is told; words of the sentence
    (("方案", "地区", 1, None), "方案表 D5", ["没有填“地区”"]),
    (("方案", "基期", 1, "去年"), "方案表 F5", ["不是年份"]),
    (("方案", "基期", 1, 2029), "方案表 F5", ["不早于最近的规划年 2028"]),
    (("方案", "规划年", 1, "2030、2028"), "方案表 G5", ["由早到晚"]),
    (("方案", "规划年", 1, "十五五末"), "方案表 G5", ["不是年份"]),
    (("单位", "级别", 2, "市辖区"), "单位表 D6", ["不在列表里", "功能区"]),
    (("单位", "级别", 2, "全市"), "单位表", ["“级别”", "“全市”", "现有 2 个"]),
    (("单位", "名称", 3, "东山区"), "单位表 B7", ["重复"]),
    (("单位", "所在区县", 3, "西山区"), "单位表 I7", ["没有“西山区”", "东山区"]),
    (("单位", "示意图行", 2, "左上"), "单位表 J6", ["不是整数"]),
    (("部门", "部门", 2, "市能原局"), "指标表 H6", ["“市能源局”", "市能原局"]),
    (("指标", "单位", 2, "万顿"), "指标表", ["万顿"]),
    (("指标", "方向", 2, "越少越好"), "指标表 E6", ["不在列表里", "越低越好"]),
    (("指标", "口径", 4, None), "指标表 F8", ["没有填“口径”"]),
    (("指标", "部门", 4, "市气象局"), "指标表 H8", ["市气象局"]),
    (("指标", "算法", 3, "碳排放 / GDP"), "指标表 J7", ["不是能读的算法", "甲 ÷ 乙"]),
    (("指标", "算法", 3, "碳排放 ÷ 人口"), "指标表 J7", ["算法里没有“人口”"]),
    (("指标", "算法", 3, "GDP ÷ 碳排放"), "指标表 J7", ["量纲不同"]),
    (("指标", "合理下限", 4, 200), "指标表 L8", ["下限 200 不小于上限 100"]),
    (("指标", "合理上限", 4, "一百"), "指标表 L8", ["不是数"]),
    (("指标", "编号", 4, "carbon"), "指标表 R8", ["重复"]),
    (("章节任务", "章", 1, None), "章节任务表 B5", ["没有写章"]),
    (("章节任务", "任务", 2, None), "章节任务表 G6", ["没有填“任务”"]),
    (("章节任务", "责任部门", 1, "市环保局"), "章节任务表 E5", ["市环保局"]),
    (("章节任务", "时限", 2, "年底前"), "章节任务表", ["不是日期"]),
    (("章节任务", "时限", 2, "2028-13"), "章节任务表", ["月或日不存在"]),
    (("章节任务", "指标", 2, "PM10"), "章节任务表 I6", ["没有“PM10”", "PM2.5"]),
    (("章节任务", "要求", 2, "自愿"), "章节任务表 K6", ["不在列表里"]),
    (("目标", "指标", 2, "PM25浓度"), "目标表 B6", ["没有“PM25浓度”"]),
    (("目标", "比较", 2, "小于"), "目标表 C6", ["不在列表里", "不高于"]),
    (("目标", "比较", 2, "不低于"), "目标表 C6", ["方向（越低越好）相反"]),
    (("目标", "数值", 2, "30微克"), "目标表 D6", ["不是数", "单位写在“单位”列"]),
    (("目标", "数值", 2, 3000), "目标表 D6", ["原文是 30", "100 倍"]),
    (("目标", "数值", 1, 180), "目标表 D5", ["超过了全部"]),
    (("目标", "单位", 1, "吨"), "目标表 F5", ["用不到指标单位“吨/万元”上"]),
    (("目标", "单位", 2, "mg/m³"), "目标表 F6", ["不一致"]),
    (("目标", "目标年", 2, 2035), "目标表 G6", ["晚于方案最后的规划年 2030"]),
    (("目标", "目标年", 2, 2024), "目标表 G6", ["不晚于基期 2025"]),
    (("目标", "期间", 2, "五年"), "目标表 H6", ["“五年”应为"]),
    (("目标", "节点", 1, "2031：20"), "目标表 L5", ["节点 2031 年不早于目标年 2030"]),
    (("目标", "节点", 1, "二〇二八年20"), "目标表 L5", ["不是节点"]),
    (("目标", "比较", 2, "约"), "目标表", ["差多少算达到", "容差"]),
    (("目标", "数值（高）", 2, 40), "目标表 D6", ["两个数是区间", "区间"]),
    (("目标", "节", 1, "九、附则"), "目标表 Q5", ["没有“九、附则”"]),
    (("目标", "参照指标", 2, "GDP"), "目标表 N6", ["外部参照"]),
]  # fmt: skip


def test_a_sound_workbook_has_no_fault_and_makes_a_folder(sound: bytes, tmp_path: Path) -> None:
    assert faults(sound, tmp_path) == []
    params = load_params(tmp_path / "params")
    cut = params.plan.targets[0]
    assert (cut.no, cut.comparison, cut.value, cut.unit) == ("N01", "decrease", 18, "%")
    assert params.plan.chapters[0].sections[0].tasks[1].due_on == "2028-06-30"
    intensity = params.catalogue.by_id["carbon_intensity"]
    assert intensity.derive is not None
    assert intensity.derive.model_dump()["scale"] == 1
    posts = {post.indicator: post for post in params.synergy.goalposts}
    assert (posts["pm25"].low, posts["pm25"].high) == (100, 30)
    assert all("假定" in post.source for post in posts.values())


@pytest.mark.parametrize(
    ("edit", "place", "words"),
    MISTAKES,
    ids=[f"{m[0][0]}-{m[0][1]}-{n}" for n, m in enumerate(MISTAKES)],
)
def test_one_mistake_is_told_at_its_cell(
    edit: tuple[str, str, int, object], place: str, words: Sequence[str], sound: bytes,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = faults(sound, tmp_path, lambda book: put(book, *edit))
    said = [f"{fault.problem}。{fault.remedy}" for fault in found if fault.place.startswith(place)]
    assert said, list(map(str, found))
    text = "\n".join(said)
    for word in words:
        assert word in text
    assert len(found) <= 3, list(map(str, found))


@pytest.mark.parametrize("start", range(4))
def test_ten_mistakes_are_told_together(start: int, sound: bytes, tmp_path: Path) -> None:
    chosen = [m for m in MISTAKES[start::4] if m[1].count(" ")][:10]
    cells: set[tuple[str, str, int]] = set()
    edits = [m for m in chosen if not (m[0][:3] in cells or cells.add(m[0][:3]))]
    found = faults(sound, tmp_path, *(lambda book, m=m: put(book, *m[0]) for m in edits))
    places = {fault.place for fault in found}
    readable = [
        m for m in edits if "不在列表里" in m[2] or "没有填" in m[2][0] or "不是" in m[2][0]
    ]
    assert {m[1] for m in readable} <= places


def test_params_go_into_a_workbook_and_come_back_the_same(params: Params, tmp_path: Path) -> None:
    (tmp_path / "方案.xlsx").write_bytes(write_plan_book(params))
    folder = Path(shutil.copytree(ROOT / "params", tmp_path / "params"))
    made = make_params(read_plan_book(tmp_path / "方案.xlsx"), folder)
    assert made.written == ()
    assert load_params(folder) == params
    # What has no column is defaulted in a new folder, and the rest is the same.
    make_params(read_plan_book(tmp_path / "方案.xlsx"), tmp_path / "new")
    new = load_params(tmp_path / "new")
    defaulted = {"departments"}  # of a target of the tool's own, which has none
    assert [t.model_dump(exclude=defaulted) for t in new.plan.targets] == [
        t.model_dump(exclude=defaulted) for t in params.plan.targets
    ]
    assert new.regions.regions == params.regions.regions


def test_the_examples_are_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "方案.xlsx"
    assert main(["init", "--template", str(book)]) == 0
    assert main(["init", "--from", str(book), "--to", str(tmp_path / "params")]) == 2
    said = capsys.readouterr().err
    for sheet in SHEETS:
        assert f"{sheet.name}表：一行也没有填" in said
    assert main(["init", "--template", str(book)]) == 2
    assert "已有这个文件" in capsys.readouterr().err
