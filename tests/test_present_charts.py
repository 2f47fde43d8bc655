"""Charts: what is drawn, what is said about it, and SVG that can stand in a page."""

import re
from math import nan
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from test_present_samples import looked_after, poverty

from cyp_analysis.present import (
    alt_text,
    chart_bars,
    chart_dots,
    chart_style,
    charts,
    figures,
    svg,
    tables,
)

LINES = [("London", 18.8), ("England", 17.0)]
PALETTE = {"#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1", "#bfbfbf", "#ffffff"}


def bars(number=6):
    values = np.linspace(30, 8, number)
    return pd.DataFrame(
        {
            "label": [f"Place {n}" for n in range(number)],
            "value": values,
            "lower": values - 1,
            "upper": values + 1,
            "text": [f"{value:.1f}%" for value in values],
            "symbol": "▲",
            "is_area": [n == 3 for n in range(number)],
        }
    )


def series(years=range(2013, 2025), missing=()):
    """Two lines: an authority and England."""
    rows = [
        {
            "line": name,
            "is_area": own,
            "period_start": pd.Timestamp(year, 3, 31),
            "period_end": pd.Timestamp(year, 3, 31),
            "period_label": f"31 March {year}",
            "value": nan if year in missing else base + number,
            "lower": nan if year in missing else base + number - 3,
            "upper": nan if year in missing else base + number + 3,
        }
        for name, own, base in (("Exampleshire", True, 50.0), ("England", False, 65.0))
        for number, year in enumerate(years)
    ]
    return pd.DataFrame(rows)


def drawn():
    """One picture of each kind."""
    return {
        "trend": charts.trend_chart(series(), looked_after(), "fig-a", "Said in words 1"),
        "bars": chart_bars.bar_chart(bars(), LINES, poverty(), "fig-b", "Said in words 2"),
        "dots": chart_dots.dot_chart(bars(150), LINES, poverty(), "fig-c", "Said in words 3"),
    }


@pytest.fixture(scope="module")
def pictures():
    return drawn()


