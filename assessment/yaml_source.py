"""YAML read strictly: repeated keys refused, every fault placed by file and line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assessment.errors import Fault, InputError, system_reason

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


def line_of(path: Path, location: Sequence[str | int]) -> int | None:
    """Return the 1-based line of a key path in a YAML file, or of its deepest part found."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        return None
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


_PROBLEMS = {
    "missing": "缺少此项",
    "extra_forbidden": "不认识的键",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字（数字请加引号）",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为键值表",
    "model_type": "应为键值表",
    "literal_error": "取值不在允许范围内",
    "enum": "取值不在允许范围内",
    "finite_number": "应为有限的数",
}


def _sentence(error: Any) -> str:
    kind = error["type"]
    text = _PROBLEMS.get(kind)
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if text is None:
        return f"不合要求（{error['msg']}）"
    if kind in {"literal_error", "enum"}:
        expected = error.get("ctx", {}).get("expected", "")
        return f"{text}：{error['input']!r}，应为 {expected}"
    if kind in {"missing", "extra_forbidden"}:
        return text
    return f"{text}，现为 {str(error['input'])[:60]!r}"


def faults_of(error: ValidationError, path: Path, label: str) -> list[Fault]:
    """Turn a pydantic error into faults with the key path and line of each."""
    faults = []
    for item in error.errors():
        location = [part for part in item["loc"] if isinstance(part, str | int)]
        line = line_of(path, location)
        key = ".".join(str(part) for part in location) or "（整个文件）"
        place = f"第 {line} 行 {key}" if line else key
        faults.append(Fault(label, place, _sentence(item)))
    return faults


def load_model(model: type[Model], path: Path, label: str | None = None) -> Model:
    """Read a YAML file into a model.

    Raises
    ------
    InputError
        With every fault of the file, each with key and line.
    """
    label = label or path.name
    data = read_yaml(path, label)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(faults_of(error, path, label)) from None
