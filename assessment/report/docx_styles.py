"""The styles of the Word edition, as official papers have them (GB/T 9704), and its settings.

Fonts are named for East Asian text and no theme font is used, which would win over the names.
"""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

ACCENT = "0B5C66"
INK = "1F2933"
MUTED = "52606D"
HAIR = "D5DBE1"
AMBER = "E69F00"

LATIN = "Times New Roman"
SONG, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"

BODY_LINE = 579
"""Distance of lines of the body in twentieths of a point: 28.95 pt."""

_NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_TWO_CHARACTERS = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'


@dataclass(frozen=True)
class _Style:
    """A paragraph style; sizes in points, distances in twentieths of a point.

    ``line`` is an exact distance of lines, or None for single spacing.
    """

    id: str
    name: str
    font: str
    size: float
    line: int | None = None
    keep: str = ""
    frame: str = ""
    space: tuple[int, int] = (0, 0)
    indent: str = _NO_INDENT
    align: str = "left"
    outline: int | None = None
    color: str = ""
    bold: bool = False
    following: str = ""

    @property
    def xml(self) -> str:
        line = (
            'w:line="240" w:lineRule="auto"'
            if self.line is None
            else f'w:line="{self.line}" w:lineRule="exact"'
        )
        level = "" if self.outline is None else f'<w:outlineLvl w:val="{self.outline}"/>'
        custom = ' w:customStyle="1"' if self.name == self.id else ""
        default = ' w:default="1"' if self.id == "Normal" else ""
        base = "" if default else '<w:basedOn w:val="Normal"/>'
        following = f'<w:next w:val="{self.following}"/>' if self.following else ""
        color = f'<w:color w:val="{self.color}"/>' if self.color else ""
        return (
            f'<w:style {_NS} w:type="paragraph"{default}{custom} w:styleId="{self.id}">'
            f'<w:name w:val="{self.name}"/>{base}{following}<w:uiPriority w:val="1"/><w:qFormat/>'
            f"<w:pPr>{self.keep}{self.frame}"
            f'<w:spacing w:before="{self.space[0]}" w:after="{self.space[1]}" {line}/>'
            f'{self.indent}<w:jc w:val="{self.align}"/>{level}</w:pPr>'
            f'<w:rPr>{fonts(self.font)}<w:b w:val="{int(self.bold)}"/>{color}'
            f'<w:sz w:val="{self.size * 2:g}"/><w:szCs w:val="{self.size * 2:g}"/></w:rPr></w:style>'
        )


def fonts(east_asian: str) -> str:
    """Return the fonts of a run: Chinese by name, everything else in one Latin face."""
    return (
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east_asian}" w:cs="{LATIN}"/>'
    )


_NS = nsdecls("w")
_KEEP_NEXT = "<w:keepNext/><w:keepLines/>"


