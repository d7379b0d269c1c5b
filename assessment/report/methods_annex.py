"""The annex on methods: what was used, every threshold, framework, preset and goalpost."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.handbook import entries
from assessment.params.model import Constant, Params
from assessment.report.cells import number_cell
from assessment.report.synergy_part import NOT_OFFICIAL
from assessment.results.model import ReportResults
from assessment.show.blocks import Blocks, Cell, Column, Row, Table, show
from assessment.show.formatting import named, number, percent
from assessment.show.verdict_words import look

PROGRESS_RULES = {
    "linear": ("直线:实际进度 ÷ 应有进度", "序时进度;注明等速增长的指标按等速"),
    "statcan": (
        "加拿大统计局:实际年均增速 ÷ 所需年均增速",
        "Open SDG 进展方法,分界 0.95、0.60、0;没有“快于预期”一档",
    ),
}
_KINDS = {"prohibition": "全部禁止类目标"}
_ALWAYS = {
    "attainment", "change", "forecast", "mann_kendall", "newey_west", "cocontrol", "coupling", "index", "uncertainty",
    "weights", "grades",
}  # fmt: skip
_BY_ANALYSIS = {
    "decoupling": {"tapio"},
    "drivers": {"lmdi", "joint_decomposition"},
    "air": {"seasonal", "interrupted_series"},
    "equivalents": {"equivalents"},
    "end_of_pipe": {"lmdi"},
    "obstacles": {"obstacle"},
}


def annex_methods(results: ReportResults, params: Params) -> Blocks:
    """Methods with their thresholds and sources."""
    return show(
        _methods(results, params),
        _choices(results),
        *([_class_record(params)] if params.rules.class_record else []),
        _thresholds(params),
        _frameworks(params),
        _presets(params),
        _goalposts(params),
    )


def _used(results: ReportResults, params: Params) -> set[str]:
    """Pages of the handbook that this report stands on."""
    names = {name for analyses in results.analysis.values() for name in analyses}
    rule = {"statcan"} if params.rules.progress_rule == "statcan" else set()
    return _ALWAYS.union(rule, *(_BY_ANALYSIS.get(name, set()) for name in names))


def _methods(results: ReportResults, params: Params) -> Table:
    used = _used(results, params)
    rows = [
        _row(
            entry.title,
            entry.summary,
            entry.formula,
            " ".join(entry.not_when),
            " ".join(entry.references),
        )
        for entry in entries()
        if entry.name in used
    ]
    return Table(
        id="annex-methods",
        title="用到的方法",
        columns=(
            Column(key="name", label="方法"),
            Column(key="summary", label="一句话"),
            Column(key="formula", label="公式"),
            Column(key="not_when", label="何时不用"),
            Column(key="references", label="出处"),
        ),
        rows=tuple(rows),
        place="annex",
        summary="用到的方法:公式、何时不用、出处",
    )


def _choices(results: ReportResults) -> Table | None:
    """Trends for which a chapter's author chose a test, a first year or years to leave out."""
    rows = [
        _row(
            named(trend.name, trend.unit) + (f" · {trend.series}" if trend.series else ""),
            trend.test,
            "" if trend.since is None else f"{trend.since} 年",
            "、".join(f"{one.year} 年:{one.reason}" for one in trend.left_out),
        )
        for trend in results.trends.values()
        if trend.chosen
    ]
    if not rows:
        return None
    return Table(
        id="trend-choices",
        title="趋势的取舍",
        columns=(
            Column(key="name", label="指标"),
            Column(key="test", label="检验"),
            Column(key="since", label="从哪一年看起"),
            Column(key="left_out", label="不用的年份与原因"),
        ),
        rows=tuple(rows),
        note="编写人员选定的,与其余序列的做法不同。",
    )


def _row(*texts: str, strong: bool = False) -> Row:
    return Row(cells=tuple(Cell(text=text) for text in texts), strong=strong)


