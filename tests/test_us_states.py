"""The example on the power sector of many regions, on a small table of its own."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "examples" / "us_states_power.py"
COLUMNS = "state,year,co2_t,so2_t,nox_t,generation_mwh,generation_nonfossil_mwh"
YEARS = range(2000, 2024)


def line(state, year, co2, so2, nox, output, clean):
    return f"{state},{year},{co2},{so2},{nox},{output},{clean}"


def table():
    """Four regions: all falls, scrubbers only, all rises, and one that shuts its plants."""
    rows = [COLUMNS]
    for n, year in enumerate(YEARS):
        rows += [
            # CO2 and both pollutants fall as the fossil share does, at one rate
            line("AA", year, 1000 - 20 * n, 500 - 10 * n, 250 - 5 * n, 1000, 200 + 16 * n),
            # only SO2 falls; CO2, output and NOx as they were
            line("BB", year, 1000 + n % 2, 500 - 20 * n, 250, 1000, 0),
            line("CC", year, 1000 + 20 * n, 500 + 10 * n, 250 + 10 * n, 1000 + 30 * n, 0),
            # the last ten years without any SO2
            line("DD", year, 100 - 2 * n, max(0, 130 - 10 * n), 60 - n, 300, 10),
        ]
    return "\n".join(rows) + "\n"


def run(folder, text, *more):
    path = folder / "power.csv"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(path), *more],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def by_state(done):
    assert done.returncode == 0, done.stderr
    return {row["state"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return by_state(run(tmp_path_factory.mktemp("power"), table()))


def test_the_sign_pair_comes_before_the_ratio(found):
    assert found["AA"]["so2_reading"] == "synergy_equal"
    assert float(found["AA"]["so2_elasticity"]) == pytest.approx(1.0)
    # both rise: a positive ratio, and none is shown
    assert (found["CC"]["so2_reading"], found["CC"]["so2_elasticity"]) == ("both_rise", "")
    assert found["BB"]["so2_reading"] == "only_pollutant_falls"
    # a pollutant that did not move has no reading
    assert found["BB"]["nox_reading"] == "undefined"


def test_what_fell_with_carbon_and_what_fell_alone(found):
    # the fossil share moves both by the same factor, nothing else does
    assert float(found["AA"]["so2_shared"]) == pytest.approx(1.0, abs=1e-3)
    # of scrubbing nothing is shared; the rise of CO2 by .1 % counts against it
    assert float(found["BB"]["so2_shared"]) == pytest.approx(0.0, abs=0.01)
    # no fall, no share
    assert found["CC"]["so2_shared"] == ""


def test_true_zeros_are_no_gaps(found):
    # 130, 120, ..., 10 in 2012, then 0: thirteen falls; a base of zero is no reading
    assert found["DD"]["so2_years"] == "13/13"
    assert found["DD"]["so2_change"] == "-1.000"
    # all of the fall to zero lies in the factor that reached zero
    assert found["DD"]["so2_shared"] == "0.000"
    assert found["CC"]["tapio"] == "weak_decoupling"  # 46 % over 69 %


def test_trends_of_a_straight_line(found):
    assert (found["AA"]["co2_trend"], found["CC"]["co2_trend"]) == ("falling", "rising")
    # 20 a year of a median of 770
    assert float(found["AA"]["co2_slope"]) == pytest.approx(-20 / 770 * 100, abs=1e-3)
    assert found["BB"]["nox_plain"] == "untestable"


def test_nothing_crosses_a_known_break(tmp_path):
    cut = by_state(run(tmp_path, table(), "--break", "2010:so2_t:AA"))
    assert cut["AA"]["years"] == "2010-2023"
    assert cut["AA"]["so2_years"] == "13/13"
    assert cut["AA"]["nox_years"] == "23/23"  # of another column, on one level throughout
    assert cut["BB"]["years"] == "2000-2023"


def test_markdown_and_counts(tmp_path):
    done = run(tmp_path, table(), "--format", "md")
    assert done.stdout.count("\n") == 4 + 2
    assert "地区 4" in done.stderr
    assert "同增而弹性为正的组数 2" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("state,year\nAA,2000\n", "缺列"),
        (f"{COLUMNS}\n{line('AA', 2000, 1, 1, 1, 1, 0)}\n" * 1 + "AA,2000,1,1,1,1,0\n", "重复"),
        (f"{COLUMNS}\n{line('AA', 2000, -1, 1, 1, 1, 0)}\n", "负值"),
        (f"{COLUMNS}\n{line('AA', 2000, '', 1, 1, 1, 0)}\n", "缺值"),
        (f"{COLUMNS}\n{line('AA', 2000, 1, 1, 1, 1, 2)}\n", "非化石发电多于总发电"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, text, said):
    done = run(tmp_path, text)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
