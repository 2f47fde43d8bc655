"""Each chart of a page as a file of its own: title, picture, source, on white."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path

from cyp_analysis.present import chart_style
from cyp_analysis.publish.downloads.names import Download
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.markup import parse

# An SVG can be drawn inside a figure only by our own writer: it stands as it is in the page.
_FIGURE = re.compile(r"<figure\b([^>]*)>(.*?)</figure>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_SVG = re.compile(r"<svg\b([^>]*)>(.*?)</svg>", re.DOTALL)
_VIEW = re.compile(r'viewBox="([^"]+)"')
_LABEL = re.compile(r'aria-label="([^"]*)"')
_VARIABLE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,\s*([^()]+))?\)")
_DECLARED = re.compile(r"--([\w-]+):\s*([^;}]+)[;}]")
STYLE = Path(__file__).parents[1] / "templates" / "cyp" / "style.css"
FONTS = "Arial, Helvetica, sans-serif"
MARGIN = 16
# Size of the letters, height of a line, letters to a line of a chart of the usual width.
TITLE, SUBTITLE, SOURCE = (19, 25, 44), (15, 20, 60), (12, 16, 76)
GAP = ("", 0, 5)  # between title and subtitle


@dataclass(frozen=True)
class Chart:
    """A chart of a page: its id there, its words, and the picture as SVG."""

    id: str
    title: str
    subtitle: str
    source: str
    svg: str


def charts_of(html: str) -> list[Chart]:
    """The charts of a page that are drawn as SVG, in order."""
    found = []
    for match in _FIGURE.finditer(html):
        named, drawn = _ID.search(match[1]), _SVG.search(match[2])
        if named and drawn:
            words = parse(_SVG.sub("", match[2]))
            found.append(Chart(unescape(named[1]), *_words(words), drawn[0]))
    return found


def _words(figure) -> tuple[str, str, str]:
    names = ("chart-title", "chart-subtitle", "source")
    texts = {name: [e.text() for e in figure.walk() if e.has_class(name)] for name in names}
    return tuple(next(iter(texts[name]), "") for name in names)


def standalone(chart: Chart) -> str:
    """The chart as an SVG file: title and subtitle above, source below, colours its own."""
    attributes, inside = _SVG.fullmatch(chart.svg).groups()
    left, top, width, height = map(float, _VIEW.search(attributes)[1].split())
    scale = width / chart_style.WIDTH
    lines = [*_lines(chart.title, TITLE, scale), GAP, *_lines(chart.subtitle, SUBTITLE, scale)]
    below = _lines(chart.source, SOURCE, scale)
    above = sum(step for _, _, step in lines) + 2 * MARGIN
    under = sum(step for _, _, step in below) + 2 * MARGIN
    total = (width + 2 * MARGIN, above + height + under)
    texts = _texts(lines, left, top - above + MARGIN)
    texts += _texts(below, left, top + height + MARGIN)
    view = f"{left - MARGIN:g} {top - above:g} {total[0]:g} {total[1]:g}"
    alt = _LABEL.search(attributes)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{view}" width="{total[0]:g}" height="{total[1]:g}" role="img"'
        f' xml:lang="en-GB" stroke-linejoin="round" stroke-linecap="butt" color="#3d3d3d">\n'
        f"<title>{escape(chart.title)}</title>\n<desc>{alt[1] if alt else ''}</desc>\n"
        f'<rect x="{left - MARGIN:g}" y="{top - above:g}" width="100%" height="100%"'
        f' fill="#ffffff"/>\n{texts}<g>{plain_colours(inside)}</g>\n</svg>\n'
    )


def _lines(text: str, kind: tuple[int, int, int], scale: float) -> list[tuple[str, int, int]]:
    """(line, size, step) for each line that a text is broken into."""
    size, step, letters = kind
    return [(line, size, step) for line in textwrap.wrap(text, int(letters * scale))]


def _texts(lines: Sequence[tuple[str, int, int]], x: float, y: float) -> str:
    made = []
    for line, size, step in lines:
        y += step
        if not line:
            continue
        bold = ' font-weight="bold"' if size == TITLE[0] else ""
        made.append(
            f'<text x="{x:g}" y="{y - step / 4:g}" font-family="{FONTS}" font-size="{size}"{bold}'
            f' fill="#0b0c0c">{escape(line)}</text>\n'
        )
    return "".join(made)


def plain_colours(svg: str) -> str:
    """The drawing with colours in place of the names that a page's style gives them."""
    light = light_colours()
    for _ in range(3):  # a name may stand for another
        svg = _VARIABLE.sub(lambda m: light.get(m[1], m[2] or "currentColor").strip(), svg)
    return svg


@cache
def light_colours() -> dict[str, str]:
    """Name → value as the page's style first declares it, which is for light pages."""
    style = STYLE.read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for name, value in _DECLARED.findall(style):
        found.setdefault(name, value)
    return found


def with_files(html: str, files: Mapping[str, Sequence[Download]]) -> str:
    """The page with, at the end of each figure, links to its picture; `files` by figure id."""

    def linked(match: re.Match) -> str:
        named = _ID.search(match[1])
        links = files.get(unescape(named[1]), ()) if named else ()
        said = ", ".join(_link(link) for link in links)
        line = f'<p class="chart-files">Download this chart: {said}</p>' if said else ""
        return f"<figure{match[1]}>{match[2]}{line}</figure>"

    return _FIGURE.sub(linked, html) if files else html


def _link(link: Download) -> str:
    label = escape(f"{link.kind}, {link.size}: {link.name}")
    text = escape(f"{link.kind}, {link.size}")
    return f'<a href="{escape(link.href)}" download aria-label="{label}">{text}</a>'


def write_charts(folder: Path, prefix: str, charts: Sequence[Chart]) -> dict[str, Path]:
    """Write each chart as `<prefix>-<id of the figure>.svg`; figure id → its file."""
    made = {}
    for chart in charts:
        name = chart.id.removeprefix("fig-").replace("_", "-").lower()
        made[chart.id] = write_atomic(folder / f"{prefix}-{name}.svg", standalone(chart))
    return made
