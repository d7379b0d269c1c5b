"""Forms that came in one zip: its workbooks are taken out, what is no form is named, tricks refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from assessment.data.csv_source import shown
from assessment.intake.guard import MAX_FILE, RefusedError

MAX_FORMS = 200
MAX_TOTAL = 200 * 1024 * 1024
_UTF8 = 0x800
_ENCRYPTED = 0x1
_LEFT_BY_SYSTEMS = {".ds_store", "thumbs.db", "desktop.ini"}
_RESAVE = "请把表单直接打成一个 .zip，不要带密码和路径"


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name: UTF-8 where the zip says so or it can be, else GB18030."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_litter(path: PurePosixPath) -> bool:
    """Tell whether a system or an open spreadsheet left a file behind."""
    return (
        path.parts[0] == "__MACOSX"
        or path.name.startswith(("~$", "._"))
        or path.name.lower() in _LEFT_BY_SYSTEMS
    )


def is_archive(data: bytes) -> bool:
    """Tell whether bytes are a zip that is no workbook."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return not any(n == "[Content_Types].xml" or n.startswith("xl/") for n in names)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def unpack(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """Take the workbooks out of a zip.

    Parameters
    ----------
    data : bytes
        The zip.

    Returns
    -------
    (dict of str to bytes, list of str)
        Workbooks by name, with their folders in the zip; names of what is no workbook.

    Raises
    ------
    RefusedError
        Paths that lead out, a password, too much in it, nothing in it, or damage.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
            ValueError):  # fmt: skip
        raise RefusedError("压缩包已损坏或格式不认识", _RESAVE) from None


def _unpacked(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > 10 * MAX_FORMS:
        raise RefusedError(f"压缩包内有 {len(entries)} 个文件，过多", _RESAVE)
    forms: dict[str, bytes] = {}
    others: list[str] = []
    left = MAX_TOTAL
    for entry in entries:
        name = _name(entry).replace("\\", "/")
        path = PurePosixPath(name)
        if (
            not path.parts
            or path.is_absolute()
            or ".." in path.parts
            or ":" in name
            or "\0" in name
        ):
            raise RefusedError(f"压缩包内的文件名带有路径（{shown(name)}）", _RESAVE)
        if _is_litter(path):
            continue
        if path.suffix.lower() != ".xlsx":
            others.append(name)
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise RefusedError("压缩包有密码", "请去掉密码后重新打包")
        if name in forms:
            raise RefusedError(f"压缩包内有两个“{shown(name)}”", "请只留一个")
        forms[name] = _inflated(archive, entry, min(left, MAX_FILE))
        left -= len(forms[name])
        if len(forms) > MAX_FORMS:
            raise RefusedError(f"压缩包内的表超过 {MAX_FORMS} 份", "请分几次收")
    if not forms:
        raise RefusedError("压缩包里没有 .xlsx 的表", "请把填好的 .xlsx 打进压缩包")
    return forms, others


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Inflate one entry, no further than a limit, whatever the zip says of its size."""
    with archive.open(entry) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise RefusedError(f"压缩包内的“{shown(_name(entry))}”解压后过大", "疑为压缩炸弹，未读取")
    return data
