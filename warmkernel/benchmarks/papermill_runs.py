"""
How much sooner papermill is done with warm kernels than with ordinary ones.

    python benchmarks/papermill_runs.py --notebooks 6 20 --pairs 3

Runs copies of one small pandas notebook one after the other by ``papermill.execute_notebook``,
all on ordinary kernels, then all on warm ones, and so on in turn, so that both meet the same
load. Each run is a new process that starts with nothing: importing papermill, starting the
template and its imports are in the time. The figure is the ratio of the two times of a pair.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import papermill

import warmkernel

CELLS = (
    "rows = 1000",
    "import numpy as np\nimport pandas as pd",
    "table = pd.DataFrame({'group': np.arange(rows) % 7, 'value': np.arange(rows)})",
    "table.groupby('group')['value'].agg(['mean', 'sum', 'max'])",
    "table.describe()",
)
WAYS = {
    "ordinary": {"kernel_name": "python3"},
    "warm": {"kernel_name": "warm"},
    "warm, with manager": {
        "kernel_name": "warm",
        "kernel_manager_class": "warmkernel.manager.WarmKernelManager",
    },
}


def write_notebook(path: Path) -> None:
    """A notebook whose first cell has the parameters."""
    cells = [
        {
            "cell_type": "code", "id": f"cell-{number}", "execution_count": None, "outputs": [],
            "metadata": {"tags": ["parameters"]} if number == 0 else {}, "source": source,
        }
        for number, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")


def run(way: str, count: int, folder: Path) -> None:
    """Execute the notebook `count` times with other parameters."""
    for number in range(count):
        target = folder / f"out-{number}.ipynb"
        papermill.execute_notebook(
            folder / "in.ipynb", target, {"rows": 1000 + number}, progress_bar=False, **WAYS[way]
        )


def seconds(way: str, count: int, folder: Path) -> float:
    """Time of a whole process that runs the notebooks one way."""
    environment = {**os.environ, "JUPYTER_PATH": str(folder)}
    environment.pop(warmkernel.SOCKET_VARIABLE, None)
    command = [sys.executable, __file__, "--run", way, "--notebooks", str(count), "--in", folder]
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Papermill with warm and with ordinary kernels.")
    parser.add_argument("--notebooks", type=int, nargs="+", default=[6, 20])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--run", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.run, options.notebooks[0], options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_notebook(folder / "in.ipynb")
        warmkernel.ensure_kernelspec(folder, ["numpy", "pandas"])
        for count in options.notebooks:
            times: dict[str, list[float]] = {way: [] for way in WAYS}
            for _ in range(options.pairs):
                for way, taken in times.items():
                    taken.append(seconds(way, count, folder))
            for way, taken in times.items():
                pairs = zip(times["ordinary"], taken, strict=True)
                ratios = sorted(ordinary / own for ordinary, own in pairs)
                print(
                    f"{count} notebooks, {way}: {min(taken):.1f} to {max(taken):.1f} s; "
                    f"{median(ratios):.1f} times as quick ({ratios[0]:.1f} to {ratios[-1]:.1f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
