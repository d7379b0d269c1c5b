"""Commands on what is handed over: keep a draft, check what was filed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assessment import console
from assessment.build.opening import read_years
from assessment.cli.data import CHAPTER_FAILED, OK
from assessment.errors import Fault, InputError
from assessment.files import file_digest
from assessment.folders import find_folder
from assessment.job.sources import open_params

if TYPE_CHECKING:
    from assessment.build.verify import Verified


def keep(options: argparse.Namespace) -> int:
    """Keep the reports of a year as a draft."""
    from assessment.build.drafts import MARK
    from assessment.build.drafts import keep as keep_draft

    years, wrong = read_years([options.year])
    if wrong:
        raise InputError(wrong)
    out = Path(options.out or open_params(find_folder(options.params)).run.out).absolute()
    draft, new = keep_draft(out, years[0])
    folder = draft.folder(out)
    if new:
        console.say(f"已留 {draft.year} 年{draft.title}，{len(draft.reports)} 份报告：{folder}")
        console.say("以后各次生成，入口页都写明比这一稿改了什么。")
    else:
        console.say(f"与 {draft.year} 年{draft.title}相同，不另留稿：{folder}")
    console.say(f"{MARK} 的 SHA-256 是 {file_digest(folder / MARK)}，请记在归档登记表上。")
    return OK


def verify(options: argparse.Namespace) -> int:
    """Say of report and draft folders whether they are what was built."""
    from assessment.build.drafts import MARK, read_draft
    from assessment.build.verify import verify as verify_report

    faults: list[Fault] = []
    found: list[bool] = []
    for given in options.folders:
        folder = Path(given)
        is_draft = (folder / MARK).is_file()
        place = folder if is_draft else folder.absolute().parent
        draft = read_draft(place)
        if is_draft and draft is None:
            faults.append(Fault(given, MARK, "不能读取，或已损坏", "与归档的另一份副本核对"))
            continue
        units = sorted(draft.reports) if draft and is_draft else [""]
        for unit in units:
            name = f"{given}/{unit}" if unit else given
            try:
                seen = verify_report(folder / unit)
            except InputError as error:
                faults += error.faults
                continue
            kept = draft.reports.get(unit or folder.absolute().name, "") if draft else seen.record
            found.append(_say(name, seen, kept))
        if draft and is_draft:
            found.append(_say_draft(folder, units))
            digest = file_digest(folder / MARK)
            console.say(f"{draft.year} 年{draft.title}：{MARK} 的 SHA-256 是 {digest}")
    if found:
        console.say(
            "run.json 和 draft.json 自己有没有被改，要拿上面的指纹与纸质报告的封面对、"
            "SHA-256 与归档时记下的对。"
        )
    if faults:
        raise InputError(faults)
    return OK if all(found) else CHAPTER_FAILED


def _say(given: str, seen: Verified, kept: str) -> bool:
    """Say how a report stands against its record, and the record against what the draft kept."""
    if seen.ok:
        console.say(f"{given}：{seen.same} 个文件都与生成时相同")
    else:
        console.say(f"{given}：与生成时不同，{seen.same} 个文件相同")
    for word, names in (
        ("被改动", seen.differing), ("缺失", seen.missing), ("生成时没有", seen.extra),
    ):  # fmt: skip
        for name in names:
            console.say(f"  {word}：{name}")
    if seen.record != kept:
        console.say("  被改动：run.json（与留稿时记下的不同）")
    console.say(f"  封面上的指纹应为 {seen.fingerprint}；run.json 的 SHA-256 是 {seen.record}")
    return seen.ok and seen.record == kept


def _say_draft(folder: Path, units: list[str]) -> bool:
    """Say what lies in a draft that was not kept with it."""
    extra = sorted(
        path.name for path in folder.iterdir() if path.name not in {*units, "draft.json"}
    )
    for name in extra:
        console.say(f"  留稿时没有：{folder / name}")
    return not extra
