"""The Word edition: a document that a clerk can edit, in the form of official papers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Mm

from assessment.report.docx_front import conclusions_xml, contents_xml, cover_xml
from assessment.report.docx_styles import TEXT_WIDTH, set_styles
from assessment.report.docx_table import table_xml
from assessment.report.docx_xml import (
    attribute,
    bookmark,
    field,
    paragraph,
    runs,
    sentence_runs,
)
from assessment.report.footnotes import whole_note
from assessment.report.legible import clean
from assessment.report.numbered import (
    DEMO_MARK,
    all_parts,
    conclusions_heading,
    heading,
    is_annex,
)
from assessment.report.page import ChapterPages, Cover, Document, ReportPart
from assessment.report.rasterise import Raster, rasterise
from assessment.results.model import ReportResults
from assessment.show.blocks import AnyBlock, Figure, Heading, Prose, Table
from assessment.show.markdown import flat
from assessment.show.typography import full_width

_PROSE_STYLES = {"normal": "", "note": "Note", "caution": "Caution", "finding": "Finding"}
_PICTURE_HEIGHT = 520.0
_EMU = 12700
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAMESPACES = nsdecls("w", "r", "wp", "a", "pic")


def render_docx(document: Document) -> bytes:
    """Typeset a report for Word.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    bytes
        A DOCX file with real styles, a contents field, numbered captions, and figures as PNG with
        their alternative text. The same document gives the same bytes.

    Raises
    ------
    ValueError
        A figure is no SVG.
    """
    parts = all_parts(document)
    word = docx.Document()
    _strip(word)
    set_styles(word)
    _set_section(word.sections[0], document)
    _set_properties(word, document.cover)
    body = _Body(word, parts)
    content = "".join(body.all(document))
    element = word.element.body
    for child in list(element)[:-1]:
        element.remove(child)
    for child in reversed(list(parse_xml(f"<w:body {_NAMESPACES}>{content}</w:body>"))):
        element.insert(0, child)
    out = io.BytesIO()
    word.save(out)
    return reproducible_zip(out.getvalue())


def reproducible_zip(data: bytes) -> bytes:
    """Rewrite a zip file so that it bears no time of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in given.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            # PNG is compressed already.
            stored = name.endswith(".png")
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            written.writestr(info, given.read(name))
    return out.getvalue()


class _Body:
    """The content of the document; the pictures are drawn first, all at once."""

    def __init__(self, word: WordDocument, parts: Sequence[ReportPart | ChapterPages]) -> None:
        self.word = word
        self.parts = parts
        self.pictures = _pictures(parts)
        self.marks = 0
        self.drawings = 0

    def all(self, document: Document) -> Iterator[str]:
        headings: list[tuple[int, str, str]] = []
        sections: list[str] = []
        if document.conclusions is not None:
            front = conclusions_heading(document)
            headings.append((1, front, _mark(1)))
            sections += [
                self._heading(front, "Heading1"),
                *conclusions_xml(document.conclusions, document.cover.disclaimer),
            ]
        first_chapter = first_back = True
        for part in self.parts:
            title = heading(part.number, part.title)
            level = 2 if isinstance(part, ChapterPages) else 1
            if isinstance(part, ChapterPages):
                new_page, first_chapter = not first_chapter, False
            elif first_chapter:
                new_page = part is self.parts[0]
            else:
                new_page = first_back or is_annex(part)
                first_back = False
            headings.append((level, title, _mark(self.marks + 1)))
            sections.append(self._heading(title, f"Heading{level}", new_page=new_page))
            before: AnyBlock | None = None
            for block in flat(part.blocks):
                if isinstance(block, Heading) and block.level == 3 and level == 1:
                    headings.append((2, block.text, _mark(self.marks + 1)))
                sections += self._block(block, part, level, before)
                before = block
        yield from cover_xml(document.cover, DEMO_MARK if document.demo else "")
        yield from contents_xml(headings)
        yield from sections

    def _heading(self, text: str, style: str, *, new_page: bool = False) -> str:
        self.marks += 1
        content = bookmark(_mark(self.marks), self.marks, runs(text))
        return paragraph(content, style, "<w:pageBreakBefore/>" if new_page else "")

    def _block(
        self,
        block: AnyBlock,
        part: ReportPart | ChapterPages,
        level: int,
        before: AnyBlock | None,
    ) -> Iterator[str]:
        annex = is_annex(part)
        if isinstance(block, Heading):
            yield self._heading(block.text, f"Heading{min(level + block.level - 2, 4)}")
        elif isinstance(block, Prose):
            style = _PROSE_STYLES[block.tone] or ("AnnexText" if annex else "")
            under_heading = block.tone == "note" and isinstance(before, Heading)
            keep = "<w:keepNext/>" if under_heading else ""
            yield paragraph("".join(map(sentence_runs, block.sentences)), style, keep)
        elif isinstance(block, Table):
            yield _caption(block, before_table=True)
            yield table_xml(
                block, annex=annex, sources=isinstance(part, ReportPart) and part.sources
            )
            yield from _notes_below(block)
        elif isinstance(block, Figure):
            yield self._picture(block)
            yield _caption(block, before_table=bool(block.subtitle))
            if block.subtitle:
                yield paragraph(runs(block.subtitle), "BelowTable")

    def _picture(self, figure: Figure) -> str:
        raster = self.pictures[figure.svg]
        relation, _ = self.word.part.get_or_add_image(io.BytesIO(raster.png))
        width, height = round(raster.width * _EMU), round(raster.height * _EMU)
        self.drawings += 1
        alt = attribute(full_width(figure.alt))
        content = _INLINE.format(
            width=width,
            height=height,
            id=self.drawings,
            number=figure.number,
            alt=alt,
            relation=relation,
        )
        return paragraph(content, "Picture")


