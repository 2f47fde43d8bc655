"""A page of one area that no notebook makes: what its shell and its navigation need."""

from dataclasses import dataclass

from cyp_analysis.geography import Area
from cyp_analysis.publish.page import ChapterLink
from cyp_analysis.publish.shell import SITE_NAME, Shell


@dataclass(frozen=True, kw_only=True)
class AreaPage(Shell):
    """The furniture of such a page; a kind of page adds its `title` and what it shows."""

    area: Area
    edition: str
    chapters: tuple[ChapterLink, ...] = ()
    updated: str = ""
    methods_href: str = ""
    index_href: str = "index.html"
    site_name: str = SITE_NAME
    title: str = ""
    question: str = ""

    @property
    def area_name(self) -> str:
        """The area whose pages it belongs to."""
        return self.area.name

    @property
    def area_code(self) -> str:
        """Its code."""
        return self.area.code

    @property
    def document_title(self) -> str:
        """The title of the browser's tab."""
        return f"{self.title} – {self.area_name} – {self.site_name}"

    @property
    def description(self) -> str:
        """One sentence for search results."""
        return f"{self.title}, {self.area_name}. {self.question}".rstrip(". ") + "."
