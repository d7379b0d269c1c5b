import pytest

from assessment.methods.standing import judge_prohibition, judge_standing
from assessment.methods.verdicts import Verdict


def test_standing_ratio():
    assert judge_standing(100.0, False, 100.0, "higher") == Verdict.STANDING_MET
    assert judge_standing(99.5, False, 100.0, "higher") == Verdict.STANDING_NOT_MET
    assert judge_standing(3.0, False, 5.0, "lower") == Verdict.STANDING_MET
    assert judge_standing(None, False, 80.0, "higher") == Verdict.INSUFFICIENT_DATA
    near = judge_standing(99.5, False, 100.0, "higher", natural_limit=100.0)
    assert near == Verdict.STANDING_MET


@pytest.mark.parametrize("value", [None, 0.0, 100.0])
def test_nothing_renewed_is_not_applicable_and_never_zero_percent(value):
    assert judge_standing(value, True, 100.0, "higher") == Verdict.NOT_APPLICABLE


def test_one_case_violates_a_prohibition():
    assert judge_prohibition(0) == Verdict.COMPLIANT
    assert judge_prohibition(1) == Verdict.VIOLATED
    assert judge_prohibition(None) == Verdict.INSUFFICIENT_DATA
    for bad in (-1, 0.5):
        with pytest.raises(ValueError, match="number of cases"):
            judge_prohibition(bad)
