"""The short form of ``benchmarks/rank_simulation.py``."""

from dataclasses import replace

import pytest

from benchmarks.rank_simulation import Case, coverage, world


@pytest.fixture(scope="module")
def given():
    return world(draws=200)


def test_without_error_and_without_choices_the_rank_is_the_true_one(given):
    exact = replace(given, errors=dict.fromkeys(given.errors, 1e-12), weight_spread=0.0)
    found = coverage(exact, Case(0.10), 3)
    # only goalposts and the mean vary, for all units alike; the printed one is among them
    assert found.rank >= 0.9


def test_ninety_per_cent_intervals_hold_the_true_rank_if_errors_are_as_assumed(given):
    found = coverage(given, Case(0.05), 30)
    # 330 ranks: a share of .9 has a standard error of about .02 (units of a draw are alike)
    assert found.rank > 0.82
    assert found.rank_drawn > 0.82
    assert 2 < found.width < 9
    # each of eleven holds at its own chance, not all at once
    assert found.rank_all < found.rank


def test_intervals_do_not_hold_if_errors_are_twice_as_large(given):
    assumed, twice = (coverage(given, Case(0.05, error), 30) for error in (1.0, 2.0))
    assert twice.rank < assumed.rank - 0.05
    assert twice.score < assumed.score - 0.05


def test_an_error_that_all_share_moves_no_ranks(given):
    own, common = (coverage(given, Case(0.05, 1.0, shared), 30) for shared in (0.0, 0.9))
    assert common.rank > own.rank
