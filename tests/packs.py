"""Packs that differ from a loaded one."""

from __future__ import annotations

import dataclasses

import pandas as pd

from assessment.data.pack import Pack
from assessment.data.rows import Rows


def with_frames(pack: Pack, **frames: pd.DataFrame) -> Pack:
    """The pack with other rows in some of its tables."""
    changed = {
        kind: Rows({str(name): frame[name].tolist() for name in frame})
        for kind, frame in frames.items()
    }
    return dataclasses.replace(pack, tables={**pack.tables, **changed})
