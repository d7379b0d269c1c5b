"""What a mistyped name is answered with: the one that is meant, or none."""

from pathlib import Path

import pytest

from assessment.errors import InputError, nearest
from assessment.params.folder import load_params
from assessment.params.model import Params

TASKS = ["2.1", "2.2", "2.1.1", "2.1.2", "2.1.10", "3.1.1"]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("N02", ["N01", "N03"], "可用的有：N01、N03"),
        ("N1", ["N01", "N10"], "是否想写“N01”？"),
        ("n01", ["N01", "M01"], "是否想写“N01”？"),
        ("2.1.11", TASKS, "可用的有：2.1.1、2.1.2、2.1.10"),
        ("2.1.l", TASKS, "是否想写“2.1.1”？"),
        ("2.9", TASKS, "可用的有：2.1、2.2"),
        ("energy_totals", ["energy_total", "coal"], "是否想写“energy_total”？"),
        ("市能源厅", ["市能源局", "市统计局"], "是否想写“市能源局”？"),
        (
            "北山区",
            ["东山区", "西山区"],
            "可用的有：东山区、西山区",
        ),  # as near to one as to the other
        ("二氧化硫", ["氮氧化物", "煤炭"], "可用的有：氮氧化物、煤炭"),
    ],
)
def test_a_hint_is_right_or_a_list(name: str, known: list[str], hint: str) -> None:
    assert nearest(name, known) == hint


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params(Path(__file__).parent.parent / "params")


@pytest.mark.parametrize("name", ["张店区", "张店", "淄博市张店区", "370303", "zhangdian"])
def test_a_region_by_every_name_that_packs_take(params: Params, name: str) -> None:
    assert params.region(name).id == "zhangdian"


@pytest.mark.parametrize("name", ["淄博市张店县", "张殿区", "370399"])
def test_no_region_leads_to_the_city(params: Params, name: str) -> None:
    with pytest.raises(InputError) as caught:
        params.region(name)
    assert "是否想写“淄博市”" not in str(caught.value)
