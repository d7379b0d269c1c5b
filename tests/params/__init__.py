"""Tests of the parameter folder."""
