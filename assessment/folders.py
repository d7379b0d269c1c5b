"""Where parameters, notebooks and data packs lie: in the project, or as the wheel brought them."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"

GENERIC = "_chapter.ipynb"
"""Notebook of a chapter that has none of its own; every folder of notebooks has it."""

RECOMMENDATIONS = "recommendations.txt"
"""The evaluator's own words in a report's folder."""


def project() -> Path:
    """Folder that holds this version's own ``params``, ``notebooks`` and ``data``.

    Returns
    -------
    Path
        The checkout that the library is run from; where it was installed from a wheel, the
        folder of the package that the wheel put them into.
    """
    return _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def find_folder(given: str, *, above: bool = False) -> Path:
    """Find a folder given relative to the working folder or to the project.

    Parameters
    ----------
    given : str
        As the user or ``run.yml`` wrote it.
    above : bool, optional
        Look also in the folders above the working folder: a notebook is run in its own.

    Returns
    -------
    Path
        Absolute; below the working folder where there is no such folder anywhere.
    """
    path, here = Path(given), Path.cwd()
    bases = (here, *(here.parents if above else ()), project())
    return next((base / path for base in bases if (base / path).is_dir()), here / path).resolve()


def as_given(folder: Path) -> str:
    """Write a folder as `find_folder` finds it again: from the project on, where it lies there."""
    for base in (Path.cwd(), project()):
        if base in folder.parents:
            return folder.relative_to(base).as_posix()
    return folder.as_posix()


def notebooks() -> Path:
    """Folder of the notebooks: the working folder's, where it has the generic one, or ours."""
    own = Path.cwd() / "notebooks"
    return own if (own / GENERIC).is_file() else project() / "notebooks"
