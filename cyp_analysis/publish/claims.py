"""Holds the pages of an area against the edition's tables, and writes `claims.json`."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cyp_analysis import catalogue, paths
from cyp_analysis.edition_reader import Edition, edition_names
from cyp_analysis.errors import ChapterError
from cyp_analysis.geography import Area
from cyp_analysis.present.claims.binder import Binder
from cyp_analysis.present.claims.cells import NAMING
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.ledger import (
    FILE,
    Ledger,
    ledger_of,
    read_claims,
    share,
    write_ledgers,
)
from cyp_analysis.present.claims.vocabulary import (
    NAMES,
    Vocabulary,
    catalogue_phrases,
    table_phrases,
)
from cyp_analysis.present.claims.written import Typed, typed_numbers
from cyp_analysis.present.commentary import read_commentary
from cyp_analysis.publish.claims_reading import chapter_passages, passages
from cyp_analysis.publish.generated import CHANGES, OUTLIERS

_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_TILES = re.compile(r"<ul class=\"tiles\">.*?</ul>", re.DOTALL)
# Pages that no notebook makes: the call whose words they share, and the part that is generated.
_PAGES = {
    OUTLIERS: ("outliers", _MAIN),
    CHANGES: ("changes", _MAIN),
    "index.html": ("glance", _TILES),
}
_MOST = 3


class Auditor:
    """Reads what an area's pages say; the edition's tables are indexed once."""

    def __init__(self, edition: Edition, area: Area, *, stops: bool = False) -> None:
        # A build lists what is not held: the binder does not yet know every row of publishers'
        # files, and a true sentence must not keep an edition from being published.
        self.stops = stops
        self.edition, self.known = edition, catalogue.load()
        facts = Facts(edition, area)
        phrases = catalogue_phrases(self.known) | table_phrases(facts.tables, (*NAMING, *NAMES))
        self.binder = Binder(facts, self.known.indicators, Vocabulary(phrases))
        self.ledgers: dict[str, Ledger] = {}
        self.typed: list[Typed] = []

    def check_chapter(self, notebook: Path, chapter_id: str) -> None:
        """Hold a chapter's sentences against the edition; ChapterError if one that must be held
        is not."""
        said = chapter_passages(notebook, self.known.chapters[chapter_id], self.known)
        made = ledger_of(f"{chapter_id}.html", said, self.binder)
        self.ledgers[made.page] = made
        self.typed += self._typed(made, chapter_id)
        if self.stops:
            refuse(made)

    def _typed(self, made: Ledger, chapter_id: str) -> list[Typed]:
        """Numbers that a person typed in the chapter's commentary and that it does not say."""
        area = self.binder.facts.area.code
        found = read_commentary(area, chapter_id)
        if found is None:
            return []
        said = [number for claim in made.claims for number in claim["numbers"]]
        return typed_numbers(f"{area}/{found.path.name}", found.whole, said, self.binder.vocabulary)

    def check_page(self, path: Path) -> None:
        """The same for a page that no notebook makes."""
        call, part = _PAGES[path.name]
        html = "".join(part.findall(path.read_text(encoding="utf-8")))
        made = ledger_of(path.name, passages(html, call, None, self.known), self.binder)
        self.ledgers[made.page] = made
        if self.stops:
            refuse(made)

    @property
    def claims(self) -> list[dict[str, object]]:
        """What the pages held so far say, as the records of `claims.json`."""
        return [claim for ledger in self.ledgers.values() for claim in ledger.claims]

    def write(self, home: Path) -> Path:
        """Write what every page says to `claims.json`."""
        for name in _PAGES:
            if (home / name).is_file():
                self.check_page(home / name)
        return write_ledgers(home, self.edition.name, self.ledgers.values(), self.typed)


def refuse(made: Ledger) -> None:
    """ChapterError naming the sentences that say what the edition does not hold."""
    hard = [fault for fault in made.faults if fault.stops]
    if hard:
        told = "; ".join(f"“{f.text}” in “{f.sentence}”" for f in hard[:_MOST])
        more = f" (and {len(hard) - _MOST} more)" if len(hard) > _MOST else ""
        raise ChapterError(
            made.page,
            "a sentence may say only what the edition's tables hold",
            told + more,
            "Mend the words or the figures that they were written from.",
        )


def receipt_part(folder: Path, areas: Iterable[Area]) -> list[dict[str, object]]:
    """For the receipt: how much of what each area's pages say is held, and what is not."""
    found = [(area.code, read_claims(folder / area.code)) for area in areas]
    return [
        {"area": code, **{part: claims[part] for part in ("coverage", "not_held", "typed")}}
        for code, claims in found
    ]


def summary_line(folder: Path, areas: Sequence[Area]) -> str:
    """One line for the end of a build; empty where no page was held against anything."""
    parts = [read_claims(folder / area.code) for area in areas]
    bound, numbers = share(row for part in parts for row in part["coverage"])
    if not numbers:
        return ""
    loose = numbers - bound
    rest = f"; {loose} not, listed in {FILE}" if loose else ""
    typed = sum(len(part["typed"]) for part in parts)
    hand = f" Commentary: {typed} typed number(s) that no chapter says." if typed else ""
    said = f"{bound:,} of {numbers:,} numbers in sentences are held by the tables{rest}"
    return f"Claims: {said}.{hand}"


def typed_problems(area_code: str, chapter_id: str) -> list[str]:
    """Numbers typed in one commentary that its chapter did not say in the newest edition that has
    the area; none where no edition has it."""
    for name in reversed(edition_names()):
        claims = read_claims(paths.outputs_dir() / name / area_code)
        page = f"{chapter_id}.html"
        told = [claim for claim in claims["claims"] if claim["page"].split("#")[0] == page]
        if not told:
            continue
        found = read_commentary(area_code, chapter_id)
        said = [number for claim in told for number in claim["numbers"]]
        words = Vocabulary(catalogue_phrases(catalogue.load()))
        return [typed.problem for typed in typed_numbers(found.path.name, found.whole, said, words)]
    return []