KINDS = ["trend", "bars", "dots"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_svg_can_stand_in_a_page(pictures, kind):
    text = pictures[kind]
    root = re.match(r"<svg[^>]*>", text)[0]
    assert 'role="img"' in root and 'aria-label="Said in words' in root and "viewBox=" in root
    assert not re.search(r'\s(width|height)="', root)
    for unwanted in ("<?xml", "<!DOCTYPE", "<metadata", "<style", "<!--", "DejaVu", "matplotlib"):
        assert unwanted not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_id_begins_with_the_figures_own(pictures, kind):
    text = pictures[kind]
    prefix = {"trend": "fig-a-", "bars": "fig-b-", "dots": "fig-c-"}[kind]
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert ids and len(ids) == len(set(ids)) and all(i.startswith(prefix) for i in ids)
    assert all(f'id="{name}"' in text for name in re.findall(r'href="#([^"]+)"', text))
    assert all(f'id="{name}"' in text for name in re.findall(r"url\(#([^)]+)\)", text))


@pytest.mark.parametrize("kind", KINDS)
def test_only_colours_of_the_palette_are_drawn(pictures, kind):
    assert {
        colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", pictures[kind])
    } <= PALETTE


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_text_horizontal_and_large_enough_on_a_phone(pictures, kind):
    sizes = [
        float(size) for size in re.findall(r"font(?:-size)?: (?:\w+ )?([\d.]+)px", pictures[kind])
    ]
    assert sizes and min(sizes) * 340 / chart_style.WIDTH >= 10
    turns = re.findall(r"<text[^>]*rotate\(([-\d.]+)", pictures[kind])
    assert all(float(turn) == 0 for turn in turns)


def test_the_same_figures_give_the_same_bytes(pictures):
    assert drawn() == pictures


def test_labels_stand_at_the_lines(pictures):
    words = " ".join(re.findall(r">([^<>]+)</t", pictures["trend"]))
    assert "Exampleshire" in words and "61.0" in words and "England 76.0" in words
    assert "2015 2018 2021 2024" in words and "31 March" not in words


def test_bars_name_every_row_and_both_benchmarks(pictures):
    words = re.findall(r">([^<>\n]+)</t", pictures["bars"])
    assert {"Place 0", "Place 5", "London 18.8%", "England 17.0%", "30.0%", "▲", "0%"} <= set(words)


def test_a_missing_value_has_its_words_but_no_bar():
    some = bars()
    some.loc[5, ["value", "lower", "upper"]] = nan
    some.loc[5, "text"] = "[c]"
    whole = chart_bars.bar_chart(bars(), [], poverty(), "x", "alt text of enough length")
    fewer = chart_bars.bar_chart(some, [], poverty(), "x", "alt text of enough length")
    assert "[c]" in fewer
    assert bars_painted(whole, "#bfbfbf") == 5 and bars_painted(fewer, "#bfbfbf") == 4


def bars_painted(drawing: str, colour: str) -> int:
    """Shapes filled with a colour, by their own style or that of the group they stand in."""
    shapes = [
        child.get("style") or parent.get("style", "")
        for parent in ElementTree.fromstring(drawing).iter()
        for child in parent
        if child.tag.endswith("}path")
    ]
    return sum(f"fill: {colour}" in style for style in shapes)


def test_nothing_given_is_changed_and_settings_are_put_back():
    import matplotlib

    before, given = dict(matplotlib.rcParams), series()
    charts.trend_chart(given, looked_after(), "fig-a", "alt")
    pd.testing.assert_frame_equal(given, series())
    assert dict(matplotlib.rcParams) == before


def test_no_figure_is_left_with_pyplot():
    import matplotlib.pyplot as plt

    drawn()
    assert plt.get_fignums() == []


def test_a_missing_year_breaks_the_line():
    points = charts.with_segments(series(missing={2018}))
    assert points[points["is_area"]]["segment"].nunique() == 2
    skipped = charts.with_segments(series(years=[2006, 2016]))
    assert skipped[skipped["is_area"]]["segment"].nunique() == 2
    assert charts.with_segments(series())["segment"].nunique() == 1


@pytest.mark.parametrize(
    ("labels", "short"),
    [
        (["31 March 2013", "31 March 2014"], ["2013", "2014"]),
        (["2022/23 school year", "2023/24 school year"], ["2022/23", "2023/24"]),
        (["mid-2022", "mid-2023"], ["2022", "2023"]),
        (["April 2018", "May 2018"], ["April", "May"]),
        (["31 July 2018", "31 August 2018"], ["31 July", "31 August"]),
        (["30 September 2018", "31 March 2019"], ["30 September 2018", "31 March 2019"]),
    ],
)
def test_axis_labels_keep_what_tells_them_apart(labels, short):
    assert charts.short_labels(labels) == short


@pytest.mark.parametrize(
    ("number", "most", "kept"),
    [
        (5, 5, [0, 1, 2, 3, 4]),
        (13, 5, [0, 3, 6, 9, 12]),
        (12, 5, [2, 5, 8, 11]),
        (2, 5, [0, 1]),
        (10, 3, [4, 9]),
        (1, 5, [0]),
    ],
)
def test_few_enough_tick_labels_the_last_among_them(number, most, kept):
    assert charts.shown_ticks(number, most) == kept


def test_the_axis_starts_at_zero_unless_the_lines_are_far_above_it():
    assert charts.axis_start(series()) == 0
    high = series().assign(value=97.0, lower=96.0, upper=98.0)
    assert 90 <= charts.axis_start(high) <= 96


def test_ticks_show_the_decimals_they_need():
    assert charts.tick_labels(np.array([0.0, 0.5, 1.0]), poverty()) == ["0.0%", "0.5%", "1.0%"]
    assert charts.tick_labels(np.array([0.0, 1000.0]), looked_after()) == ["0", "1,000"]


def test_labels_are_moved_apart_and_stay_inside():
    places = chart_style.spread([10.0, 10.0, 11.0], [4.0, 4.0, 4.0], (0.0, 20.0))
    ordered = sorted(places)
    assert min(b - a for a, b in zip(ordered, ordered[1:], strict=False)) >= 3.9
    assert chart_style.spread([19.9], [4.0], (0.0, 20.0)) == [18.0]
    assert chart_style.spread([1.0, 15.0], [4.0, 4.0], (0.0, 20.0)) == [2.0, 15.0]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([18.8, 17.0], [(0, True), (1, True)]),  # room at the right: the leftmost name is highest
        ([90.0, 85.0], [(1, False), (0, False)]),
        ([90.0, 10.0], [(1, False), (0, True)]),
        ([], []),
    ],
)
def test_no_line_cuts_the_name_of_another(values, places):
    assert chart_bars.label_places(values, (0.0, 100.0)) == places


def test_dots_stack_where_values_are_close():
    dots = pd.DataFrame(
        {"label": list("abc"), "value": [10.0, 10.1, 90.0], "is_area": [False, True, False]}
    )
    placed = chart_dots.stacked(dots, 424).set_index("label")["level"]
    assert placed.to_dict() == {"b": 0, "a": 1, "c": 0}


