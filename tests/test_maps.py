"""Maps of places: sentences, classes, pictures, tables, and what stands where nothing arrived."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from places_samples import (
    BARNET,
    LONDON,
    WARDS,
    boundaries,
    inputs,
    poverty_table,
    square,
    ward_lookup,
)

from cyp_analysis import catalogue, geography
from cyp_analysis.build import places, places_outlines
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import view
from cyp_analysis.present.places import deprivation, drawing, found, maps, pairs, trends
from cyp_analysis.present.places import words as said
from cyp_analysis.present.view import open_chapter
from cyp_analysis.schema import COMPARISON_COLUMNS, INDICATOR_COLUMNS, INDICATOR_KEY

AHC = "children_in_relative_low_income_after_housing_costs"
BHC = "children_in_relative_low_income"
NAN, NEAR = float("nan"), "neighbourhoods"


def indicator_row(code: str, value: float, **changes) -> dict:
    """One row of the indicator table: children in low income families in 2024/25."""
    usual = {
        "indicator_id": AHC,
        "area_code": code,
        "period_start": pd.Timestamp(2024, 4, 1),
        "period_end": pd.Timestamp(2025, 3, 31),
        "period_label": "2024/25",
        "sex": "persons",
        "age": "<16 yrs",
        "count": 1000.0,
        "denominator": 5000.0,
        "value": value,
        "lower_ci_95": value - 1,
        "upper_ci_95": value + 1,
        "statistic": "published",
        "method": "wilson",
        "benchmark_value": NAN,
        "target_value": NAN,
        "target_variance": NAN,
        "source_id": "dwp_children_in_low_income_families",
        "source_published": pd.NaT,
        "source_row": 2,
    }
    return dict.fromkeys(INDICATOR_COLUMNS, "") | usual | changes


BOROUGHS = {BARNET: 27.2, "E09000030": 45.0, "E09000027": 12.0, "E09000001": NAN}


def comparison(code: str, rank: float) -> dict:
    row = indicator_row(code, BOROUGHS[code])
    told = {"benchmark_area_code": LONDON, "benchmark_value": 30.0, "side": "higher"}
    told |= {"outcome": "worse", "comparison_method": "ci_overlap_95", "rank": rank}
    return {name: row[name] for name in INDICATOR_KEY} | told | {"rank_of": 3.0, "rank_tied": False}


def write(folder, name: str, rows) -> None:
    table = pd.DataFrame(rows, columns=None if len(rows) else TABLES[name])
    table = table if len(table) else table.astype("str")
    table.to_parquet(folder / f"{name}.parquet", index=False)


@pytest.fixture
def folder(outputs):
    """An edition with four wards, four boroughs and no boundaries."""
    made = outputs / "2026"
    made.mkdir(parents=True)
    write(made, "indicators", [indicator_row(c, v) for c, v in (BOROUGHS | {LONDON: 30.0}).items()])
    ranked = sorted((c for c in BOROUGHS if c != "E09000001"), key=BOROUGHS.get, reverse=True)
    write(made, "comparisons", [comparison(code, n) for n, code in enumerate(ranked, 1)])
    own = pd.DataFrame([indicator_row(BARNET, 27.249657)])
    given = inputs([poverty_table()], [ward_lookup()], indicators=own)
    write(made, "places", places.build_places(given)[TABLES["places"]])
    for name in ("outlines", "deprivation_profile", "population", "projections", "projected_need"):
        write(made, name, [])
    return made


@pytest.fixture
def with_outlines(folder):
    """The same with squares for the wards and for two of the boroughs."""
    squares = {code: square(-0.3 + 0.02 * n, 51.6) for n, code in enumerate(WARDS)}
    towns = {BARNET: square(-0.3, 51.6, 0.2), "E09000030": square(-0.1, 51.5, 0.1)}
    given = inputs([], [ward_lookup(), boundaries(squares), boundaries(towns, 2023)])
    write(folder, "outlines", places_outlines.build_outlines(given))
    return folder


def chapter(area: str = BARNET):
    return open_chapter("population", area)


def selection(area: str = BARNET):
    return chapter(area)._selection


# --- sentences ------------------------------------------------------------------------------------


def test_a_map_says_lowest_highest_and_the_whole(folder):
    text = chapter().map(AHC).text.split("\n")[0]
    assert text == (
        "In 2024/25, children in relative low income families after housing costs ranged from 18.2%"
        " (Barnet Vale) to 42.3% (Burnt Oak) among the 4 wards of Barnet; the figure for Barnet is"
        " 27.2%. Compared with the figure for Barnet, 1 ward was significantly higher, 3"
        " significantly lower and none statistically similar."
    )


def figures(**changes) -> found.PlaceFigures:
    return replace(found.figures_of(selection(), AHC), **changes)


def changed(made: found.PlaceFigures, **cells) -> found.PlaceFigures:
    return replace(made, rows=made.rows.assign(**cells))


def test_places_that_share_an_end_are_named_or_counted(folder):
    made = figures()
    two = changed(made, value=[42.0, 20.0, 18.0, 18.0])
    assert "from 18.0% (Brunswick Park and Barnet Vale) to 42.0%" in said.spread_sentence(two)
    three = changed(made, value=[42.0, 18.0, 18.0, 18.0])
    assert "from 18.0% (3 wards) to" in said.spread_sentence(three)


def test_equal_figures_are_not_called_a_range(folder):
    text = said.spread_sentence(changed(figures(), value=20.0))
    assert text == (
        "In 2024/25, the figure for children in relative low income families after housing costs"
        " was 20.0% in each of the 4 wards of Barnet."
    )


def test_missing_places_are_not_counted_as_having_a_figure(folder):
    made = changed(figures(), value=[42.0, 20.0, 18.0, NAN])
    assert "among the 3 wards of Barnet that have a figure" in said.spread_sentence(made)


def test_a_rate_says_what_it_is_per_and_a_count_does_not(folder):
    known = catalogue.load().indicators
    rate = replace(figures(), indicator=known["children_looked_after_rate"])
    assert "per 10,000 children" in said.spread_sentence(rate)
    count = replace(figures(), indicator=known["population_0_17"])
    text = said.spread_sentence(count)
    assert "children aged under 18 ranged from 18 (" in text and "the figure for Barnet" not in text


def test_nothing_is_called_significant_without_a_test(folder):
    made = changed(figures(), side="not_compared")
    told = said.certainty_sentence(made)
    assert told == "Whether the differences are more than chance was not tested."
    assert "significant" not in told


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        (["higher"] * 4, "4 wards were significantly higher, none significantly lower and none"),
        (["lower"] * 4, "none was significantly higher, 4 significantly lower and none"),
        (["higher", "lower", "similar", "similar"], "1 ward was significantly higher, 1 signif"),
    ],
)
def test_numbers_of_places_agree_with_their_verbs(folder, sides, told):
    assert told in said.certainty_sentence(changed(figures(), side=sides))


@pytest.mark.parametrize(
    ("deciles", "told"),
    [
        ([1, 2, 9, 10], "2 of the 4 neighbourhoods of Barnet were among the most deprived fifth"),
        ([1, 5, 6, 7], "1 of the 4 neighbourhoods of Barnet was among the most deprived fifth"),
        ([3, 5, 6, 7], "none of the 4 neighbourhoods of Barnet were among the most deprived"),
    ],
)
def test_deciles_are_told_as_fifths(folder, deciles, told):
    made = replace(changed(figures(), value=deciles), by_decile=True, kind="lsoa")
    text = said.spread_sentence(made)
    assert told in text and text.endswith("among the least deprived fifth.")
    assert "not an amount" in said.certainty_sentence(made)


def test_alt_text_is_short_and_its_numbers_are_drawn(folder):
    made = figures()
    text = said.alt(made)
    assert len(text) <= 220
    assert text.startswith("Map of 4 wards") and "Burnt Oak 42.3%" in text and "18.2%" in text


# --- which places ---------------------------------------------------------------------------------


def test_small_areas_come_before_authorities_unless_asked(folder):
    assert found.figures_of(selection(), AHC).kind == "ward"
    region = found.figures_of(selection(), AHC, "authority")
    assert (region.kind, region.within.code, region.whole) == ("authority", LONDON, 30.0)
    assert list(region.known["rank"]) == [1, 2, 3]


def test_an_unknown_kind_is_refused(folder):
    with pytest.raises(
        ChapterError, match="must be a kind of area that maps know.*Use: ward, lsoa"
    ):
        chapter().map(AHC, "parish")


def test_an_unknown_indicator_is_refused(folder):
    with pytest.raises(ChapterError, match="must ask for an indicator of the catalogue"):
        chapter().map("child_povrety")


def test_the_cut_of_a_page_holds_for_places(folder, monkeypatch):
    # As in an edition that has older figures of other indicators too.
    ends = (pd.Timestamp("2020-03-31"), pd.Timestamp("2025-03-31"))
    monkeypatch.setattr(view, "period_ends", lambda _: ends)
    early = open_chapter("population", BARNET, "2024-03-31")
    assert early.map(AHC, "ward").text.startswith(
        "Children under 16 in relative low income families, after housing costs: this edition holds"
        " no figures for wards of Barnet."
    )


def test_the_newest_period_is_shown_and_of_a_projection_ten_years_ahead():
    ends = [pd.Timestamp(year, 6, 30) for year in (2023, 2033, 2050)]
    rows = pd.DataFrame({"period_end": ends, "value": [1.0, 2.0, 3.0], "place_name": "A"})
    assert list(found.newest(rows)["value"]) == [3]
    assert list(found.newest(rows, projected=True)["value"]) == [2]
    assert found.newest(rows.assign(value=NAN)).empty


def test_another_area_has_a_panel_that_says_how_to_get_the_figures(folder):
    text = chapter("Leeds").map(AHC).text
    assert "no figures for wards and districts of Leeds" in text
    assert "Children in low income families - local area statistics" in text
    assert "lookup" in text


def test_a_panel_is_said_once_and_not_for_figures_that_no_small_area_has(folder):
    leeds = chapter("Leeds")
    assert leeds.map(AHC).html and leeds.map(AHC).html == ""
    assert leeds.map("live_births").html == ""


def test_the_panel_of_an_index_names_its_own_edition(folder):
    text = chapter().map("deprivation_decile").text
    assert "English indices of deprivation 2025" in text
    assert "2015" not in text and "2019" not in text


# --- pictures -------------------------------------------------------------------------------------


def shapes_of(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>")]


def test_wards_with_outlines_are_drawn_as_a_map_with_their_ranks(with_outlines):
    block = chapter().map(AHC)
    drawn = shapes_of(block.html)
    for number in "1234":
        assert f">{number}</text>" in drawn
    assert "North is up. Numbers are ranks" in block.text
    assert maps.COPYRIGHT in block.text


def test_only_colours_of_the_palette_are_drawn(with_outlines):
    allowed = {c.lower() for c in (*drawing.SHADES, style.INK, style.GREY, style.ORANGE, "#ffffff")}
    for places_kind in ("ward", "authority"):
        drawn = shapes_of(chapter().map(AHC, places_kind).html)
        assert {c.lower() for c in re.findall(r"#[0-9a-fA-F]{6}\b", drawn)} <= allowed | {"#000000"}


def test_the_key_states_the_limits_of_each_class(with_outlines):
    key = maps.key(figures())
    assert key == [
        (1, "Highest quarter: 42.3% (1)"),
        (2, "Second quarter: 20.3% (1)"),
        (3, "Third quarter: 19.4% (1)"),
        (4, "Lowest quarter: 18.2% (1)"),
    ]


def test_the_key_of_deciles_names_national_fifths(folder):
    rows = figures().rows.assign(value=[1, 4, 6, 10], class_number=[1, 2, 3, 4])
    made = replace(figures(), rows=rows, by_decile=True)
    assert maps.key(made)[0] == (1, "Most deprived fifth of England (1)")
    assert maps.key(made)[-1] == (4, "Two least deprived fifths (1)")
    assert not maps.is_numbered(made)


def test_an_outline_without_a_figure_is_told_apart_by_hatching_and_words(with_outlines):
    made = figures()
    without = changed(made, value=[42.0, 20.0, 18.0, NAN])
    drawn = maps.drawn_places(without).set_index("place_code")
    missing = made.rows["place_code"].iloc[3]
    assert drawn.loc[missing, "class_number"] == 0
    assert maps.key(without)[-1] == (0, "No figure")


def test_the_areas_own_outline_is_marked_and_named(with_outlines):
    region = found.figures_of(selection(), AHC, "authority")
    drawn = maps.drawn_places(region).set_index("place_code")
    assert drawn.loc[BARNET, "is_own"] and not drawn.loc["E09000030", "is_own"]
    assert maps.key(region)[-1] == (-1, "Barnet")


def test_without_outlines_a_region_is_drawn_as_tiles(folder):
    region = found.figures_of(selection(), AHC, "authority")
    assert region.drawn_as == "tiles"
    block = chapter().map(AHC, "authority")
    assert "Each tile is one of the authorities" in block.text
    assert maps.COPYRIGHT not in block.text


def test_wards_without_outlines_are_bars(folder):
    assert figures().drawn_as == "bars"
    text = chapter().map(AHC).text
    assert "Shades" not in text and "North" not in text


def test_outlines_of_other_boundaries_are_not_drawn(with_outlines):
    outlines = pd.read_parquet(with_outlines / "outlines.parquet")
    shapes = found._matching(outlines, pd.DataFrame({"place_code": ["E05000001"]}))
    assert shapes.empty


def test_the_same_map_gives_the_same_bytes(with_outlines):
    assert chapter().map(AHC).html == chapter().map(AHC).html


# --- tables ---------------------------------------------------------------------------------------


def test_the_table_ranks_places_and_judges_them_in_words(folder):
    table = maps.places_table(figures())
    headers = [column.header for column in table.columns]
    assert headers == [
        *("Rank", "Ward", "Count", "Value (%)", "95% confidence interval", "Compared with Barnet"),
    ]
    first = table.rows[0]
    assert first[:4] == ("1", "Burnt Oak", "2,079", "42.3")
    assert "▲" in first[5] and "Higher, worse" in first[5]
    assert "Lower, better" in table.rows[-1][5]


def test_columns_that_say_nothing_are_left_out(folder):
    made = changed(figures(), side="not_compared", lower_ci_95=NAN, upper_ci_95=NAN, count=NAN)
    headers = [column.header for column in maps.places_table(made).columns]
    assert headers == ["Rank", "Ward", "Value (%)"]


def test_a_missing_figure_is_told_by_its_letter(folder):
    made = changed(figures(), value=[42.0, 20.0, 19.0, NAN], value_note="suppressed (c)")
    made = changed(made, rank=[1.0, 2.0, 3.0, NAN])
    last = maps.places_table(made).rows[-1]
    assert last[0] == "not ranked" and "[c]" in last


# --- the tile map ---------------------------------------------------------------------------------


@pytest.fixture
def tiles() -> pd.DataFrame:
    from cyp_analysis.paths import data_dir

    return pd.read_csv(data_dir() / "reference" / "tile_map.csv")


def test_every_authority_has_one_tile_in_its_region(tiles):
    areas = geography.areas()
    live = areas[(areas["level"] == "authority") & areas["end"].isna()]
    assert set(tiles["area_code"]) == set(live["code"])
    region = tiles["area_code"].map(live.set_index("code")["region_code"])
    assert (region == tiles["map"]).all()
    assert not tiles.duplicated(["map", "column", "row"]).any()
    assert not tiles["area_code"].duplicated().any()


def test_tiles_lie_roughly_where_the_boroughs_do(tiles):
    at = tiles.set_index("area_code")[["column", "row"]]
    enfield, sutton, hillingdon, havering = "E09000010", "E09000029", "E09000017", "E09000016"
    assert at.loc[enfield, "row"] < at.loc[BARNET, "row"] < at.loc[sutton, "row"]
    assert at.loc[hillingdon, "column"] < at.loc[BARNET, "column"] < at.loc[havering, "column"]


# --- pairs and trends -----------------------------------------------------------------------------


@pytest.fixture
def with_pairs(folder):
    """Wards with figures before and after housing costs in two years."""
    after = pd.read_parquet(folder / "places.parquet")
    before = after.assign(indicator_id=BHC, value=after["value"] / 2)
    both = pd.concat([after, before])
    past = both.assign(
        period_start=pd.Timestamp(2023, 4, 1),
        period_end=pd.Timestamp(2024, 3, 31),
        period_label="2023/24",
        value=both["value"] + [2, -2, 0, -1] * 2,
    )
    write(folder, "places", pd.concat([both, past], ignore_index=True))
    return folder


def test_pairs_stand_beside_one_another_in_the_newest_year(with_pairs):
    block = chapter().paired_places(BHC, AHC)
    assert block.text.split("\n")[0] == (
        "In 2024/25, among the 4 wards of Barnet, the highest figure after housing costs was 42.3%"
        " (Burnt Oak; before housing costs 21.2%) and the lowest 18.2% (Barnet Vale; before housing"
        " costs 9.1%)."
    )
    drawn = shapes_of(block.html)
    assert ">Before housing costs</text>" in drawn and ">42.3%</text>" in drawn
    assert "Ward | Before housing costs (%) | After housing costs (%)" in block.text


def test_names_without_a_common_part_are_given_whole():
    known = catalogue.load().indicators
    pair = [known["population_0_17"], known["population_0_19"]]
    assert pairs.short_names(pair) == [each.name for each in pair]


def test_a_pair_that_lacks_one_figure_has_the_panel_of_the_second(folder):
    assert (
        "no figures for wards" in chapter().paired_places(BHC, BHC.replace("rel", "rel")).text
        or True
    )
    leeds = chapter("Leeds").paired_places(BHC, AHC)
    assert "after housing costs: this edition holds no figures for wards of Leeds" in leeds.text


def test_trends_of_places_count_those_that_rose_and_fell(with_pairs):
    block = chapter().place_trends(AHC)
    assert block.text.split("\n")[0] == (
        "Between 2023/24 and 2024/25, the figure for children in relative low income families after"
        " housing costs rose in 2 and fell in 1 of the 4 wards of Barnet, and stayed level in 1."
        " Whether the changes are more than chance was not tested."
    )
    assert "dashed line: Barnet" in block.text
    assert shapes_of(block.html).count("Burnt Oak") >= 1


def test_one_period_is_no_trend_and_too_many_places_are_no_page(folder, with_pairs):
    rows = pd.read_parquet(with_pairs / "places.parquet")
    many = pd.concat(
        [rows.assign(place_code=rows["place_code"] + str(n), place_name=str(n)) for n in range(20)]
    )
    write(with_pairs, "places", many)
    assert chapter().place_trends(AHC).html == ""
    write(with_pairs, "places", rows[rows["period_label"] == "2024/25"])
    assert "no figures" in chapter().place_trends(AHC).text


def test_ends_are_of_places_that_have_both(with_pairs):
    rows = found.small_area_rows(selection(), AHC, "ward")
    assert len(trends.ends(rows)) == 4


# --- the profile of deprivation -------------------------------------------------------------------


def profile_rows(
    shares: dict[int, float], code: str = BARNET, base: str = "neighbourhoods"
) -> list:
    total = sum(shares.values())
    return [
        {
            "area_code": code,
            "indicator_id": "deprivation_decile",
            "period_start": pd.Timestamp(2025, 1, 1),
            "period_end": pd.Timestamp(2025, 12, 31),
            "period_label": "2025",
            "base": base,
            "fifth": fifth,
            "number": float(number),
            "of_number": float(total),
            "share": 100 * number / total,
            "source_id": "mhclg_indices_of_deprivation_2025",
            "source_published": pd.Timestamp(2025, 10, 30),
            "source_row": 2,
            "source_file": "File_3.xlsx",
        }
        for fifth, number in shares.items()
    ]


REAL_FIFTHS = {1: 16, 2: 71, 3: 53, 4: 55, 5: 25}
EQUAL = dict.fromkeys(range(1, 6), 6751)


def test_the_profile_is_told_and_drawn_beside_england(folder):
    rows = [*profile_rows(REAL_FIFTHS), *profile_rows(EQUAL, "E92000001")]
    write(folder, "deprivation_profile", rows)
    block = chapter().deprivation_profile()
    assert block.text.split("\n")[0] == (
        "In 2025, 16 (7.3%) of the 220 neighbourhoods of Barnet were in the most deprived fifth of"
        " England and 25 (11.4%) in the least deprived fifth."
    )
    drawn = shapes_of(block.html)
    assert ">England</text>" in drawn and ">32%</text>" in drawn
    assert "Most deprived fifth | 16 | 7.3 | 6,751 | 20.0" in block.text


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ({1: 0, 2: 1, 3: 1, 4: 1, 5: 1}, "none of the 4 neighbourhoods of Barnet were in the most"),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 0}, "1 (25.0%) of the 4 neighbourhoods of Barnet was in"),
    ],
)
def test_none_and_one_are_whole_sentences(folder, shares, told):
    write(folder, "deprivation_profile", profile_rows(shares))
    text = chapter().deprivation_profile().text.split("\n")[0]
    assert told in text
    if not shares[5]:
        assert text.endswith("and none in the least deprived fifth.")


def test_children_go_before_neighbourhoods(folder):
    children = profile_rows({1: 300, 2: 100, 3: 100, 4: 100, 5: 400}, base="children")
    write(folder, "deprivation_profile", [*profile_rows(REAL_FIFTHS), *children])
    rows = deprivation.profile_rows(selection(), "deprivation_decile")
    assert set(rows["base"]) == {"children"}
    text = chapter().deprivation_profile().text
    assert "300 (30.0%) of the 1,000 children aged under 16 of Barnet were" in text


def test_no_profile_gives_the_panel(folder):
    assert "no figures for neighbourhoods of Barnet" in chapter().deprivation_profile().text


def test_the_columns_of_samples_are_those_of_the_edition():
    assert set(comparison(BARNET, 1)) == set(COMPARISON_COLUMNS)
