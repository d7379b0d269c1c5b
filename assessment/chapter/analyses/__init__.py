"""Analyses of the chapters' own, one module each: ``name(chapter) -> Blocks``.

A notebook calls them between the plan's sections and the trends. Each takes its series from the
chapter, computes with :mod:`assessment.methods`, and puts its results under
``/analysis/<chapter>/<name>`` of results.json.
"""
