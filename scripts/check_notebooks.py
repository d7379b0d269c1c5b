"""Say what is wrong with the notebooks before they are committed.

Run as ``python scripts/check_notebooks.py [NOTEBOOK ...]``; exit status 1 where there are faults.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


_ABSOLUTE = re.compile(r"(?<![\w.:/~])(?:~?/(?:[\w.-]+/)+[\w.-]*|[A-Za-z]:[\\/]+\w|\\\\\w+\\)")
_DIGITS = re.compile(r"(?<![A-Za-z\d.])(?<![A-Z] )\d+(?:\.\d+)*(?![\d.]*[A-Za-z])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PLAN = re.compile(r"“[^”]*”|`[^`]*`|第\s*[\d.]+\s*[章节条]|\]\([^)]*\)")
"""What may have digits in prose: words of the plan in quotation marks, code, chapters, addresses."""

_MAGIC = re.compile(r"^\s*[%!]")


@dataclass(frozen=True)
class Cell:
    """A code cell: its number among all cells from 1, its names bound, used and changed.

    ``passing`` are those that it binds by ``for`` or ``with`` alone, for itself.
    """

    number: int
    bound: dict[str, int]
    passing: frozenset[str]
    used: frozenset[str]
    changed: frozenset[str]


class _Names(ast.NodeVisitor):
    """Names that a cell binds, those it needs from elsewhere, those whose value it changes."""

    def __init__(self) -> None:
        self.bound: dict[str, int] = {}
        self.passing: set[str] = set()
        self.used: set[str] = set()
        self.changed: set[str] = set()

    def bind(self, name: str, line: int) -> None:
        self.bound.setdefault(name, line)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.used.add(node.id)
        else:
            self.bind(node.id, node.lineno)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            if node.target.id not in self.bound:
                self.used.add(node.target.id)
                self.changed.add(node.target.id)
        else:
            self._target(node.target)

    def _target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Subscript | ast.Attribute):
            base: ast.expr = target
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name) and base.id not in self.bound:
                self.changed.add(base.id)
        self.visit(target)

    def _passing(self, target: ast.expr) -> None:
        before = set(self.bound)
        self.visit(target)
        self.passing |= set(self.bound) - before

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._passing(node.target)
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._passing(item.optional_vars)
        for statement in node.body:
            self.visit(statement)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bind((alias.asname or alias.name).partition(".")[0], node.lineno)

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        inside = _Names()
        arguments = node.args
        for one in [
            *arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        ]:  # fmt: skip
            inside.bind(one.arg, 0)
        for default in [*arguments.defaults, *filter(None, arguments.kw_defaults)]:
            self.visit(default)
        for statement in node.body if isinstance(node.body, list) else [node.body]:
            inside.visit(statement)
        if not isinstance(node, ast.Lambda):
            self.bind(node.name, node.lineno)
        self.used |= inside.used - set(self.bound)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815
    visit_Lambda = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.generic_visit(node)
        self.bind(node.name, node.lineno)

    def _comprehension(self, node: Any) -> None:
        inside = _Names()
        for part in node.generators:
            inside.visit(part.iter)
            inside.visit(part.target)
            for test in part.ifs:
                inside.visit(test)
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                inside.visit(getattr(node, name))
        self.used |= inside.used - set(self.bound)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name, node.lineno)
        self.generic_visit(node)


_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


def _cell(number: int, source: str) -> Cell:
    names = _Names()
    names.visit(ast.parse(source))
    known = set(dir(builtins)) | {"display", "get_ipython"}
    return Cell(
        number,
        names.bound,
        frozenset(names.passing),
        frozenset(names.used - known),
        frozenset(names.changed - known),
    )


def faults_of(path: Path) -> Iterator[str]:
    """Say each fault of one notebook, with its cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if found := _ABSOLUTE.search(source):
            yield f"第 {number} 格写了绝对路径“{found[0]}”;写相对项目根目录的路径"
        if cell["cell_type"] == "markdown" and "guide" not in cell["metadata"].get("tags", []):
            for digits in _DIGITS.findall(_PLAN.sub("", source)):
                if not _YEAR.fullmatch(digits):
                    yield (
                        f"第 {number} 格的正文里写了数“{digits}”;数要由 keep 记下、用 say 写出,"
                        "方案的原话加引号"
                    )
        if cell["cell_type"] == "code" and (cell.get("outputs") or cell.get("execution_count")):
            yield f"第 {number} 格带着输出或执行次数;运行 nbstripout --keep-id"
    yield from _parameters(cells)
    code: list[Cell] = []
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        if any(_MAGIC.match(line) for line in source.splitlines()):
            yield f"第 {number} 格有 % 或 ! 命令;放到库里或文档里"
            continue
        try:
            code.append(_cell(number, source))
            yield from _unseen(number, source, ast.parse(source))
        except SyntaxError as error:
            yield f"第 {number} 格第 {error.lineno} 行不是 Python({error.msg})"
    yield from _order(code)


