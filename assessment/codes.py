"""The closed lists that decide: classes of targets, chapters, tasks and readings, and their groups.

Words for them are given at the end, in `assessment.show.verdict_words`.
"""

from __future__ import annotations

VERDICTS = (
    "achieved_early",
    "faster",
    "on_track",
    "slow",
    "far_behind",
    "reversed",
    "met",
    "nearly_met",
    "not_met",
    "aspiration_not_met",
    "standing_met",
    "standing_not_met",
    "compliant",
    "violated",
    "right_direction",
    "mean_right",
    "last_right",
    "no_clear_change",
    "wrong_direction",
    "insufficient_data",
    "not_applicable",
    "contribution_only",
    "city_only",
    "units_only",
    "chapter_behind",
    "chapter_slow",
    "chapter_met",
    "chapter_without",
    "task_completed",
    "task_compliant",
    "task_on_schedule",
    "task_slow",
    "task_overdue",
    "task_not_started",
    "task_violated",
    "task_contradicted",
    "task_no_evidence",
    "task_not_reported",
    "synergy_pollutant_faster",
    "synergy_carbon_faster",
    "synergy_equal",
    "synergy",
    "mixed",
    "only_carbon_falls",
    "only_pollutant_falls",
    "both_rise",
    "carbon_unclear",
    "pollutant_unclear",
    "both_unclear",
    "undefined",
)
"""Every code, in the order of its class from best to worst."""

BEHIND = ("reversed", "far_behind", "not_met", "standing_not_met", "violated", "wrong_direction")
"""Verdicts that call for action first."""

SLOW = ("slow", "aspiration_not_met", "mean_right", "last_right", "no_clear_change")
"""Verdicts that call for attention."""

GOOD = (
    "achieved_early", "faster", "on_track", "met", "nearly_met", "standing_met", "compliant",
    "right_direction",
)  # fmt: skip

NOT_JUDGED = (
    "insufficient_data", "not_applicable", "contribution_only", "city_only", "units_only",
)  # fmt: skip

NOT_ASKED = ("not_applicable", "contribution_only", "city_only", "units_only")
"""Verdicts of what the plan does not ask of this unit."""

LATE_TASKS = ("task_slow", "task_overdue", "task_not_started", "task_violated")
"""Statuses of a task that is behind its schedule or broken, whatever its obligation."""

OPEN_TASKS = (*LATE_TASKS, "task_contradicted")
"""Statuses of a task that somebody must act on: late, broken, or contradicted by its figures."""

NOT_REACHED = (
    "on_track", "faster", "slow", "far_behind", "reversed", "not_met", "aspiration_not_met",
    "standing_not_met", "violated",
)  # fmt: skip
"""Verdicts of a target whose figure is not yet at what is asked, whether due or not."""

CHAPTERS = ("chapter_behind", "chapter_slow", "chapter_met", "chapter_without")
"""Verdicts of a whole chapter, the worst first."""

SYNERGY_INDICATOR = "synergy_degree"
"""The indicator whose series the tool computes itself."""
