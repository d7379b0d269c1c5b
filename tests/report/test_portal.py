"""The portal: what is systemic, the heat table, the ledger, departments, plans beside each other."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import asdict
from urllib.parse import unquote

import openpyxl
import pytest

from assessment.report.draft_changes import FigureChange, UnitChanges, WordChange
from assessment.report.portal import Portal, render_portal
from assessment.report.portal_card import read_card
from assessment.report.portal_sheet import Sheet
from tests.report.cards import BUREAUS, card, item, many
from tests.report.parsed import Page

LEDGER, BOOK = "portal/plan/2025/ledger.html", "portal/plan/2025/ledger.xlsx"


def pages(*sheets: Sheet, changes=None, others=(), **options) -> dict[str, str]:
    made = render_portal(Portal(sheets, changes or {}, others), fonts=False, **options)
    return {name: page for name, page in made.items() if isinstance(page, str)}


def units(**classes: tuple[str, str]) -> Sheet:
    """Units with one target each: class and change."""
    return Sheet([card(name, [item("N01", *how)]) for name, how in classes.items()])


def heat(page: str) -> dict[str, list[str]]:
    """Cells of the heat tables by the name of the row."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td class="n">(.*?)</td>(.*?)</tr>', page)
    return {
        name: [count, *(re.sub("<.*?>", "", cell) for cell in re.findall("<td.*?</td>", cells))]
        for name, count, cells in rows
    }


def test_what_is_behind_in_most_units_is_named_with_its_lead() -> None:
    sheet = Sheet([
        card("city", [item("N01", "not_met"), item("N02", "not_met")]),
        card("a", [item("N01", "not_met"), item("N02", "met"), item("N03", "not_met")]),
        card("b", [item("N01", "reversed"), item("N02", "not_met"), item("N03", "slow")]),
        card("c", [item("N01", "met"), item("N02", "city_only"), item("N03", "slow")]),
    ])  # fmt: skip
    page = pages(sheet)["index.html"]
    text = Page(page).text
    assert "过半单元落后的指标有 1 项，由 1 个单位牵头" in text
    assert re.search(rf"指标N01 3 个单元中 2 个落后 牵头：{BUREAUS[0]}", text)
    # N02 is behind in one of the two that can be judged: not in most of them.
    assert list(heat(page)) == ["指标N01", "指标N03", "指标N02"]
    assert [cells[0] for cells in heat(page).values()] == ["2/3", "1/3", "1/2"]
    assert heat(page)["指标N02"][1:] == ["▼62", "●62", "▼62", "–", BUREAUS[0]]


def test_better_and_worse_are_not_swapped() -> None:
    page = pages(units(a=("not_met", "worse"), b=("slow", "better"), c=("slow", "")))["index.html"]
    cells = heat(page)["指标N01"]
    assert cells[1:4] == ["▼62↓", "◆62↑", "◆62"]
    assert re.search(r'aria-label="未完成，增量完成率 62%，比上年转差"[^>]*>▼', page)
    assert re.search(r'aria-label="进展偏慢，增量完成率 62%，比上年转好"[^>]*>◆', page)
    lines = {line["data-unit"]: line for line in Page(page).all("tr") if "data-unit" in line}
    assert list(lines) == ["a区", "b区", "c区"]
    assert "a区转差：</span>1 项" in page
    assert "b区转好：</span>1 项" in page
    assert "a区转好" not in page
    assert "比上年转差 1 项次、转好 1 项次，最多的是a 1 项" in Page(page).text
    rows = {row["data-unit"]: row["data-turn"] for row in Page(pages(
        units(a=("not_met", "worse"), b=("slow", "better"), c=("slow", "")))[LEDGER]).all("tr")
        if "data-turn" in row}  # fmt: skip
    assert rows == {"a": "worse", "b": "better", "c": "same"}


def test_a_cell_opens_its_paragraph_from_every_page() -> None:
    made = pages(units(a=("not_met", ""), b=("met", "")))
    bureau = f"portal/plan/2025/{BUREAUS[0]}.html"
    for name, up in (("index.html", ""), (LEDGER, "../../../"), (bureau, "../../../")):
        links = {a["href"] for a in Page(made[name]).all("a")}
        assert f"{up}2025/a/report.html#chapter-2" in links, name
    for name, page in made.items():
        for link in (a["href"].partition("#")[0] for a in Page(page).all("a")):
            if link and not re.search(r"/?2025/[ab]/", link):
                place = unquote(link)
                folder = name.rpartition("/")[0]
                while place.startswith("../"):
                    place, folder = place[3:], folder.rpartition("/")[0]
                full = f"{folder}/{place}".lstrip("/")
                assert full in made or full == BOOK, (name, link)


