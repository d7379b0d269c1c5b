"""What a notebook sees: one chapter of the plan for one unit and year."""
