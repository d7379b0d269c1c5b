"""Serving a page to browsers of this machine and to nobody else."""

from __future__ import annotations

import re

HOST = "127.0.0.1"

ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer: the address holds a token that must not get about."""

_HERE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


def is_here(host: str) -> bool:
    """Whether a request's Host names this machine; behind another name may be a page elsewhere."""
    return _HERE.fullmatch(host) is not None
