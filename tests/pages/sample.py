"""A made-up chapter with one of each block, as `present` writes them and papermill saves them."""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cyp_analysis.publish.page import ChapterLink, Page
from cyp_analysis.publish.site import AreaLink, Card, Index

SOURCE = '<p class="source">Source: Department of Examples, Example statistics, 2023/24.</p>'
_NAMES = (
    "Ashmoor Beckford Coldharbour Dunsley Eastmere Fernhurst Greyfield Hartwell Inglebrook "
    "Jarrow-under-Hill Kingsmere Langdon Millbank Northwold Oakhampton Pendle-on-Sea Quarrington "
    "Ravensby Southmere Thornbury-and-Eskdale Underhill Valemouth Westmarch Exham Yarrowby Zeal "
    "Abbotsley Brackenfell Carrow Danesby Elmswell Farleigh Gosford"
)


AUTHORITIES = re.findall(r"[A-Z][\w-]+", _NAMES)


def verdict(outcome: str, symbol: str, words: str) -> str:
    """A verdict as the page's contract has it."""
    hidden = f'<span class="symbol" aria-hidden="true">{symbol}</span>'
    return f'<span class="verdict verdict-{outcome}">{hidden} {words}</span>'


WORSE = verdict("worse", "▲", "Higher, worse")
BETTER = verdict("better", "▼", "Lower, better")
SIMILAR = verdict("similar", "●", "Similar")
LOWER = verdict("lower", "▼", "Lower")
NOT_COMPARED = verdict("not_compared", "–", "Not compared")

HEADLINES = f"""<ol class="headlines">
<li class="headline" id="claim-a" data-indicator="a">In 2023/24, 24.6% of children aged 10 to 11 in
Exampleshire were living with obesity (95% CI 23.9 to 25.3), higher than England (22.1%).
{WORSE}</li>
<li class="headline" id="claim-b">On 31 March 2024, Exampleshire had 70.7 children looked after per
10,000 under-18s (95% CI 64.0 to 77.8), statistically similar to England (70.0). {SIMILAR}</li>
<li class="headline" id="claim-c">In 2016, 14.0% of children in Exampleshire were in low-income
families (95% CI 13.8 to 14.3), lower than England (17.0%). {BETTER}</li>
<li class="headline" id="claim-d">Between April and September 2023, Exampleshire had 177.6 referrals
per 10,000 under-18s, lower than England. {LOWER}</li>
<li class="headline" id="claim-e">In 2023/24, 61 young people were in an apprenticeship.
{NOT_COMPARED}</li>
</ol>"""

_POINTS = [(90 + 74 * i, 250 - y) for i, y in enumerate((40, 62, 58, 90, 118, 112, 146))]
_LABELS = "".join(
    f'<text x="{x}" y="330" text-anchor="middle">{2018 + i}</text>'
    for i, (x, _) in enumerate(_POINTS)
)
_GRID = "".join(
    f'<path d="M70 {y}H560" stroke="#d3d9df"/><text x="60" y="{y + 5}" text-anchor="end">{v}</text>'
    for v, y in ((0, 305), (30, 205), (60, 105))
)
_DOTS = "".join(f'<circle cx="{x}" cy="{y}" r="4.5" fill="#12436D"/>' for x, y in _POINTS)
_LINE = " ".join(f"{x},{y}" for x, y in _POINTS)
CHART = f"""<figure class="chart" id="fig-a-trend"><figcaption>
<span class="chart-title">Children looked after have risen since 2018</span>
<span class="chart-subtitle">Rate per 10,000 children aged under 18 on 31 March, Exampleshire and
England, 2018 to 2024</span></figcaption>
<div class="chart-image"><svg role="img" viewBox="0 0 680 350" font-family="sans-serif"
font-size="15" fill="#3D3D3D" aria-label="Line for Exampleshire rises from 41 per 10,000 in 2018 to
71 in 2024; England moves from 64 to 70.">{_GRID}{_LABELS}
<polyline points="90,150 534,120" fill="none" stroke="#3D3D3D" stroke-width="2.5"
stroke-dasharray="7 5"/><polyline points="{_LINE}" fill="none" stroke="#12436D" stroke-width="3"/>
{_DOTS}<text x="546" y="98" fill="#12436D" font-weight="bold">Exampleshire</text>
<text x="546" y="126">England</text></svg></div>{SOURCE}
<details><summary>Data table: children looked after, 2018 to 2024</summary>
<div class="table-scroll" role="region" tabindex="0" aria-labelledby="cap-trend">
<table class="data"><caption id="cap-trend">Children looked after per 10,000 under-18s</caption>
<thead><tr><th scope="col">31 March</th><th scope="col" class="num">Exampleshire</th>
<th scope="col" class="num">England</th></tr></thead><tbody>
<tr><th scope="row">2018</th><td class="num">41.0</td><td class="num">64.0</td></tr>
<tr><th scope="row">2024</th><td class="num">70.7</td><td class="num">70.0</td></tr>
</tbody></table></div></details></figure>"""


def _ranking_row(rank: int, name: str) -> str:
    value = 30 - 0.55 * rank
    badge = WORSE if rank < 14 else SIMILAR if rank < 18 else BETTER
    selected = ' class="selected"' if name == "Hartwell" else ""
    return (
        f'<tr{selected}><td class="num">{rank}</td><th scope="row">{name}</th>'
        f'<td class="num">{9000 + 137 * rank:,}</td><td class="num">{value:.1f}</td>'
        f'<td class="num">{value - 0.4:.1f} to {value + 0.4:.1f}</td><td>{badge}</td>'
        f"<td>{badge}</td></tr>"
    )


