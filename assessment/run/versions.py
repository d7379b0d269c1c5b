"""Packages whose version may change a result or its look."""

PACKAGES = (
    "ipykernel", "matplotlib", "nbclient", "nbconvert", "numpy", "pandas", "papermill", "pydantic",
    "scipy", "seaborn", "statsmodels",
)  # fmt: skip
