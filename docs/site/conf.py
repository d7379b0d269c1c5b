"""How the documentation becomes a site that is read offline: ``sphinx-build -c docs/site . site``."""

import re
from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.search import SearchLanguage

project = "减污降碳协同增效年度评估"
author = "synergy-assessment"
language = "zh_CN"
root_doc = "docs/site/index"

extensions = ["myst_parser"]
myst_heading_anchors = 4
include_patterns = [
    "docs/**", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "THIRD_PARTY.md", "warmkernel/README.md", "benchmarks/README.md",
    "assessment/handbook/pages/*.md",
]  # fmt: skip
exclude_patterns = [
    ".*", "**/.*", "**/__pycache__", "reports", "site", "dist", "build", "data", "tests",
    "docs/site/_*",
]  # fmt: skip

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "start.html"}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#1f6f5c",
        "color-brand-content": "#1f6f5c",
        "font-stack": "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif",
        "font-stack--monospace": "'Sarasa Mono SC','Noto Sans Mono CJK SC',Consolas,Menlo,monospace",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6fc3ab",
        "color-brand-content": "#6fc3ab",
    },
}

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z0-9_]+")


class PairsOfCharacters(SearchLanguage):
    """Chinese found by pairs of neighbouring characters, which needs no dictionary of words."""

    lang = "zh_CN"
    language_name = "Chinese"
    stopwords: frozenset[str] = frozenset()
    js_splitter_code = r"""
function splitQuery(query) {
  const words = query.match(/[A-Za-z0-9_]+/g) || [];
  for (const run of query.match(/[\u3400-\u4dbf\u4e00-\u9fff]+/g) || []) {
    if (run.length === 1) words.push(run);
    for (let i = 0; i + 1 < run.length; i++) words.push(run.slice(i, i + 2));
  }
  return words;
}
"""

    def split(self, input: str) -> list[str]:  # noqa: A002
        """Return the words and pairs of a text."""
        found = _WORD.findall(input)
        for run in _HAN.findall(input):
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        return found

    def word_filter(self, word: str) -> bool:
        """Keep every word; single Latin letters alone say nothing."""
        return len(word) > 1 or bool(_HAN.match(word))


_WORDS = {"On this page": "本页", "Home": "首页", "Next": "下一篇", "Previous": "上一篇"}


def _translate(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: Any
) -> None:
    """Say in Chinese what the theme has no translation for."""
    ours = context.get("_", get_translation("sphinx"))
    context["_"] = lambda text: _WORDS.get(text) or ours(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the search, the words, and tables as a language of code blocks."""
    app.connect("html-page-context", _translate)
    app.add_search_language(PairsOfCharacters)
    app.add_lexer("csv", TextLexer)
    return {"parallel_read_safe": True}
