"""A whole area as one PDF, and charts as PNG: printed by a browser that is on this machine."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from pathlib import Path

from cyp_analysis.errors import UsageError
from cyp_analysis.publish.policy import css_text

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
# No network, and nothing of the browser's own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
SHARPNESS = 2  # pixels of a PNG to a unit of the chart
_MAIN = re.compile(r"<main\b[^>]*>(.*?)</main>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_IDS = re.compile(r'\b(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"')
_HREF = re.compile(r'\b(xlink:href|href)="([^"]*)"')
_DEFINITION = re.compile(r'\bid="(def-[^"]+)"')
_URL = re.compile(r"url\(#([^)]+)\)")
_SHEET = """
@page { size: A4; margin: 18mm 16mm 20mm;
  @bottom-left { content: %s; font: 9pt Arial, sans-serif; color: #505a5f; }
  @bottom-right { content: counter(page) " of " counter(pages); font: 9pt Arial, sans-serif; }
}
.printed + .printed { break-before: page; }
/* Definitions that the document holds in full elsewhere are named only. */
.brief details[id*="-def-"] > :not(summary) { display: none; }
/* Files that lie beside the pages do not travel with the document. */
.chart-files, .downloads, [id$="-downloads"], [id$="-downloads"] + ul { display: none; }
"""


def browser_path() -> str:
    """The browser to print with; UsageError, with what to install, where there is none."""
    if find_spec("playwright") is None:
        action = "Install it: pip install 'cyp-analysis[pdf]'; or build without --pdf."
        raise UsageError("--pdf", "needs the package playwright", "no such package", action)
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        action = "Install Chromium or Chrome, or build without --pdf."
        raise UsageError("--pdf", "needs a browser to print with", "none found", action)
    return found


@contextmanager
def printer(*, wanted: bool = True) -> Iterator["Printer | None"]:
    """A browser for as long as it is needed; None where it is not wanted."""
    if not wanted:
        yield None
        return
    path = browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield Printer(browser)
        browser.close()


class Printer:
    """A browser that writes pages to PDF and charts to PNG."""

    def __init__(self, browser) -> None:
        self._browser = browser

    def pdf(self, pages: Sequence[Path], target: Path, title: str) -> Path:
        """The pages, one after the other, as one tagged A4 document with an outline."""
        with tempfile.TemporaryDirectory(prefix="cyp-print-") as folder:
            whole = Path(folder) / "print.html"
            whole.write_text(combined(pages, title), encoding="utf-8")
            tab = self._browser.new_page(java_script_enabled=False, color_scheme="light")
            tab.goto(whole.as_uri())
            target.parent.mkdir(parents=True, exist_ok=True)
            tab.pdf(
                path=target,
                format="A4",
                print_background=True,
                prefer_css_page_size=True,
                tagged=True,
                outline=True,
            )
            tab.close()
        return target

    def pngs(self, charts: Iterable[Path]) -> dict[Path, Path]:
        """Each SVG file as a PNG beside it; SVG → PNG."""
        context = self._browser.new_context(
            device_scale_factor=SHARPNESS, java_script_enabled=False, color_scheme="light"
        )
        tab = context.new_page()
        made = {}
        for chart in charts:
            drawn = chart.read_text(encoding="utf-8").partition("?>")[2]
            tab.set_content(f'<!doctype html><body style="margin:0">{drawn}')
            made[chart] = chart.with_suffix(".png")
            tab.locator("svg").first.screenshot(path=made[chart])
        context.close()
        return made


def combined(pages: Sequence[Path], title: str) -> str:
    """One document of the main parts of several pages; links among them lead inside it, and those
    to files beside them are words only, for a PDF travels alone."""
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    styles = dict.fromkeys(style for text in texts.values() for style in _STYLE.findall(text))
    short = _told_elsewhere(texts)
    parts = "\n".join(
        _part(name, text, frozenset(texts), "printed brief" if name in short else "printed")
        for name, text in texts.items()
    )
    foot = _SHEET % f'"{css_text(title)}"'
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{''.join(styles)}{foot}</style>\n</head>\n"
        f'<body>\n<main class="wrap">\n{parts}\n</main>\n</body>\n</html>\n'
    )


def _told_elsewhere(texts: Mapping[str, str]) -> frozenset[str]:
    """The pages whose every definition stands in full on the page that has the most of them."""
    defined = {name: set(_DEFINITION.findall(text)) for name, text in texts.items()}
    fullest = max(defined, key=lambda name: len(defined[name]), default="")
    return frozenset(n for n, ids in defined.items() if n != fullest and ids <= defined[fullest])


def _part(name: str, text: str, pages: frozenset[str], class_: str) -> str:
    found = _MAIN.search(text)
    body = _SCRIPT.sub("", found[1] if found else "").replace("<details>", "<details open>")
    prefix = _prefix(name)

    def named(match: re.Match) -> str:
        ids = " ".join(f"{prefix}-{part}" for part in match[2].split())
        return f'{match[1]}="{ids}"'

    def led(match: re.Match) -> str:
        return _inside(match[1], match[2], name, pages)

    body = _HREF.sub(led, _IDS.sub(named, body))
    body = _URL.sub(lambda match: f"url(#{prefix}-{match[1]})", body)
    return f'<div class="{class_}" id="{prefix}">{body}</div>'


def _inside(attribute: str, address: str, name: str, pages: frozenset[str]) -> str:
    """The attribute with an address that works inside the one document; none for other files."""
    if address.startswith(("http:", "https:", "mailto:", "data:")):
        return f'{attribute}="{address}"'
    file, _, fragment = address.partition("#")
    if (file or name) not in pages:
        return ""
    target = _prefix(file or name) + (f"-{fragment}" if fragment else "")
    return f'{attribute}="#{target}"'


def _prefix(name: str) -> str:
    return "p-" + name.removesuffix(".html").replace("_", "-")