def test_the_ledger_has_every_late_item_and_so_has_its_workbook() -> None:
    task = item("3.1.1", "task_slow", name="建设@=1+1", kind="task", completion=None, points=())
    sheet = Sheet([
        card("a", [item("N01", "not_met", "worse", departments=("市水利局", "市教育局")), task]),
        card("b", [item("N01", "met"), item("N02", "slow", says="=HYPERLINK(1)")]),
    ])  # fmt: skip
    made = render_portal(Portal([sheet], {}), fonts=False)
    rows = [row for row in Page(made[LEDGER]).all("tr") if "data-item" in row]
    assert [(row["data-unit"], row["data-item"]) for row in rows] == [
        ("a", "N01"), ("b", "N02"), ("a", "3.1.1"),
    ]  # fmt: skip
    assert rows[0]["data-class"] == "bad|not_met"
    assert rows[0]["data-department"] == "市水利局|市教育局"
    book = openpyxl.load_workbook(io.BytesIO(made[BOOK]))
    lines = list(book["台账"].iter_rows(min_row=2, values_only=True))
    assert [line[:3] for line in lines[1:]] == [
        ("a区", "N01", "指标N01"), ("b区", "N02", "指标N02"), ("a区", "3.1.1", "建设@=1+1"),
    ]  # fmt: skip
    assert lines[1][4:12] == ("未完成", "进展偏慢", "转差", 1, 3, 2, "万吨", 62.4)
    assert book["台账"]["N4"].data_type == "s"
    assert book["台账"].print_title_rows == "$2:$2"
    assert made == render_portal(Portal([sheet], {}), fonts=False)  # to the byte


def test_a_department_has_a_page_of_its_own() -> None:
    sheet = Sheet([
        card("a", [item("N01", "not_met", departments=("局甲", "局乙")), item("N02", "met", departments=("局乙",))]),
        card("b", [item("N01", "not_met", departments=("局甲", "局乙")), item("N02", "met", departments=("局乙",))]),
    ])  # fmt: skip
    made = pages(sheet)
    own = made["portal/plan/2025/局乙.html"]
    assert "牵头 1 项指标，没有单元落后" in Page(own).text
    assert list(heat(own)) == ["指标N02", "指标N01"]  # led, then shared
    assert "“指标N01”在 2 个单元落后" in Page(made["portal/plan/2025/局甲.html"]).text
    names = [a["href"] for a in Page(made["portal/plan/2025/bureaus.html"]).all("a")]
    assert unquote(names[-2]) == "局甲.html"


def test_names_of_departments_make_no_two_files_alike() -> None:
    sheet = Sheet([card("a", [item("N1", departments=("a/b", "A-b", "..", "a-b"))])])
    files = sheet.bureau_files
    assert len({name.casefold() for name in files.values()}) == 4
    assert not any("/" in name or name.startswith(".") for name in files.values())


def test_the_map_follows_the_value() -> None:
    from assessment.report.portal_marks import shades

    assert shades([10.0, 20.0, None, 12.4]) == ["s0", "s4", "s-none", "s1"]
    assert shades([5.0, 5.0]) == ["s0", "s0"]
    page = pages(units(a=("not_met", ""), b=("met", "")))["index.html"]
    assert "落后项数：最高a 1 项，最低b 0 项" in Page(page).text
    assert Page(page).text.count("PM2.5") == 2  # its button and what it finds
    assert [i.get("checked") is not None for i in Page(page).all("input") if i["type"] == "radio"] == [
        True, False,
    ]  # fmt: skip


def test_years_stand_beside_each_other() -> None:
    old = Sheet([card("city", [item("N01", "met")], year=2024), card("a", [item("N01", "met")], year=2024),
                 card("b", [item("N01", "not_met")], year=2024)])  # fmt: skip
    new = Sheet([card("city", [item("N01", "slow")]), card("a", [item("N01", "not_met", before="not_met")]),
                 card("b", [item("N01", "not_met", before="met")])])  # fmt: skip
    made = pages(new, old)
    text = Page(made["index.html"]).text
    assert "2024 落后单元" in text
    # Base year, last year, this year, change; class; units behind in each year.
    assert "指标N01万吨0.51.51.0−0.5◆ 进展偏慢12" in text
    assert 'class="slope up"' in made["index.html"]
    assert 'class="slope level"' in made["index.html"]
    links = [a["href"] for a in Page(made["index.html"]).all("a")]
    assert "portal/plan/2024/index.html" in links
    back = [a["href"] for a in Page(made["portal/plan/2024/index.html"]).all("a")]
    assert "../../../index.html" in back


def test_two_plans_in_a_folder_are_both_shown_under_their_own_titles() -> None:
    one = units(a=("not_met", ""))
    other = Sheet([card("x", [item("N01")], plan="zz", title="乙市方案年度评估报告", demo=True,
                        pack="乙", chapters={"1": "一 别的章"})])  # fmt: skip
    made = pages(one, other)
    for page in (made["index.html"], made["portal/zz/2025/index.html"]):
        assert "甲市方案年度评估报告" in Page(page).text
        assert "乙市方案年度评估报告" in Page(page).text
    assert Page(made["index.html"]).all("h1")
    assert "演示数据" not in made["index.html"]
    assert "演示数据" in made["portal/zz/2025/index.html"]
    assert "2025/x/report.html" not in made["index.html"]


