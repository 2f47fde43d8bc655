"""Pictures of every type of page of an edition, for people to look at before a change goes out.

For maintainers: `make screenshots`, or `python -m cyp_analysis.tools.screenshots [EDITION]`, which
needs the test packages and Chromium. They go to `screenshots` in the folder of editions, one folder
an edition, and are not kept in git.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cyp_analysis import paths
from cyp_analysis.edition_reader import open_edition
from cyp_analysis.errors import CypError, UsageError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = "screenshots"
TALLEST = 16_000  # pixels; beyond it Chromium repeats what it has drawn


class Look(NamedTuple):
    """One way to look at a page: width in pixels, colour scheme, on screen or as printed."""

    name: str
    width: int
    scheme: str = "light"
    media: str = "screen"


# A4 at 96 pixels an inch, less the margins of the style sheet.
LOOKS = (
    Look("desk", 1280),
    Look("phone", 390),
    Look("dark", 1280, "dark"),
    Look("a4", 673, media="print"),
)


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures of an edition, the newest if none is named; prints where they are."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        edition = open_edition(given[0] if given else None)
        to = paths.outputs_dir() / FOLDER / edition.name
        print(f"{_taken(edition.path, to, _chromium())} pictures in {to}")
    except CypError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _taken(folder: Path, to: Path, chromium: str) -> int:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        number = take(browser, folder, to)
        browser.close()
    return number


def page_types(folder: Path) -> list[Path]:
    """The pages beside the areas' folders, and each page of the first area: areas differ in
    figures, not in types of page."""
    areas = sorted({path.parent for path in folder.glob("*/index.html")})
    own = sorted(folder.glob("*.html"))
    return own + (sorted(areas[0].glob("*.html")) if areas else [])


def take(browser: "Browser", folder: Path, to: Path, looks: Iterable[Look] = LOOKS) -> int:
    """Write a PNG of each type of page in each look, and say how many."""
    pages, looks = page_types(folder), tuple(looks)
    shutil.rmtree(to, ignore_errors=True)
    for look in looks:
        viewport = {"width": look.width, "height": 900}
        tab = browser.new_page(viewport=viewport, color_scheme=look.scheme)
        tab.emulate_media(media=look.media, reduced_motion="reduce")
        for page in pages:
            tab.goto(page.as_uri())
            _shoot(tab, to / look.name / f"{page.stem}.png")
        tab.close()
    return len(pages) * len(looks)


def _shoot(tab: "Page", path: Path) -> None:
    """The whole page, or as much of it as a picture can hold."""
    height = tab.evaluate("document.documentElement.scrollHeight")
    width = tab.viewport_size["width"]
    path.parent.mkdir(parents=True, exist_ok=True)
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    tab.screenshot(path=str(path), full_page=True, clip=clip)


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        action = "Install Chromium, with `apt-get install chromium` or as your system does."
        raise UsageError("the browser chromium", "must be installed", "none", action)
    return found


if __name__ == "__main__":
    sys.exit(main())
