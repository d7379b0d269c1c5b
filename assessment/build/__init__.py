"""A whole build: which jobs and reports are due, their execution, the reports of each unit."""
