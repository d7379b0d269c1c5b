"""The data report."""


def data_report() -> str:
    """Return."""
    return ""
