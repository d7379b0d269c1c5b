"""Tests of what a notebook sees."""
