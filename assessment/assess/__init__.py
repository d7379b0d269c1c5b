"""From series to results: targets, tasks, trends, synergy, departments, units side by side."""
