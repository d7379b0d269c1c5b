"""What a notebook is shown when it asks for its chapter: lists of what there is to work with."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from assessment.show.typography import full_width


def _set(text: str) -> str:
    return escape(full_width(text))


def as_page(title: str, facts: Mapping[str, str], guide: Mapping[str, str]) -> str:
    """Return what there is as HTML, in the colours of the page that it is shown in.

    Parameters
    ----------
    title : str
        What it is about.
    facts : mapping
        Lists under their headings, such as the targets.
    guide : mapping
        What can be written, and what that gives.
    """
    cell = "<td style='text-align:left;white-space:normal'>"
    rows = "".join(
        f"<tr>{cell}<code>{escape(code)}</code></td>{cell}{_set(what)}</td></tr>"
        for code, what in guide.items()
    )
    lists = "".join(f"<p><b>{_set(k)}</b>：{_set(v)}</p>" for k, v in facts.items() if v)
    return f"<p><b>{_set(title)}</b></p>{lists}<table><tbody>{rows}</tbody></table>"
