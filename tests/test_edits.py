"""Six edits that a researcher makes, each in a notebook alone, and what the report then says."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from assessment.chapter.chapter import Chapter
from assessment.job.sources import Sources
from assessment.report.methods_annex import _choices
from assessment.run.jobs import notebook_words
from assessment.show.blocks import Blocks, Figure, Prose, Table

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FORMAT = "02_synergy_prevention_pattern.ipynb"

LEFT_OUT = ("LEAVE_OUT = {}", 'LEAVE_OUT = {"coal_consumption": {2020: "疫情停产"}}')
OTHER_TEST = (
    "TESTS = {}",
    'TESTS = {"coal_share": newey_west, "energy_total": hamed_rao}',
    "import mann_kendall",
    "import hamed_rao, mann_kendall",
)
OWN_TEST = '''
def newey_west(values):
    """最小二乘（Newey–West）"""
    return ols_trend(values.index, values)
'''
WINDOWS = ("WINDOW = 1", "WINDOW = 3")
REGRESSION = """
import statsmodels.formula.api as smf

both = chapter.frame("so2_emis", "energy_total").dropna()
fit = smf.ols("so2_emis ~ energy_total", both).fit(cov_type="HAC", cov_kwds={"maxlags": 1})
with chapter.finding("so2_on_energy", "二氧化硫与能源消费") as out:
    out.keep(b=fit.params["energy_total"], p=fit.pvalues["energy_total"], n=len(both))
    out.say("多用 1 万吨标准煤，SO₂ 多 {b:.1f} 吨（p={p:p}，{n} 个年份）。", finding=True)
    out.table(fit.summary2().tables[1], title="HAC 回归")
""".strip()
SEASONS = """
pm25 = chapter.monthly("pm25").rename("value").reset_index()
pm25["season"] = pm25.month.dt.month.map(lambda m: "冬春春春夏夏夏秋秋秋冬冬"[m - 1])
pm25["year"] = pm25.month.dt.year
seasons = pm25.groupby(["year", "season"]).value.mean().unstack()
with chapter.finding("seasons", "细颗粒物分季节") as out:
    out.keep(last=seasons.loc[chapter.year], year=chapter.year)
    out.say("{year:年} 年冬季 {last[冬]:pm25}，夏季 {last[夏]:pm25}。")
    with out.figure("冬季 {last[冬]:pm25}，夏季 {last[夏]:pm25}", alt="四条折线", data=seasons) as ax:
        sns.lineplot(pm25, x="year", y="value", hue="season", errorbar=None, ax=ax)
""".strip()
OMITTED = (
    "chapter.synergy_part()",
    'chapter.omit("synergy", reason="度假区没有工业") if "文昌湖" in chapter.unit_name else '
    "chapter.synergy_part()",
)


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / name, as_version=4)  # type: ignore[no-untyped-call]


def replaced(notebook: Any, *pairs: str) -> Any:
    """Replace, in the one cell where it stands, each text by the next."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        (cell,) = [c for c in notebook.cells if old in c.source and c.cell_type == "code"]
        cell.source = cell.source.replace(old, new)
    return notebook


def added(notebook: Any, before: str, source: str) -> Any:
    """Put a cell before the one that begins so."""
    place = next(n for n, c in enumerate(notebook.cells) if c.source.startswith(before))
    notebook.cells.insert(place, nbformat.v4.new_code_cell(source))  # type: ignore[no-untyped-call]
    return notebook


def lines(notebook: Any) -> list[str]:
    return [line for cell in notebook.cells for line in cell.source.splitlines() if line.strip()]


def touched(before: Any, after: Any) -> int:
    """Lines written anew."""
    found = difflib.ndiff(lines(before), lines(after))
    return sum(line.startswith("+ ") for line in found)


def run(notebook: Any, path: Path, sources: Sources, unit: str) -> tuple[Chapter, list[Blocks]]:
    """Run the cells of a copy and return the chapter and what they show, in order."""
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    inputs = sources.job(
        str(int(path.name[:2])), sources.params.region(unit).id, 2025, notebook_words(path)
    )
    scope: dict[str, Any] = {"chapter": Chapter(inputs)}
    seen: list[Blocks] = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", []):
            continue
        tree = ast.parse(cell.source)
        if "Chapter.open" in cell.source:
            tree.body = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), path.name, "eval"), scope)
            if isinstance(value, Blocks):
                seen.append(value)
    return scope["chapter"], seen


def part(seen: list[Blocks], heading: str) -> Blocks:
    """What a cell shows under a heading."""
    (found,) = [one for one in seen if getattr(one.blocks[0], "text", "") == heading]
    return found


def words(blocks: Blocks) -> str:
    return "".join(b.text for b in blocks.blocks if isinstance(b, Prose))


@pytest.fixture(scope="module")
def edited(demo: Sources, tmp_path_factory: pytest.TempPathFactory) -> tuple[Chapter, list[Blocks]]:
    """Chapter 2 of a district with the first five edits, all in the one notebook."""
    book = replaced(read(FORMAT), *LEFT_OUT, *OTHER_TEST, *WINDOWS)
    added(
        book,
        "from assessment.methods.trends",
        "from assessment.methods.regression import ols_trend\n" + OWN_TEST,
    )
    added(added(book, "chapter.trends_part", REGRESSION), "chapter.trends_part", SEASONS)
    return run(book, tmp_path_factory.mktemp("edits") / FORMAT, demo, "张店区")