def _side(side: str, color: str, size: int, space: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def _tabs(stop: str, leader: str = "") -> str:
    dots = f' w:leader="{leader}"' if leader else ""
    return f'<w:tabs><w:tab w:val="right"{dots} w:pos="{stop}"/></w:tabs>'


TEXT_WIDTH = 8844
"""Width of the text in twentieths of a point: 156 mm."""

_STYLES = (
    _Style("Normal", "Normal", FANG, 16, BODY_LINE, indent=_TWO_CHARACTERS, align="both"),
    _Style("Title", "Title", SONG, 22, 640, space=(2600, 400), align="center", following="CoverUnit"),
    _Style("Heading1", "heading 1", HEI, 16, BODY_LINE, _KEEP_NEXT, space=(160, 80), outline=0,
           following="Normal"),
    _Style("Heading2", "heading 2", KAI, 16, BODY_LINE, _KEEP_NEXT, space=(120, 40), outline=1,
           following="Normal"),
    _Style("Heading3", "heading 3", FANG, 16, BODY_LINE, _KEEP_NEXT, space=(80, 0), outline=2,
           bold=True, indent=_TWO_CHARACTERS, following="Normal"),
    _Style("Heading4", "heading 4", FANG, 16, BODY_LINE, _KEEP_NEXT, outline=3,
           indent=_TWO_CHARACTERS, following="Normal"),
    _Style("Caption", "caption", HEI, 12, 400, "<w:keepLines/>", space=(60, 60), align="center",
           following="Normal"),
    _Style("TOCHeading", "TOC Heading", HEI, 16, BODY_LINE, space=(0, 160), align="center"),
    _Style("TOC1", "toc 1", FANG, 14, 460, frame=_tabs(str(TEXT_WIDTH), "dot")),
    _Style("TOC2", "toc 2", FANG, 14, 460, frame=_tabs(str(TEXT_WIDTH), "dot"),
           indent='<w:ind w:leftChars="200" w:left="560" w:firstLineChars="0" w:firstLine="0"/>'),
    _Style("Header", "header", FANG, 9,
           frame=f"<w:pBdr>{_side('bottom', HAIR, 4, 4)}</w:pBdr>{_tabs(str(TEXT_WIDTH))}",
           color=MUTED),
    _Style("Footer", "footer", FANG, 10.5, align="center"),
    _Style("CoverUnit", "封面单位", KAI, 22, 640, space=(200, 3000), align="center"),
    _Style("CoverItem", "封面项目", FANG, 14, 500, align="center"),
    _Style("DemoMark", "演示标记", HEI, 16, 640, space=(400, 0), align="center", color="B3420E"),
    _Style("KeyJudgement", "总判断", KAI, 16, 480, "<w:keepLines/>", space=(0, 60),
           align="both"),
    _Style("KeyMessage", "要点", FANG, 12, 360, align="both",
           indent='<w:ind w:firstLineChars="200" w:firstLine="480"/>'),
    _Style("KeyChange", "变化", FANG, 9, 260, space=(40, 20), align="both"),
    _Style("KeyHeading", "要点小标题", HEI, 12, 400, _KEEP_NEXT, space=(60, 20),
           following="KeyMessage"),
    _Style("Finding", "结论", FANG, 16, BODY_LINE, align="both", space=(60, 120),
           frame=f"<w:pBdr>{_side('left', ACCENT, 18, 8)}</w:pBdr>",
           indent='<w:ind w:left="160" w:firstLineChars="0" w:firstLine="0"/>'),
    _Style("Caution", "注意", FANG, 14, 460, align="both", space=(60, 120),
           frame=f"<w:pBdr>{_side('left', AMBER, 18, 8)}</w:pBdr>",
           indent='<w:ind w:left="160" w:firstLineChars="0" w:firstLine="0"/>'),
    _Style("Note", "说明", FANG, 12, 380, align="both", space=(40, 120), color=MUTED),
    _Style("BelowTable", "图表说明", FANG, 10.5, 300, "<w:keepLines/>", align="both", space=(20, 100), color=MUTED),
    _Style("AnnexText", "附件正文", FANG, 12, 400, align="both", space=(0, 60),
           indent='<w:ind w:firstLineChars="200" w:firstLine="480"/>'),
    _Style("Picture", "插图", FANG, 12, None, "<w:keepNext/>", space=(160, 0), align="center"),
    _Style("TableText", "表格文字", FANG, 10.5, 300, space=(20, 20)),
    _Style("TableSmall", "表格小字", FANG, 9, 260, space=(20, 20)),
    _Style("TableFine", "表格细字", FANG, 7.5, 210, space=(10, 10)),
    _Style("TableNote", "表格注", FANG, 7.5, 200, color=MUTED),
)  # fmt: skip

_BORDER = f'w:val="single" w:space="0" w:color="{INK}"'
_TABLE_STYLES = (
    f'<w:style {_NS} w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="40" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>",
    f'<w:style {_NS} w:type="table" w:customStyle="1" w:styleId="ReportTable">'
    '<w:name w:val="报告表"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>'
    f'<w:tblPr><w:tblBorders><w:top {_BORDER} w:sz="8"/><w:bottom {_BORDER} w:sz="8"/>'
    '<w:insideH w:val="single" w:sz="12" w:space="0" w:color="FFFFFF"/>'  # parts verdicts
    "</w:tblBorders></w:tblPr>"
    f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom {_BORDER} w:sz="4"/>'
    '</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>',
)
_OTHERS = (
    f'<w:style {_NS} w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
    "<w:unhideWhenUsed/></w:style>",
    f'<w:style {_NS} w:type="numbering" w:default="1" w:styleId="NoList">'
    '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    "</w:style>",
)
_DEFAULTS = (
    f"<w:docDefaults {_NS}><w:rPrDefault><w:rPr>{fonts(FANG)}"
    '<w:kern w:val="2"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
)
_SETTINGS = (
    '<w:zoom w:percent="100"/>'
    '<w:defaultTabStop w:val="420"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:updateFields w:val="true"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
    '<w:decimalSymbol w:val="."/>'
    '<w:listSeparator w:val=","/>'
)


def set_styles(word: WordDocument) -> None:
    """Put the report's styles and settings in place of those of python-docx's template."""
    element = word.styles.element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(_DEFAULTS))
    for xml in (*(style.xml for style in _STYLES), *_TABLE_STYLES, *_OTHERS):
        element.append(parse_xml(xml))
    settings = word.settings.element
    for child in list(settings):
        settings.remove(child)
    for child in list(parse_xml(f"<w:settings {_NS}>{_SETTINGS}</w:settings>")):
        settings.append(child)
