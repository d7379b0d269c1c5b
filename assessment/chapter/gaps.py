"""Which values an analysis lacks, and whom to ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.job.series import Annual
from assessment.results.model import Gap


def missing_values(
    subject: str, series: Sequence[Annual], years: Sequence[int], effect: str
) -> list[Gap]:
    """Return what is missing of some yearly series, a line a department.

    Parameters
    ----------
    subject : str
        What the figures are for.
    series : sequence of Annual
        What is needed; the same indicator twice counts once.
    years : sequence of int
        Years that are needed of each. What the pack declares not applicable is not missing.
    effect : str
        What can't be said without them.
    """
    wanted: dict[str, dict[tuple[int, ...], list[str]]] = {}
    for annual in {one.indicator.id: one for one in reversed(series)}.values():
        absent = tuple(
            year
            for year in sorted(set(years))
            if annual.value(year) is None and year not in annual.not_applicable
        )
        if absent:
            entry = annual.indicator
            items = wanted.setdefault(entry.department or entry.source, {})
            items.setdefault(absent, []).append(entry.label)
    return [
        Gap(
            kind="data",
            subject=subject,
            department=owner,
            what="；".join(
                f"缺 {'、'.join(map(str, absent))} 年的{'、'.join(names)}"
                for absent, names in items.items()
            ),
            effect=effect,
        )
        for owner, items in wanted.items()
    ]
