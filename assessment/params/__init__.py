"""The parameter folder as validated, immutable objects: plan, catalogue, units, rules."""