def _parameters(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    tagged = [
        number
        for number, cell in enumerate(cells, 1)
        if "parameters" in cell["metadata"].get("tags", [])
    ]
    first = next((n for n, cell in enumerate(cells, 1) if cell["cell_type"] == "code"), 0)
    if not tagged:
        yield "没有带 parameters 标签的格;build.py 不能给它单元和年度"
    elif tagged != [first]:
        yield f"parameters 标签应只在第一个代码格(第 {first} 格),现在在第 {tagged} 格"


def _order(code: Sequence[Cell]) -> Iterator[str]:
    """Say where the result depends on the order in which cells are run, or how often."""
    defined: dict[str, int] = {}
    read = {name for cell in code for name in cell.used}
    for place, cell in enumerate(code):
        later = {
            name: c.number for c in reversed(code[place + 1 :]) for name in set(c.bound) - c.passing
        }
        for name in sorted(set(cell.bound) & _BUILTINS):
            yield f"第 {cell.number} 格用 Python 自己的名字“{name}”命名;换一个名字"
        for name in sorted(cell.used - set(defined)):
            where = f",第 {later[name]} 格才定义" if name in later else ",哪里都没有定义"
            yield f"第 {cell.number} 格用到“{name}”{where}"
        for name in sorted((set(cell.bound) | cell.changed) & set(defined)):
            if name not in cell.changed and name not in read:
                continue  # each cell that uses it makes it anew
            what = "改动" if name in cell.changed else "重新定义"
            yield (
                f"第 {cell.number} 格{what}了第 {defined[name]} 格定义的“{name}”:"
                "换个顺序或再跑一遍,结果就不同;换一个名字"
            )
        for name in set(cell.bound) - cell.passing:
            defined.setdefault(name, cell.number)


def functions_of(path: Path) -> dict[str, str]:
    """Functions that the cells of a notebook define, with what they do; ``_name`` does not count."""
    found: dict[str, str] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            try:
                tree = ast.parse("".join(cell["source"]))
            except SyntaxError:
                continue
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found[node.name] = ast.dump(node)
    return found


_PARTS = {
    "opening", "targets_part", "section", "sections_part", "trends_part", "synergy_part",
    "problems_part", "omit", "record",
}  # fmt: skip
"""Methods of a chapter whose result must be seen."""


def _unseen(number: int, source: str, tree: ast.Module) -> Iterator[str]:
    """Say which parts of a chapter are called where Jupyter does not show them."""
    last = tree.body[-1] if tree.body else None
    silent = source.rstrip().endswith(";")
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and isinstance(node.value.func.value, ast.Name)
            and node.value.func.value.id == "chapter"
            and node.value.func.attr in _PARTS
        ):
            continue
        why = (
            "末尾有分号" if node is last and silent else "不在最后一行" if node is not last else ""
        )
        if why:
            yield f"第 {number} 格的 chapter.{node.value.func.attr}(…) 不会显示({why})"


def faults(paths: Iterable[Path]) -> list[str]:
    """Say the faults of several notebooks, and which function two of them have alike.

    Another function of the same name is no fault: names are each notebook's own.
    """
    paths = sorted(paths)
    found = [f"{path.name}:{fault}" for path in paths for fault in faults_of(path)]
    owner: dict[tuple[str, str], Path] = {}
    for path in paths:
        for function in sorted(functions_of(path).items()):
            if function in owner:
                found.append(
                    f"{path.name}:函数“{function[0]}”在 {owner[function].name} 里也有,一模一样;"
                    "两本笔记本都要用的放进 assessment/"
                )
            owner.setdefault(function, path)
    return found


def main() -> int:
    """Check the notebooks that are named, or all of them."""
    paths = [Path(name) for name in sys.argv[1:]] or list((ROOT / "notebooks").glob("*.ipynb"))
    found = faults(paths)
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
