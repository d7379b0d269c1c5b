"""Tests of sentences, tables, figures and blocks."""
