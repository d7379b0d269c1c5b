import base64
import io
import logging
import re
import warnings

import pytest
from fontTools.ttLib import TTFont

from assessment.show import fonts
from assessment.show.verdict_words import LOOKS

FACE = re.compile(r'@font-face\{font-family:"([^"]+)";.*?base64,([^)]+)\)')


def embedded(css: str) -> dict[str, set[str]]:
    """Characters of each embedded family."""
    return {
        family: {chr(c) for c in TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()}
        for family, data in FACE.findall(css)
    }


def test_the_files_are_there_and_bear_their_names():
    files = fonts.chinese_font()
    named = ((files.sans, fonts.SANS), (files.serif, fonts.SERIF), (files.symbols, fonts.SYMBOLS))
    for path, family in named:
        with TTFont(path, lazy=True) as font:
            assert font["name"].getDebugName(1) == family
    assert files.sans.parent in files.folders


def test_exactly_the_characters_of_the_text_are_embedded():
    found = embedded(fonts.subset_css("减污 2025,PM₂.₅\n"))
    assert found == {"Noto Sans SC": set("减污 2025,PM."), "DejaVu Sans": set("₂₅")}


def test_every_mark_of_the_verdicts_is_covered():
    text = "".join(look.word + look.shape for look in LOOKS.values()) + "→−—·μ³₂"
    assert set().union(*embedded(fonts.subset_css(text)).values()) == set(text)


def test_order_and_repetition_do_not_matter():
    assert fonts.subset_css("降碳减污") is fonts.subset_css("污污减碳降降")


def test_the_same_characters_give_the_same_bytes():
    first = fonts.subset_css("协同₂")
    fonts._subset_css.cache_clear()
    assert fonts.subset_css("协同₂") == first


def test_marks_can_be_set_half_width():
    data = FACE.findall(fonts.subset_css("\uff0c\u201d"))[0][1]
    table = TTFont(io.BytesIO(base64.b64decode(data)))["GPOS"].table
    assert {record.FeatureTag for record in table.FeatureList.FeatureRecord} == {"halt"}


@pytest.mark.parametrize("text", ["", "\n\t"])
def test_nothing_to_show_embeds_nothing(text):
    assert fonts.subset_css(text) == ""


def test_no_style_element_can_be_ended():
    assert "<" not in fonts.subset_css("</style>")


def test_matplotlib_draws_every_sign(caplog):
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    before = mpl.rcParams["font.family"]
    fonts.register_matplotlib.cache_clear()
    try:
        fonts.register_matplotlib()
        figure = Figure()
        figure.text(0.1, 0.5, "张店区 PM₂.₅ −4.2 μg/m³ ●▲■◆▼✕○–")
        with warnings.catch_warnings(), caplog.at_level(logging.WARNING, logger="matplotlib"):
            warnings.simplefilter("error")
            FigureCanvasAgg(figure).draw()
        assert mpl.rcParams["font.family"] == ["Noto Sans SC", "DejaVu Sans"]
        assert not caplog.records
    finally:
        mpl.rcParams["font.family"] = before
        fonts.register_matplotlib.cache_clear()
