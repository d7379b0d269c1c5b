"""What the pages' style sheets take from Python."""

from __future__ import annotations

from markupsafe import Markup

from assessment.show.fonts import SCREEN_FAMILIES


def css_string(text: str) -> Markup:
    """Return a text as a CSS string in which nothing can end the string or the style element."""
    safe = (c if c.isalnum() or c == " " else f"\\{ord(c):06x}" for c in text)
    return Markup('"' + "".join(safe) + '"')


def font_families() -> Markup:
    """Return the value of ``font-family`` for a page."""
    return Markup(", ".join(f'"{family}"' for family in SCREEN_FAMILIES) + ", sans-serif")
