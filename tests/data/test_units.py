"""Units that are refused are refused with what differs; regions go by their division codes."""

from pathlib import Path

import pytest

from assessment.data.columns import vocabulary
from assessment.data.schema import Problem, exact_factor, unit_problem
from assessment.params.folder import load_params
from assessment.params.model import Params


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params(Path(__file__).parents[2] / "params")


@pytest.mark.parametrize(
    ("unit", "wanted", "what", "remedy"),
    [
        ("万吨标准煤(当量值)", "万吨标准煤", "比“万吨标准煤”多了“当量值”", "请写“万吨标准煤”"),
        ("吨标准煤（等价值）", "万吨标准煤", "比“吨标准煤”多了“等价值”", "请写“吨标准煤”"),
        ("千万吨", "万吨", "不能换算成“万吨”", "1 千万吨 = 1000 万吨"),
        ("百吨", "万吨", "不能换算成“万吨”", "1 百吨 = 0.01 万吨"),
        ("万吨", "万吨标准煤", "不能换算成“万吨标准煤”", "应为“万吨标准煤”"),
    ],
)
def test_the_reason_names_what_differs(
    params: Params, unit: str, wanted: str, what: str, remedy: str
) -> None:
    assert exact_factor(params.catalogue, unit, wanted) is None
    problem = unit_problem(params.catalogue, unit, wanted)
    assert what in problem.what
    assert remedy in problem.remedy


def test_thousands_of_yuan(params: Params) -> None:
    # 5,000 thousand yuan are 500 times 10,000 and 0.05 times 100 million.
    for wanted, value in (("万元", 500.0), ("亿元", 0.05)):
        sizes = exact_factor(params.catalogue, "千元", wanted)
        assert sizes is not None
        assert float(5000 * sizes[0] / sizes[1]) == value


@pytest.mark.parametrize(
    ("code", "region"),
    # GB/T 2260: 370302 Zichuan, 370303 Zhangdian, 370321 Huantai.
    [("370303", "zhangdian"), ("370302", "zichuan"), ("370321", "huantai")],
)
def test_division_codes(params: Params, code: str, region: str) -> None:
    assert vocabulary(params).region(code) == region
    assert isinstance(vocabulary(params).region("370399"), Problem)
