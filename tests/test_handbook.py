"""The methods handbook: its form, its worked examples, and what it says of the code."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import assessment.methods
from assessment import handbook
from assessment.handbook import HEADINGS, ORDER, entries, entry, page, sections
from assessment.methods import (
    breaks,
    cochange,
    decoupling,
    forecast,
    grades,
    index,
    monthly,
    trends,
    uncertainty,
    verdicts,
    weights,
)

ROOT = Path(__file__).resolve().parents[1]
HAN = "\u4e00-\u9fff"
NOT_METHODS = {"series", "coverage", "coupling_grades", "contributions", "peak"}
"""Checks, names and plain accounts, which the chapters' own prose explains."""

every_page = pytest.mark.parametrize("name", ORDER)


def body(name: str, heading: str) -> str:
    return sections(page(name))[1][heading]


def example(name: str) -> str:
    blocks = re.findall(r"^```python\n(.*?)^```$", body(name, "算例"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1, f"{name}: one worked example is expected"
    return str(blocks[0])


def prose(name: str) -> str:
    return re.sub(r"^```python\n.*?^```$", "", body(name, "算例"), flags=re.DOTALL | re.MULTILINE)


def numbers(text: str) -> set[float]:
    # not the digits of names such as PM2.5 and co2_2014
    return {float(found) for found in re.findall(r"(?<![A-Za-z\d._])\d+(?:\.\d+)?", text)}


def imported(name: str) -> list[tuple[str, str]]:
    """Module and name of everything the example of a page imports from the methods."""
    parsed = doctest.DocTestParser().get_doctest(example(name), {}, name, None, 0)
    tree = ast.parse("".join(part.source for part in parsed.examples))
    return [
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("assessment.methods.")
        for alias in node.names
    ]


# --- form ---


def test_the_pages_are_those_in_order():
    folder = Path(handbook.__file__).parent / "pages"
    assert {path.stem for path in folder.iterdir()} == set(ORDER)
    assert len(set(ORDER)) == len(ORDER)
    assert tuple(found.name for found in entries()) == ORDER


@every_page
def test_every_page_has_what_an_annex_prints(name):
    found = entry(name)
    assert len(found.title) <= 30
    assert 20 <= len(found.summary) <= 120
    assert found.summary.endswith("。")
    assert found.formula.strip()
    assert len(found.not_when) >= 4
    assert found.references
    assert all(len(line) <= 90 for line in found.formula.split("\n"))


@every_page
def test_what_an_annex_prints_has_no_markup(name):
    found = entry(name)
    text = "\n".join((found.summary, found.symbols, *found.not_when, *found.references))
    assert not re.search(r"`|\*\*|\]\(|</?[a-z][^<]*>|\\|\$", text + found.formula)


@every_page
def test_no_page_is_longer_than_needed(name):
    assert len(page(name)) <= 3000
    assert page(name).count("\n") <= 80


@every_page
def test_chinese_is_punctuated_in_full_width(name):
    without_code = re.sub(r"^```.*?^```$", "", page(name), flags=re.DOTALL | re.MULTILINE)
    # a half-width mark before a space belongs to a bibliographic entry
    assert re.findall(rf"[{HAN}][,;:?!](?! )|[,;:?!][{HAN}]", without_code) == []
    assert re.findall(rf"[{HAN}]\(|\)[{HAN}\u3002\uff0c]", without_code) == []


GOOD = "# 名\n\n" + "\n\n".join(f"## {heading}\n\n文" for heading in HEADINGS) + "\n"


def test_sections_of_a_page():
    title, bodies = sections(GOOD)
    assert title == "名"
    assert tuple(bodies) == HEADINGS
    assert set(bodies.values()) == {"文"}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (GOOD.removeprefix("# 名\n"), "begins with its title"),
        (GOOD.replace("## 出处\n\n文\n", ""), "headings must be"),
        (GOOD.replace("## 公式", "## 算法"), "headings must be"),
        (GOOD.replace("## 公式", "## 一句话"), "headings must be"),
        (GOOD.replace("## 公式", "### 公式\n\n## 公式"), "headings must be"),
        (GOOD.replace("# 名\n", "# 名\n\n多余的话\n"), "headings must be"),
        (GOOD.replace("## 公式\n\n文", "## 公式\n"), "nothing is written"),
    ],
)
def test_a_page_without_the_form_is_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        sections(bad)


