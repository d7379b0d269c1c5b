"""Write docs/field_reference.md: the keys of a plan's parameters, from the models and the workbook.

What a key means is told once, above its column in the plan workbook; values and defaults are those
of the models that read it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assessment.intake.plan_book.columns import (  # noqa: E402
    INDICATORS,
    PLAN,
    REGIONS,
    TARGETS,
    TASKS,
    Sheet,
)
from assessment.params.model import Indicator, Region  # noqa: E402
from assessment.params.plan import Frozen, Plan, Target, Task  # noqa: E402

TARGET = ROOT / "docs" / "field_reference.md"
FILES: tuple[tuple[str, str, type[Frozen], Sheet], ...] = (
    ("plan.yml", "方案", Plan, PLAN),
    ("plan.yml 的 targets", "目标", Target, TARGETS),
    ("plan.yml 的 chapters.sections.tasks", "任务", Task, TASKS),
    ("indicators.yml 的 indicators", "指标", Indicator, INDICATORS),
    ("regions.yml 的 regions", "单位", Region, REGIONS),
)
_TYPES = {"str": "文字", "int": "整数", "float": "数", "bool": "true、false"}


def values(annotation: Any) -> str:
    """Say in Chinese what a key may hold."""
    origin = get_origin(annotation)
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if origin is Literal:
        return "、".join(f"`{part}`" for part in parts)
    if origin is tuple:
        inside = values(parts[0])
        return f"列表：{inside}" if Ellipsis in parts else f"{len(parts)} 个{inside}"
    if origin is Union or str(origin) == "<class 'types.UnionType'>":
        return "，或 ".join(dict.fromkeys(map(values, parts)))
    if hasattr(annotation, "__metadata__"):
        return values(parts[0])
    name = getattr(annotation, "__name__", str(annotation))
    return _TYPES.get(name, "见 YAML 里的例子")


def default(info: FieldInfo) -> str:
    """Say what is taken where a key is not written."""
    if info.is_required():
        return "必须写"
    given = info.default
    if given in (None, (), ""):
        return "没有"
    return f"`{given}`"


def _row(key: str, info: FieldInfo, sheet: Sheet) -> str:
    column = next((c for c in sheet.columns if c.key == key), None)
    named = f"“{column.head}”" if column else "—"
    said = column.help if column else ""
    example = next((row[key] for row in sheet.examples if key in row), "")
    if isinstance(example, tuple):
        example = "、".join(map(str, example))
    cells = (f"`{key}`", named, values(info.annotation), default(info), str(example), said)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def reference() -> str:
    """Return the text of the field reference."""
    lines = [
        "# 参数字段",
        "",
        "由 `scripts/make_field_reference.py` 从程序的模型和方案表的列生成，请勿手改。"
        "“不写时”说的是 YAML；方案表可以少写，见“作用”。换一份方案的做法见[另一份方案](another_plan.md)。",
    ]
    for file, name, model, sheet in FILES:
        lines += ["", f"## {name}（{file}）", ""]
        lines += ["| 键 | 方案表的列 | 可写 | 不写时 | 例 | 作用 |", f"|{' --- |' * 6}"]
        lines += [_row(key, info, sheet) for key, info in model.model_fields.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the file."""
    TARGET.write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
