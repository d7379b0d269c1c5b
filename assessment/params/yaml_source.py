"""YAML read strictly: repeated keys and aliases refused, every fault placed by file and line.

Light, since the quick look at an unchanged build reads ``run.yml`` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from assessment.characters import invisible, no_text, plain, shown
from assessment.errors import Fault, InputError, nearest
from assessment.files import read_bytes

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound="BaseModel")

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 20

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*|0x[0-9a-fA-F]+)")


class _RefusedError(yaml.constructor.ConstructorError):
    """A fault that is told in Chinese already, with what to do."""

    def __init__(self, problem: str, remedy: str, mark: Any):
        super().__init__(None, None, problem, mark)
        self.remedy = remedy


class _StrictLoader(_Loader):  # type: ignore[misc]
    """Safe loader that keeps every scalar's place, and text as it was written."""

    def __init__(self, stream: str):
        super().__init__(stream)
        self.repeated: list[_RefusedError] = []

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, ArithmeticError, AttributeError):
            raise _RefusedError(
                f"“{_written(node)}”是不能识别的值", "文字请加引号", node.start_mark
            ) from None


def _written(node: Any) -> str:
    return shown(node.value) if isinstance(node, yaml.ScalarNode) else node.tag


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise _RefusedError("键不能是列表或键值表", "键应为文字", key_node.start_mark)
        if key in seen:
            problem = f"键“{shown(str(key))}”重复出现"
            loader.repeated.append(_RefusedError(problem, "请只留一个", key_node.start_mark))
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


def _integer(loader: Any, node: yaml.ScalarNode) -> int:
    """Read a whole number; 010 (octal 8) and 1:30 (90, in sixties) are not what they look like."""
    if not _INTEGER.fullmatch(node.value):
        problem = f"“{_written(node)}”是不能识别的数"
        remedy = "是文字请加引号，是数请用普通写法"
        raise _RefusedError(problem, remedy, node.start_mark)
    number: int = loader.construct_yaml_int(node)
    return number


def _number(loader: Any, node: yaml.ScalarNode) -> float:
    if ":" in node.value:
        return _integer(loader, node)
    number: float = loader.construct_yaml_float(node)
    return number


def _merge(_: Any, node: yaml.Node) -> None:
    raise _RefusedError("不接受合并键（<<）", "请把内容直接写出来", node.start_mark)


def _unknown(_: Any, node: yaml.Node) -> None:
    problem = f"不接受标记 {shown(str(node.tag).replace('tag:yaml.org,2002:', '!!'))}"
    raise _RefusedError(problem, "以 ! 开头的文字请加引号", node.start_mark)


def _text(loader: Any, node: yaml.ScalarNode) -> str:
    return plain(loader.construct_scalar(node))


for _tag, _read in {
    "map": _mapping,
    "str": _text,
    "value": _text,  # a lone =
    "timestamp": _text,  # a cut-off date is printed as it was written
    "int": _integer,
    "float": _number,
    "merge": _merge,
    **dict.fromkeys(("set", "omap", "pairs", "binary"), _unknown),
}.items():
    _StrictLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _read)
_StrictLoader.add_constructor(None, _unknown)


