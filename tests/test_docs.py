"""What the documentation says can be done: links lead somewhere, commands exist, names are right."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assessment.cli.data import CHAPTER_FAILED, INPUT_INVALID, OK
from assessment.cli.main import parser
from assessment.params.folder import FILES
from assessment.params.model import Params
from assessment.run import jobs
from assessment.show.typography import full_width
from assessment.show.verdict_words import LOOKS
from tests.conftest import ROOT

PAGES = sorted(
    [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "warmkernel" / "README.md"]
)
ROOMS = ("assessment", "tests", "params", "data", "notebooks", "scripts", "docs", "warmkernel",
         "examples")  # fmt: skip
INVENTED = {"notebooks/08_new_chapter.ipynb", "notebooks/NN_slug.ipynb",
            "assessment/_shipped"}  # fmt: skip

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def page(name: str) -> str:
    return read(ROOT / "docs" / name)


def identify(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """Anchors of a page's headings, as the usual sites make them."""
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", read(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def commands() -> Iterator[tuple[Path, str]]:
    for path in PAGES:
        for language, text in _FENCE.findall(read(path)):
            if language == "bash":
                for line in text.splitlines():
                    yield path, line.partition(" #")[0].strip()


@pytest.mark.parametrize("path", PAGES, ids=identify)
def test_links_lead_somewhere(path: Path) -> None:
    for found in _LINK.finditer(_FENCE.sub("", read(path))):
        target, _, anchor = (found[1] or found[2]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (path.parent / target).resolve() if target else path
        assert place.exists(), f"{identify(path)}: {target}"
        assert place.is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(place), f"{identify(path)}: #{anchor}"


@pytest.mark.parametrize("path", PAGES, ids=identify)
def test_named_files_exist(path: Path) -> None:
    for name in _CODE.findall(_FENCE.sub("", read(path))):
        place = name.split(" ")[0]
        if place.split("/")[0] not in ROOMS or "/" not in place or place in INVENTED:
            continue
        if re.search(r"[<>{}…*]", place) or not re.fullmatch(r"[\w./-]+", place):
            continue
        assert (ROOT / place).exists(), f"{identify(path)}: {place}"


def test_every_page_is_reached_from_the_index() -> None:
    linked = {
        (ROOT / "docs" / match[1].partition("#")[0]).resolve()
        for match in _LINK.finditer(page("README.md"))
        if match[1]
    }
    assert set((ROOT / "docs").glob("*.md")) - {ROOT / "docs" / "README.md"} <= linked


def test_commands_are_understood() -> None:
    seen = 0
    for path, line in commands():
        for part in re.split(r"&&|\|\|", line):
            words = shlex.split(part)
            words = words[2:] if words[:2] == ["uv", "run"] else words
            words = words[1:] if words[:1] in (["python"], ["python3"]) else words
            if not words:
                continue
            for word in words:
                if word.split("/")[0] in ROOMS and word.endswith((".py", ".ipynb")):
                    known = (ROOT / word).exists() or word in INVENTED
                    assert known, f"{identify(path)}: {line}"
            if words[0] == "build.py":
                rest = words[1:]
                given = rest if rest and not rest[0].startswith("-") else ["report", *rest]
                parser().parse_args(given)
                seen += 1
    assert seen >= 12


@pytest.mark.parametrize("path", PAGES, ids=identify)
def test_code_blocks_are_well_formed(path: Path) -> None:
    for language, text in _FENCE.findall(read(path)):
        if language == "yaml":
            assert yaml.safe_load(text) is not None, text
        elif language == "python" and ">>>" not in text:
            compile(text, identify(path), "exec")
        elif language == "bash":
            subprocess.run(["bash", "-n", "-c", text], check=True, timeout=30)
        elif language == "csv":
            assert len({line.count(",") for line in text.splitlines()}) == 1, text


def test_the_calendar_has_the_exit_status() -> None:
    said = re.findall(r"^\| (\d) \| (\S+)", page("evaluators.md"), re.MULTILINE)
    assert said == [(str(OK), "全部生成"), (str(CHAPTER_FAILED), "有的章失败"),
                    (str(INPUT_INVALID), "输入有误")]  # fmt: skip


def test_the_words_for_leaders_are_the_reports_words() -> None:
    rows = re.findall(r"^\| ([●▲■◆▼✕○–](?: [▲✕])?) \| ([^|]+) \|", page("leadership.md"), re.M)
    assert len(rows) == 6
    by_word = {look.word: look.shape for look in LOOKS.values()}
    for shapes, words in rows:
        for word in words.split("、"):
            assert by_word[word.strip()] in shapes, word


def test_the_rules_for_leaders_are_the_rules(parameters: Params) -> None:
    assert (parameters.rules.slow.value, parameters.rules.on_track.value) == (0.60, 0.95)
    assert parameters.rules.coverage_floor.value == 0.80
    text = page("leadership.md")
    for words in ("六成到九成半", "不到六成", "资料覆盖不到八成"):
        assert words in text


def test_parameter_files_are_listed() -> None:
    listed = re.findall(r"^\| `(\w+)\.yml` \|", page("researchers.md"), re.MULTILINE)
    assert sorted(listed) == sorted(FILES)


def test_the_fingerprint_is_as_described() -> None:
    text = page("architecture.md")
    parts = re.findall(r"^\| (\w+) \| (?:pack|the |code|versions)", text, re.MULTILINE)
    assert parts == [field.name for field in dataclasses.fields(jobs.Fingerprint)]
    (line,) = [line for line in text.splitlines() if line.startswith("| library |")]
    assert {name.strip("/`") for name in _CODE.findall(line)} >= {
        name for name in jobs._NOT_IN_NOTEBOOKS if not name.startswith(("__", "cli_"))
    }


def test_rooms_of_the_house_are_described() -> None:
    text = page("architecture.md")
    packages = {path.parent.name for path in (ROOT / "assessment").glob("*/__init__.py")}
    missing = {name for name in packages if f"{name}/`" not in text}
    assert missing <= {"handbook"}


def test_every_dependency_has_a_reason_and_a_licence() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    text = page("decisions.md").lower()
    table = "".join(line for line in text.splitlines() if line.startswith("|"))
    for requirement in wanted:
        name = re.split(r"[<>=!~ \[;]", requirement)[0]
        assert name.lower() in table, name


def test_the_data_dictionary_is_in_step(parameters: Params) -> None:
    spec = importlib.util.spec_from_file_location(
        "make_data_dictionary", ROOT / "scripts" / "make_data_dictionary.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = module.dictionary(parameters)
    assert page("data_dictionary.md") == text, "run scripts/make_data_dictionary.py"
    for indicator in parameters.catalogue.indicators:
        assert f"| `{indicator.id}` | {full_width(indicator.name)} |" in text


def test_notebooks_have_their_diff_driver() -> None:
    assert "*.ipynb diff=jupyternotebook merge=jupyternotebook" in read(ROOT / ".gitattributes")
    assert "nbdime config-git --enable" in read(ROOT / "CONTRIBUTING.md")


def test_the_field_reference_is_in_step() -> None:
    spec = importlib.util.spec_from_file_location(
        "make_field_reference", ROOT / "scripts" / "make_field_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert page("field_reference.md") == module.reference(), "run scripts/make_field_reference.py"
