"""What the portal takes from a report: which targets turned, and which way."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assessment.params.folder import load_params
from assessment.report.portal_card import card_of
from assessment.results.model import TargetResult, VerdictChange

ROOT = Path(__file__).resolve().parents[2]


def aim(no: str, before: str, verdict: str) -> TargetResult:
    fields: dict[str, Any] = dict.fromkeys(
        ("target_value", "target_year", "baseline", "previous", "latest", "judged")
    )
    return TargetResult(
        no=no, verdict=verdict, previous_verdict=before, indicator="x", name="某指标", chapter="1",
        section="1.1", kind="numeric", unit="个", decimals=0, departments=(), quote="",
        wording="", target_origin="plan", **fields,
    )  # fmt: skip


def test_a_card_takes_over_which_way_each_target_turned() -> None:
    aims = [aim("N01", "slow", "met"), aim("N02", "met", "not_met"), aim("N03", "met", "met")]
    turned = tuple(
        VerdictChange(target=no, name="", before="", after="", better=better)
        for no, better in (("N01", True), ("N02", False))
    )
    results: Any = SimpleNamespace(
        targets={one.no: one for one in aims}, tasks={}, changes=turned, plan="plan", year=2025,
        pack=SimpleNamespace(kind="demo", title="演示"), disclaimer="", failed_chapters={},
        verdict=SimpleNamespace(text=""), comparison=SimpleNamespace(series=()),
    )  # fmt: skip
    job: Any = SimpleNamespace(
        params=load_params(ROOT / "params"), region="zhangdian",
        plan=SimpleNamespace(short_title="方案"),
    )  # fmt: skip
    found = card_of(job, results, "", {})
    assert [(one.no, one.turn) for one in found.items] == [
        ("N01", "better"), ("N02", "worse"), ("N03", ""),
    ]  # fmt: skip
