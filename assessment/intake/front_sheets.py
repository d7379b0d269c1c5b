"""The front of a form: cover, how to fill it in, and what each figure means."""

from __future__ import annotations

from assessment.data.schema import STATUSES
from assessment.data.words import NOT_APPLICABLE
from assessment.intake import layout
from assessment.intake.form_sheets import Sheet, _limits
from assessment.intake.layout import Identity, Owner
from assessment.params.model import Params
from assessment.params.plan import Target

_GUIDE = (
    ("怎样填", (
        "只填黄色的格，其余已锁定；请不要增删行列、改动工作表名，也不要合并单元格。",
        "先填“封面”的填报人与填报日期，再依次填各工作表，最后原样存为 .xlsx 发回。",
        "可以从别的表复制后“粘贴为数值”；请不要留下公式、外部链接和宏。",
    )),
    ("数字", (
        "只写半角数字，如 12.3；单位见“计量单位”一列，按该单位填，不要再写万、亿、% 或个百分点。",
        "百分数填 65 而不是 0.65；没有千位分隔符；小数点用“.”。",
        f"没有数请留空，不适用请写“{NOT_APPLICABLE}”，两种情形都要在“说明”写原因。",
        "与上年相差很大而确实无误的，请在“说明”写“已核实：原因”。",
    )),
    ("数据性质与质量等级", (
        f"A　{layout.OFFICIAL}：统计年鉴、公报、通报等，“来源”写文件名。",
        f"B　{layout.REPORTED}：本部门报表，并在“佐证材料”写文件、日期、出具单位。",
        f"C　{layout.ESTIMATED}：按方法推算，“来源”写方法与基础数据。",
        f"D　{layout.REPORTED}而没有佐证材料：照收，但结论会注明“无佐证”。",
    )),
    ("任务状态", (
        "、".join(STATUSES) + "，五选一。",
        "“已完成”必须有佐证材料（文件、日期、发文单位）；没有的不予受理；只写“无”“/”或“见附件”的不算。",
        f"“{NOT_APPLICABLE}”与“进展滞后”请写说明。角色为“配合”的任务只填佐证材料与说明。",
    )),
    ("修订", (
        "已报过的数有变，在同一张表改后再发一次，写上新的填报日期，并在该行“说明”写明这次修订的原因；"
        "原数会保留备查。",
        "报过的数空着不填，仍用原数；要撤回，请空着并在“说明”写撤回的原因。",
        "同一份表重复发送不会重复计入。",
    )),
)  # fmt: skip


def cover_texts(
    params: Params, owner: Owner, identity: Identity, due: str, demo: bool
) -> dict[tuple[int, int], tuple[str, str]]:
    """Return what stands on a cover before it is filled in.

    Returns
    -------
    dict of (int, int) to (str, str)
        Text and look by row and column.
    """
    year, column = identity.year, layout.COVER_COLUMN
    texts = {
        (2, 2): (params.plan.title, "subtitle"),
        (3, 2): (layout.marked(f"{year} 年度评估数据报送表", demo), "title"),
    }
    fixed = {"填报单位": owner.name, "评估年度": f"{year} 年", "应报日期": due}
    for label, row in layout.COVER_FIELDS.items():
        texts[row, 2] = (label, "label")
        if label in fixed:
            texts[row, column] = (fixed[label], "plain")
        else:
            texts[row, column] = ("", "date" if label == "填报日期" else "entry")
    texts[layout.COVER_FIELDS["填报人"], 4] = ("必填", "label")
    texts[layout.COVER_FIELDS["填报日期"], 4] = (f"必填，如 {year + 1}-01-20", "label")
    figures = len(layout.annual_rows(params, owner))
    months = len(layout.monthly_rows(params, owner))
    tasks = layout.task_rows(params, owner)
    led = sum(row.role == layout.LEADS for row in tasks)
    texts[14, 2] = ("本表内容", "section")
    lines = [
        (layout.ANNUAL, f"{figures} 个数" if figures else ""),
        (layout.MONTHLY, f"{months} 行（每行 12 个月）" if months else ""),
        (layout.TASKS, f"{led} 项由本单位填状态，{len(tasks) - led} 项配合" if tasks else ""),
        (layout.REMARKS, "说明、异议、建议"),
    ]
    row = 15
    for name, text in lines:
        if text:
            texts[row, 2] = (name, "link")
            texts[row, 3] = (text, "plain")
            row += 1
    if not figures and not tasks:
        none = "方案没有由本单位牵头的指标与任务；如有意见请填“意见与建议”。"
        texts[row, 2] = (none, "plain")
        row += 1
    number = (
        f"表单编号 {identity.plan} · {identity.id} · {identity.digest} · "
        f"第 {identity.version} 版（请勿改动）"
    )
    texts[row + 1, 2] = (number, "label")
    return texts


