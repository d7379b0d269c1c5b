"""How a number is read: the few formats that sentences, tables and captions share.

A format is written after a colon, as in ``{change:升降%}``:

=============  ============================  ==================================
format         value                         text
=============  ============================  ==================================
(none)         3.14159, 7, ``"强脱钩"``       3.14, 7, 强脱钩
``.1f``        -3.14159                      −3.1
``+.1f``       3.14159                       +3.1
``,d``         12345.6                       12,346
``%``          -0.0151                       −1.5%
``+.0%``       0.25                          +25%
``升降%``      -0.0151                       下降 1.5%
``升降.2f``    -3.14159                      下降 3.14
``百分点``     0.31                          0.31 个百分点
``升降百分点`` -0.31                         下降 0.31 个百分点
``p``          0.0004                        <0.001
``年``         2025                          2025
``月``         ``"2024-05"``                 2024 年 5 月
``词``         a code                        its word, of the words given
``co2_energy``  12345.6                      12,346 t with that indicator's unit
``升降 pm25``  -2.3                          下降 2.3 μg/m³
=============  ============================  ==================================

A fall is negative and reads 下降 everywhere; what reads as zero is 持平. A missing value is a dash.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from assessment.errors import nearest
from assessment.results.values import Value
from assessment.show.formatting import MISSING, number, percent, probability


class Quantity(NamedTuple):
    """How the values of an indicator are written.

    Attributes
    ----------
    decimals : int
        Decimals of its values.
    unit : str
        Its unit; ``—`` and ``指数`` are none.
    """

    decimals: int
    unit: str


class FormatError(ValueError):
    """A format that does not exist, or does not suit its value.

    Attributes
    ----------
    format : str
        As written.
    """

    def __init__(self, message: str, wanted: str) -> None:
        super().__init__(message)
        self.format = wanted


_NUMBER = re.compile(r"(?P<sign>\+?)(?P<comma>,?)(?:\.(?P<decimals>\d+))?(?P<kind>[fd%])")
_TURN = "升降"
_WORDS = ("升降%", "升降百分点", "百分点", "p", "年", "月", "词", ".1f", "%")


def read_as(
    value: Value,
    wanted: str = "",
    *,
    quantities: Mapping[str, Quantity] | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """Return a value as it is read.

    Parameters
    ----------
    value : number, str or None
        What is read; shares are fractions (0.1 is ten per cent).
    wanted : str, optional
        One of the formats above.
    quantities : mapping, optional
        By indicator id: how its values are written.
    words : mapping, optional
        The word of each code, for ``词``.

    Raises
    ------
    FormatError
        No such format, a code without a word, or a text where a number is wanted.

    Examples
    --------
    >>> read_as(-0.0151, "升降%"), read_as(0.0004, "p"), read_as(None, ".1f")
    ('下降 1.5%', '<0.001', '—')
    >>> read_as(-2.3, "升降 pm25", quantities={"pm25": Quantity(1, "μg/m³")})
    '下降 2.3 μg/m³'
    """
    wanted = wanted.strip()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if wanted == "词":
        return _word(value, words or {})
    if wanted == "月":
        year, _, month = str(value).partition("-")
        return f"{year} 年 {int(month)} 月"
    if isinstance(value, str):
        if wanted:
            raise FormatError(f"“{value}”是文字，不能按“{wanted}”写", wanted)
        return value
    if wanted == "年":
        return str(int(value))
    if wanted == "p":
        return probability(float(value))
    if not wanted:
        return str(value) if isinstance(value, int) else number(float(value))
    if wanted.startswith(_TURN):
        rest = wanted.removeprefix(_TURN).strip() or ".2f"
        size = _size(abs(float(value)), rest, quantities or {})
        if not any(digit in size for digit in "123456789"):
            return "持平"
        return f"{'上升' if value > 0 else '下降'} {size}"
    return _size(float(value), wanted, quantities or {})


def _size(value: float, wanted: str, quantities: Mapping[str, Quantity]) -> str:
    if match := _NUMBER.fullmatch(wanted):
        given = match["decimals"]
        signed = bool(match["sign"])
        if match["kind"] == "%":
            return percent(value, 1 if given is None else int(given), signed=signed)
        decimals = 0 if match["kind"] == "d" else 2 if given is None else int(given)
        text = number(value, decimals, signed=signed)
        return _grouped(text) if match["comma"] else text
    signed, name = wanted.startswith("+"), wanted.removeprefix("+").strip()
    if name == "百分点":
        return number(value, 2, signed=signed) + " 个百分点"
    if name in quantities:
        decimals, unit = quantities[name]
        return with_unit(number(value, decimals, signed=signed), unit)
    hint = nearest(name, [*_WORDS, *quantities])
    raise FormatError(f"没有“{wanted}”这种写法。{hint}", wanted)


def with_unit(text: str, unit: str) -> str:
    """Put a unit after a number: the per cent sign without a space, an index without a unit."""
    if unit in ("", MISSING, "指数"):
        return text
    return text + unit if unit.startswith("%") else f"{text} {unit}"


def _grouped(text: str) -> str:
    head, dot, tail = text.partition(".")
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", head) + dot + tail


def _word(value: Value, words: Mapping[str, str]) -> str:
    try:
        return words[str(value)]
    except KeyError:
        message = f"代码“{value}”没有对应的词：把它加进 words"
        raise FormatError(message, "词") from None
