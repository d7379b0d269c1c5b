"""The year on the desk, as an evaluator goes through it with a browser."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assessment.data.pack import Pack
from assessment.intake import layout
from assessment.intake.layout import Owner, file_name
from assessment.intake.looks import RETURNED_BY
from assessment.params.model import Params
from tests.desk.conftest import PACK, WAIT_MS, YEAR, Desk
from tests.intake import people

PICTURES = os.environ.get("DESK_PICTURES")
"""Folder for a picture of each step, where somebody wants to look."""


def go(page: Page, step: str) -> None:
    page.evaluate(f"location.hash = '{step}'")
    settled(page, step)


def settled(page: Page, step: str) -> None:
    expect(page.locator(f"main[data-step={step}]")).to_be_attached(timeout=WAIT_MS)
    expect(page.locator("body[data-work=running]")).to_have_count(0, timeout=WAIT_MS)


def look(page: Page, name: str) -> None:
    """Hold a step to the rules of access, and to the width of a window and of a small one."""
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        found: dict[str, Any] = Axe().run(page).response
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def spoilt(data: bytes) -> bytes:
    """A form in which a figure is words."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[layout.ANNUAL if layout.ANNUAL in book.sheetnames else layout.TASKS]
    at = people.ANNUAL["本年值"] if layout.ANNUAL in book.sheetnames else people.TASK["本年状态"]
    sheet.cell(layout.HEAD_ROW + 1, at).value = "大约不少"
    return people.saved(book)


def drop(page: Page, files: dict[str, bytes]) -> None:
    number = int(page.locator("body").get_attribute("data-number") or 0)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files.items()
        ]
    )
    expect(page.locator(f"body[data-number='{number + 1}'][data-work=idle]")).to_be_attached(
        timeout=WAIT_MS
    )
    settled(page, "received")


def test_the_year(
    desk: Desk,
    page: Page,
    everybody: tuple[Owner, ...],
    answers: people.Answers,
    whole: tuple[Pack, Params],
) -> None:
    page.get_by_label("数据包").first.select_option(PACK)
    page.get_by_label("年度").fill(str(YEAR))
    page.get_by_role("button", name="用这些").click()
    expect(page.locator("#chosen")).to_contain_text(f"{YEAR} 年度", timeout=WAIT_MS)
    look(page, "1-choose")

    go(page, "forms")
    page.get_by_role("button", name="做填报表").click()
    expect(page.get_by_text(f"共 {len(everybody)} 份填报表")).to_be_visible(timeout=WAIT_MS)
    first = everybody[0]
    with page.expect_download() as download:
        page.get_by_role("link", name=file_name(first, YEAR)).click()
    made = desk.papers / "填报表" / file_name(first, YEAR)
    assert Path(download.value.path()).read_bytes() == made.read_bytes()
    page.get_by_label(f"{first.name} 已发").check()
    expect(page.get_by_text("发出 1 份")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="全部记作已发").click()
    expect(page.get_by_text(f"发出 {len(everybody)} 份")).to_be_visible(timeout=WAIT_MS)
    look(page, "2-forms")

    filled = {
        file_name(owner, YEAR): people.saved(
            people.fill(desk.papers / "填报表" / file_name(owner, YEAR), answers, whole[1])
        )
        for owner in everybody
    }
    faulty = {name: spoilt(filled[name]) for name in list(filled)[:2]}
    sound = {name: data for name, data in filled.items() if name not in faulty}
    go(page, "received")
    look(page, "3-received-nothing")
    drop(page, {**faulty, "其余.zip": zipped(sound), "佐证.docx": b"x"})
    expect(page.get_by_text(f"收入 {len(sound)} 份，退回 {len(faulty)} 份")).to_be_visible()
    look(page, "4-received-some")
    links = page.get_by_role("link", name="下载退回单")
    expect(links).to_have_count(len(faulty))
    with page.expect_download() as download:
        links.first.click()
    returned = io.BytesIO(Path(download.value.path()).read_bytes())
    assert openpyxl.load_workbook(returned).sheetnames[0] == RETURNED_BY

    # A browser that is closed and opened again finds the same.
    page.reload()
    settled(page, "received")
    expect(page.get_by_role("link", name="下载退回单")).to_have_count(len(faulty))
    drop(page, {name: filled[name] for name in faulty})
    expect(page.get_by_role("link", name="下载退回单")).to_have_count(0)
    expect(page.get_by_text(f"已收 {len(everybody)}，退回 0")).to_be_visible()

    go(page, "data")
    expect(page.get_by_text("参数与数据都没有问题")).to_be_visible(timeout=WAIT_MS)
    look(page, "5-data")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="看数据报告").click()
    expect(popup.value.get_by_text("谁报了，谁晚了").first).to_be_visible(timeout=WAIT_MS)
    popup.value.close()

    go(page, "build")
    expect(page.get_by_text("没有做过").first).to_be_attached(timeout=WAIT_MS)
    page.get_by_label("东山区").check()
    page.get_by_role("button", name="生成", exact=True).click()
    expect(page.get_by_text("生成好了")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("link", name="打开", exact=True)).to_have_count(1)
    look(page, "6-build")

    go(page, "read")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="网页").click()
    expect(popup.value.locator("h1").first).to_be_visible(timeout=WAIT_MS)
    assert popup.value.evaluate("location.href").count(desk.address.rsplit("/", 2)[1]) == 0
    popup.value.close()
    look(page, "7-read")

    go(page, "file")
    page.get_by_label("稿子的状态").select_option("正式")
    page.get_by_role("button", name="改成这个").click()
    expect(page.get_by_text("现在是“正式”")).to_be_visible(timeout=WAIT_MS)
    assert "status: 正式" in (desk.folder / "params" / "run.yml").read_text(encoding="utf-8")
    page.get_by_role("button", name="留这一稿").click()
    expect(page.get_by_text("已留第 1 稿（自评稿），1 份报告。")).to_be_visible(timeout=WAIT_MS)
    page.get_by_text("1 份", exact=True).click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="东山区").click()
    expect(popup.value.locator("h1").first).to_be_visible(timeout=WAIT_MS)
    popup.value.close()
    page.get_by_role("button", name="核对归档的文件").click()
    expect(page.get_by_text("个文件都与生成时相同")).to_be_visible(timeout=WAIT_MS)
    look(page, "8-file")
