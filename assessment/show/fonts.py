"""The one place that knows which fonts are used, for figures, pages and print editions.

Chinese comes from Noto Sans SC (and Serif); the few signs it lacks, such as subscript digits,
come from DejaVu Sans. Both are under free licences and come with the packages this project needs.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import uharfbuzz as hb
from fontTools.ttLib import TTFont

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"
SYMBOLS = "DejaVu Sans"

SCREEN_FAMILIES = (
    "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Source Han Sans SC",
    "Noto Sans CJK SC", SANS, SYMBOLS,
)  # fmt: skip
"""Families of a page, in order: the reader's own Chinese sans first, the embedded ones last."""

_UNUSED_TABLES = (
    "GSUB", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "STAT", "FFTM", "kern",
)  # fmt: skip

_FEATURES = ("halt",)  # half-width marks, where two meet or one begins a line

_NAMES = (1, 2, 13, 14)  # names and the licence, which must stay with the font


@dataclass(frozen=True)
class FontFiles:
    """The font files in use.

    Attributes
    ----------
    sans, serif : Path
        Chinese sans and serif, regular weight.
    symbols : Path
        Sans with the signs that the Chinese fonts lack.
    """

    sans: Path
    serif: Path
    symbols: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders to search, for programs that want folders."""
        return tuple(dict.fromkeys(path.parent for path in (self.sans, self.serif, self.symbols)))


@cache
def chinese_font() -> FontFiles:
    """Find the fonts.

    Returns
    -------
    FontFiles
        Paths that exist.

    Raises
    ------
    FileNotFoundError
        A font package is installed without its files.
    """
    # Only the data path is wanted here; it does not load pyplot or a backend.
    from matplotlib import get_data_path

    files = FontFiles(
        sans=Path(pylopdf_fonts_zh_cn.sans_path()),
        serif=Path(pylopdf_fonts_zh_cn.serif_path()),
        symbols=Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf",
    )
    for path in (files.sans, files.serif, files.symbols):
        if not path.is_file():
            raise FileNotFoundError(
                f"字体文件不存在:{path}。请重新安装 pylopdf-fonts-zh-cn 与 matplotlib"
            )
    return files


@cache
def register_matplotlib() -> None:
    """Make matplotlib draw Chinese: register the fonts and set the family with its fallback.

    Notes
    -----
    With both families in the list matplotlib falls back glyph by glyph, so no glyph is missing.
    The fonts have one weight; figures state weight by size and place, not by bold.
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    files = chinese_font()
    font_manager.fontManager.addfont(files.sans)
    font_manager.fontManager.addfont(files.serif)
    mpl.rcParams["font.family"] = [SANS, SYMBOLS]
    mpl.rcParams["axes.unicode_minus"] = True


def subset_css(text: str) -> str:
    """Return ``@font-face`` rules that embed exactly the characters of a text.

    Parameters
    ----------
    text : str
        Everything that will be shown. Give the union of all pages of a build: the work is done
        once for a set of characters.

    Returns
    -------
    str
        CSS with base64 WOFF; empty where there is nothing to embed. The same characters give the
        same bytes.

    Notes
    -----
    WOFF, not WOFF2: outlines in CFF hardly compress further, and Brotli at the level fontTools
    uses takes longer than everything else together to save a tenth. HarfBuzz takes a hundredth of
    the time that fontTools takes for the subset.
    """
    return _subset_css("".join(sorted(set(text))))


@lru_cache(maxsize=16)
def _subset_css(characters: str) -> str:
    files = chinese_font()
    rules = []
    left = {ord(character) for character in characters if character.isprintable()}
    for family, path in ((SANS, files.sans), (SYMBOLS, files.symbols)):
        face = hb.Face(hb.Blob.from_file_path(str(path)))
        found = left & set(face.unicodes)
        left -= found
        if found:
            rules.append(_font_face(family, _subset(face, found)))
    return "".join(rules)


def _subset(face: hb.Face, codepoints: Iterable[int]) -> bytes:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(codepoints)
    wanted.drop_table_tag_set.update(map(_tag, _UNUSED_TABLES))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(map(_tag, _FEATURES))
    wanted.name_id_set.clear()
    wanted.name_id_set.update(_NAMES)
    wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE
    data = io.BytesIO(hb.subset(face, wanted).blob.data)
    out = io.BytesIO()
    with TTFont(data, recalcTimestamp=False, recalcBBoxes=False) as font:
        font.flavor = "woff"
        font.save(out, reorderTables=False)
    return out.getvalue()


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


def _font_face(family: str, data: bytes) -> str:
    source = f"data:font/woff;base64,{base64.b64encode(data).decode('ascii')}"
    return (
        f'@font-face{{font-family:"{family}";font-weight:400;font-display:block;'
        f'src:url({source}) format("woff")}}\n'
    )