def cover(sheet: Sheet, params: Params, owner: Owner, identity: Identity, due: str) -> None:
    """Write the cover: what this is, whose it is, and who filled it in when."""
    for column, width in enumerate((4, 16, 46, 40)):
        sheet.sheet.set_column(column, column, width)
    for row in layout.COVER_FIELDS.values():
        sheet.sheet.set_row(row - 1, 24)
    sheet.sheet.set_row(2, 34)
    for (row, column), (text, look) in cover_texts(
        params, owner, identity, due, sheet.demo
    ).items():
        if look == "link":
            where = f"internal:'{text}'!A1"
            sheet.sheet.write_url(row - 1, column - 1, where, sheet.formats["plain"], text)
        else:
            sheet.text(row, column, text, look)
    sheet.sheet.set_portrait()
    sheet.protect((0, 0))


def guide(sheet: Sheet, params: Params, owner: Owner) -> None:
    """Write how to fill the form in."""
    sheet.sheet.set_column(0, 0, 4)
    sheet.sheet.set_column(1, 1, 110)
    sheet.text(1, 1, layout.marked("填报说明", sheet.demo), "title")
    sheet.sheet.set_row(0, 28)
    row = 3
    for title, lines in _GUIDE:
        sheet.text(row, 1, title, "section")
        for number, line in enumerate(lines, 1):
            sheet.text(row + number, 2, line, "wrap")
            sheet.sheet.set_row(row + number - 1, 18 * (-(-len(line) // 62)))
        row += len(lines) + 2
    derived = [
        indicator
        for indicator in params.catalogue.indicators
        if indicator.department == owner.name and indicator.derive is not None
    ]
    if derived:
        names = {indicator.id: indicator.label for indicator in params.catalogue.indicators}
        sheet.text(row, 1, "不必填报", "section")
        for indicator in derived:
            row += 1
            assert indicator.derive is not None
            parts = "与".join(names[part] for part in indicator.derive.parts)
            sheet.text(row, 2, f"{indicator.name}：由{parts}算得", "wrap")
    sheet.protect((0, 0))


def _aim(target: Target) -> str:
    when = f"{target.year} 年" if target.year else "每年" if target.kind == "numeric" else ""
    return f"{target.no} {when}{target.wording}（{target.scope}）"


def meanings(sheet: Sheet, params: Params, owner: Owner, year: int) -> None:
    """Write what each figure means: definition, unit, scope, source, plausible range, target."""
    frequencies = {"annual": "每年", "monthly": "每月", "quarterly": "每季", "event": "发生时"}
    head = (
        "编号",
        "指标",
        "计量单位",
        "含义与算法",
        "范围",
        "通常来源",
        "频次",
        "合理范围",
        "方案目标",
        "注",
    )
    sheet.title(layout.MEANINGS, year)
    sheet.head(head, (11, 32, 13, 44, 14, 30, 9, 16, 36, 36), set())
    for row, indicator in enumerate(layout.indicators_of(params, owner), layout.HEAD_ROW + 1):
        regions = layout.regions_of(params, indicator.id)
        aims = "；".join(_aim(target) for target in layout.targets_of(params, indicator.id))
        texts = (
            indicator.id, indicator.name, indicator.unit, indicator.formula or "",
            "全市与各区县" if len(regions) > 1 else "只报全市", indicator.source,
            frequencies.get(indicator.frequency, indicator.frequency), _limits(indicator), aims,
            indicator.note or "",
        )  # fmt: skip
        for column, text in enumerate(texts, 1):
            sheet.text(row, column, text, "code" if column == 1 else "text")
        lines = max(-(-len(texts[3]) // 21), -(-len(aims) // 17), -(-len(texts[9]) // 17),
                    -(-len(texts[1]) // 15), -(-len(texts[5]) // 14), 1)  # fmt: skip
        sheet.sheet.set_row(row - 1, 16 * lines + 4)
    sheet.protect((layout.HEAD_ROW, 2))
