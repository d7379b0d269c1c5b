"""What a running kernel completes, and how much of a mistake it shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

ROOT = Path(__file__).resolve().parents[2]
OPEN = (
    "from assessment import Chapter\n"
    'chapter = Chapter.open("2", region="张店区", year=2025, data="data/demo")'
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    manager: KernelManager
    manager, client = start_new_kernel(startup_timeout=120, cwd=str(ROOT))
    reply = client.execute_interactive(OPEN, timeout=120, store_history=False)
    assert reply["content"]["status"] == "ok", reply["content"]
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def completed(client: Any, code: str) -> list[str]:
    reply = client.complete(code, len(code), reply=True, timeout=60)["content"]
    assert reply["status"] == "ok"
    return [code[: reply["cursor_start"]] + match for match in reply["matches"]]


def test_completion(kernel: Any) -> None:
    methods = completed(kernel, "chapter.")
    assert {"chapter.series", "chapter.finding", "chapter.test_trends"} <= set(methods)
    assert not [name for name in methods if name.startswith("chapter._")]
    assert completed(kernel, 'chapter.series("so2_e') == ['chapter.series("so2_emis']
    assert 'chapter.monthly("pm25' in completed(kernel, 'chapter.monthly("')
    # a second name of a call, and ids that this chapter does not list
    assert completed(kernel, 'chapter.frame("so2_emis", "gdp_con') == [
        'chapter.frame("so2_emis", "gdp_constant'
    ]


def test_a_mistake_shows_the_cell_and_the_hint_alone(kernel: Any) -> None:
    outputs: list[dict[str, Any]] = []
    kernel.execute_interactive(
        'chapter.series("so2_emiss")', timeout=60,
        output_hook=lambda message: outputs.append(message["content"]),
    )  # fmt: skip
    (error,) = [content for content in outputs if "traceback" in content]
    assert error["ename"] == "InputError" and "so2_emis" in error["evalue"]
    shown = "\n".join(error["traceback"])
    assert "so2_emiss" in shown and "chapter.py" not in shown and "series.py" not in shown
    # any other fault keeps the way it took
    outputs.clear()
    kernel.execute_interactive(
        "chapter.frame()", timeout=60, output_hook=lambda m: outputs.append(m["content"])
    )
    (error,) = [content for content in outputs if "traceback" in content]
    assert "pandas_data.py" in "\n".join(error["traceback"])
