import dataclasses
import re

import pytest

from assessment.report.assembly import Portal, PortalCell, PortalEntry
from assessment.report.portal import page_name, render_portal
from tests.report import fixtures
from tests.report.parsed import Page

CHAPTERS = [title[:6] for _, title in fixtures.TITLES]
CELLS = (PortalCell("完成", "●", "best"),) * 7


def portal(entries=None, **options):
    shown = {"title": "年度评估", "chapters": CHAPTERS, "demo": True}
    shown |= {
        name: options.pop(name) for name in ("title", "chapters", "demo", "note") if name in options
    }
    shown["entries"] = fixtures.portal_entries() if entries is None else entries
    return render_portal(Portal(**shown), **{"fonts_text": ""} | options)


def entry(unit: str, year: int = 2025, **changes):
    base = PortalEntry(unit, unit.upper(), year, f"{year}/{unit}/report.html", "结论。", CELLS)
    return dataclasses.replace(base, **changes)


def test_a_page_of_its_own():
    page = Page(portal()["index.html"])
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer")] == [1] * 4
    assert not page.all("script")
    assert len(page.ids) == len(set(page.ids))
    assert not [pair for pair in page.values if re.search(r"(?i)https?:|^//", pair[1])]
    assert page.all("meta")[1]["content"].startswith("default-src 'none'")


def test_every_report_is_linked_from_the_folder():
    links = {a["href"] for a in Page(portal()["index.html"]).all("a")}
    reports = {e.href for e in fixtures.portal_entries() if e.href}
    assert len(reports) == 23
    assert reports <= links
    assert all(link.startswith("#") or link in reports for link in links)


def test_years_and_units_are_switched_by_links():
    page = Page(portal()["index.html"])
    links = [a["href"] for a in page.all("a")]
    assert links.index("#year-2025") < links.index("#year-2024")
    assert {"#unit-zhangdian", "#unit-zibo"} <= set(links)
    assert {link[1:] for link in links if link.startswith("#")} <= set(page.ids)
    shown_first = [a["id"] for a in page.all("section") if "default" in a.get("class", "").split()]
    assert shown_first == ["year-2025"]


def test_a_verdict_is_word_shape_and_colour():
    html = portal([entry("a", cells=(PortalCell("倒退", "✕", "bad"), *CELLS[1:]))])["index.html"]
    assert (
        '<span class="v v-bad"><span aria-hidden="true">✕</span> <span class="words">倒退</span>'
        in html
    )
    assert (
        '<span class="v v-best"><span aria-hidden="true">●</span> <span class="words">完成</span>'
        in html
    )


def test_what_failed_what_is_late_and_what_is_missing_is_said():
    entries = [
        entry("a", failed=("六、强化支撑保障",)), entry("b", late=("光伏", "充电桩")),
        entry("c", href="", cells=()),
    ]  # fmt: skip
    text = Page(portal(entries)["index.html"]).text
    for words in ("没有算出 六、强化支撑保障", "滞后 光伏、充电桩", "没有报告"):
        assert words in text


def test_units_beyond_fifty_go_to_further_pages():
    pages = portal([entry(f"u{n}", year) for year in (2024, 2025) for n in range(120)])
    assert list(pages) == ["index.html", "index-2.html", "index-3.html"]
    counts = [html.count('id="unit-') // 2 for html in pages.values()]
    assert counts == [50, 50, 20]
    second = Page(pages["index-2.html"])
    assert [a["href"] for a in second.all("a") if "aria-current" in a] == ["index-2.html"]
    assert {page_name(n) for n in (1, 2, 3)} <= {a["href"] for a in second.all("a")}
    assert "2025/u50/report.html" in {a["href"] for a in second.all("a")}


def test_no_text_becomes_markup():
    evil = "<script>alert(1)</script>\"'"
    bad = PortalEntry(
        evil, evil, 2025, "x.html", evil, (PortalCell(evil, evil, "best"),), (evil,), (evil,)
    )
    html = portal([bad], title=evil, chapters=[evil], note=evil)["index.html"]
    page = Page(html)
    assert not page.all("script")
    assert not any(name.startswith("on") for name, _ in page.values)
    assert page.text.count(evil) >= 10


def test_the_same_input_gives_the_same_bytes():
    assert portal(fonts_text=None) == portal(fonts_text=None)


def test_demonstration_data_is_marked():
    assert "演示数据" in Page(portal()["index.html"]).text
    assert "演示数据" not in portal(demo=False)["index.html"]


def test_an_empty_portal_is_still_a_page():
    assert len(Page(portal([])["index.html"]).all("h1")) == 1


@pytest.mark.parametrize("href", ["http://x", "/etc/x", "javascript:alert(1)", "\\\\host\\x"])
def test_an_address_outside_the_folder_is_refused(href):
    with pytest.raises(ValueError, match="relative"):
        portal([entry("a", href=href)])


def test_cells_must_match_the_chapters():
    with pytest.raises(ValueError, match="2 cells for 7 chapters"):
        portal([entry("a", cells=CELLS[:2])])


def test_editions_and_changes_stand_with_the_verdict():
    editions = (("2025/a/leadership.html", "领导版"), ("2025/a/report.pdf", "PDF"))
    html = portal([entry("a", editions=editions, changes=(2, 6)), entry("b")])["index.html"]
    links = {a["href"] for a in Page(html).all("a")}
    assert {address for address, _ in editions} <= links
    assert Page(html).text.count("转好 2 项、转差 6 项") == 2  # by year and by unit
    assert Page(html).text.count("较上年") == 2


def test_an_edition_stays_in_the_folder():
    with pytest.raises(ValueError, match="relative"):
        portal([entry("a", editions=(("/etc/passwd", "PDF"),))])


def test_a_cell_says_how_many_of_how_many_also_where_there_is_little_room():
    cell = PortalCell("19 项中 1 项落后", "▼", "bad", "1/19")
    page = Page(portal([entry("a", cells=(cell, *CELLS[1:]))])["index.html"])
    assert "19 项中 1 项落后" in page.text
    assert "1/19" in page.text
    assert "颜色取该章最差的一类" in page.text
