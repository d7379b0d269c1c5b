"""Annual assessment of a plan to cut pollution and carbon together."""

__version__ = "0.1.0"