@pytest.mark.parametrize(
    ("heading", "written", "message"),
    [
        ("公式", "y = x", "text block"),
        ("公式", "```text\ny = x\n```", "text block"),
        ("一句话", "一行\n又一行", "one paragraph"),
        ("何时不用", "一段话", "items of a list"),
        ("出处", "- 一条\n又一行", "items of a list"),
    ],
)
def test_an_entry_without_the_form_is_refused(monkeypatch, heading, written, message):
    bodies = {
        "一句话": "话。",
        "公式": "```text\ny = x\n```\n\nx 为数。",
        "何时不用": "- 一条",
        "算例": "例",
        "怎样读": "读",
        "出处": "- 一条",
    }

    def write(parts):
        return "# 名\n\n" + "\n\n".join(f"## {key}\n\n{text}" for key, text in parts.items())

    monkeypatch.setattr(handbook, "page", lambda name: write(bodies))
    assert entry("index").formula == "y = x"
    assert entry("index").symbols == "x 为数。"
    monkeypatch.setattr(handbook, "page", lambda name: write({**bodies, heading: written}))
    with pytest.raises(ValueError, match=message):
        entry("index")


def test_headings_within_code_are_no_headings():
    text = GOOD.replace("## 算例\n\n文", "## 算例\n\n```python\n# 注\n```")
    assert sections(text)[1]["算例"] == "```python\n# 注\n```"


def test_an_unknown_page_is_refused():
    with pytest.raises(KeyError, match="no page 'nothing'"):
        page("nothing")


