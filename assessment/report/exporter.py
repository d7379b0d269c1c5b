"""Assemble the executed chapters and the report's other parts into one self-contained page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode, from_dict
from traitlets import default

from assessment.report.css import css_string, font_families
from assessment.report.page import SINCE, ChapterPages, Conclusions, Cover, ReportPart
from assessment.show.blocks import BLOCKS_MIME, Blocks, Heading
from assessment.show.fonts import subset_css
from assessment.show.html import TEMPLATES, blocks_markup, environment, stylesheet
from assessment.show.reading import read_chapter

__all__ = ["AnnualReportExporter", "ChapterPages", "Conclusions", "Cover", "ReportPart",
           "render_report"]  # fmt: skip

_TAG = re.compile(r"<[^>]+>")
_SECTION = re.compile(r'<h3 id="([^"]+)">(.*?)</h3>', re.DOTALL)


class AnnualReportExporter(HTMLExporter):
    """Exports an executed chapter as a part of the annual report.

    What `assessment.show.reading` reads is shown, nothing else: no code, no streams, no errors, no
    records and no HTML that a cell may have written.
    """

    @default("template_name")
    def _template_name_default(self) -> str:
        return "annual"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(folder) for folder in TEMPLATES]

    @default("default_preprocessors")
    def _no_preprocessors(self) -> list[str]:
        return []

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Add the filter that renders blocks to the usual ones."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "blocks", _blocks_filter

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook; ``resources["anchor"]`` is put before every id.

        Notes
        -----
        HTMLExporter would parse the whole page again to find images without alternative text.
        The figures have theirs, and the parser would put SVG's names in lower case.
        """
        resources = {"anchor": "", **(resources or {}), "blocks_mime": BLOCKS_MIME}
        light = notebook_of(read_chapter(nb).blocks)
        html, resources = TemplateExporter.from_notebook_node(self, light, resources, **kw)
        return html, resources


def notebook_of(blocks: Blocks) -> NotebookNode:
    """Return a notebook that shows blocks and nothing else; nbconvert copies it three times."""
    shown = {BLOCKS_MIME: blocks.model_dump_json()}
    output = {"output_type": "display_data", "metadata": {}, "data": shown}
    cell: dict[str, Any] = {
        "cell_type": "code", "metadata": {}, "source": "", "execution_count": None,
        "outputs": [output],
    }  # fmt: skip
    notebook: NotebookNode = from_dict(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    )
    return notebook


def _blocks_filter(data: str, anchor: str) -> Markup:
    return blocks_markup(_within(Blocks.model_validate_json(data)), prefix=anchor)


def _within(blocks: Blocks) -> Blocks:
    """Leave out headings of a chapter or above: the report sets them itself."""
    kept = (b for b in blocks.blocks if not (isinstance(b, Heading) and b.level <= 2))
    return Blocks(blocks=tuple(kept))


@cache
def _exporter() -> AnnualReportExporter:
    return AnnualReportExporter()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class _Section:
    """A part as the page template takes it."""

    anchor: str
    number: str
    title: str
    html: Markup
    sections: tuple[tuple[str, str], ...] = ()


def _part(part: ReportPart) -> _Section:
    html = blocks_markup(_within(part.blocks), prefix=part.anchor, sources=part.sources)
    return _Section(part.anchor, part.number, part.title, html)


def _chapter(chapter: ChapterPages) -> _Section:
    notebook = notebook_of(chapter.blocks)
    body, _ = _exporter().from_notebook_node(notebook, {"anchor": chapter.anchor})
    html = Markup(body)
    sections = tuple(
        (unescape(anchor), unescape(_TAG.sub("", title)))
        for anchor, title in _SECTION.findall(html)
    )
    return _Section(chapter.anchor, chapter.number, chapter.title, html, sections)


def render_report(
    front: Sequence[ReportPart],
    chapters: Sequence[ChapterPages],
    back: Sequence[ReportPart],
    cover: Cover,
    *,
    conclusions: Conclusions | None = None,
    demo: bool,
    other: tuple[str, str] | None = None,
    fonts_text: str | None = None,
) -> str:
    """Assemble a report as one HTML file that needs nothing else.

    Parameters
    ----------
    front, back : sequence of ReportPart
        Parts before and behind the chapters.
    chapters : sequence of ChapterPages
        Chapters in the plan's order.
    cover : Cover
        What the cover says.
    conclusions : Conclusions, optional
        The first screen; without it the report begins with its title (one chapter's preview).
    demo : bool
        Mark every page 演示数据.
    other : tuple of (str, str), optional
        Address and name of the other edition, which the head of the page links to.
    fonts_text : str, optional
        Text whose characters are embedded, where several reports share one subset of the fonts;
        the report's own text by default.

    Returns
    -------
    str
        The page. It runs no script, asks for nothing over the network and holds no clock: the
        same input gives the same bytes.
    """
    env = environment()
    env.filters["since"] = SINCE.__getitem__
    page = env.get_template("page/report.html.j2")
    context: dict[str, Any] = {
        "cover": cover,
        "conclusions": conclusions,
        "front": [_part(part) for part in front],
        "chapters": [_chapter(chapter) for chapter in chapters],
        "back": [_part(part) for part in back],
        "demo": demo,
        "other": other,
        "style": stylesheet("blocks/blocks.css", "page/page.css", "page/report.css"),
        "print_style": stylesheet("page/print.css"),
        "running_head": css_string(f"{cover.unit} {cover.year} {cover.title}"),
        "families": font_families(),
    }
    body = page.render(context, fonts=Markup())
    fonts = subset_css(body if fonts_text is None else fonts_text)
    return body.replace("/*fonts*/", fonts, 1)
