"""Names of the grades of coupling coordination; apart, for a page needs no more than them."""

from typing import Final

GRADE_NAMES: Final = (
    "极度失调",
    "严重失调",
    "中度失调",
    "轻度失调",
    "濒临失调",
    "勉强协调",
    "初级协调",
    "中级协调",
    "良好协调",
    "优质协调",
)
"""Names of the grades 1 to 10 (Liao 1999)."""
