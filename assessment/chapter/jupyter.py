"""Help for the one who writes in JupyterLab: ids completed inside calls, short errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from assessment.errors import ContractError, FindingError, InputError

_LIBRARY = Path(__file__).resolve().parents[1]
_INSIDE = re.compile(
    r"\bchapter\.(?:series|monthly|frame|trace|labels)\((?:[^()]*[,\[\s])?[\"'](\w*)$"
)


def assist(indicators: Iterable[str]) -> None:
    """Complete indicators inside ``chapter.series("`` and its like, and fold the library's frames.

    Folded are only the errors that say what to write instead; any other error keeps its whole
    traceback. Nothing happens outside Jupyter.

    Parameters
    ----------
    indicators : iterable of str
        Ids that may be asked for.
    """
    if "IPython" not in sys.modules:
        return
    from IPython.core.completer import SimpleCompletion, context_matcher
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or shell.Completer is None:
        return
    names = sorted(indicators)

    @context_matcher(identifier="assessment.indicators")  # type: ignore[untyped-decorator]
    def indicator_matcher(context: Any) -> dict[str, Any]:
        inside = _INSIDE.search(context.text_until_cursor)
        start = inside[1] if inside else ""
        found = [name for name in names if name.startswith(start)] if inside else []
        return {
            "completions": [SimpleCompletion(name, type="indicator") for name in found],
            "matched_fragment": start,
            "suppress": bool(found),
        }

    matchers = shell.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "__name__", "") != "indicator_matcher"]
    matchers.append(indicator_matcher)
    mistakes = (InputError, FindingError, ContractError)
    shell.set_custom_exc(mistakes, _show_folded)  # type: ignore[no-untyped-call]


def _show_folded(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    shell.showtraceback((kind, error, _own_frames(traceback)), tb_offset=tb_offset)


def _own_frames(traceback: TracebackType | None) -> TracebackType | None:
    """Leave the library's frames out of a traceback."""
    if traceback is None:
        return None
    rest = _own_frames(traceback.tb_next)
    if Path(traceback.tb_frame.f_code.co_filename).is_relative_to(_LIBRARY):
        return rest
    return TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
