"""Tests of what one job may see."""
