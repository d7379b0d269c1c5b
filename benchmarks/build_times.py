"""A year of the demonstration pack from nothing, against the ways it is done today.

    python -m benchmarks.build_times                    # all ways, three times each
    python -m benchmarks.build_times --quick --units 2  # once, two units
    python -m benchmarks.build_times --ways ours two    # some of them

Ways: ``ours``; ``loop`` (papermill in a loop, then ``jupyter nbconvert`` for each unit); ``two``
(papermill in as many processes as there are workers); ``snakemake`` (with papermill) and
``ploomber`` (its Parallel executor), each from an environment of its own that is made on first use
with uv. All execute the same notebooks on the same machine, one way after the other in each round,
so that ratios compare what ran at about the same time.

The ways but ours make one page a chapter; ours makes the whole report besides: comparison,
scorecards, annexes, portal. They stop at the first failure and take no notice of data.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from assessment.params.folder import load_params
from benchmarks.measure import PROJECT, Cost, measured, middle

WAYS = ("ours", "loop", "two", "snakemake", "ploomber")
PEERS = Path(__file__).with_name("peers")


def peers_environment(folder: Path) -> Path:
    """Environment with snakemake and ploomber; made on first use."""
    place = folder / "bin" / "python"
    if not place.exists():
        subprocess.run(["uv", "venv", "-q", str(folder)], check=True)
        packages = ["snakemake", "ploomber", "papermill", "ipykernel"]
        subprocess.run(
            ["uv", "pip", "install", "-q", *packages],
            check=True, env={**os.environ, "VIRTUAL_ENV": str(folder)},
        )  # fmt: skip
    return folder / "bin"


def _kernelspec(folder: Path) -> Path:
    """Let a peer's papermill run notebooks in this environment."""
    place = folder / "jupyter" / "kernels" / "project"
    place.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "project", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    return folder / "jupyter"


def command_of(
    way: str,
    out: Path,
    units: Sequence[str],
    chapters: int,
    workers: int,
    peers: Path,
    folder: Path = PROJECT,
) -> tuple[list[str], dict[str, str]]:
    """Command and environment that build everything into an empty folder."""
    python, project = sys.executable, str(folder)
    environment = {"PYTHONPATH": project}
    if way == "ours":
        command = [python, "build.py", "report", "--data", "data/demo", "--year", "2025",
                   "--out", str(out), "--jobs", str(workers), "--region", *units,
                   "--chapter", *map(str, range(1, chapters + 1))]  # fmt: skip
        return command, environment
    if way in ("loop", "two"):
        number = "1" if way == "loop" else str(workers)
        plain = [python, "-m", "benchmarks.peers.papermill_way"]
        return [*plain, str(out), number, str(chapters), *units], environment
    tools = peers_environment(peers)
    environment |= {"JUPYTER_PATH": str(_kernelspec(peers))}
    if way == "snakemake":
        config = [f"out={out}", f"python={python}", f"project={project}",
                  f"units={','.join(units)}", f"chapters={chapters}"]  # fmt: skip
        return [
            str(tools / "snakemake"), f"-c{workers}", "--quiet", "all", "--directory", str(out),
            "--snakefile", str(PEERS / "Snakefile"), "--config", *config,
        ], environment  # fmt: skip
    script = str(PEERS / "ploomber_way.py")
    environment |= {"PLOOMBER_STATS_ENABLED": "false"}
    plain = [str(tools / "python"), script, str(out), str(workers), str(chapters), project, python]
    return [*plain, *units], environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--units", type=int, default=12)
    parser.add_argument("--chapters", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--peers", type=Path, default=Path(tempfile.gettempdir()) / "assessment-peers"
    )
    options = parser.parse_args(arguments)
    regions = load_params(PROJECT / "params").regions.regions
    units = [region.name for region in regions[: options.units]]
    costs: dict[str, list[Cost]] = defaultdict(list)
    jobs = len(units) * options.chapters
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {jobs} notebooks, {options.workers} workers")
    for number in range(1 if options.quick else options.rounds):
        for way in options.ways:
            out = Path(tempfile.mkdtemp(prefix="times"))
            load = os.getloadavg()[0]
            try:
                command, environment = command_of(
                    way, out, units, options.chapters, options.workers, options.peers
                )
                cost = measured(command, PROJECT, environment)
                made = len(list(out.rglob("*.ipynb"))) - len(list(out.rglob("*checkpoint*")))
                assert made == jobs, f"{way} made {made} of {jobs} notebooks"
            finally:
                shutil.rmtree(out)
            costs[way].append(cost)
            print(f"round {number + 1}  {way:10} {cost}  (load {load:.1f} before)", flush=True)
    ours = middle(costs["ours"]) if "ours" in costs else None
    for way, found in costs.items():
        cost = middle(found)
        ratio = ""
        if ours is not None and way != "ours":
            ratio = f"  = {cost.wall / ours.wall:.2f} times ours ({cost.cpu / ours.cpu:.2f} in CPU)"
        print(f"median   {way:10} {cost}{ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
