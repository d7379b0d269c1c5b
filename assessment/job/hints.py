"""What a notebook is told of what there is, and of what it asks for in vain: the nearest name."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, NoReturn, TypeVar

from assessment.errors import Fault, InputError, nearest

Value = TypeVar("Value")


class Named(dict[str, Value]):
    """Things by their number or id; one that is not there is answered with the nearest.

    Parameters
    ----------
    what : str
        What they are called, such as ``目标``.
    items : mapping
        The things.
    remedy : str, optional
        What to do where the name was right.
    """

    def __init__(self, what: str, items: Mapping[str, Value], remedy: str = ""):
        super().__init__(items)
        self._what = what
        self._remedy = remedy

    def __missing__(self, name: str) -> NoReturn:
        hint = nearest(str(name), list(self)) if self else f"本章没有{self._what}。"
        raise InputError([Fault(self._what, f"“{name}”", "这里没有", hint + self._remedy)])


class Hinting:
    """Completion with what is meant to be used, and a hint for a name that is not there."""

    _called: ClassVar[str]

    def __init_subclass__(cls) -> None:
        # IPython looks no further than an object with a `__getattr__` when it completes, such as
        # the keys behind it, unless it is told that looking does no harm.
        if "IPython.core.interactiveshell" in sys.modules:
            with suppress(ImportError, AttributeError, KeyError):
                from IPython.core.guarded_eval import EVALUATION_POLICIES

                EVALUATION_POLICIES["limited"].allowed_getattr.add(cls)  # type: ignore[attr-defined]

    def __dir__(self) -> Iterable[str]:
        return [name for name in super().__dir__() if not name.startswith("_")]

    if not TYPE_CHECKING:  # the type checker goes on to know which names there are

        def __getattr__(self, name: str) -> object:
            if name.startswith("_") or hasattr(type(self), name):
                # Python's own message; where a property failed, the property's own error.
                return object.__getattribute__(self, name)
            hint = nearest(name, sorted(dir(self)))
            raise AttributeError(f"{self._called} 没有“{name}”。{hint}")