def _refuse_unsafe(text: str) -> None:
    """Look through a text's events, which takes no more room than the text, before it is built.

    An alias stands for all that its anchor holds, so that a few nested ones grow without bound;
    the builder of nested text recurses without bound.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "anchor", None) is not None:
            what = "别名（*）" if isinstance(event, yaml.AliasEvent) else "锚点（&）"
            remedy = "请把内容直接写出来；以 & 或 * 开头的文字请加引号"
            raise _RefusedError(f"不接受 YAML 的{what}", remedy, event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _RefusedError("嵌套过深", f"不超过 {MAX_DEPTH} 层", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent) and (found := next(no_text(event.value), None)):
            raise _RefusedError(f"文字中有{found[1]}", "请删去或改写", event.start_mark)


def _source(path: Path, label: str) -> str:
    """Read a file's text, without characters that cannot be seen."""
    if not path.exists():
        raise InputError([Fault(label, "", "文件不存在", f"应位于 {path.parent}")])
    data, problem = read_bytes(path, MAX_BYTES)
    if problem:
        raise InputError([Fault(label, "", problem)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            [Fault(label, f"第 {line} 行", "不是 UTF-8 编码", "请另存为 UTF-8")]
        ) from None
    if found := next(no_text(text), None):
        place = f"第 {text.count(chr(10), 0, found[0]) + 1} 行"
        raise InputError([Fault(label, place, f"含有{found[1]}", "请删去或改写")])
    return plain(text)


# What the parser says, by how it begins, in Chinese.
_CAUSES = (
    ("mapping values are not allowed", "此处不应有冒号", "文字里有冒号的请加引号"),
    ("could not find expected ':'", "缺少冒号，或上一行没有写完", "键后面要有冒号和空格"),
    ("did not find expected key", "此处应为一个键", "请检查缩进是否与上下各行一致"),
    ("did not find expected '-' indicator", "此处应为列表的一项", "请检查缩进与减号"),
    ("did not find expected ',' or ']'", "方括号没有配对，或少了逗号", "请检查方括号与逗号"),
    ("did not find expected ',' or '}'", "花括号没有配对，或少了逗号", "请检查花括号与逗号"),
    ("did not find expected node content", "此处缺少内容", "请检查括号与逗号"),
    ("did not find expected <document start>", "此处应是文件的开头", "一个文件只写一份内容"),
    ("found unexpected end of stream", "引号没有配对，到文件末尾也没有结束", "请检查引号"),
    ("found unexpected document indicator", "引号没有配对", "请检查引号"),
    ("found character that cannot start any token", "不能以此字符开头",
     "缩进请用空格而不用制表符；以 @、`、% 开头的文字请加引号"),
    ("found a tab character", "缩进用了制表符", "缩进请用空格"),
    ("found unknown escape character", "双引号中的反斜杠写法不对", "请改用单引号"),
    ("did not find expected hexdecimal number", "双引号中的反斜杠写法不对", "请改用单引号"),
    ("found invalid Unicode character", "双引号中的反斜杠写法不对", "请改用单引号"),
    ("block sequence entries are not allowed", "此处不应有列表项", "列表请另起一行"),
    ("block mapping entries are not allowed", "此处不应有键", "请另起一行"),
    ("mapping keys are not allowed", "此处不应有键", "以问号开头的文字请加引号"),
    ("expected a single document", "文件中有不止一份内容", "请去掉多余的 ---"),
    ("found undefined tag handle", "不认识的 ! 标记", "以 ! 开头的文字请加引号"),
    ("a tag", "不认识的 ! 标记", "以 ! 开头的文字请加引号"),
    ("an anchor", "锚点写法不对", "以 & 开头的文字请加引号"),
    ("an alias", "别名写法不对", "以 * 开头的文字请加引号"),
    ("a block scalar", "| 或 > 之后不能再写文字", "文字请另起一行并缩进"),
    ("while scanning", "写法不合规定", "请检查缩进、冒号与引号"),
)  # fmt: skip


def _fault(error: yaml.MarkedYAMLError, label: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else ""
    if isinstance(error, _RefusedError):
        return Fault(label, place, error.problem or "", error.remedy)
    said = f"{error.problem or ''} {error.context or ''}"
    known = (entry[1:] for entry in _CAUSES if entry[0] in said)
    cause, remedy = next(known, ("写法不合规定", "请检查缩进、冒号与引号"))
    begun = error.context_mark
    if begun and mark and begun.line != mark.line:
        cause += f"；这一段从第 {begun.line + 1} 行开始"
    return Fault(label, place, f"YAML 格式有误（{cause}）", remedy)


def read_yaml(path: Path, label: str | None = None) -> Any:
    """Read one YAML file.

    Parameters
    ----------
    path : Path
        File to read, UTF-8, up to `MAX_BYTES`.
    label : str, optional
        Name used in messages; the file's name by default.

    Returns
    -------
    object
        What the file holds. Dates stay text; characters that cannot be seen are left out.

    Raises
    ------
    InputError
        File missing, too large, not UTF-8, or not well-formed, with the line; aliases and anchors,
        merge keys, tags, repeated keys, deep nesting, or characters that are no text.
    """
    label = label or path.name
    text = _source(path, label)
    try:
        _refuse_unsafe(text)
        loader = _StrictLoader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise InputError([_fault(error, label)]) from None
    except yaml.YAMLError:
        raise InputError([Fault(label, "", "YAML 格式有误", "请检查文件")]) from None
    if loader.repeated:
        raise InputError([_fault(error, label) for error in loader.repeated])
    return data


def removed(path: Path, label: str | None = None) -> list[Fault]:
    """Tell which characters `read_yaml` left out of a file that it can read."""
    text = path.read_bytes().decode("utf-8-sig")
    found = {(text.count("\n", 0, place) + 1, name) for place, name in invisible(text)}
    events: Iterator[Any] = yaml.parse(plain(text), Loader=_Loader)
    for event in events:  # escapes such as "\u200b" as well
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            found |= {(line, name) for _, name in invisible(event.value)}
    return [
        Fault(label or path.name, f"第 {line} 行", f"有看不见的字符 {name}，已略去")
        for line, name in sorted(found)
    ]


@lru_cache(maxsize=2)
def _nodes(text: str) -> Any:
    _refuse_unsafe(text)
    return yaml.compose(text, Loader=_Loader)


def line_of(path: Path, location: Sequence[str | int]) -> int | None:
    """Return the 1-based line of a key path in a YAML file, or of its deepest part found."""
    try:
        node = _nodes(_source(path, path.name))
    except (yaml.YAMLError, InputError):
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
    now = f"，现为 {_shown(given)}"
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {context[key]:g}{now}"
    if kind == "too_short":
        if not given:
            return "不应为空"
        return f"至少应有 {context['min_length']} 项，现有 {context['actual_length']} 项"
    if kind == "too_long":
        return f"最多只能有 {context['max_length']} 项，现有 {context['actual_length']} 项"
    text = _PROBLEMS.get(kind)
    if text is None:
        return f"不合要求{now}"
    if kind in {"literal_error", "enum"}:
        return f"{text}：{_shown(given)}，应为 {_expected(context)}"
    if kind == "union_tag_invalid":
        return f"{text}：{_shown(context.get('tag'))}，应为 {_expected(context)}"
    if kind == "extra_forbidden" and given is None:
        return f"{text}（像是文字里的半角逗号把一句话分成了两段，整句请加引号）"
    if kind in {"missing", "extra_forbidden", "union_tag_not_found"}:
        return text
    if kind.startswith("int") and re.fullmatch(r"\d{4}-\d\d?(-\d\d?)?", str(given)):
        return f"{text}，只写年份{now}"
    return text + now


def _shown(given: object) -> str:
    return f"“{shown(str(given), 60)}”"


def _choices(context: Any) -> list[str]:
    text = str(context.get("expected") or context.get("expected_tags") or "")
    return re.findall(r"'([^']*)'", text)


def _expected(context: Any) -> str:
    return "、".join(_choices(context)) or str(context.get("expected", ""))


def faults_of(
    error: ValidationError, placed: Callable[[Sequence[str | int]], tuple[str, str]]
) -> list[Fault]:
    """Turn a pydantic error into faults, each at the file and place that ``placed`` gives."""
    faults = []
    for item in error.errors():
        location = [part for part in item["loc"] if isinstance(part, str | int)]
        faults.append(Fault(*placed(location), _sentence(item), _remedy(item)))
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
    from pydantic import ValidationError

    try:
        return model.model_validate(data)
    except ValidationError as error:
        name = label or path.name
        raise InputError(faults_of(error, lambda at: (name, place_of(path, at)))) from None
