"""The accessibility statement, in the form of the regulations for public sector bodies, with what
the authority has filled in about itself in data/site.yml."""

from dataclasses import dataclass as frozen_dataclass
from dataclasses import fields
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, field_validator
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue_files import make_one, read_yaml
from cyp_analysis.present.words import date_words, join_words
from cyp_analysis.publish.pages.area_page import AreaPage
from cyp_analysis.publish.shell import render

FILE = "site.yml"
# What the law asks for, as a sentence names it.
WANTED = {
    "organisation": "the name of the organisation",
    "email": "an e-mail address for accessibility problems",
    "reply_within": "the time within which it answers",
    "statement_prepared": "the date of the statement",
}


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Publisher:
    """Who publishes the pages; empty is not filled in yet."""

    organisation: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    post: str = ""
    reply_within: str = ""
    statement_prepared: date | None = None
    statement_reviewed: date | None = None
    tested_by_people: str = ""
    known_problems: tuple[str, ...] = ()

    @field_validator("email")
    @classmethod
    def _an_address(cls, email: str) -> str:
        name, at, place = email.partition("@")
        if email and not (name and at and "." in place and " " not in email):
            raise ValueError("must be an e-mail address, such as access@example.gov.uk")
        return email

    @field_validator("website")
    @classmethod
    def _a_page(cls, website: str) -> str:
        if website and not website.startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        return website

    @field_validator("phone", mode="before")
    @classmethod
    def _as_written(cls, phone: object) -> object:
        # YAML reads 01234 as a number in base eight.
        if isinstance(phone, int):
            raise ValueError('must be in quotes, such as "01234 567890": it is no number to count')
        return phone

    @property
    def missing(self) -> tuple[str, ...]:
        """What the law asks for and nobody has filled in, in words."""
        return tuple(said for name, said in WANTED.items() if not getattr(self, name))

    @property
    def name(self) -> str:
        """The organisation, or what to call it while it has no name."""
        return self.organisation or "the organisation that publishes these pages"


@frozen_dataclass(frozen=True, kw_only=True)
class Statement(AreaPage):
    """The statement on the pages of one area."""

    publisher: Publisher
    title: str = "Accessibility statement"
    question: str = "How accessible are these pages, what is known not to be, and who can help?"

    @property
    def missing(self) -> str:
        """What is still to be filled in, as a sentence names it; empty if nothing is."""
        return join_words(self.publisher.missing)

    @property
    def prepared(self) -> str:
        """When the statement was first made, in words; empty if nobody has said."""
        return date_words(self.publisher.statement_prepared)

    @property
    def reviewed(self) -> str:
        """When it was last looked at, in words."""
        return date_words(self.publisher.statement_reviewed)


def read_publisher(folder: Path | None = None) -> Publisher:
    """What data/site.yml says; nothing where there is no such file. CatalogueError for an unknown
    key or what is no date or address."""
    path = (folder or paths.data_dir()) / FILE
    if not path.is_file():
        return Publisher()
    told = read_yaml(path) or {}
    if isinstance(told, dict):
        # An empty line of YAML is nothing filled in.
        empty = {name for name in told if told[name] is None}
        known = {field.name for field in fields(Publisher)}
        told = {name: value for name, value in told.items() if name not in empty & known}
    return make_one(Publisher, told, path)


def render_statement(page: Statement) -> str:
    """The HTML of the statement."""
    return render("accessibility.html.j2", f"accessibility.html ({page.area_code})", page=page)
