"""A piece of generated prose, and what its place on the page says that it is about."""

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.:!?])\s+(?=[A-Z“\d−])")


@dataclass(frozen=True)
class Passage:
    """One paragraph, list item, title, caption or text alternative.

    `ids`: the indicators that it can be about, None if any; `around`: the words beside it that
    name its period and place, such as the title of the same figure.
    """

    text: str
    kind: str
    call: str = ""
    ids: tuple[str, ...] | None = None
    around: str = ""
    anchor: str = ""
    period_end: str = ""

    def sentence_at(self, start: int) -> str:
        """The sentence that holds a place of the text."""
        ends = [0, *(m.end() for m in _SENTENCE_END.finditer(self.text)), len(self.text)]
        return next(
            self.text[a:b].strip() for a, b in zip(ends, ends[1:], strict=False) if a <= start < b
        )
