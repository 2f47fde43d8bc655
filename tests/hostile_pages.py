"""Pages with hostile texts in every place that text from outside reaches, each place marked so that
what is shown can be compared with what was given."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from nbformat.v4 import new_markdown_cell
from pages.sample import html_cell, sample_index, sample_page, write_notebook
from plans_samples import register, selection

from cyp_analysis import geography
from cyp_analysis.present import chart_style, figures, tables
from cyp_analysis.present.commentary import to_html
from cyp_analysis.present.markup import Html, no_data, stacked, tag
from cyp_analysis.present.plans.actions import actions
from cyp_analysis.present.svg import inline_svg
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.voices import quotes
from cyp_analysis.publish.downloads import charts
from cyp_analysis.publish.page import ChapterLink, render_page
from cyp_analysis.publish.pages import areas, glossary, search, statement
from cyp_analysis.publish.site import AreaLink, Card, render_index
from cyp_analysis.visible import visible

PICTURE = Html("<svg role='img' aria-label='Ashmoor 9 of 10 in 2024'></svg>")
HERE = "E09000003"


def shown(text: str) -> str:
    """What a reader should see of a text: all but what nobody sees, spaces as HTML has them."""
    return " ".join(visible(text).replace("\xa0", " ").split())


def _all(selector: str, texts: Sequence[str]) -> dict[str, list[str]]:
    return {selector: [shown(text) for text in texts]}


def table_page(folder: Path, texts: Sequence[str]) -> tuple[str, dict]:
    """A chapter with the texts as captions, headers, rows, cells, notes, sources, choices."""
    filled = [_filled(text) for text in texts]
    rows = tuple((text, text, "1.0") for text in filled)
    columns = (Column("Area", heads_row=True), Column("Note"), Column("Value (%)", numeric=True))
    cells = ["<h2>Tables</h2>"]
    cells.append(tables.block(Table("In order", columns, rows), "cap-all").html)
    for number, text in enumerate(filled):
        head = (Column(text, heads_row=True), Column("Value", numeric=True))
        small = Table(text, head, (("a", "1"),), notes=(text,), source="Source: x")
        cells.append(tables.block(small, f"cap-{number}").html)
    wanted = (
        _all("table:has(#cap-all) tbody th", filled)
        | _all("table:has(#cap-all) tbody td:nth-child(2)", filled)
        | _all("table:not(:has(#cap-all)) caption", filled)
        | _all("table:not(:has(#cap-all)) thead th:first-child", filled)
        | _all("p.note[id$=-note1]", filled)
    )
    return _chapter(folder, cells), wanted


def words_page(folder: Path, texts: Sequence[str]) -> tuple[str, dict]:
    """A chapter with the texts as titles of figures, panels, quotes, and as Markdown."""
    filled = [_filled(text) for text in texts]
    cells = ["<h2>Words</h2>"]
    small = Table("c", (Column("a", heads_row=True), Column("b", numeric=True)), (("x", "1"),))
    for number, text in enumerate(filled):
        figure = figures.Figure(
            f"fig-{number}", text, text, PICTURE, "alt", small, f"Source: {text}"
        )
        cells.append(figures.block(figure).html)
        cells.append(no_data(text, [text]).html)
    said = pd.DataFrame({"quote": texts, "age": "15", "sex": "female", "source": texts, "date": ""})
    each = [quotes._quote(row) for _, row in said.iterrows()]
    cells.append(stacked(*each).html)
    cells += [tag("section", Html(to_html(text)), class_="written") for text in texts]
    wanted = (
        _all(".chart-title", filled)
        | _all(".chart-subtitle", filled)
        | _all(".no-data > p", filled)
        | _all(".no-data li", [text.rstrip(". ") + "." for text in dict.fromkeys(filled)])
    )
    return _chapter(folder, cells), wanted


def action_page(folder: Path, texts: Sequence[str]) -> tuple[str, dict]:
    """A chapter with the texts as the actions of a plan, their owners and updates."""
    texts = [_filled(text) for text in texts]
    lines = [
        {"tracker": "Plan", "action": text, "action_id": str(n), "theme": "", "objective": text,
         "owner": text, "monitored_by": "", "due": "", "due_date": pd.NaT, "status": "Green",
         "state": "on_track", "update": text, "has_update": True, "has_impact": False}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    keeps = dict.fromkeys(("keeps_status", "keeps_update", "keeps_owner"), True)
    keeps |= dict.fromkeys(("keeps_due", "keeps_impact"), False)
    rows = register("actions", lines)["actions"].assign(**keeps)
    made = actions(selection("child_poverty", {"plan_actions": rows}))
    cells = ["<h2>Actions</h2>", made.html]
    table = "details table tbody"
    wanted = _all(f"{table} th", texts)
    return _chapter(folder, cells), wanted


def chart_page(folder: Path, texts: Sequence[str]) -> tuple[str, dict[str, str]]:
    """A chapter with the texts drawn in charts, twelve in each; and each chart as a file."""
    parts = ["<h2>Charts</h2>"]
    small = Table("c", (Column("a", heads_row=True), Column("b", numeric=True)), (("x", "1"),))
    for number in range(0, len(texts), 12):
        some = [_filled(text) for text in texts[number : number + 12]]
        with chart_style.chart_settings():
            drawn, axes = chart_style.new_chart(400, left=100, right=10)
            axes.barh(range(len(some)), range(len(some)))
            axes.set_yticks(range(len(some)), some)
            axes.text(0, 0, some[0])
            picture = inline_svg(drawn, f"fig-{number}", f"{some[0]} 1 of 2, {some[-1]}")
        figure = figures.Figure(
            f"fig-{number}", some[0], some[1], picture, "alt", small, "Source: x"
        )
        parts.append(figures.block(figure).html)
    html = _chapter(folder, parts)
    return html, {chart.id: charts.standalone(chart) for chart in charts.charts_of(html)}


def front_pages(texts: Sequence[str]) -> list[tuple[str, dict]]:
    """The pages that no notebook makes: front page, areas, glossary, search, statement."""
    filled = [_filled(text) for text in texts]
    cards = tuple(Card(str(n), t, t, "a.html", headline=t, newest=t) for n, t in enumerate(filled))
    others = tuple(AreaLink(text, "a.html", text) for text in filled)
    index = replace(sample_index(), cards=cards, areas=others, pages=others, updated=filled[0])
    front = _all(".card h3 > a", filled) | _all(".card .question", filled)
    front |= _all(".card-headline", filled) | _all("ul.areas a", filled)
    places = tuple(areas.Place(text, "a.html", text) for text in filled)
    above = areas.Above(title="Areas", question="Where?", lists=(("All", places),))
    return [
        (render_index(index), front),
        (areas.render_above(above, "areas"), _all("ul.areas a", filled)),
        *_around(filled),
    ]


def _around(filled: Sequence[str]) -> list[tuple[str, dict]]:
    area, links = geography.area(HERE), (ChapterLink("a", filled[0], "a.html"),)
    terms = tuple(glossary.Term(f"t{n}", t, t) for n, t in enumerate(filled) if _says(t))
    words = glossary.Glossary(area=area, edition="1", chapters=links, terms=terms)
    entries = tuple(search.Entry(t, "a.html", t, t, t) for t in filled)
    letters = (("A", entries),)
    index = search.index_json([], links, terms, letters)
    found = search.Search(
        area=area, edition="1", chapters=links, letters=letters, sections=(), index=index
    )
    us = statement.Publisher(organisation=filled[0], known_problems=tuple(filled))
    said = statement.Statement(area=area, edition="1", chapters=links, publisher=us)
    meant = [term.meaning for term in terms]
    return [
        (glossary.render_glossary(words), _all("dl.glossary dd", meant)),
        (search.render_search(found), _all(".a-to-z a > :not(.vh), .a-to-z a", [])),
        (statement.render_statement(said), {}),
    ]


def named_page(folder: Path, text: str) -> tuple[str, dict]:
    """A chapter of an area, edition and chapter with such a name."""
    text = _filled(text)
    link = ChapterLink("a", text, "a.html")
    page = replace(
        sample_page(), title=text, area_name=text, edition=text, question=text, updated=text,
        chapters=(link,), previous=link, next=link,
    )  # fmt: skip
    cells = [html_cell("<h2>Words</h2>"), html_cell("<p>x</p>"), new_markdown_cell("## End\n\nx")]
    wanted = _all("h1", [text]) | _all(".kicker", [text]) | _all(".title .lede", [text])
    wanted |= _all("nav.chapters a[href='a.html']", [text])
    wanted |= _all(".facts div:first-child dd", [text])
    return render_page(write_notebook(folder / "x.ipynb", cells), page), wanted


def _chapter(folder: Path, parts: list[str]) -> str:
    cells = [html_cell("\n".join(parts))]
    return render_page(write_notebook(folder / "x.ipynb", cells), sample_page())


def _filled(text: str) -> str:
    """A text that says something; a place that has nothing to say is left out of a page."""
    return text if shown(text) else f"x{text}x"


def _says(text: str) -> bool:
    """Whether the glossary takes it: a word in it, and no half of a character."""
    return bool(re.search(r"[A-Za-z0-9]", text)) and not re.search("[\ud800-\udfff]", text)