_ROWS = "".join(_ranking_row(rank, name) for rank, name in enumerate(AUTHORITIES, 1))
RANKING = f"""<div class="table-scroll" role="region" tabindex="0" aria-labelledby="cap-rank">
<table class="data"><caption id="cap-rank">Children in low-income families, authorities of the
Example region, 2016, highest first</caption><thead><tr><th scope="col" class="num">Rank</th>
<th scope="col">Authority</th><th scope="col" class="num">Children</th>
<th scope="col" class="num">Per cent</th><th scope="col" class="num">95% interval</th>
<th scope="col">Against the region</th><th scope="col">Against England</th></tr></thead>
<tbody>{_ROWS}</tbody></table></div>
<p class="note">[x] means that the figure is not available.</p>{SOURCE}"""

NO_DATA = """<div class="no-data"><p>No figures for children missing from care are in this edition.
Download “Children looked after”, table A5, from the publisher and build again with that file in the
data folder.</p></div>"""
COMMENTARY = """<section class="commentary" aria-label="Analyst's commentary">
<p class="warning">Newer figures have been published since this was written.</p>
<h3>What the figures mean here</h3><p>More children enter care as teenagers than five years ago, and
more of them live outside the area. Two in three of the new arrivals were known to early help.</p>
<ul><li>Placements near home fell.</li><li>Reunification rose.</li></ul>
<p class="note">Written for figures to 31 March 2023.</p></section>"""
SOURCES = """<ul class="sources"><li>Department of Examples, Example statistics: 2023/24, published
14 November 2024. Open Government Licence v3.0. <a href="https://example.org/statistics">Example
statistics 2023/24</a></li><li>Office for Examples, Mid-year population estimates: mid-2023,
published 15 July 2024. Open Government Licence v3.0.</li></ul>"""

WHY = """## Why it matters

Children who grow up in low-income families have, on average, poorer health and fewer
qualifications. The figures in this chapter are *counts of families*, not of need:

- low income is measured **before** housing costs;
- a rate shows how common something is, a count how much there is to do.
"""


def html_cell(html: str, source: str = "chapter.block()") -> nbformat.NotebookNode:
    """A code cell that ran and showed HTML."""
    data = {"text/html": html, "text/plain": "Block"}
    output = new_output("execute_result", data=data, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1)


def sample_cells() -> list[nbformat.NotebookNode]:
    """The cells of the whole sample chapter."""
    setup = new_code_cell("chapter = open_chapter('x', area_code)", execution_count=1)
    return [
        setup,
        new_markdown_cell("## Headlines"),
        html_cell(HEADLINES),
        new_markdown_cell(WHY),
        new_markdown_cell("## Children looked after"),
        html_cell(f'<p class="headline">The rate rose by 72% in six years. {NOT_COMPARED}</p>'),
        html_cell(CHART),
        html_cell(""),
        new_markdown_cell("## How areas compare\n\n### Low-income families"),
        html_cell(RANKING),
        new_markdown_cell("## What is missing"),
        html_cell(NO_DATA),
        new_markdown_cell("## Commentary"),
        html_cell(COMMENTARY),
        new_markdown_cell("## Sources"),
        html_cell(SOURCES),
    ]


def write_notebook(path: Path, cells: list[nbformat.NotebookNode]) -> Path:
    """Save cells as a notebook."""
    nbformat.write(new_notebook(cells=cells), path)
    return path


def sample_page() -> Page:
    """What surrounds the sample chapter."""
    first = ChapterLink("overview", "Area profile", "overview.html")
    this = ChapterLink("children_in_care", "Children in care", "children_in_care.html", True)
    absent = ChapterLink("early_help", "Early help", "")
    last = ChapterLink("methods", "Methods and sources", "methods.html")
    return Page(
        title="Children in care",
        area_name="Exampleshire",
        area_code="E99000001",
        chapter_id="children_in_care",
        edition="2024-11",
        chapters=(first, this, absent, last),
        previous=first,
        next=last,
        question="Which children come into care, where do they live, and how do they fare?",
        updated="Latest figures published 14 November 2024.",
        methods_href="methods.html",
    )


def sample_index() -> Index:
    """A front page with a built, a skipped and a failed chapter, and other areas."""
    headline = "In 2016, 14.0% of children in Exampleshire were in low-income families."
    cards = (
        Card("1", "Area profile", "What stands out?", "overview.html", headline=headline),
        Card(
            "2",
            "Children in care",
            "Which children come into care?",
            "children_in_care.html",
            headline="On 31 March 2024, Exampleshire had 70.7 children looked after per 10,000.",
        ),
        Card("3", "Early help", "Who is helped early?", "", "skipped"),
        Card("4", "Front door", "Who is referred?", "", "failed"),
        Card("5", "Methods and sources", "How were the figures made?", "methods.html"),
    )
    areas = tuple(AreaLink(name, f"../{name}/index.html") for name in AUTHORITIES[:8])
    updated = "Latest figures published 14 November 2024."
    return Index("Exampleshire", "E99000001", "2024-11", cards, areas, updated, "methods.html")
