"""Pure functions on numbers and frames; they know nothing of the plan."""
