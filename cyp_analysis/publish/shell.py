"""What every page of an edition has, whatever it is about: the site's name, its notice, and the
links that lead out of it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cyp_analysis import paths
from cyp_analysis.errors import ChapterError
from cyp_analysis.publish.checks import page_faults
from cyp_analysis.publish.policy import FILTERS
from cyp_analysis.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
SITE_NAME = "Children and young people's needs assessment"
SEARCH, GLOSSARY, STATEMENT = "search.html", "glossary.html", "accessibility.html"


class Shell:
    """The links of the shell; they are the same for all pages of an area, and a page outside of
    the areas' folders has its own."""

    search_href = SEARCH
    glossary_href = GLOSSARY
    statement_href = STATEMENT

    @property
    def notice(self) -> str:
        """What must be said of the data on every page."""
        return paths.notice()


def render(template: str, name: str, **shown: object) -> str:
    """The HTML of a template of this project. ChapterError, naming the page, if it would break a
    rule of `checks`."""
    html = visible(_environment().get_template(template).render(**shown))
    faults = page_faults(html)
    if faults:
        action = f"Mend its blocks or {template}."
        raise ChapterError(name, "a page must be accessible", faults[0], action)
    return html


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "cyp"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment
