"""A rendered chapter: its structure, what it hides, and what it refuses."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pages.sample import (
    HEADLINES,
    RANKING,
    html_cell,
    sample_cells,
    sample_index,
    sample_page,
    write_notebook,
)

from cyp_analysis.errors import ChapterError
from cyp_analysis.publish.page import TEMPLATES, ChapterLink, render_page, with_heading_ids
from cyp_analysis.publish.site import AreaLink, headlines_of, render_index, write_atomic

STYLE = (TEMPLATES / "cyp" / "style.css").read_text(encoding="utf-8")


def render(tmp_path, *cells, page=None):
    notebook = write_notebook(tmp_path / "chapter.ipynb", list(cells))
    return render_page(notebook, page or sample_page())


@pytest.fixture
def html(tmp_path):
    return render(tmp_path, *sample_cells())


@pytest.fixture
def soup(html):
    return BeautifulSoup(html, "html.parser")


def test_document_is_british_english_titled_and_described(html, soup):
    assert html.startswith("<!doctype html>")
    assert soup.html["lang"] == "en-GB"
    title = "Children in care – Exampleshire – Children and young people's needs assessment"
    assert soup.title.get_text() == title
    assert soup.find("meta", attrs={"name": "viewport"})["content"] == (
        "width=device-width, initial-scale=1"
    )
    assert soup.find("meta", attrs={"name": "description"})["content"] == (
        "Children in care in Exampleshire: Which children come into care, where do they live, "
        "and how do they fare?"
    )


def test_one_h1_and_no_skipped_level(soup):
    levels = [int(h.name[1]) for h in soup.find_all(re.compile("^h[1-6]$"))]
    assert [h.get_text() for h in soup.find_all("h1")] == ["Children in care"]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))


def test_skip_link_is_the_first_tab_stop_and_leads_to_main(soup):
    first = soup.body.find(["a", "button", "input", "summary"])
    assert first.get_text() == "Skip to main content"
    assert soup.find(id=first["href"][1:]).name == "main"


def test_landmarks_are_there_once_each(soup):
    for name in ("header", "main", "footer"):
        assert len(soup.find_all(name)) == 1, name
    labels = [nav["aria-label"] for nav in soup.find_all("nav")]
    assert labels == ["Chapters", "On this page", "Previous and next chapter"]


def test_nothing_is_fetched_from_anywhere(html, soup):
    assert not soup.find_all(["iframe", "object"])
    assert all(link["href"].startswith("data:") for link in soup.find_all("link"))
    assert not soup.select("[src], [srcset]")
    assert "@import" not in html and "url(" not in html


def test_no_code_prompt_anchor_sign_or_placeholder(html, soup):
    assert "open_chapter" not in html and "chapter.block()" not in html
    assert "In [" not in html and "Out[" not in html
    assert "¶" not in html
    assert "No description has been provided" not in html
    assert not soup.select("[class*=jp-], .highlight, pre")


def test_html_outputs_are_raw_and_markdown_is_rendered(html, soup):
    assert 'viewBox="0 0 680 350"' in html
    assert HEADLINES in html and RANKING in html
    assert soup.select_one(".prose strong").get_text() == "before"
    assert len(soup.select(".prose ul li")) == 2


def test_contents_lists_every_h2_and_each_link_arrives(soup):
    links = soup.select(".contents a")
    assert [link.get_text() for link in links] == [
        "Headlines",
        "Why it matters",
        "Children looked after",
        "How areas compare",
        "What is missing",
        "Commentary",
        "Sources",
    ]
    assert all(soup.find(id=link["href"][1:]).name == "h2" for link in links)


def test_navigation_marks_this_chapter_and_names_those_without_data(soup):
    nav = soup.select_one("nav.chapters")
    assert [a.get_text() for a in nav.select("[aria-current=page]")] == ["Children in care"]
    assert "Early help (no data)" in nav.get_text()
    assert "Early help" not in [a.get_text() for a in nav.find_all("a")]
    assert soup.select_one(".pager .previous")["href"] == "overview.html"
    assert soup.select_one(".pager .next")["href"] == "methods.html"


def test_lists_of_links_are_folded_until_there_is_room(soup):
    for place, summary in ((".chapters", "All chapters"), (".contents", "On this page")):
        folds = soup.select(f"nav{place} > details.fold")
        assert [fold.summary.get_text() for fold in folds] == [summary]
        assert not folds[0].has_attr("open")
        assert len(folds[0].find_all("a")) == len(soup.select(f"nav{place} a")) > 2


def test_footer_says_edition_area_data_and_methods(soup):
    words = " ".join(soup.footer.get_text(" ").split())
    assert words == (
        "Edition 2024-11 Area Exampleshire, E99000001 Data Latest figures published "
        "14 November 2024. How the figures were made Words explained Accessibility statement"
    )
    assert soup.footer.a["href"] == "methods.html"


def test_page_is_small_and_the_same_every_time(tmp_path, html):
    assert len(STYLE.encode()) <= 20_000
    assert len(html.encode()) < 60_000
    assert render(tmp_path, *sample_cells()) == html


def test_names_are_escaped(tmp_path):
    page = replace(sample_page(), area_name="Bath & <North> East", question="")
    html = render(tmp_path, html_cell("<p>x</p>"), page=page)
    assert "Bath &amp; &lt;North&gt; East" in html
    assert "<North>" not in html


def test_single_section_has_no_contents_and_ends_have_no_pager(tmp_path):
    page = replace(sample_page(), previous=None, next=None, updated="", methods_href="")
    html = render(tmp_path, new_markdown_cell("## Only"), page=page)
    assert 'class="contents"' not in html
    assert 'class="pager"' not in html
    assert "How the figures were made" not in html


@pytest.mark.parametrize(
    "body, kept",
    [
        ("<h2>A</h2><p>x</p><h2>B</h2>", ["A"]),
        ("<h2>A</h2><div></div>\n<h2>B</h2><p>y</p>", ["B"]),
        ("<h2>A</h2><h3>A1</h3><p>x</p><h3>A2</h3><h2>B</h2><h3>B1</h3>", ["A", "A1"]),
        ("<h2>A</h2><h3>A1</h3><h2>B</h2><figure></figure>", ["B"]),
        ('<h2>A</h2><img alt="x" src="y"><h2>B</h2><svg></svg>', ["A", "B"]),
        ('<h2>A</h2><section><h3 id="own">Own</h3></section>', ["A", "Own"]),
    ],
)
def test_a_heading_with_nothing_below_it_is_left_out(body, kept):
    html = with_heading_ids(body).html
    assert re.findall(r"<h[23][^>]*>(.*?)</h", html) == kept


def test_heading_ids_are_unique_and_never_those_of_a_block():
    heads = ("<h2>Sources</h2>", "<h3>“What’s new?”</h3>", "<h2>Sources</h2>", "<h2>£</h2>")
    body = '<p id="sources"></p>' + "".join(f"{head}<p>Words.</p>" for head in heads)
    contents = with_heading_ids(body)
    ids = (("sources-2", "Sources"), ("sources-3", "Sources"), ("section", "£"))
    assert contents.headings == ids
    assert '<h3 id="what-s-new">' in contents.html


def test_tables_of_one_caption_are_told_apart():
    one = '<caption id="cap-{}">Rates</caption>'
    body = "".join(one.format(n) for n in (1, 2, 3)) + '<caption id="cap-4">Counts</caption>'
    assert re.findall(r">([^<]+)</caption>", with_heading_ids(body).html) == [
        "Rates",
        "Rates (table 2)",
        "Rates (table 3)",
        "Counts",
    ]


def test_heading_that_has_an_id_keeps_it():
    assert with_heading_ids('<h2 id="own">A</h2>').headings == (("own", "A"),)


@pytest.mark.parametrize(
    ("fragment", "fault"),
    [
        ("<h1>Another</h1>", "2 headings of level 1, not one"),
        ("<h4>Deep</h4><p>x</p>", "heading “Deep” is level 4 after level 1"),
        ('<p id="main">x</p>', "id “main” is used 2 times"),
        ('<a href="#gone">x</a>', "“gone” is pointed at but is not on the page"),
        ('<div aria-labelledby="cap-x">x</div>', "“cap-x” is pointed at but is not on the page"),
        ('<img src="data:image/png;base64,AA==">', "an image without a text alternative"),
        ('<svg role="img" viewBox="0 0 1 1"></svg>', "an image without a text alternative"),
        (
            '<script>fetch("x")</script>',
            "a script that fetches or runs text: “fetch(” (and 1 more)",
        ),
        (
            '<link rel="stylesheet" href="https://x.example/a.css">',
            "<link> fetches https://x.example/a.css",
        ),
        (
            '<p style="background: url(https://x.example/a.png)">x</p>',
            "a style that fetches a file",
        ),
        ("<style>@import 'a.css';</style>", "a style that fetches a file"),
        (
            '<table><caption></caption><tr><th scope="col">a</th></tr></table>',
            "a table without a caption",
        ),
        (
            "<table><caption>T</caption><tr><th>a</th></tr></table>",
            "table “T” has a header without scope",
        ),
        (
            '<table><caption>T</caption><tr><th scope="col"></th></tr></table>',
            "table “T” has an empty header",
        ),
    ],
)
def test_inaccessible_or_foreign_html_is_refused(tmp_path, fragment, fault):
    with pytest.raises(ChapterError) as caught:
        render(tmp_path, html_cell(fragment))
    assert str(caught.value) == (
        "children_in_care (E99000001): a page must be accessible and whole; "
        f"got: {fault}. Mend the block or the notebook's Markdown."
    )


@pytest.mark.parametrize("address", ["#a", "'#a'", ' "#a"', "data:image/png;base64,AA=="])
def test_style_that_stays_on_the_page_is_no_fault(tmp_path, address):
    html = render(
        tmp_path,
        html_cell(
            f"<p id='a' style='clip-path: url({address})'>x</p>".replace("'#a'", "&#39;#a&#39;")
        ),
    )
    assert "clip-path" in html


def test_placeholder_text_of_an_image_is_refused_and_faults_are_counted(tmp_path):
    alt = "No description has been provided for this image"
    with pytest.raises(ChapterError, match=r"placeholder text “No desc.*” \(and 2 more\)"):
        render(tmp_path, html_cell(f'<script>eval("1")</script><img alt="{alt}" src="data:,">'))


def test_output_that_is_not_html_is_refused(tmp_path):
    plain = new_output("execute_result", data={"text/plain": "<Axes: >"}, execution_count=1)
    cell = new_code_cell("draw()", outputs=[plain], execution_count=1)
    with pytest.raises(ChapterError, match="a cell shows an HTML block or nothing; got: <Axes: >"):
        render(tmp_path, cell)


def test_notebook_that_did_not_run_is_refused(tmp_path):
    with pytest.raises(ChapterError, match="every code cell must run"):
        render(tmp_path, new_code_cell("chapter.headlines()"))


def test_headlines_are_sentences_without_verdict(tmp_path):
    lines = headlines_of(write_notebook(tmp_path / "x.ipynb", sample_cells()))
    assert len(lines) == 5
    assert lines[0] == (
        "In 2023/24, 24.6% of children aged 10 to 11 in Exampleshire were living with obesity "
        "(95% CI 23.9 to 25.3), higher than England (22.1%)."
    )


def test_notebook_without_headlines_has_none(tmp_path):
    assert headlines_of(write_notebook(tmp_path / "x.ipynb", [new_markdown_cell("## A")])) == []


def test_index_shows_each_chapter_with_its_state():
    soup = BeautifulSoup(render_index(sample_index()), "html.parser")
    assert soup.html["lang"] == "en-GB"
    assert soup.title.get_text() == "Exampleshire – Children and young people's needs assessment"
    assert [h.get_text() for h in soup.find_all("h1")] == ["Exampleshire"]
    cards = [" ".join(card.get_text(" ").split()) for card in soup.select(".card")]
    assert cards[0] == (
        "1 Area profile What stands out? "
        "In 2016, 14.0% of children in Exampleshire were in low-income families."
    )
    assert cards[2] == "3 Early help Who is helped early? No data in this edition"
    assert cards[3] == "4 Front door Who is referred? Could not be built in this edition"
    assert [bool(card.a) for card in soup.select(".card")] == [True, True, False, False, True]
    assert len(soup.select(".areas a")) == 8


def test_index_of_the_only_area_lists_no_others():
    html = render_index(replace(sample_index(), areas=()))
    assert "Other areas" not in html


def test_index_with_an_unusual_name_is_escaped():
    areas = (AreaLink("Ash & <Oak>", "../a/index.html"),)
    assert "Ash &amp; &lt;Oak&gt;" in render_index(replace(sample_index(), areas=areas))


def test_absent_neighbour_is_not_linked(tmp_path):
    absent = (ChapterLink("a", "A", ""),)
    html = render(tmp_path, html_cell("<p>x</p>"), page=replace(sample_page(), chapters=absent))
    assert 'href=""' not in html


def test_write_atomic_replaces_whole_files_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "new" / "page.html"
    write_atomic(path, "first")
    assert write_atomic(path, "second – £\n") == path
    assert path.read_bytes() == "second – £\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]


def test_write_atomic_that_fails_keeps_the_old_file(tmp_path):
    path = write_atomic(tmp_path / "page.html", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "\ud800")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def _variables(block: str) -> dict[str, str]:
    pairs = re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", block)
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
        for name, value in pairs
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_has_contrast_in_both_schemes(scheme):
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    colour = _variables(blocks[scheme])
    pairs = [
        (text, ground)
        for text in ("ink", "muted", "link", "alert")
        for ground in ("paper", "tint", "mark")
    ]
    pairs += [(name, f"{name}-bg") for name in ("worse", "better", "side", "plain")]
    poor = [(a, b) for a, b in pairs if _contrast(colour[a], colour[b]) < 4.5]
    assert poor == []
    assert _contrast(colour["accent"], colour["paper"]) >= 3
    assert min(_contrast(text, colour["band"]) for text in ("#ffffff", "#dbe6f0")) >= 4.5


def test_contrast_is_the_published_one():
    # Analysis Function, data visualisation: colours in charts.
    assert _contrast("#12436d", "#ffffff") == pytest.approx(10.25, abs=0.01)


def test_style_serves_print_dark_and_reduced_motion():
    for words in (
        "size: A4",
        "prefers-color-scheme: dark",
        "prefers-reduced-motion",
        ":focus-visible",
    ):
        assert words in STYLE
