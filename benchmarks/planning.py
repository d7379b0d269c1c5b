"""Many units over years: how long it takes until the first notebook runs, and what ``status`` takes.

    python -m benchmarks.planning                  # 136 units, 5 years, 7 chapters: 4,760 jobs
    python -m benchmarks.planning --units 12 --years 1

A synthetic pack: the demonstration pack's figures of one district, times a factor of its own, for
as many districts as asked, under the same plan. Prints how long after the start of ``report`` the
first line is said and the first notebook has begun, and how long ``status`` takes; nothing is
built to the end.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks.measure import PROJECT

MODEL, CITY, LAST = "张店区", "淄博市", 2025


def synthesise(folder: Path, units: int, seed: int = 1) -> None:
    """Write parameters and a pack with so many districts beside the city."""
    factors = random.Random(seed)
    shutil.copytree(PROJECT / "params", folder / "params")
    regions = yaml.safe_load((folder / "params/regions.yml").read_text(encoding="utf-8"))
    city = next(region for region in regions["regions"] if region["name"] == CITY)
    names = [f"第{number}区" for number in range(1, units + 1)]
    regions["regions"] = [city] + [
        {"id": f"unit{number}", "name": name, "short_name": name, "kind": "district",
         "tile": [number // 20, number % 20]}
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    path = folder / "params/regions.yml"
    path.write_text(yaml.safe_dump(regions, allow_unicode=True), encoding="utf-8")
    pack = folder / "pack"
    pack.mkdir()
    head = yaml.safe_load((PROJECT / "data/demo/pack.yml").read_text(encoding="utf-8"))
    head.pop("breaks", None)
    (pack / "pack.yml").write_text(yaml.safe_dump(head, allow_unicode=True), encoding="utf-8")
    shutil.copy(PROJECT / "data/demo/submissions.csv", pack)
    scale = {name: factors.uniform(0.8, 1.0) for name in names}
    for source in sorted((PROJECT / "data/demo").glob("*.csv")):
        if source.name == "submissions.csv":
            continue
        with source.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        model = [row for row in rows if row[0] == MODEL]
        value = header.index("value") if source.name.startswith("observations_emis") else None
        with (pack / source.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(row for row in rows if row[0] == CITY)
            for name in names:
                for row in model:
                    made = [name, *row[1:]]
                    if value is not None and made[value]:
                        made[value] = f"{float(made[value]) * scale[name]:.2f}"
                    writer.writerow(made)


def _command(folder: Path, name: str, years: Sequence[str]) -> list[str]:
    return [
        sys.executable, str(PROJECT / "build.py"), name, "--params", str(folder / "params"),
        "--data", str(folder / "pack"), "--out", str(folder / "out"), "--year", *years,
    ]  # fmt: skip


def start(folder: Path, years: Sequence[str]) -> tuple[float, float]:
    """Seconds until something is said, and until the first notebook's inputs are handed out."""
    begun = time.monotonic()
    process = subprocess.Popen(
        _command(folder, "report", years), cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    said = first = 0.0
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    inputs = folder / "out/.build/inputs"
    while not (said and first) and process.poll() is None:
        if not said and process.stdout.read(1):
            said = time.monotonic() - begun
        if not first and next(inputs.rglob("*.json"), None):
            first = time.monotonic() - begun
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    process.stdout.close()
    return said, first


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--units", type=int, default=135, help="beside the city")
    parser.add_argument("--years", type=int, default=5)
    options = parser.parse_args(arguments)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}")
    folder = Path(tempfile.mkdtemp(prefix="planning"))
    try:
        synthesise(folder, options.units)
        years = [str(LAST - place) for place in range(options.years)]
        jobs = (options.units + 1) * options.years * 7
        said, first = start(folder, years)
        print(f"{jobs} jobs: something said after {said:.1f} s, first notebook after {first:.1f} s")
        shutil.rmtree(folder / "out")
        begun = time.monotonic()
        subprocess.run(
            _command(folder, "status", years), cwd=PROJECT, check=True, capture_output=True
        )
        print(f"{jobs} jobs: status after {time.monotonic() - begun:.1f} s")
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
