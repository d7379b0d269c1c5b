"""What form the value of a target has: a level, a range, or a change, and against what."""

from __future__ import annotations

from typing import Literal

from assessment.params.plan import Target

Form = Literal["level", "band", "share", "amount", "rate", "yearly_share", "yearly_amount"]

LEVELS: tuple[Form, ...] = ("level", "band")
SHARES: tuple[Form, ...] = ("share", "yearly_share")
AMOUNTS: tuple[Form, ...] = ("amount", "yearly_amount")
YEARLY: tuple[Form, ...] = ("yearly_share", "yearly_amount")

SHARE, POINTS, RATE = "%", "百分点", "%/年"


def is_change(target: Target, unit: str) -> bool:
    """Tell whether the value of a numeric target is a change and no level.

    ``decrease`` and ``increase`` say so. A negative percentage of what is not counted in per cent
    (energy per GDP: at most -14 %) can be nothing else.
    """
    if target.kind != "numeric":
        return False
    if target.comparison in ("increase", "decrease"):
        return True
    signed = target.number is not None and target.number < 0 and target.comparison == "<="
    return signed and target.unit == SHARE and not unit.startswith("%")


def form_of(target: Target, unit: str) -> Form | None:
    """Tell what form a target's value has.

    Parameters
    ----------
    target : Target
        The target.
    unit : str
        Unit of its indicator.

    Returns
    -------
    Form or None
        ``share``: per cent of the baseline year's figure; ``amount``: so much more or less than
        it, in the indicator's unit (per cents count in 百分点); ``rate``: per cent a year from the
        baseline year on; ``yearly_share`` and ``yearly_amount``: against the year before, every
        year. None: the unit fits none of them.
    """
    if target.comparison == "between":
        return "band"
    if not is_change(target, unit):
        return "level"
    yearly = target.period in ("annual", "standing")
    own = unit.startswith("%")
    if target.unit == POINTS and own:
        return "yearly_amount" if yearly else "amount"
    if target.unit == RATE and unit != RATE:
        return None if yearly else "rate"
    if target.unit == SHARE and not own:
        return "yearly_share" if yearly else "share"
    if target.unit == unit and not own:
        return "yearly_amount" if yearly else "amount"
    return None


def is_fall(target: Target) -> bool:
    """Tell whether a change asks for less."""
    return target.comparison in ("decrease", "<=")


def signed_change(target: Target, value: float) -> float:
    """Give a change its sign: what is asked to fall is negative."""
    return -abs(value) if is_fall(target) else abs(value)


def asked_words(target: Target, form: Form, value: float, baseline_year: int) -> str:
    """Say in Chinese what a change asks for (比2020年下降14%); empty for a level."""
    against = {
        "share": f"比 {baseline_year} 年",
        "amount": f"比 {baseline_year} 年",
        "rate": f"{baseline_year} 年起年均",
        "yearly_share": "比上年",
        "yearly_amount": "比上年",
    }.get(form)
    if against is None:
        return ""
    rises = "增长" if form in ("share", "rate", "yearly_share") else "增加"
    way = "下降" if signed_change(target, value) < 0 else rises
    unit = {SHARE: "%", RATE: "%", POINTS: " 个百分点"}.get(target.unit, f" {target.unit}")
    return f"{against}{way} {abs(value):g}{unit}"