def numbers(text):
    return set(re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")))


def test_alt_of_a_trend_tells_first_and_last():
    assert alt_text.trend_alt(series(missing={2024}), looked_after()) == (
        "Children looked after: Exampleshire 50.0 (31 March 2013) to 60.0 (31 March 2023);"
        " England 65.0 (31 March 2013) to 75.0 (31 March 2023)."
    )


def test_alt_of_a_line_with_one_point_says_it_once():
    one = series(years=[2013, 2014])
    one = one[(one["line"] != "England") | (one["period_end"].dt.year == 2014)]
    assert alt_text.trend_alt(one, looked_after()).endswith("; England 66.0 (31 March 2014).")


def test_alt_of_a_ranking_tells_place_extremes_and_benchmarks():
    said = alt_text.ranking_alt(bars(), LINES, poverty(), "4th highest of the 6 places")
    assert said == (
        "Children under 16 in low-income families: Place 3 16.8%, 4th highest of the 6 places;"
        " highest Place 0 30.0%; lowest Place 5 8.0%; London 18.8%; England 17.0%."
    )


def test_alt_of_a_breakdown_stops_at_250_characters():
    many = bars(60)
    said = alt_text.breakdown_alt(many, poverty())
    assert alt_text.SHORTEST <= len(said) <= alt_text.LONGEST
    assert said.startswith("Children under 16 in low-income families: Place 0 30.0%; Place 1 29.6%")


def test_every_number_of_an_alt_is_in_the_data():
    table = series()
    data = numbers(" ".join([*table["period_label"], *map(str, table["value"])]))
    assert numbers(alt_text.trend_alt(table, looked_after())) <= data


def test_a_long_opening_is_given_up_before_a_figure_is_cut():
    said = alt_text.fitted("x" * 240, ["a place 12.5%, and more words"])
    assert said == "a place 12.5%, and more words."


def test_a_figure_has_titles_picture_source_and_table(pictures):
    table = tables.Table("Numbers", (tables.Column("A", heads_row=True),), (("[x]",),))
    made = figures.Figure(
        "fig-a",
        "What it shows",
        "Measure, place, year",
        pictures["trend"],
        "In words",
        table,
        "Source: x.",
    )
    block = figures.block(made)
    assert block.html.startswith(
        '<figure class="chart" id="fig-a" aria-describedby="fig-a-note1">'
        '<figcaption><span class="chart-title">What it shows</span>'
        ' <span class="chart-subtitle">Measure, place, year</span></figcaption>'
        '<div class="chart-image"><svg'
    )
    assert (
        '</svg></div><p class="note" id="fig-a-note1">[x] not available.</p>'
        '<p class="source">Source: x.</p>'
        '<p class="age-line"><a href="#fig-a" class="deep-link">Link to this figure'
        '<span class="visually-hidden">: What it shows</span></a></p>'
        "<details><summary>Data table: What it shows</summary>" in block.html
    )
    assert '<table class="data" aria-describedby="fig-a-note1">' in block.html
    assert block.text.split("\n")[:3] == ["What it shows", "Measure, place, year", "In words"]


def test_svg_alt_is_escaped():
    with chart_style.chart_settings():
        figure, _ = chart_style.new_chart(100, left=10, right=10)
        assert 'aria-label="1 &lt; 2 &amp; &quot;3&quot;"' in svg.inline_svg(
            figure, "x", '1 < 2 & "3"'
        )


def luminance(colour):
    """Relative luminance of a hex colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour):
    """Contrast of a colour against the white panel."""
    return 1.05 / (luminance(colour) + 0.05)


@pytest.mark.parametrize(
    ("colour", "published"),
    [("#12436D", 10.25), ("#801650", 9.77), ("#3D3D3D", 10.86), ("#F46A25", 3.03)],
)
def test_contrast_is_measured_as_published(colour, published):
    assert contrast(colour) == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_outlines_have_enough_contrast(pictures, kind):
    texts = re.findall(r"<text style=\"[^\"]*fill: (#[0-9a-f]{6})", pictures[kind])
    strokes = re.findall(r"stroke: (#[0-9a-f]{6})", pictures[kind])
    assert texts and min(contrast(colour) for colour in texts) >= 4.5
    # Grid lines and the white edge that parts a line from what lies under it carry no meaning.
    meant = set(strokes) - {"#bfbfbf", "#ffffff"}
    assert meant and min(contrast(colour) for colour in meant) >= 3


def test_lines_differ_by_dash_and_marker_as_well_as_colour():
    looks = [chart_style.AREA_LINE, *chart_style.BENCHMARK_LINES]
    assert len({str(look.get("linestyle", "solid")) for look in looks}) == 3
    assert len({look["marker"] for look in looks}) == 3


@pytest.mark.parametrize("years", [[2006, 2016], [2015, 2016], range(1998, 2025)])
def test_trends_of_any_length_are_drawn(years):
    assert charts.trend_chart(series(years=years), looked_after(), "x", "alt").startswith("<svg")


def test_long_names_wrap_and_keep_their_row():
    some = bars(3).assign(label=["Bournemouth, Christchurch and Poole", "A", "B"])
    text = chart_bars.bar_chart(some, [], poverty(), "x", "alt")
    assert "Bournemouth, Christchurch" in text and ">and Poole" in text


def test_everything_zero_is_still_a_chart():
    none = bars(3).assign(value=0.0, lower=0.0, upper=0.0)
    assert chart_bars.bar_chart(none, LINES, poverty(), "x", "alt").startswith("<svg")
    assert chart_dots.dot_chart(none, [], poverty(), "x", "alt").startswith("<svg")


def test_negative_values_are_drawn_left_of_zero():
    some = bars(3).assign(value=[-4.0, 2.0, 3.0], lower=[-5.0, 1.0, 2.0], upper=[-3.0, 3.0, 4.0])
    words = re.findall(r">([^<>\n]+)</t", chart_bars.bar_chart(some, [], poverty(), "x", "alt"))
    assert "−5%" in words and "0%" in words
