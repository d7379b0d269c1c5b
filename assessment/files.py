"""Files as bytes: reading within limits, decoding, digests, and writing whole or not at all."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from pathlib import Path

from assessment.errors import system_reason

MAX_BYTES = 200 * 1024 * 1024
"""Largest table that is read."""

_CHUNK = 1 << 20

Stamp = tuple[int, int, int, int]
"""Times, size and number of a file."""


def size_problem(size: int, limit: int) -> str:
    """Say that a file is too large, or nothing."""
    if size <= limit:
        return ""
    return f"文件有 {size / 1024 / 1024:.1f} MB，超过 {limit / 1024 / 1024:g} MB 的上限"


def is_too_large(path: Path, limit: int) -> bool:
    """Tell whether a regular file is larger than the limit."""
    try:
        return path.is_file() and path.stat().st_size > limit
    except OSError:
        return False


def read_bytes(path: Path, limit: int = MAX_BYTES) -> tuple[bytes, str]:
    """Read a regular file of limited size; return its bytes and what is wrong, if anything."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return b"", "是目录，不是文件" if stat.S_ISDIR(status.st_mode) else "不是普通文件"
        if problem := size_problem(status.st_size, limit):
            return b"", problem
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        return b"", f"无法读取（{system_reason(error)}）"
    return data, size_problem(len(data), limit)


def decode(data: bytes) -> str | None:
    """Decode a file's bytes by byte order mark, else strict UTF-8, else strict GB18030.

    Returns
    -------
    str or None
        The text; None if no encoding fits the whole of it.

    Notes
    -----
    Damaged UTF-8 is often valid GB18030 by chance. Where most of the characters beyond ASCII are
    sound UTF-8, the file is taken for damaged and not read as something else.
    """
    try:
        if data.startswith(codecs.BOM_UTF8):
            return data[len(codecs.BOM_UTF8) :].decode("utf-8")
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
    except UnicodeDecodeError:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lenient = data.decode("utf-8", errors="replace")
    damaged = lenient.count("\ufffd")
    sound = sum(not c.isascii() for c in lenient) - damaged
    if sound > 4 * damaged:
        return None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return None


def stamp_of(path: Path) -> Stamp:
    """Times, size and number of a file: another where it was written in between.

    Raises
    ------
    OSError
        It is not there.
    """
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read piece by piece; empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
