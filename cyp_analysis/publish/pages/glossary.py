"""The words of the field in plain English: one page for each area, from data/catalogue."""

from dataclasses import dataclass as frozen_dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue_files import read_list
from cyp_analysis.errors import CatalogueError
from cyp_analysis.publish.pages.area_page import AreaPage
from cyp_analysis.publish.shell import render

FILE = "glossary.yml"
Words = Annotated[str, StringConstraints(pattern=r"\w")]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Term:
    """A word, what it means, other names of it, and the ids of terms to read next."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    term: Words
    meaning: Words
    also: tuple[Words, ...] = ()
    see: tuple[str, ...] = ()


@frozen_dataclass(frozen=True, kw_only=True)
class Glossary(AreaPage):
    """The glossary of one area's pages."""

    terms: tuple[Term, ...]
    title: str = "Words explained"
    question: str = "What do the words and signs on these pages mean?"

    @property
    def names(self) -> dict[str, str]:
        """id → term, for what to read next."""
        return {term.id: term.term for term in self.terms}

    @property
    def letters(self) -> list[tuple[str, list[Term]]]:
        """The terms by first letter."""
        return [(letter, list(of)) for letter, of in groupby(self.terms, key=_letter)]


def _letter(term: Term) -> str:
    return term.term[0].upper() if term.term[0].isalpha() else "Signs"


def read_glossary(folder: Path | None = None) -> tuple[Term, ...]:
    """The terms from A to Z, signs first. CatalogueError where one points at a term that is not
    there, or is explained twice."""
    path = (folder or paths.data_dir() / "catalogue") / FILE
    terms = read_list(path, Term)
    for term in terms.values():
        for other in term.see:
            if other not in terms or other == term.id:
                rule = f"`see` of {term.id} must name another term"
                raise CatalogueError(path, rule, other, "Correct the id or add the term.")
    names = [name.lower() for term in terms.values() for name in (term.term, *term.also)]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise CatalogueError(path, "each name once", twice, "Join the two terms.")
    return tuple(sorted(terms.values(), key=lambda t: (t.term[0].isalpha(), t.term.lower())))


def render_glossary(page: Glossary) -> str:
    """The HTML of the glossary."""
    return render("glossary.html.j2", f"glossary.html ({page.area_code})", page=page)
