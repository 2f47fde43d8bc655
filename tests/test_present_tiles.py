"""Figures in large type."""

from dataclasses import replace
from datetime import date

import pytest
from test_present_notes import edition  # noqa: F401  (a fixture for every test)
from test_present_samples import BARNET, known

from cyp_analysis import catalogue
from cyp_analysis.present import provenance, tiles
from cyp_analysis.present.view import open_chapter


def tagged(monkeypatch, **tags):
    """The sample catalogue with tags on some indicators."""
    before = known()
    indicators = {
        name: replace(i, tags=tags.get(name, {})) for name, i in before.indicators.items()
    }
    made = replace(before, indicators=indicators)
    monkeypatch.setattr(catalogue, "load", lambda folder=None: made)


def test_a_tile_has_the_value_the_name_and_the_period():
    block = open_chapter("sample", BARNET).tiles(["looked_after_rate"])
    first = block.text.splitlines()[0]
    name = known().indicators["looked_after_rate"].name
    assert first.endswith(f": {name} (31 March 2025)")
    assert block.html.startswith('<ul class="tiles"><li><strong>')
    assert "<small>31 March 2025 · " in block.html
    assert 'class="source"' in block.html


@pytest.mark.parametrize(
    ("day", "tile", "badge"),
    [
        (date(2020, 12, 11), "9\xa0months\xa0old", "9 months old"),
        (date(2022, 3, 10), "1\xa0year\xa0old", "1 year old"),
        (date(2026, 11, 22), "6\xa0years\xa0old", "6 years old"),
    ],
)
def test_each_tile_says_how_old_it_is_and_a_badge_as_under_figures_that_of_all(
    monkeypatch, day, tile, badge
):
    # The figure ends after its publication on 11 March 2020, so it is as old as that.
    monkeypatch.setattr(provenance, "edition_day", lambda _: day)
    chapter = open_chapter("sample", BARNET)
    html = chapter.tiles(["looked_after_rate"]).html
    assert f"<small>31 March 2025 · {tile}</small></li>" in html
    end = html.partition('<p class="age-line">')[2]
    assert end.endswith(f"published March 2020 · {badge}</span></p>")
    assert end.startswith('<span class="age age-old"><strong>Old</strong>') == (day.year == 2026)
    bare = tiles.bare_tiles(chapter._selection, ["looked_after_rate"])
    assert end in bare and 'class="source"' not in bare


def test_without_a_day_a_tile_has_its_period_only(monkeypatch):
    monkeypatch.setattr(provenance, "edition_day", lambda _: None)
    html = open_chapter("sample", BARNET).tiles(["looked_after_rate"]).html
    assert "<small>31 March 2025</small></li>" in html and "old" not in html


@pytest.mark.parametrize(("limit", "many"), [(1, 1), (2, 2), (8, 3)])
def test_tiles_stop_at_the_limit(limit, many):
    ids = ["child_poverty", "looked_after_rate", "plans"]
    block = open_chapter("sample", BARNET).tiles(ids, limit)
    assert block.html.count("<li>") == many


def test_of_two_figures_of_one_thing_the_first_has_a_tile(monkeypatch):
    tagged(
        monkeypatch,
        child_poverty={"inventory": ["A1"]},
        looked_after_rate={"inventory": ["A1", "A2"]},
        plans={"inventory": ["A3"]},
    )
    ids = ["looked_after_rate", "child_poverty", "plans"]
    text = open_chapter("sample", BARNET).tiles(ids).text
    names = {name: i.name for name, i in known().indicators.items()}
    assert names["looked_after_rate"] in text and names["plans"] in text
    assert names["child_poverty"] not in text


def test_no_tile_without_a_figure():
    assert open_chapter("sample", "E10000016").tiles(["looked_after_rate"]).html == ""