_INLINE = (
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{id}" name="图 {number}" descr={alt}/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="{id}" name="图 {number}" descr={alt}/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
    '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


def _pictures(parts: Sequence[ReportPart | ChapterPages]) -> Mapping[str, Raster]:
    svgs = [
        block.svg for part in parts for block in part.blocks.blocks if isinstance(block, Figure)
    ]
    return dict(zip(svgs, rasterise(svgs, TEXT_WIDTH / 20, _PICTURE_HEIGHT), strict=True))


def _mark(number: int) -> str:
    return f"_Toc{number:08d}"


def _caption(block: Table | Figure, *, before_table: bool) -> str:
    kind = block.label.partition(" ")[0]
    number = field(f"SEQ {kind} \\* ARABIC", str(block.number))
    content = runs(f"{kind} ") + number + runs(f" {block.title}")
    return paragraph(content, "Caption", "<w:keepNext/>" if before_table else "")


def _notes_below(table: Table) -> Iterator[str]:
    """Return what stands under a table; an empty line where nothing does, to part two tables."""
    note = whole_note(table)
    if note:
        yield paragraph(runs(note), "BelowTable")
    else:  # so thin that it never takes a page of its own
        thin = '<w:spacing w:before="0" w:after="120" w:line="20" w:lineRule="exact"/>'
        yield paragraph("", "BelowTable", thin)


def _strip(word: WordDocument) -> None:
    """Leave out of python-docx's template what the report has no use for."""
    unused = {
        "thumbnail", "customXml", "extended-properties", "stylesWithEffects", "numbering", "webSettings",
    }  # fmt: skip
    for relations in (word.part.package.rels, word.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[-1] in unused:
                relations.pop(key)


def _set_section(section: Section, document: Document) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(24)
    section.different_first_page_header_footer = True
    cover = document.cover
    left = f"{cover.unit} {cover.year} 年 · {cover.title}({cover.status})"
    mark = (
        '<w:r><w:tab/></w:r>' + runs(DEMO_MARK, '<w:b/><w:color w:val="B3420E"/>')
        if document.demo
        else ""
    )  # fmt: skip
    _replace(section.header, paragraph(runs(left) + mark, "Header"))
    pages = (
        runs("第 ") + field("PAGE", "1") + runs(" 页,共 ") + field("NUMPAGES", "1") + runs(" 页")
    )
    _replace(section.footer, paragraph(pages, "Footer"))
    _replace(section.first_page_header, paragraph("", "Footer"))
    _replace(section.first_page_footer, paragraph("", "Footer"))
    grid = section._sectPr.find(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}docGrid"
    )
    if grid is not None:
        section._sectPr.remove(grid)


def _replace(story: object, xml: str) -> None:
    """Put one paragraph in place of a header's or footer's content."""
    element = story._element  # type: ignore[attr-defined]
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml.replace("<w:p>", f"<w:p {_NAMESPACES}>", 1)))


def _set_properties(word: WordDocument, cover: Cover) -> None:
    made = _date(cover.cutoff)
    properties = word.core_properties
    properties.title = clean(full_width(f"{cover.unit} {cover.year} 年 {cover.title}"))[:255]
    properties.subject = clean(full_width(f"{cover.status};数据截至 {cover.cutoff}"))[:255]
    properties.author = clean(cover.unit)[:255]
    properties.keywords = clean(cover.fingerprint)[:255]
    properties.comments = clean(full_width(cover.disclaimer))[:255]
    properties.language = "zh-CN"
    properties.last_modified_by = ""
    properties.revision = 1
    properties.created = properties.modified = made


def _date(text: str) -> datetime:
    """Return the cut-off of the data, the only date that a report knows of itself."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)


def edition(document: Document, results: ReportResults) -> bytes:
    """Typeset a report as `assessment.editions.Edition` has it; all it sets is in the document."""
    return render_docx(document)