def _thresholds(params: Params) -> Table:
    rules, label = params.rules, {i.id: i.label for i in params.catalogue.indicators}
    rule, said = PROGRESS_RULES[rules.progress_rule]
    groups: list[tuple[str, Sequence[tuple[str, Constant]]]] = [
        (
            "目标",
            [
                ("快于预期的下限", rules.faster),
                ("符合预期的下限", rules.on_track),
                ("进展偏慢的下限", rules.slow),
                ("基本完成的下限", rules.nearly_met),
                ("接近自然上限(百分点)", rules.near_limit),
                ("“左右”的容差(百分点)", rules.approximate_tolerance),
                ("外推概率至少要的点数", rules.probability_min_points),
            ],
        ),
        (
            "资料",
            [
                ("趋势检验至少要的年数", rules.trend_min_points),
                ("趋势检验的显著水平", rules.significance),
                ("方案启动前后分段回归的显著水平", rules.break_significance),
                ("分段回归每侧至少要的月数", rules.break_min_months),
                ("说达峰以前至少要的其后年数", rules.peak_years_after),
                ("计分、排名、评级至少要的资料覆盖", rules.coverage_floor),
                ("由月值推年值至少要的月份占比", rules.month_share),
                *((f"某一年的误差:{g} 级", one) for g, one in rules.data_error.items()),
                *((f"变化里每年的误差:{g} 级", one) for g, one in rules.change_error.items()),
                *(
                    (f"变化里每年的误差:{label[name]}", one)
                    for name, one in rules.series_change_error.items()
                ),
            ],
        ),
        (
            "指数的不确定性",
            [("权重扰动", rules.weight_spread), ("抽样次数", rules.monte_carlo_draws)],
        ),
        (
            "任务得分",
            [(look(f"task_{s}").word, constant) for s, constant in rules.task_points.items()],
        ),
        (
            "排放因子(吨二氧化碳/吨标准煤)与参照限值",
            [
                *((label[name], constant) for name, constant in rules.emission_factors.items()),
                *((label[name], constant) for name, constant in rules.reference_limits.items()),
            ],
        ),
    ]
    rows = [Row(group="目标", cells=(Cell(text="进度规则"), Cell(text=rule), Cell(text=said)))]
    rows += [
        Row(group=group, cells=(Cell(text=name), _constant(constant), Cell(text=constant.source)))
        for group, items in groups
        for name, constant in items
    ]
    return Table(
        id="thresholds",
        title="阈值与常数",
        columns=(
            Column(key="name", label="用在哪里"),
            Column(key="value", label="数值", align="right"),
            Column(key="source", label="来源"),
        ),
        rows=tuple(rows),
    )


def _constant(constant: Constant) -> Cell:
    return number_cell(constant.value, 0 if constant.value.is_integer() else 2)


def _class_record(params: Params) -> Table:
    sources = dict.fromkeys(one.source for one in params.rules.class_record.values())
    return Table(
        id="class-record",
        title="目标年以前的判断,后来有多少达到",
        columns=(
            Column(key="verdict", label="中途的判断"),
            Column(key="met", label="后来达到", align="right"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=look(verdict).word, verdict=verdict),
                    Cell(text=percent(one.value, 0), value=one.value),
                )
            )
            for verdict, one in params.rules.class_record.items()
        ),
        note=f"{';'.join(sources)}。这是别国一个行业的记录,说明判断用词有几分把握,不是本市的达标率。",
    )


def _frameworks(params: Params) -> Table:
    rows = [
        _row(
            framework.title,
            "本报告采用" if framework.id == params.run.framework else "可选",
            framework.since,
            "、".join(subsystem.name for subsystem in framework.subsystems),
            framework.source,
            strong=framework.id == params.run.framework,
        )
        for framework in params.synergy.frameworks
    ]
    return Table(
        id="frameworks",
        title="协同度框架",
        columns=(
            Column(key="title", label="框架"),
            Column(key="state", label="采用"),
            Column(key="since", label="起于"),
            Column(key="subsystems", label="子系统"),
            Column(key="source", label="来源"),
        ),
        rows=tuple(rows),
        note=f"{NOT_OFFICIAL};换框架改运行参数的一行。{params.synergy.disclaimer}。",
    )


def _presets(params: Params) -> Table:
    rules, labels = params.rules, {i.id: i.label for i in params.catalogue.indicators}
    names = {target.no: labels[target.indicator] for target in params.plan.targets}
    rows = [
        _row(
            preset.title,
            "本报告采用" if preset.id == params.run.grade_preset else "可选",
            "、".join(f"{number(cut, 0)} 分起{word}" for cut, word in preset.cuts)
            + f",以下{preset.lowest}",
            f"目标 {percent(preset.target_weight, 0)}、任务 {percent(preset.task_weight, 0)}",
            "有" if preset.veto else "无",
            preset.source,
            strong=preset.id == params.run.grade_preset,
        )
        for preset in rules.presets
    ]

    def listed(targets: Sequence[str]) -> str:
        return "、".join(_KINDS.get(name) or f"{name} {names.get(name, '')}" for name in targets)

    caps = "".join(
        f"{listed(cap.targets)}:{cap.cause}的,不高于第 {cap.best} 档({cap.source})。"
        for cap in rules.caps
    )
    return Table(
        id="presets",
        title="评级方案",
        columns=(
            Column(key="title", label="方案"),
            Column(key="state", label="采用"),
            Column(key="cuts", label="分数线"),
            Column(key="parts", label="比重"),
            Column(key="veto", label="否决"),
            Column(key="source", label="来源"),
        ),
        rows=tuple(rows),
        note=f"否决项:{listed(rules.veto_targets) or '无'}。封顶:{caps or '无'}{rules.label}。",
        place="annex",
        summary=f"评级方案 {len(rules.presets)} 个:分数线、比重、否决与封顶",
    )


def _goalposts(params: Params) -> Table:
    rows = [
        Row(
            cells=(
                Cell(text=params.catalogue.by_id[g.indicator].name),
                number_cell(g.low, 2),
                number_cell(g.high, 2),
                Cell(text=g.source),
            )
        )
        for g in params.synergy.goalposts
    ]
    return Table(
        id="goalposts",
        title="标尺两端",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="low", label="低端(差)", align="right"),
            Column(key="high", label="高端(好)", align="right"),
            Column(key="source", label="来源"),
        ),
        rows=tuple(rows),
        place="annex",
        summary=f"{len(rows)} 个指标的固定标尺",
    )
