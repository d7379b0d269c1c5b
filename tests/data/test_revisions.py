"""Revisions, receipts and remarks in a pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessment.data.pack import Pack, load_pack
from assessment.errors import InputError
from tests.data import small


def revision(**cells: str) -> dict[str, str]:
    return {
        "region": "东山区", "year": "2024", "month": "", "indicator": "pm25", "series": "",
        "old": "41.5 μg/m³", "value": "42", "unit": "μg/m³", "grade": "B", "source": "复核",
        "note": "", "who": "市生态环境局", "when": "2025-05-01", "why": "站点校准",
        "workbook": "表.xlsx", **cells,
    }  # fmt: skip


def task_revision(**cells: str) -> dict[str, str]:
    return {
        "region": "东山区", "year": "2024", "task": "2.1.1", "old": "已完成", "status": "进展滞后",
        "evidence": "", "note": "", "who": "东山区", "when": "2025-05-01", "why": "验收未过",
        "workbook": "表.xlsx", **cells,
    }  # fmt: skip


def load(folder: Path, **files: object) -> Pack:
    return load_pack(small.write_pack(folder, **files), small.PARAMS)  # type: ignore[arg-type]


def test_a_revision_takes_the_place_and_keeps_what_was(tmp_path: Path) -> None:
    pack = load(tmp_path, revisions=[revision()])
    row = pack.observations.iloc[0]
    assert (row["value"], row["grade"], row["source"]) == (42.0, "B", "复核")
    assert (row["file"], row["row"]) == ("revisions.csv", 2)
    assert row["note"] == "修订：原为 41.5 μg/m³（2025-05-01，市生态环境局：站点校准）"
    assert len(pack.observations) == 1
    assert pack.revisions.iloc[0]["old"] == "41.5 μg/m³"


def test_the_newest_revision_counts_whatever_the_order_of_rows(tmp_path: Path) -> None:
    rows = [
        revision(value="43", when="2025-07-01", old="42 μg/m³"),
        revision(value="0.042", unit="mg/m³"),
    ]
    row = load(tmp_path, revisions=rows).observations.iloc[0]
    assert row["value"] == 43.0
    assert [line.split("（")[1][:10] for line in row["note"].split("\n")] == [
        "2025-07-01", "2025-05-01",
    ]  # fmt: skip


def test_a_revision_is_checked_like_any_figure(tmp_path: Path) -> None:
    rows = [
        revision(value="900"), revision(unit="公里"), revision(why=""), revision(who=""),
        revision(when="五月"), revision(indicator="sewage", unit="%"), revision(value="12万"),
    ]  # fmt: skip
    with pytest.raises(InputError) as error:
        load(tmp_path, revisions=rows)
    assert [fault.place for fault in error.value.faults] == [
        "第 2 行 value 列", "第 3 行 unit 列", "第 4 行 why 列", "第 5 行 who 列",
        "第 6 行 when 列", "第 7 行", "第 8 行 value 列",
    ]  # fmt: skip


@pytest.mark.parametrize("old", ["40 μg/m³", "40", "（未报）", "12"])
def test_a_revision_of_what_never_stood_is_refused(old: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        load(tmp_path, revisions=[revision(old=old)])
    (fault,) = error.value.faults
    assert (fault.file, fault.place) == ("revisions.csv", "第 2 行 old 列")
    assert fault.problem == f"写的旧数“{old}”与当时的“41.5 μg/m³”不符"


@pytest.mark.parametrize("old", ["41.5 μg/m³", "41.50", "", "0.0415 mg/m³"])
def test_the_trace_of_a_revision_is_what_stood(old: str, tmp_path: Path) -> None:
    row = load(tmp_path, revisions=[revision(old=old)]).observations.iloc[0]
    assert row["note"].startswith("修订：原为 41.5 μg/m³（")


def test_a_revised_share_above_its_whole_is_told_at_the_revision(tmp_path: Path) -> None:
    rows = [
        small.observation(indicator="buses", value="20", unit="辆"),
        small.observation(indicator="buses_clean", value="10", unit="辆"),
    ]
    with pytest.raises(InputError) as error:
        load(tmp_path, observations=rows,
             revisions=[revision(indicator="buses_clean", value="30", unit="辆")])  # fmt: skip
    assert error.value.faults[0].file == "revisions.csv"


def test_a_tasks_standing_is_revised(tmp_path: Path) -> None:
    pack = load(tmp_path, tasks=[small.task()], task_revisions=[task_revision()])
    row = pack.tasks.iloc[0]
    assert (row["status"], row["evidence"], row["has_evidence"]) == ("slow", "", False)
    assert row["note"] == "修订：原为 已完成（2025-05-01，东山区：验收未过）"
    with pytest.raises(InputError, match="没有佐证"):
        load(tmp_path / "b", tasks=[small.task()], task_revisions=[task_revision(status="已完成")])
    with pytest.raises(InputError, match="写的旧数“未启动”与当时的“已完成”不符"):
        load(tmp_path / "c", tasks=[small.task()], task_revisions=[task_revision(old="未启动")])


def test_a_receipt_settles_an_announcement(tmp_path: Path) -> None:
    pack = load(tmp_path, submissions=[small.submission(received=""), small.submission()])
    assert list(pack.submissions["received"]) == ["2025-02-27"]
    assert list(load(tmp_path / "b", submissions=[small.submission(received="")]).submissions["received"]) == [""]  # fmt: skip
    with pytest.raises(InputError, match="重复"):
        load(
            tmp_path / "c",
            submissions=[small.submission(), small.submission(received="2025-03-01")],
        )


def test_remarks_of_units_and_departments(tmp_path: Path) -> None:
    rows = [
        {"region": "东山", "department": "", "year": "2024", "kind": "异议", "subject": "N01",
         "text": "请复核", "who": "", "when": ""},
        {"region": "", "department": "市生态环境局", "year": "2024", "kind": "建议", "subject": "",
         "text": "增设站点", "who": "王", "when": "2025-04-02"},
    ]  # fmt: skip
    pack = load(tmp_path, remarks=rows)
    assert list(pack.remarks["region"]) == ["", "dongshan"]
    with pytest.raises(InputError, match="没有写内容"):
        load(tmp_path / "b", remarks=[{**rows[0], "text": ""}])


def batch(folder: Path, name: str, **files: list[dict[str, str]]) -> Path:
    room = folder / "intake" / name
    room.mkdir(parents=True)
    for stem, rows in files.items():
        (room / f"{stem}_intake_2024-D01.csv").write_text(small.table(rows), encoding="utf-8-sig")
    return room


def test_batches_that_forms_brought_are_read_and_hidden_ones_are_not(tmp_path: Path) -> None:
    folder = small.write_pack(tmp_path)
    batch(folder, "0001", observations=[small.observation(year="2023", value="44")])
    batch(folder, "0002", revisions=[revision(year="2023", old="44 μg/m³", value="45")])
    hidden = batch(folder, ".0003", observations=[small.observation(year="2022", value="46")])
    pack = load_pack(folder, small.PARAMS)
    assert list(pack.observations["value"]) == [45.0, 41.5]
    assert pack.observations["file"][0] == "intake/0002/revisions_intake_2024-D01.csv"
    staged = load_pack(folder, small.PARAMS, staged=hidden)
    assert list(staged.observations["value"]) == [46.0, 45.0, 41.5]
    assert staged.observations["file"][0] == "intake/0003/observations_intake_2024-D01.csv"


def test_a_fault_in_a_batch_is_told_with_its_folder(tmp_path: Path) -> None:
    folder = small.write_pack(tmp_path)
    batch(folder, "0001", observations=[small.observation()])
    with pytest.raises(InputError) as error:
        load_pack(folder, small.PARAMS)
    assert error.value.faults[0].file == "intake/0001/observations_intake_2024-D01.csv"


def test_a_batch_that_is_a_link_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    folder = small.write_pack(tmp_path / "pack")
    outside = batch(tmp_path / "other", "0001", observations=[small.observation(year="2023")])
    (folder / "intake").mkdir()
    (folder / "intake" / "0001").symlink_to(outside)
    with pytest.raises(InputError, match="数据包之外"):
        load_pack(folder, small.PARAMS)


def test_a_pack_without_observations_loads_only_where_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "pack.yml").write_text(small.META, encoding="utf-8")
    with pytest.raises(InputError, match="没有观测数据"):
        load_pack(tmp_path, small.PARAMS)
    assert len(load_pack(tmp_path, small.PARAMS, allow_empty=True).observations) == 0
