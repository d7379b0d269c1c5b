"""YAML read strictly: repeated keys refused, every fault placed by file and line."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assessment.errors import Fault, InputError, nearest, system_reason

Model = TypeVar("Model", bound=BaseModel)

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc]
    """Safe loader that refuses a key given twice and aliases (which can grow without bound)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.constructor.ConstructorError(
                None, None, "不接受 YAML 别名（*）", event.start_mark
            )
        return super().compose_node(parent, index)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "键不合法", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"键“{key}”重复出现", key_node.start_mark
            )
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
# Dates stay text: a cut-off date is printed as it was written.
_StrictLoader.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
)


def read_yaml(path: Path, label: str | None = None) -> Any:
    """Read one YAML file.

    Parameters
    ----------
    path : Path
        File to read, UTF-8.
    label : str, optional
        Name used in messages; the file's name by default.

    Raises
    ------
    InputError
        File missing, not UTF-8, or not well-formed; with the line.
    """
    label = label or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([Fault(label, "", "文件不存在", f"应位于 {path.parent}")]) from None
    except UnicodeDecodeError:
        raise InputError([Fault(label, "", "不是 UTF-8 编码", "请另存为 UTF-8")]) from None
    except OSError as error:
        raise InputError([Fault(label, "", f"无法读取（{system_reason(error)}）")]) from None
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else ""
        raise InputError(
            [Fault(label, place, f"YAML 格式有误（{error.problem}）", "请检查缩进、冒号与引号")]
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise InputError([Fault(label, "", "YAML 格式有误", "请检查文件")]) from None
    except (ValueError, KeyError, TypeError):
        raise InputError([Fault(label, "", "有不能识别的值", "文字请加引号")]) from None


@lru_cache(maxsize=8)
def _nodes(path: Path, changed: int, size: int) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError, RecursionError):
        return None


def line_of(path: Path, location: Sequence[str | int]) -> int | None:
    """Return the 1-based line of a key path in a YAML file, or of its deepest part found."""
    try:
        stat = path.stat()
    except OSError:
        return None
    node = _nodes(path, stat.st_mtime_ns, stat.st_size)
    line = None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(part)]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


_COUNTED = {
    "chapters": "章",
    "sections": "节",
    "tasks": "项任务",
    "targets": "个目标",
    "horizons": "个规划年",
    "indicators": "个指标",
    "regions": "个区县",
    "goalposts": "个标尺",
    "frameworks": "个框架",
    "subsystems": "个子系统",
    "presets": "个评级方案",
    "caps": "个封顶条件",
    "cocontrol": "组对照",
}
"""What the items of a list are counted as."""


def key_path(location: Sequence[str | int]) -> str:
    """Say where a key stands, as a person counts.

    Examples
    --------
    >>> key_path(["chapters", 2, "sections", 1, "departments"])
    '第 3 章第 2 节 departments'
    >>> key_path(["rules", "slow"])
    'rules.slow'
    """
    text = ""
    for place, part in enumerate(location):
        after = location[place + 1] if place + 1 < len(location) else None
        if isinstance(part, int):
            before = location[place - 1] if place else None
            text += f"第 {part + 1} {_COUNTED.get(str(before), '项')}"
        elif isinstance(after, int) and part in _COUNTED:
            continue
        else:
            joint = "" if not text else "." if isinstance(location[place - 1], str) else " "
            text += joint + part + (" " if isinstance(after, int) else "")
    return text


def place_of(path: Path, location: Sequence[str | int]) -> str:
    """Line and key path of a place in a YAML file, as a person counts."""
    line = line_of(path, location)
    key = key_path(location) or "（整个文件）"
    return f"第 {line} 行 {key}" if line else key


_PROBLEMS = {
    "missing": "缺少此项",
    "extra_forbidden": "不认识的键",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字（数字请加引号）",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为键值表",
    "model_type": "应为键值表",
    "model_attributes_type": "应为键值表",
    "literal_error": "取值不在允许范围内",
    "enum": "取值不在允许范围内",
    "union_tag_invalid": "取值不在允许范围内",
    "union_tag_not_found": "缺少 rule，应写明是哪一种推算",
    "finite_number": "应为有限的数",
    "none_required": "应为空",
}

_BOUNDS = {
    "greater_than": ("gt", "应大于"),
    "greater_than_equal": ("ge", "不应小于"),
    "less_than": ("lt", "应小于"),
    "less_than_equal": ("le", "不应大于"),
}


def _sentence(error: Any) -> str:
    """Say one of pydantic's errors in Chinese; the place where all of them are."""
    kind, given = error["type"], error["input"]
    context = error.get("ctx", {})
    shown = f"，现为 {_shown(given)}"
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {context[key]:g}{shown}"
    if kind == "too_short":
        if not given:
            return "不应为空"
        return f"至少应有 {context['min_length']} 项，现有 {context['actual_length']} 项"
    if kind == "too_long":
        return f"最多只能有 {context['max_length']} 项，现有 {context['actual_length']} 项"
    text = _PROBLEMS.get(kind)
    if text is None:
        return f"不合要求{shown}"
    if kind in {"literal_error", "enum"}:
        return f"{text}：{_shown(given)}，应为 {_expected(context)}"
    if kind == "union_tag_invalid":
        return f"{text}：{_shown(context.get('tag'))}，应为 {_expected(context)}"
    if kind == "extra_forbidden" and given is None:
        return f"{text}（像是文字里的半角逗号把一句话分成了两段，整句请加引号）"
    if kind in {"missing", "extra_forbidden", "union_tag_not_found"}:
        return text
    if kind.startswith("int") and re.fullmatch(r"\d{4}-\d\d?(-\d\d?)?", str(given)):
        return f"{text}，只写年份{shown}"
    return text + shown


def _shown(given: object) -> str:
    return f"“{str(given)[:60]}”"


def _choices(context: Any) -> list[str]:
    text = str(context.get("expected") or context.get("expected_tags") or "")
    return re.findall(r"'([^']*)'", text)


def _expected(context: Any) -> str:
    return "、".join(_choices(context)) or str(context.get("expected", ""))


def faults_of(error: ValidationError, path: Path, label: str) -> list[Fault]:
    """Turn a pydantic error into faults with the key path and line of each."""
    faults = []
    for item in error.errors():
        location = [part for part in item["loc"] if isinstance(part, str | int)]
        faults.append(Fault(label, place_of(path, location), _sentence(item), _remedy(item)))
    return faults


def _remedy(error: Any) -> str:
    """Say which allowed word a mistyped one comes closest to."""
    given = error.get("ctx", {}).get("tag", error["input"])
    choices = _choices(error.get("ctx", {}))
    if not isinstance(given, str) or not choices:
        return ""
    return nearest(given, choices) if get_close_matches(given, choices, 1, 0.5) else ""


def load_model(model: type[Model], path: Path, label: str | None = None) -> Model:
    """Read a YAML file into a model.

    Raises
    ------
    InputError
        With every fault of the file, each with key and line.
    """
    return validated(model, read_yaml(path, label), path, label)


def validated(model: type[Model], data: Any, path: Path, label: str | None = None) -> Model:
    """Make a model of what a YAML file holds.

    Raises
    ------
    InputError
        With every fault of the file, each with key and line.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(faults_of(error, path, label or path.name)) from None
