"""Write the demonstration pack ``data/demo``: an invented city with the defects of real data.

Run ``python data/make_demo.py [folder]`` from the root of the project. The same parameters give
the same bytes. Nothing in the pack is a real figure of any place.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "data")]

from demo_source import accounts, air, papers, targets  # noqa: E402
from demo_source.book import SEED, Book, save_csv  # noqa: E402

from assessment.params.folder import load_params  # noqa: E402
from assessment.params.model import Params  # noqa: E402

CENSUS = (
    "gdp_constant", "gdp_current", "primary_value_added", "secondary_value_added",
    "tertiary_value_added", "industrial_value_added", "gdp_per_capita", "gdp_growth",
    "co2_intensity", "energy_intensity", "so2_intensity", "nox_intensity",
    "pm_emission_intensity",
)  # fmt: skip
DISCHARGES = ("cod_emis", "nh3n_emis")

HEAD = f"""\
# 演示数据包:由 data/make_demo.py(种子 {SEED})生成,请勿手工修改。
# 全部数值、文号均为虚构,不代表淄博市或任何区县的实际情况。

title: 演示数据(虚构)
kind: demo
cutoff: "2026-03-31"
note: |
  全部数值、文号、报送日期均为虚构,仅供试用、培训与测试。
  口径:全市的经济、能源、排放、水量与固废 = 11 个单元之和减去功能区与所在区县重复的部分
  (高新区 30%、经济开发区 20% 与张店区重复,文昌湖 50% 与淄川区重复);按项目、车辆、设施计数的
  指标和方案中的数量指标没有重复,全市等于各单元之和;全市减污降碳财政资金另含市本级。
  累计类指标从 2021 年起累计,2020 年为 0;减污降碳协同度由工具计算,数据包不含。
  月均浓度的全市值为 11 个单元的平均;臭氧、一氧化碳全年值为百分位数,不等于月值平均。
  有意留下的缺陷:
  1. 博山区 2017、2018 年挥发性有机物排放量未报(连续两年缺一种污染物)。
  2. 周村区 2025 年城镇建筑可再生能源替代率未报(方案指标缺当年值)。
  3. 文昌湖 2024 年臭氧缺 3、4、8、9 月(超过四分之一),不计全年值,综合指数与优良天数随之缺;
     高青县 2016 年 2 月缺二氧化硫(不足四分之一)。
  4. 第四次全国经济普查修订:2019 年起的生产总值与增加值低于以前口径约 12%,列入 breaks。
  5. 文昌湖没有煤炭消费,高青县、经济开发区、文昌湖没有煤电机组,记“不适用”并说明。
  6. 分母为零:博山区 2025 年没有新增更新公交车,文昌湖历年没有新增更新出租车,
     多数单元有的年份没有新建“两高”项目。
  7. 功能区与所在区县重复统计(见上),各单元之和大于全市。
  8. 市城市管理局 2025 年度资料逾期 27 天报送。
  9. 部分任务报“按序推进”而没有佐证材料。
  10. 部分数值为测算(C 级),试点企业减排幅度的区县值没有佐证(D 级),
      周村区 2024 年替代率、经济开发区 2025 年固废产生量没有佐证(D 级)。
  11. 禁止类各有一例:周村区 2023 年、淄川区 2024 年、博山区 2025 年。
  12. 桓台县污染物下降而二氧化碳上升;经济开发区 2025 年两者同时上升;
      经济开发区厂房屋顶光伏覆盖率低于基期。
  13. 排放源统计调查制度修订:2020 年起的化学需氧量、氨氮排放量高于以前口径约 45%,列入 breaks。
  14. 淄川区 2022 年起关停一条水泥熟料线,能源消费低约 13%;
      临淄区 2023 年起炼化装置脱硝改造,工业氮氧化物低约 25%。
  15. 自报与数据不符,有意安排三项(随机生成的任务进展中另有若干):临淄区 2.3.7(综合能源港)、
      高青县 3.2.5(多式联运货运量)、淄川区 3.3.8(屋顶光伏)2025 年报“已完成”,所属目标没有达到。
  16. 到期未完成,有意安排三项(另有若干):桓台县 2.3.7、周村区 3.2.5 报“按序推进”,沂源县 3.2.6 报“进展滞后”,均应于 2025 年完成。
  数列的样子仿照实际统计:逐年波动有惯性(自相关 0.6),各单元多有自己的起落;2016—2023 年的经济增速与
  2015—2024 年的人口升降取自淄博市公布数;约四成数列的趋势在 p<0.001 下成立。
primary_series: {{}}
breaks:
"""


def _defects(book: Book) -> None:
    for year in (2017, 2018):
        book.hole("boshan", "voc_emis", year, 0, "", "企业核算口径调整,当年未报")
    book.hole("zhoucun", "building_renewable_substitution", 2025, 0, "", "能耗分母尚未核定,未报")
    for year in range(2015, 2026):
        book.hole("wenchanghu", "coal_consumption", year, 0, "不适用", "辖区无煤炭消费")
    book.grades["zhoucun", "building_renewable_substitution", 2024] = "D"
    book.grades["jingkai", "solid_waste_generation", 2025] = "D"


def build(params: Params) -> Book:
    """Return all observations of the pack."""
    book = Book({i.id: (i.unit, i.decimals) for i in params.catalogue.indicators})
    _defects(book)
    accounts.enter(book)
    air.enter(book)
    targets.enter(book)
    return book


def write(folder: Path) -> None:
    """Write the whole pack into a folder."""
    params = load_params(ROOT / "params")
    folder.mkdir(parents=True, exist_ok=True)
    build(params).save(folder)
    save_csv(
        folder / "tasks.csv",
        ("region", "year", "task", "status", "evidence", "note"),
        papers.tasks(params.plan),
    )
    save_csv(
        folder / "allocations.csv",
        ("region", "target", "year", "value", "unit", "source", "note"),
        papers.allocations(params.plan),
    )
    save_csv(
        folder / "submissions.csv",
        ("department", "year", "due", "received", "note"),
        papers.submissions(params.plan),
    )
    breaks = [
        f'  - {{indicator: {name}, region: "*", year: {year}, reason: {reason}}}\n'
        for names, year, reason in (
            (CENSUS, 2019, "第四次全国经济普查修订(演示)"),
            (DISCHARGES, 2020, "排放源统计调查制度修订(演示)"),
        )
        for name in names
    ]
    (folder / "pack.yml").write_bytes((HEAD + "".join(breaks)).encode())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "demo")
