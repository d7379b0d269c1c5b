"""A drawing made safe and free of clashes for standing inside a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

_ELEMENTS = frozenset({
    "svg", "g", "defs", "use", "symbol", "title", "desc", "path", "rect", "circle", "ellipse",
    "line", "polyline", "polygon", "text", "tspan", "clipPath", "mask", "marker", "pattern",
    "linearGradient", "radialGradient", "stop", "image",
})  # fmt: skip

_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?[^>]*>", re.DOTALL)
_LOCAL_ADDRESS = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
_STYLE = re.compile(r'style="([^"]*)"')
_BLANKS = re.compile(r"(?<=[:;]) |; ?$")
_LENGTH = re.compile(r"([\d.]+)(pt|px|)")
_LONG_DECIMALS = re.compile(r"(\.\d\d)\d+")
_PIXELS_PER_POINT = 4 / 3


def inline_svg(svg: str, prefix: str, label: str) -> str:
    """Rewrite an SVG so that it can stand in a page.

    Parameters
    ----------
    svg : str
        An SVG document, as matplotlib writes it or by hand.
    prefix : str
        Put before every id, so that drawings on one page do not clash.
    label : str
        What the drawing shows, for those who cannot see it.

    Returns
    -------
    str
        An ``<svg role="img">`` without prolog, DOCTYPE, comments, metadata, styles, scripts,
        event handlers and outside addresses; width and height in pixels.

    Raises
    ------
    ValueError
        It is not well-formed XML, or its root is not ``svg``.
    """
    try:
        root = ElementTree.fromstring(_BEFORE_ROOT.sub("", svg))
    except ElementTree.ParseError as error:
        raise ValueError(f"not a well-formed SVG: {error}") from error
    if root.tag.removeprefix(_SVG) != "svg":
        raise ValueError(f"not an SVG: the root element is {root.tag!r}")
    # matplotlib's style sheet would reach the whole page; its two settings are inherited instead.
    if root.find(f".//{_SVG}style") is not None:
        root.set("style", "stroke-linejoin:round;stroke-linecap:butt")
    _clean(root, prefix)
    for side in ("width", "height"):
        if length := _LENGTH.fullmatch(root.get(side, "")):
            scale = _PIXELS_PER_POINT if length[2] == "pt" else 1
            root.set(side, str(round(float(length[1]) * scale)))
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-label", label)
    text = ElementTree.tostring(root, encoding="unicode")
    # A report has thousands of these, and every blank counts in a page below two megabytes.
    return _STYLE.sub(lambda found: f'style="{_BLANKS.sub("", found[1])}"', text)


def _clean(element: ElementTree.Element, prefix: str) -> None:
    element.tag = element.tag.removeprefix(_SVG)
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        kept = _attribute(element.tag, name, value, prefix)
        if kept is not None:
            element.set("href" if name == _XLINK_HREF else name, kept)
    for child in list(element):
        known = isinstance(child.tag, str) and child.tag.removeprefix(_SVG) in _ELEMENTS
        # A title of the whole drawing would pop up over it; the caption says the same.
        if known and not (element.tag == "svg" and child.tag == f"{_SVG}title"):
            _clean(child, prefix)
        else:
            element.remove(child)


def _attribute(tag: str, name: str, value: str, prefix: str) -> str | None:
    """Return an attribute's safe value; None leaves the attribute out."""
    if name == "id":
        return f"{prefix}-{value}"
    if name in ("href", _XLINK_HREF):
        if value.startswith("#"):
            return f"#{prefix}-{value[1:]}"
        return value if tag == "image" and value.startswith("data:image/png;base64,") else None
    if name.startswith("{") or name.lower().startswith("on"):
        return None
    value = _LOCAL_ADDRESS.sub(rf"url(#{prefix}-\1)", value)
    if "url(" in value.replace(f"url(#{prefix}-", "") or "\\" in value:
        return None
    return _LONG_DECIMALS.sub(r"\1", value) if name in ("d", "points") else value
