"""Which edits of the library the worker outlives, and which replace it."""

from __future__ import annotations

from assessment.preview.messages import Opened, Seen, Subject
from assessment.preview.workshop import Workshop
from tests.conftest import ROOT

OTHER = ROOT / "tests" / "other_plan"
LIBRARY = ROOT / "assessment"


def test_only_what_it_uses_itself_replaces_the_worker() -> None:
    notebook = ROOT / "notebooks" / "_chapter.ipynb"
    subject = Subject(notebook, OTHER / "params", OTHER / "pack", "东山区", chapter="2")
    with Workshop(subject) as shop:
        assert isinstance(shop.open(), Opened)
        assert isinstance(shop.run(lambda _: False), Seen)
        kernels_own = {LIBRARY / "chapter" / "chapter.py", LIBRARY / "chapter" / "finding.py"}
        assert shop.can_go_on(frozenset(kernels_own))
        assert isinstance(shop.run(lambda _: False), Seen)  # run again, not taken as unchanged
        for name in ("show/html.py", "params/model.py", "report/templates/page/page.css"):
            assert not shop.can_go_on(frozenset({*kernels_own, LIBRARY / name}))
        shop.stop()
        assert not shop.ready