def test_the_handbook_is_cheap_to_read():
    code = (
        "import sys\n"
        "from assessment.handbook import entries\n"
        "entries()\n"
        "print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


# --- worked examples ---


@every_page
def test_the_worked_example_gives_what_it_shows(name):
    parsed = doctest.DocTestParser().get_doctest(example(name), {}, name, f"{name}.md", 0)
    assert any(part.want for part in parsed.examples)
    report: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(parsed, out=report.append)
    assert result.attempted == len(parsed.examples)
    assert result.failed == 0, "".join(report)


@every_page
def test_the_numbers_of_the_text_are_those_of_the_example(name):
    parsed = doctest.DocTestParser().get_doctest(example(name), {}, name, None, 0)
    shown = numbers(" ".join(part.want for part in parsed.examples))
    given = numbers(" ".join(part.source for part in parsed.examples))
    told = numbers(prose(name))
    assert told <= shown | given, "told in the text, but nowhere in the example"
    assert len(told & shown) >= 2, "the text tells too little of what the example gives"


def test_every_method_is_covered_by_a_page():
    modules = {
        found.name
        for found in pkgutil.iter_modules(assessment.methods.__path__)
        if not found.name.startswith("_")
    }
    covered = set()
    for name in ORDER:
        for module, attribute in imported(name):
            found = getattr(importlib.import_module(module), attribute)
            home = getattr(found, "__module__", module)
            covered |= {module.rpartition(".")[2], home.rpartition(".")[2]}
    assert modules - covered == NOT_METHODS


@every_page
def test_every_page_runs_a_method(name):
    found = [getattr(importlib.import_module(module), name) for module, name in imported(name)]
    assert any(inspect.isfunction(method) for method in found)


# --- what the pages say of the code ---

LIMITS = verdicts.DEFAULT_THRESHOLDS
SPREADS = inspect.signature(uncertainty.monte_carlo).parameters
MONTHS = inspect.signature(monthly.annual_means).parameters["min_share"].default
TAPIO = inspect.signature(decoupling.tapio).parameters


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("attainment", f"R ≥ {LIMITS.faster:.2f} 快于预期"),
        ("attainment", f"≥ {LIMITS.on_track:.2f} 符合预期"),
        ("attainment", f"≥ {LIMITS.slow:.2f} 进展偏慢"),
        ("attainment", f"完成率 ≥ {LIMITS.nearly_met:.0%} 为基本完成"),
        ("attainment", f"容差 {LIMITS.tolerance:.0f} 个百分点"),
        ("attainment", f"距自然上限 {LIMITS.near_limit:.0f} 个百分点以内"),
        ("forecast", f"不足 {forecast.LEAST_STEPS} 次"),
        ("mann_kendall", f"n ≤ {trends.EXACT_UP_TO}"),
        ("mann_kendall", f"{trends.AUTOCORRELATION_FROM} 个值以上"),
        ("seasonal", f"不足 {MONTHS:.0%}"),
        ("interrupted_series", f"不足 {breaks.POINTS_PER_SIDE} 个点"),
        ("tapio", f"小于 {decoupling.STANDSTILL:.2%}"),
        ("tapio", f"{TAPIO['low'].default} ≤ ε ≤ {TAPIO['high'].default}"),
        ("equivalents", f"二氧化硫 {cochange.AIR_EQUIVALENT_KG['SO2']}、"),
        ("equivalents", f"氮氧化物 {cochange.AIR_EQUIVALENT_KG['NOx']}、"),
        ("equivalents", f"烟尘 {cochange.AIR_EQUIVALENT_KG['soot']}、"),
        ("equivalents", f"一般性粉尘 {cochange.AIR_EQUIVALENT_KG['general_dust']:g}、"),
        ("equivalents", f"一氧化碳 {cochange.AIR_EQUIVALENT_KG['CO']}。"),
        ("equivalents", f"化学需氧量 {cochange.WATER_EQUIVALENT_KG['COD']:g}、"),
        ("equivalents", f"氨氮 {cochange.WATER_EQUIVALENT_KG['NH3-N']}、"),
        ("equivalents", f"总磷 {cochange.WATER_EQUIVALENT_KG['TP']}、"),
        ("equivalents", f"悬浮物 {cochange.WATER_EQUIVALENT_KG['SS']:g}。"),
        ("index", f"低于 {index.COVERAGE_FLOOR:.2f} 不给分"),
        ("index", f"低于 {index.ZERO_FLOOR} 的按 {index.ZERO_FLOOR} 计"),
        ("weights", f"CR 不小于 {weights.CONSISTENCY_LIMIT} 的退回"),
        ("uncertainty", f"1 + {SPREADS['weight_spread'].default}·U"),
        ("uncertainty", f"±{SPREADS['normalisation_spread'].default:.0%}"),
        ("grades", f"已完成 {grades.TASK_SCALE['completed']:g}"),
        ("grades", f"按序推进 {grades.TASK_SCALE['on_schedule']}"),
        ("grades", f"进展滞后 {grades.TASK_SCALE['slow']}"),
        ("grades", f"未启动 {grades.TASK_SCALE['not_started']:g}"),
        ("grades", f"无佐证 {grades.TASK_SCALE['no_evidence']:g}"),
        ("grades", f"覆盖率低于 {index.COVERAGE_FLOOR:.2f}"),
    ],
)
def test_constants_are_those_of_the_code(name, said):
    assert said in page(name)


def test_every_doi_is_cited_by_a_method():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "assessment/methods").glob("*.py")
    )
    cited = {
        doi
        for found in entries()
        for reference in found.references
        for doi in re.findall(r"10\.\d{4,}/[\w./-]+\w", reference)
    }
    assert len(cited) >= 4
    assert {doi for doi in cited if doi not in source} == set()


def test_the_list_of_pages_links_to_every_page():
    folder = ROOT / "docs" / "methods"
    linked = re.findall(
        r"^- \[(.+)\]\((.+)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert [title for title, _ in linked] == [found.title for found in entries()]
    pages = Path(handbook.__file__).parent / "pages"
    for (_, link), name in zip(linked, ORDER, strict=True):
        assert (folder / link).resolve() == (pages / f"{name}.md").resolve()
