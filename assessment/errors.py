"""What is wrong with an input, where it stands, and what to do about it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

_LONGEST = 1000


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of an input file; each of its texts is cut where it is longer than a page.

    Attributes
    ----------
    file : str
        File name as the user knows it (relative to the folder that was given).
    place : str
        Where in the file: a line, a row and column, or a key path.
    problem : str
        What is there, in Chinese.
    remedy : str
        What is expected or what to do, in Chinese.
    """

    file: str
    place: str
    problem: str
    remedy: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "place", "problem", "remedy"):
            if len(text := getattr(self, name)) > _LONGEST:
                object.__setattr__(self, name, text[:_LONGEST] + "……")

    def __str__(self) -> str:
        where = f"{self.file} {self.place}".strip()
        tail = f"。{self.remedy}" if self.remedy else ""
        return f"{where}：{self.problem}{tail}"


class InputError(Exception):
    """The input cannot be used; every fault found is listed, not only the first.

    Parameters
    ----------
    faults : iterable of Fault
        All faults, in reading order.
    """

    def __init__(self, faults: Iterable[Fault]):
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ContractError(Exception):
    """A chapter returned less, or something else, than it declares."""


_REASONS = {
    "EACCES": "没有权限，或文件正在 Excel 里打开",
    "EPERM": "没有权限，或文件正在 Excel 里打开",
    "EBUSY": "正被别的程序使用",
    "ETXTBSY": "正被别的程序使用",
    "ENOENT": "没有这个文件或目录",
    "ENOTDIR": "路径中有一段不是目录",
    "EISDIR": "是目录，不是文件",
    "EEXIST": "已有同名的文件或目录",
    "ENOSPC": "磁盘空间不足",
    "EDQUOT": "超出磁盘配额",
    "EROFS": "磁盘是只读的",
    "EIO": "磁盘读写出错",
    "EINVAL": "文件名或路径不合规定",
    "ENAMETOOLONG": "文件名过长",
    "ELOOP": "符号链接绕成了圈",
    "EMFILE": "打开的文件过多",
    "ENOMEM": "内存不足",
    "EADDRINUSE": "端口已被占用",
}


def system_reason(error: OSError) -> str:
    """Say in Chinese why the system refused something; the system's own words where it is rare.

    Examples
    --------
    >>> system_reason(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    '没有这个文件或目录'
    """
    name = errno.errorcode.get(error.errno or 0, "")
    return _REASONS.get(name) or error.strerror or type(error).__name__


_CODE = re.compile(r"[A-Za-z]?[0-9lIO]+(?:\.[0-9lIO]+)*")
_CLOSE = 0.65
_OFFERED = 12


def _code(text: str) -> tuple[str, ...] | None:
    """Return the parts of a code such as N01 or 2.1.10, misread letters as digits; else None."""
    if not _CODE.fullmatch(text) or not any(c.isdigit() for c in text):
        return None
    head = text[0].upper() if text[0].isalpha() and text[0] not in "lIO" else ""
    digits = text[len(head) :].translate(str.maketrans("lIO", "110"))
    return (head, *(part.lstrip("0") or "0" for part in digits.split(".")))


def nearest(name: str, known: Sequence[str]) -> str:
    """Say which known name a mistyped one comes closest to, or list some.

    Of codes none is near another: N02 is not N01. Only one that is written otherwise (N1, 2.1.l)
    is meant for sure; else those of the same level are listed. Nor is a name hinted at that two
    known ones are equally close to.

    Returns
    -------
    str
        A Chinese hint such as ``是否想写“张店区”？``.
    """
    code = _code(name)
    if code:
        same = [one for one in known if _code(one) == code]
        if len(same) == 1:
            return f"是否想写“{same[0]}”？"
        siblings = [
            one for one in known
            if (other := _code(one)) and len(other) == len(code) and other[:-1] == code[:-1]
        ]  # fmt: skip
        known = siblings or known
    else:
        words = [one for one in known if not _code(one)]
        close = get_close_matches(name, words, n=2, cutoff=_CLOSE)
        ratios = [SequenceMatcher(None, one, name).ratio() for one in close]
        if close and (len(close) == 1 or ratios[0] > ratios[1]):
            return f"是否想写“{close[0]}”？"
    shown = "、".join(known[:_OFFERED])
    return f"可用的有：{shown}" + ("……" if len(known) > _OFFERED else "")


class FindingError(Exception):
    """A sentence, table or figure of a finding that cannot be made.

    Attributes
    ----------
    finding : str
        Key of the finding.
    name : str
        What was asked for.
    reason : str
        Why it is not to be had.
    """

    def __init__(self, finding: str, name: str, reason: str) -> None:
        super().__init__(f"{finding}：{name}：{reason}")
        self.finding, self.name, self.reason = finding, name, reason


class NoRecordError(ContractError):
    """A notebook returned no record of its chapter, or several.

    Attributes
    ----------
    count : int
        How many it returned.
    """

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} records")
        self.count = count