def test_each_edit_is_a_few_lines_of_one_file() -> None:
    plain = read(FORMAT)
    for pairs, most in ((LEFT_OUT, 1), (OTHER_TEST, 2), (WINDOWS, 1), (OMITTED, 1)):
        assert touched(plain, replaced(read(FORMAT), *pairs)) == most
    for source, most in ((REGRESSION, 7), (SEASONS, 9)):
        assert touched(plain, added(read(FORMAT), "chapter.trends_part", source)) == most


def test_a_year_left_out_is_told_with_its_reason_and_is_no_gap(
    edited: tuple[Chapter, list[Blocks]],
) -> None:
    chapter, seen = edited
    shown = part(seen, "趋势")
    assert "“煤炭消费量”由 2015 年的 " in words(shown)
    assert "不含 2020 年(疫情停产)" in words(shown)
    (panel,) = [b for b in shown.blocks if isinstance(b, Figure)]
    assert "煤炭消费量：2020 年不用（疫情停产）" in panel.subtitle
    coal = [row for row in panel.table.rows if row.cells[0].text == "煤炭消费量"]
    assert "2020" not in [row.cells[1].text for row in coal] and len(coal) == 10
    (table,) = [b for b in shown.blocks if isinstance(b, Table)]
    (row,) = [r for r in table.rows if r.cells[0].value == "coal_consumption"]
    assert row.cells[2].value == 10 and "不含 2020 年（疫情停产）" in row.cells[-1].note
    assert "煤炭消费量:不含 2020 年（疫情停产）" in table.note
    assert not [gap for gap in chapter.gaps if "煤炭" in gap.subject]
    record = chapter.record().value
    annex = _choices(SimpleNamespace(trends=record.trends))  # type: ignore[arg-type]
    assert annex is not None
    assert [[c.text for c in r.cells] for r in annex.rows] == [
        ["能源消费总量(万吨标准煤)", "Hamed–Rao", "", ""],
        ["煤炭消费量(万吨)", "Mann–Kendall", "", "2020 年:疫情停产"],
        ["煤品占比(%)", "最小二乘（Newey–West）", "", ""],
    ]
    # Another chapter may look at all the years: the two stand apart in results.json.
    assert "coal_consumption@chapter-2" in record.trends
    assert "coal_consumption" not in record.trends


def test_another_test_speaks_for_itself(edited: tuple[Chapter, list[Blocks]]) -> None:
    chapter, seen = edited
    shown = part(seen, "趋势")
    assert "(最小二乘（Newey–West） p<0.001)" in words(shown)
    assert "它至少要 20 个年度值，只有 11 个，不作检验" in words(shown)
    assert chapter.trends["energy_total"].p is None
    (table,) = [b for b in shown.blocks if isinstance(b, Table)]
    head = [column.label for column in table.columns]
    assert "检验 p" in head and "Mann–Kendall p" not in head
    cells = {row.cells[0].value: row.cells[head.index("检验 p")].text for row in table.rows}
    assert cells["coal_share"] == "<0.001(最小二乘（Newey–West）)"
    assert cells["energy_total"] == "不作检验"
    (panel,) = [b for b in shown.blocks if isinstance(b, Figure)]
    assert "能源消费总量：检验为 Hamed–Rao" in panel.subtitle


def test_windows_of_three_years(edited: tuple[Chapter, list[Blocks]]) -> None:
    finding = edited[0].findings["decoupling"]
    said = words(finding.blocks)
    assert "按 3 年的窗口看" in said and "按 1 年" not in said
    (table,) = [b for b in finding.blocks.blocks if isinstance(b, Table)]
    groups = {row.group for row in table.rows}
    assert groups == {"方案期", "3 年的窗口"}
    spans = [row.cells[1].text for row in table.rows if row.group == "3 年的窗口"]
    assert spans and all(int(s.split("→")[1]) - int(s.split("→")[0]) == 3 for s in spans)


def test_a_regression_and_a_figure_of_one_s_own(edited: tuple[Chapter, list[Blocks]]) -> None:
    chapter, _ = edited
    record = chapter.record().value
    kept = record.analysis["so2_on_energy"]
    assert kept["n"] == 11
    assert kept["tables"]["table"][1]["Coef."] == pytest.approx(kept["b"])
    assert any("多用 1 万吨标准煤" in message.text for message in record.messages)
    assert record.parts["c2-so2_on_energy"] == "二氧化硫与能源消费"
    seasons = chapter.findings["seasons"]
    (figure,) = seasons.figures
    assert figure.title.endswith(words(seasons.blocks).removeprefix("2025 年").rstrip("。"))
    assert len(figure.table.rows) == 11
    assert any(ref.id == figure.id for ref in record.figures)


def test_a_part_left_out_for_one_district(demo: Sources, tmp_path: Path) -> None:
    name = "05_pilot_innovation.ipynb"
    for unit, omitted in (("文昌湖", True), ("张店区", False)):
        chapter, seen = run(replaced(read(name), *OMITTED), tmp_path / name, demo, unit)
        shown = part(seen, "减污降碳协同度")
        assert ("本单元不列这一部分：度假区没有工业。" in words(shown)) == omitted
        gaps = [gap.what for gap in chapter.record().value.gaps]
        assert ("不列这一部分" in gaps) == omitted