def test_reports_of_another_version_are_still_linked() -> None:
    made = pages(units(a=("met", "")), others=[("2022 linzi", "2022/linzi/report.html")])
    assert "2022/linzi/report.html" in {a["href"] for a in Page(made["index.html"]).all("a")}
    alone = pages(others=[("2022 linzi", "2022/linzi/report.html")])
    assert "2022/linzi/report.html" in {a["href"] for a in Page(alone["index.html"]).all("a")}
    assert "还没有报告" in pages()["index.html"]


def test_only_the_pages_own_script_may_run_and_nothing_is_fetched() -> None:
    made = pages(*many(3, [2024, 2025]))
    for name, html in made.items():
        policy = Page(html).all("meta")[1]["content"]
        scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
        assert policy.startswith("default-src 'none'")
        assert html.count("<script") == len(scripts) <= 1
        digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
        assert re.findall(r"'sha256-(.*?)'", policy) == digests
        assert not [pair for pair in Page(html).values if re.search(r"(?i)https?:|^//", pair[1])]
        assert len(Page(html).ids) == len(set(Page(html).ids)), name
    assert "<script>" in made["index.html"]
    assert "<script>" in made[LEDGER]


def test_no_text_becomes_markup() -> None:
    evil = "<script>alert(1)</script>\"'"
    bad = card(
        "a", [item(evil, "not_met", name=evil, departments=(evil,), says=evil, unit=evil, chapter=evil,
                   anchor='"onclick="x')],
        plan=evil, title=evil, name=evil, short_name=evil, verdict=evil, failed=(evil,), pack=evil,
        disclaimer=evil, editions={evil: evil}, chapters={evil: evil},
    )  # fmt: skip
    sheet = Sheet([bad, card("city", bad.items, plan=evil, title=evil)])
    changed = UnitChanges(
        "a", evil, (FigureChange(evil, evil, 2025, evil, evil, evil, False),),
        (WordChange(evil, evil, evil),), problem=evil,
    )  # fmt: skip
    made = pages(sheet, changes={sheet.key: [changed]})
    assert len(made) == 5
    for name, page in made.items():
        assert "<script>alert" not in page, name
        assert not [attribute for attribute, _ in Page(page).values if attribute.startswith("on")]


def test_what_changed_since_the_draft_stands_on_a_page_of_its_own() -> None:
    sheet = units(a=("not_met", ""), b=("met", ""), c=("met", ""))
    told = UnitChanges(
        "a", "第 1 稿（自评稿）",
        (FigureChange("煤炭消费", "万吨", 2025, "12.0", "13.5", "修订：原为 12（2026-04-01，王：漏报）", False),
         FigureChange("碳强度", "吨/万元", 2025, "1.0", "1.1", "由别的数算出", True)),
        verdicts=(WordChange("N01 指标", "● 完成", "▼ 未完成"),),
        recommendations=(WordChange("指标", "—", "抓紧。"),),
    )  # fmt: skip
    made = pages(sheet, changes={sheet.key: [told, UnitChanges("b", told.draft)]})
    text = Page(made["portal/plan/2025/changes.html"]).text
    for words in ("与第 1 稿（自评稿）相比", "1 个单元有改动，1 个没有", "没有改动：b区", "里没有：c区",
                  "煤炭消费万吨202512.013.5修订：原为 12（2026-04-01，王：漏报）",
                  "N01 指标● 完成▼ 未完成", "抓紧。", "随之变动的 1 个算出的数"):  # fmt: skip
        assert words in text, words
    index = made["index.html"]
    assert "portal/plan/2025/changes.html#unit-a" in {a["href"] for a in Page(index).all("a")}
    assert "1 个数、1 项结论、1 条建议" in Page(index).text


def test_failed_chapters_are_said() -> None:
    page = pages(Sheet([card("a", [item()], failed=("六 支撑保障",)), card("b", [item()])]))
    assert "有章节没有算出\na区 六 支撑保障" in Page(page["index.html"]).text


def test_units_beyond_a_pages_number_go_to_further_pages() -> None:
    made = pages(*many(7, [2025]), units_on_a_page=3)
    indices = ["index.html", "portal/plan/2025/units-2.html", "portal/plan/2025/units-3.html"]
    assert set(indices) < set(made)
    shown = [[row["data-unit"] for row in Page(made[name]).all("tr") if "data-unit" in row] for name in indices]  # fmt: skip
    assert [len(names) for names in shown] == [4, 4, 2]
    assert all(names[0] == "全市" for names in shown)
    assert len({name for names in shown for name in names}) == 8
    links = {a["href"] for a in Page(made[indices[1]]).all("a")}
    assert {"units-3.html", "../../../index.html", "../../../2025/u0004/report.html"} <= links
    assert "逐个单元的情况见台账各页" in made[f"portal/plan/2025/{BUREAUS[0]}.html"]
    # What is systemic is counted over all units on every page.
    assert (
        len({cells[0] for cells in (heat(made[name])["第 3 项指标的名称"] for name in indices)})
        == 1
    )


def test_a_card_is_kept_and_read_as_it_was() -> None:
    import json

    kept = card("a", [item(), item("N02", completion=None)], tile=(1, 2))
    assert read_card(json.loads(json.dumps(asdict(kept)))) == kept
    with pytest.raises(KeyError):
        read_card({"region": "a"})
