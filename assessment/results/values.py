"""What results and sentences are made of: values, where they come from, sentences that name them."""

from __future__ import annotations

from assessment.params.plan import Frozen

Value = float | int | str | None


class Trace(Frozen):
    """Where a figure comes from: file and row of the pack, and who gave it."""

    file: str
    row: int
    source: str = ""
    grade: str = ""
    given: str = ""
    note: str = ""


class Fact(Frozen):
    """A number in a sentence, and where it stands in results.json.

    ``pointer`` is a JSON Pointer (RFC 6901) from the root of results.json.
    """

    text: str
    value: Value
    pointer: str


class Sentence(Frozen):
    """A sentence whose ``{0}``, ``{1}``… are its facts."""

    template: str
    facts: tuple[Fact, ...] = ()

    @property
    def text(self) -> str:
        """The sentence as it is read."""
        return self.template.format(*(fact.text for fact in self.facts))
