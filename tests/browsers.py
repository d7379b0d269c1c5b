"""The browser that tests look through: Debian's Chromium, installed where that can be done."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@cache
def chromium() -> str:
    """Path of the browser; installs Debian's where this process may, else skips the test."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *command], capture_output=True, timeout=600, check=False)
        found = shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium here: install the package chromium to run the browser tests")
    return found
