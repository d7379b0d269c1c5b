"""Forms for the departments: written, read back, checked, and added to a data pack."""

from assessment.intake.data_report import data_report
from assessment.intake.forms import write_forms
from assessment.intake.run import IntakeReport, WorkbookReport, intake

__all__ = ["IntakeReport", "WorkbookReport", "data_report", "intake", "write_forms"]
