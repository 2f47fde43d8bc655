"""Tables and small pieces of HTML: escaped, scoped, never blank without a reason."""

import re
from math import nan

import pandas as pd
import pytest
from test_present_samples import ENGLAND, care_row, compared, looked_after, poverty, row

from cyp_analysis.present import markup, shown, tables
from cyp_analysis.present.markup import Html
from cyp_analysis.present.tables import Column, Table

COLUMNS = (Column("Area", heads_row=True), Column("Value (%)", numeric=True), Column("Verdict"))


def sample(**changes):
    made = {
        "caption": "Shares <of> children",
        "columns": COLUMNS,
        "rows": (
            ("A & B", "12.5", markup.verdict("worse", "higher")),
            ("Elsewhere", "[c]", "Not compared"),
        ),
        "notes": ("As printed.",),
        "source": "Source: a document.",
        "marked": frozenset({0}),
    }
    return Table(**(made | changes))


def test_a_table_has_a_caption_scoped_headers_and_a_scroller():
    html = tables.render(sample(), "cap-1")
    assert html.startswith(
        '<div class="table-scroll" role="region" tabindex="0" aria-labelledby="cap-1">'
        '<table class="data"><caption id="cap-1">Shares &lt;of&gt; children</caption>'
        '<thead><tr><th scope="col">Area</th><th scope="col" class="num">Value (%)</th>'
    )
    assert '<tr class="selected"><th scope="row">A &amp; B</th><td class="num">12.5</td>' in html
    assert html.count("<th") == html.count('scope="') + html.count("<thead")


def test_notes_shorthand_and_source_follow_the_table():
    html = tables.block(sample(), "cap-1").html
    assert html.endswith(
        '</table></div><p class="note" id="cap-1-note1">As printed.</p>'
        '<p class="note" id="cap-1-note2">[c] suppressed because it is based on small numbers.</p>'
        '<p class="source">Source: a document.</p>'
        '<p class="age-line"><a href="#cap-1" class="deep-link">Link to this table'
        '<span class="visually-hidden">: Shares &lt;of&gt; children</span></a></p>'
    )


def test_a_table_names_the_notes_that_explain_it_and_no_others():
    described = re.compile(r'<table class="data" aria-describedby="([^"]*)">')
    html = tables.block(sample(), "cap-1").html
    assert described.findall(html) == ["cap-1-note1 cap-1-note2"]
    assert re.findall(r'<p class="note" id="([^"]+)"', html) == ["cap-1-note1", "cap-1-note2"]
    rows = (("A & B", "12.5", "Higher"),)
    plain = tables.block(sample(rows=rows, notes=()), "cap-1").html
    assert "aria-describedby" not in plain and 'class="note"' not in plain
    assert described.findall(tables.block(sample(rows=rows, notes=("", "B.")), "c").html) == [
        "c-note2"
    ]


def test_a_note_that_holds_a_link_is_plain_text_where_there_are_no_links():
    note = markup.Html('Neighbours: <a href="#n">the 10 &amp; more</a>.')
    text = tables.plain(sample(notes=(note,)))
    assert "Neighbours: the 10 & more." in text and "<a" not in text


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("1,234", ""),
        ("−3.5", ""),
        ("£250", ""),
        ("3=", ""),
        ("13.8 to 14.3", ""),
        ("[c]", ""),
        ("not ranked", ""),
        ("", ""),
        ("about 120", "120"),
        ("£1.2 million", "1200000"),
        ("−£3 thousand", "-3000"),
        ("London 18.8%", "18.8"),
        ("at least 2,500", "2500"),
        (Html("<b>about</b> 7"), "7"),
        ("rising, since last year", ""),
        ("falling, 3 years", "3"),
    ],
)
def test_a_cell_of_numbers_says_what_it_is_sorted_by_where_its_text_does_not(cell, key):
    assert tables.sort_key(cell) == key


def test_the_sort_key_is_only_on_cells_of_numbers():
    html = tables.render(sample(rows=(("about 3", "about 12", "about 4"),)), "cap-1")
    assert '<td class="num" data-sort="12">about 12</td>' in html and html.count("data-sort") == 1


def test_a_table_as_text():
    assert repr(tables.block(sample(), "cap-1")) == (
        "Shares <of> children\n"
        "Area | Value (%) | Verdict\n"
        "A & B | 12.5 | ▲ Higher, worse\n"
        "Elsewhere | [c] | Not compared\n"
        "As printed.\n"
        "[c] suppressed because it is based on small numbers.\n"
        "Source: a document."
    )


