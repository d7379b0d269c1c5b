"""A plan as a workbook: an empty one to fill in, one made from parameters, and parameters from it."""

from assessment.intake.plan_book.folder import make_params
from assessment.intake.plan_book.reading import read_plan_book
from assessment.intake.plan_book.writing import write_plan_book

__all__ = ["make_params", "read_plan_book", "write_plan_book"]
