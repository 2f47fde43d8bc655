"""A drawing made lighter: what is left, what stays, and that a browser paints the same."""

import io
import re
from xml.etree import ElementTree

import pytest

from cyp_analysis.present import svg
from cyp_analysis.present.svg_light import lighter

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def light(inside: str) -> str:
    """What becomes of what stands in a drawing."""
    made = lighter(ROOT.format(inside))
    return re.fullmatch(r"<svg[^>]*?(?:/>|>(.*)</svg>)", made)[1] or ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<g>\n <g/>\n <g><path d='M0 0'/></g>\n</g>", '<path d="M0 0"/>'),
        ("<g><g><g/></g></g>", ""),
        ('<g clip-path="url(#a)"><path d="M0 0"/></g>',
         '<g clip-path="url(#a)"><path d="M0 0"/></g>'),
        ('<path d="M0 0l4 0" style="fill: none"/>', ""),
        ('<path d="M0 0" style="fill: none; stroke: #12436d"/>',
         '<path d="M0 0" style="fill: none; stroke: #12436d"/>'),
        ('<use x="59.118644" y="70" />', '<use x="59.1" y="70"/>'),
        ('<use x="-0.04" y="1234.56"/>', '<use x="0" y="1234.6"/>'),
        ("<text> two  words </text>", "<text> two  words </text>"),
        ("<text>1 &lt; 2 &amp; 3</text>", "<text>1 &lt; 2 &amp; 3</text>"),
        ('<text style="font-size: 9px; font-family: Arial; text-anchor: start; fill: #3d3d3d">A'
         "</text>",
         '<g style="font-family: Arial; font-size: 9px"><text style="fill: #3d3d3d">A</text></g>'),
    ],
)  # fmt: skip
def test_what_is_left_of_a_drawing(before, after):
    assert light(before) == after


def test_the_font_of_most_words_is_said_once_and_that_of_the_others_by_each():
    words = ['<text style="font-size: 14px; font-family: Arial">A</text>'] * 3
    words += ['<text style="font-size: 12px; font-family: Arial; fill: #fff">B</text>']
    made = light("".join(words))
    assert made.count("font-family") == 1 and made.count("font-size: 14px") == 1
    assert '<text style="font-size: 12px; fill: #fff">B</text>' in made


def test_words_without_a_font_of_their_own_are_given_none():
    words = '<text style="font-size: 14px">A</text><text style="fill: #fff">B</text>'
    assert light(words) == words


STYLE = "fill: #12436d; stroke: #12436d"


@pytest.mark.parametrize("number", [1, 2, 3, 7])
def test_a_row_of_marks_says_once_how_it_looks(number):
    marks = "".join(f'<use href="#m" x="{n}" y="1" style="{STYLE}"/>' for n in range(number))
    made = light(f'<g clip-path="url(#c)">{marks}</g>')
    assert made.count(STYLE) == (1 if number >= 3 else number)
    assert made.count("<use") == number and made.count("<g") == 1


def test_marks_between_others_stand_in_a_group_of_their_own_and_in_order():
    marks = [f'<path d="M{n} 0" style="{STYLE}" clip-path="url(#c)"/>' for n in range(3)]
    other = '<path d="M9 9" style="stroke: #fff"/>'
    made = light(f"<g>{other}{''.join(marks)}{other}</g>")
    inside = "".join(f'<path d="M{n} 0"/>' for n in range(3))
    group = f'<g clip-path="url(#c)" style="{STYLE}">{inside}</g>'
    assert made == f"{other}{group}{other}"


def test_a_group_with_a_look_of_its_own_keeps_it():
    marks = "".join(f'<path d="M{n} 0" style="{STYLE}"/>' for n in range(3))
    made = light(f'<g style="opacity: 0.5">{marks}</g>')
    assert made.startswith(f'<g style="opacity: 0.5"><g style="{STYLE}">')


def drawn():
    """A chart with what the project's charts have: lines with marks, bars, labels, a clip."""
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(5, 3))
    axes = figure.subplots()
    axes.plot([1, 2, 3, 4], [3, 1, 4, 1], marker="o", color="#12436d", linewidth=3)
    axes.plot([1, 2, 3, 4], [2, 3, 3, 2], marker="s", color="#801650", linestyle="--")
    axes.bar([1, 2, 3, 4], [0.5, 0.4, 0.3, 0.2], color="#bfbfbf", edgecolor="#3d3d3d")
    axes.text(2, 2, "Label", color="#3d3d3d", fontsize=14, weight="bold")
    return figure


def test_a_chart_weighs_a_third_less_and_keeps_every_mark_and_word():
    figure = drawn()
    whole = io.StringIO()
    figure.savefig(whole, format="svg")
    made = svg.inline_svg(figure, "fig-a", "alt")
    assert len(made) < len(whole.getvalue()) * 2 / 3
    root = ElementTree.fromstring(made)
    uses = [e for e in root.iter() if e.tag.endswith("}use")]
    # Eight points and the ticks of both axes.
    assert len(uses) == whole.getvalue().count("<use")
    targets = {e.get("{http://www.w3.org/1999/xlink}href").removeprefix("#") for e in uses}
    assert targets <= {e.get("id") for e in root.iter()}
    clips = set(re.findall(r"url\(#([^)]+)\)", made))
    assert clips and clips <= {e.get("id") for e in root.iter()}


def test_a_colour_in_a_link_of_another_kind_is_no_id():
    made = svg._own_ids('<stop stop-color="#12436d"/><use xlink:href="#m1"/><g id="m1"/>', "fig")
    assert made == '<stop stop-color="#12436d"/><use xlink:href="#fig-p1"/><g id="fig-p1"/>'


def test_ids_are_none_that_a_second_figure_would_have():
    made = svg.inline_svg(drawn(), "fig-a", "alt")
    ids = re.findall(r' id="([^"]+)"', made)
    assert ids and not [name for name in ids if re.fullmatch(r"fig-a-\d+", name)]


def test_the_same_chart_gives_the_same_bytes():
    made = [svg.inline_svg(drawn(), "fig-a", "alt") for _ in range(2)]
    assert made[0] == made[1]