def test_no_cell_is_empty():
    html = tables.render(sample(rows=(("A", "", ""),)), "cap-1")
    assert "></td>" not in html and html.count(">–</td>") == 2


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError):
        tables.render(sample(rows=(("A", "1"),)), "cap-1")


@pytest.mark.parametrize(
    ("outcome", "side", "html"),
    [
        ("worse", "higher", "▲</span> Higher, worse"),
        ("better", "lower", "▼</span> Lower, better"),
        ("lower", "lower", "▼</span> Lower"),
        ("similar", "similar", "●</span> Similar"),
        ("not_compared", "not_compared", "–</span> Not compared"),
    ],
)
def test_verdicts_have_word_symbol_and_class(outcome, side, html):
    assert markup.verdict(outcome, side) == (
        f'<span class="verdict verdict-{outcome}">'
        f'<span class="symbol" aria-hidden="true">{html}</span>'
    )


def test_a_verdict_can_name_its_benchmark():
    assert "</span> London: Lower" in markup.verdict("lower", "lower", "London")


def test_html_is_escaped_once_and_only_where_needed():
    assert markup.tag("p", 'a < "b"', id="x") == '<p id="x">a &lt; &quot;b&quot;</p>'
    assert markup.tag("p", Html("<b>x</b>")) == "<p><b>x</b></p>"
    assert markup.tag("p", "x", class_="") == "<p>x</p>"
    assert markup.paragraph("") == ""


def test_only_web_addresses_become_links():
    assert (
        markup.link("https://example.org/a", "Page") == '<a href="https://example.org/a">Page</a>'
    )
    assert markup.link("javascript:alert(1)", "Page") == "Page"
    assert markup.link("", "Page") == "Page"


def test_blocks_stack_and_empty_ones_leave_nothing():
    both = markup.stacked(markup.no_data("None."), markup.Block())
    assert both.html == '<div class="no-data"><p>None.</p></div>'
    assert repr(both) == "None."
    assert markup.Block()._repr_html_() == "" and repr(markup.Block()) == ""


def test_the_summary_row_says_everything_in_words():
    against = compared({"code": ENGLAND, "value": 17.0, "side": "lower", "outcome": "better"})
    known = row(recent_trend="decreasing_and_getting_better")
    table = shown.summary_table(pd.DataFrame([known]), [against], [poverty()], "Latest")
    assert [str(cell) for cell in table.rows[0]] == [
        "Children under 16 in low-income families",
        "2016",
        "10,000",
        "14.0",
        "%",
        "13.75 to 14.26",
        "England 17.0%",
        '<span class="verdict verdict-better"><span class="symbol" aria-hidden="true">▼</span>'
        " Lower, better</span>",
        "Decreasing, getting better",
    ]


def test_columns_that_say_nothing_are_left_out():
    bare = row(count=nan, lower_ci_95=nan, upper_ci_95=nan)
    table = shown.summary_table(pd.DataFrame([bare]), [compared()], [poverty()], "Latest")
    assert [column.header for column in table.columns] == ["Indicator", "Period", "Value", "Unit"]
    assert [len(cells) for cells in table.rows] == [4]


def test_the_summary_row_of_a_suppressed_figure():
    hidden = care_row(value=nan, count=nan, lower_ci_95=nan, upper_ci_95=nan)
    hidden["value_note"] = "suppressed (c): based on small numbers"
    hidden["recent_trend"] = ""
    table = shown.summary_table(pd.DataFrame([hidden]), [compared()], [looked_after()], "Latest")
    assert [str(cell) for cell in table.rows[0]][2:] == [
        "[c]",
        "[c]",
        "per 10,000 children aged under 18",
        "[c]",
    ]
    assert table.all_notes == ("[c] suppressed because it is based on small numbers.",)


def test_a_value_without_count_or_interval_says_so():
    bare = row(count=nan, lower_ci_95=nan, upper_ci_95=nan)
    assert shown.count_cell(bare) == "not published"
    assert shown.interval_cell(bare, poverty()) == "none"


def test_the_sources_own_reason_is_kept_where_the_shorthand_says_less():
    lost = row(value=nan, value_note="the ward was abolished")
    coded = row(value=nan, value_note="not available (x)")
    assert shown.missing_notes(pd.DataFrame([lost, coded])) == (
        "Missing figures, in the source's words: the ward was abolished.",
    )
    assert shown.missing_notes(pd.DataFrame([coded])) == ()


@pytest.mark.parametrize(
    ("rank", "tied", "said"), [(5.0, False, "5"), (5.0, True, "5="), (nan, False, "not ranked")]
)
def test_rank_cells(rank, tied, said):
    assert shown.rank_cell(pd.Series({"rank": rank, "rank_tied": tied})) == said
