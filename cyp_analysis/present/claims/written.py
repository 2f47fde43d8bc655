"""Numbers and quoted sentences in the words that a person wrote.

An author may put in the current sentence of a figure, `{{claim:claim-child_poverty}}`, or pin it
as it was approved, `{{claim:claim-child_poverty | In 2016, 14.0% of …}}`: a pinned sentence that
the figures no longer give stops the build. A number from elsewhere is marked with where it is
from: `[12%]{source="Plan 2023, page 4"}`. Every other number must be one that the chapter says.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cyp_analysis.errors import ChapterError
from cyp_analysis.present.claims.numbers import Number, numbers_in, periods_in
from cyp_analysis.present.claims.vocabulary import Vocabulary

_PIN = re.compile(r"\{\{\s*claim:([\w-]+)\s*(?:\|(.*?))?\}\}", re.DOTALL)
_MARK = re.compile(r"\[([^\[\]]*\d[^\[\]]*)\]\{\s*source\s*=\s*[\"“]([^\"“”]*)[\"”]\s*\}")
_LIST = re.compile(r"^\s*(?:\d+[.)]|#+(?: +\d+\.?)?)\s", re.MULTILINE)
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+")


@dataclass(frozen=True)
class Typed:
    """A number that a person typed and the chapter does not say; `nearest` is one that it does."""

    file: str
    line: int
    number: str
    nearest: str

    @property
    def problem(self) -> str:
        """In words, for lists of problems."""
        near = f"; the nearest is {self.nearest}" if self.nearest else ""
        return (
            f"line {self.line}: {self.number} is no figure of this chapter{near}. Correct it, or"
            f' mark where it is from: [{self.number}]{{source="…"}}'
        )


def filled(markdown: str, sentence_of: Callable[[str], str], thing: str) -> str:
    """The Markdown with each claim's sentence in its place.

    ChapterError, with both texts, where a sentence is no longer as it was approved.
    """

    def put(match: re.Match) -> str:
        now, approved = sentence_of(match[1]), match[2]
        if approved is not None and _plain(approved) != _plain(now):
            raise ChapterError(
                f"{thing}, {match[1]}",
                "an approved sentence must be what the figures say",
                f"approved: “{_plain(approved)}”; now: “{now}”",
                "Read both. If the new one is right, put it in the place of the old.",
            )
        return now

    return _PIN.sub(put, markdown)


def _plain(text: str) -> str:
    return " ".join(text.split())


def with_sources(markdown: str) -> str:
    """Marked numbers as a reader sees them: "12% (source: Plan 2023, page 4)"."""
    return _MARK.sub(r"\1 (source: \2)", markdown)


def typed_numbers(
    file: str, markdown: str, said: Iterable[Mapping[str, object]], known: Vocabulary
) -> list[Typed]:
    """Numbers of a text that are neither marked nor among the numbers that a chapter says."""
    texts = {str(number["text"]): _value(str(number["text"])) for number in said}
    held = {_alike(text) for text in texts}
    found = []
    for place, line in enumerate(_own_words(markdown).split("\n"), 1):
        masked = [*known.spans(line), *periods_in(line)]
        for number in numbers_in(line, masked):
            if not number.worded and _alike(number.text) not in held:
                found.append(Typed(file, place, number.text, _nearest(number, texts)))
    return found


def _own_words(markdown: str) -> str:
    """The text with what is not the author's own number blanked out, line by line."""

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    for pattern in (_PIN, _MARK, _LINK, _LIST):
        markdown = pattern.sub(blank, markdown)
    return markdown


def _alike(text: str) -> str:
    return text.replace(" per cent", "%").replace(" ", "")


def _value(text: str) -> float | None:
    numbers = numbers_in(text, [])
    return numbers[0].value if numbers else None


def _nearest(number: Number, texts: Mapping[str, float | None]) -> str:
    """The number said of the same kind that is nearest; empty if none is within a half of it."""
    same = {t: v for t, v in texts.items() if v is not None and t.endswith("%") == number.percent}
    near = min(same, key=lambda text: abs(same[text] - number.value), default="")
    close = near and abs(same[near] - number.value) <= abs(number.value) / 2
    return near if close else ""
