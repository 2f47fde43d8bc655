"""Slopes: which two periods, which place among the neighbours, where the lines stand, the words."""

import re
from math import nan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata
from test_comparators import BARNET, CARE, ENGLAND, LONDON, figure, inputs

from cyp_analysis import catalogue, geography
from cyp_analysis.build import derived, edition, slopes
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import EditionError
from cyp_analysis.present.comparing import slope as said
from cyp_analysis.present.comparing import slope_chart as drawn
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter
from cyp_analysis.schema import DIFFERENCE_COLUMNS

NEIGHBOURS = list(geography.neighbours(BARNET))
KNOWN = catalogue.load()
# Barnet stands 4th highest of these eleven, and 9th of the later ones.
THEN = [100.0, 95.0, 90.0, 80.0, 75.0, 72.0, 68.0, 65.0, 61.0, 52.0]
NOW = [91.0, 99.0, 70.0, 80.0, 65.0, 72.0, 68.0, 64.0, 40.0, 35.0]
OWN = (85.0, 50.0)


def at(year: int, area: str, value: float, **other) -> dict:
    day = pd.Timestamp(f"{year}-03-31")
    dated = {"period_start": day, "period_end": day, "period_label": f"31 March {year}"}
    return figure(area, value, **dated) | other


def usual(first: int = 2020, last: int = 2025, own: tuple[float, float] = OWN) -> list[dict]:
    """Barnet, its ten neighbours and England at two points of time."""
    values = {first: THEN, last: NOW}
    rows = [
        at(year, code, value)
        for year, each in values.items()
        for code, value in zip(NEIGHBOURS, each, strict=True)
    ]
    rows += [at(year, BARNET, value) for year, value in zip(values, own, strict=True)]
    return [*rows, at(first, ENGLAND, 67.0), at(last, ENGLAND, 69.5)]


def found(rows: list[dict], area: str = BARNET) -> pd.DataFrame:
    table = slopes.find_slopes(inputs(*rows))[TABLES["slopes"]]
    return table[table["area_code"] == area]


def one(rows: list[dict]) -> pd.Series:
    table = found(rows)
    assert len(table) == 1
    return table.iloc[0]


# --- periods --------------------------------------------------------------------------------------


def test_the_earlier_period_is_the_newest_at_least_five_years_before():
    rows = [*usual(), at(2019, BARNET, 1.0), at(2021, BARNET, 2.0), at(2014, BARNET, 3.0)]
    row = one(rows)
    assert (row["first_label"], row["last_label"]) == ("31 March 2020", "31 March 2025")
    assert (row["first_value"], row["last_value"]) == OWN
    assert row["rule"] == slopes.SINCE


def test_a_year_without_figures_gives_way_to_the_one_before():
    row = one([*usual(first=2018), at(2021, BARNET, 2.0)])
    assert (row["first_label"], row["rule"]) == ("31 March 2018", slopes.SINCE)


def test_where_figures_do_not_go_back_five_years_the_oldest_is_taken():
    row = one([*usual(first=2022), at(2023, BARNET, 2.0)])
    assert (row["first_label"], row["rule"]) == ("31 March 2022", slopes.OLDEST)


def test_a_leap_day_and_a_moved_end_of_year_are_still_five_years():
    leap = {"period_start": pd.Timestamp("2020-02-29"), "period_end": pd.Timestamp("2020-02-29")}
    rows = [r | leap if r["period_label"] == "31 March 2020" else r for r in usual()]
    end = {"period_start": pd.Timestamp("2025-02-28"), "period_end": pd.Timestamp("2025-02-28")}
    rows = [r | end if r["period_label"] == "31 March 2025" else r for r in rows]
    assert one(rows)["rule"] == slopes.SINCE


def test_one_period_alone_has_no_slope():
    assert found([row for row in usual() if row["period_label"] == "31 March 2025"]).empty


def test_periods_of_another_length_are_not_compared():
    quarter = {"period_start": pd.Timestamp("2018-01-01")}
    rows = [*usual(), at(2023, BARNET, 5.0), at(2018, BARNET, 6.0, **quarter)]
    assert one(rows)["first_label"] == "31 March 2020"


def test_sexes_are_not_mixed():
    rows = [row | {"sex": "male"} if row["period_label"] == "31 March 2020" else row
            for row in usual()]  # fmt: skip
    assert found(rows).empty


# --- places ---------------------------------------------------------------------------------------


def test_ranks_are_those_of_another_library():
    row = one(usual())
    for own, values, end in ((OWN[0], THEN, "first"), (OWN[1], NOW, "last")):
        theirs = rankdata([-value for value in [own, *values]], method="min")[0]
        assert row[f"{end}_rank"] == theirs
    assert (row["first_rank"], row["last_rank"], row["rank_of"]) == (4, 9, 11)
    assert row["moved"] == slopes.DOWN
    assert row["members"] == 10 and row["group_name"] == "Statistical neighbours"


@pytest.mark.parametrize("own, moved", [
    ((85.0, 50.0), "fell"), ((50.0, 98.0), "rose"), ((85.0, 75.0), "stayed"),
])  # fmt: skip
def test_the_way_of_the_rank(own, moved):
    assert one(usual(own=own))["moved"] == moved


def test_ties_share_the_better_place_and_are_marked():
    row = one(usual(own=(80.0, 50.0)))
    assert (row["first_rank"], row["first_tied"], row["last_tied"]) == (4, True, False)


def test_neighbours_without_both_periods_are_not_ranked():
    missing = {NEIGHBOURS[0], NEIGHBOURS[1]}
    rows = [r for r in usual() if r["area_code"] not in missing or "2025" in r["period_label"]]
    row = one(rows)
    assert (row["first_rank"], row["last_rank"], row["rank_of"]) == (2, 7, 9)


def test_half_of_the_neighbours_are_enough_and_fewer_are_not():
    def rows_of(number):
        return [row for row in usual() if row["area_code"] not in NEIGHBOURS[number:]]

    assert len(found(rows_of(5))) == 1
    assert found(rows_of(4)).empty


def test_a_missing_value_is_no_zero():
    gone = {"value": nan, "lower_ci_95": nan, "upper_ci_95": nan, "count": nan, "method": "none"}
    rows = [r | gone if r["area_code"] == NEIGHBOURS[9] and "2025" in r["period_label"] else r
            for r in usual()]  # fmt: skip
    assert one(rows)["rank_of"] == 10


def test_counts_are_not_set_in_order():
    counted = {"indicator_id": "population_0_17", "statistic": "count", "method": "none"}
    counted |= {"lower_ci_95": nan, "upper_ci_95": nan, "denominator": nan}
    assert found([row | counted for row in usual()]).empty


def test_only_authorities_with_a_list_of_neighbours_have_one():
    rows = [*usual(), at(2020, LONDON, 50.0), at(2025, LONDON, 60.0)]
    table = slopes.find_slopes(inputs(*rows))
    assert not set(table["area_code"]) & {LONDON, ENGLAND}
    assert not table.duplicated(["indicator_id", "area_code"]).any()


def test_an_empty_table_has_its_columns():
    assert list(slopes.find_slopes(inputs(at(2025, BARNET, 5.0)))) == TABLES["slopes"]
    assert derived.DERIVED["slopes"] == "slopes.find_slopes"


# --- the picture ----------------------------------------------------------------------------------


def write(folder, rows: list[dict]) -> Edition:
    made = inputs(*rows)
    table = slopes.find_slopes(made)[TABLES["slopes"]].reset_index(drop=True)
    tables = edition.Tables(
        made.indicators,
        made.comparisons,
        pd.DataFrame(columns=DIFFERENCE_COLUMNS),
        {},
        {"slopes": derived._texts_where_nothing(table)},
        pd.DataFrame(),
    )
    folder.mkdir(parents=True)
    edition.write_tables(folder, tables)
    return Edition(folder.name, folder)


def selection(written: Edition, area: str = BARNET, cut=None) -> Selection:
    return Selection(KNOWN.chapters["overview"], geography.area(area), written, KNOWN, cut)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Edition:
    return write(tmp_path_factory.mktemp("slopes") / "usual", usual())


@pytest.fixture(scope="module")
def block(written):
    return Chapter(selection(written)).slope(CARE)


def made(tmp_path, rows: list[dict], area: str = BARNET, cut=None):
    return Chapter(selection(write(tmp_path / "made", rows), area, cut)).slope(CARE)


def picture(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>")]


def segments(svg: str) -> list[tuple[float, float]]:
    """Heights of the two ends of each line that goes from one side of the plot to the other."""
    paths = re.findall(r' d="M([\d.]+) ([\d.]+)l([\d.-]+) ([\d.-]+)"', svg)
    steps = [tuple(map(float, path)) for path in paths]
    wide = max(step[2] for step in steps)
    return [(y, y + up) for _, y, across, up in steps if across == pytest.approx(wide, abs=0.2)]


def test_each_line_goes_from_its_first_to_its_last_value(written, block):
    lines = said.find_slope(selection(written), KNOWN.indicators[CARE]).lines
    found_at = sorted(segments(picture(block.html)))
    assert len(found_at) == len(lines) == 12
    # Heights fall in a straight line as values rise; the scale is that of the outermost two.
    values = lines[["first", "last"]].to_numpy(dtype=float)
    high, low = values.max(), values.min()
    tops = np.array(found_at)
    scale = (tops.max() - tops.min()) / (high - low)
    expected = sorted(map(tuple, tops.min() + (high - values) * scale))
    assert np.array(expected) == pytest.approx(tops, abs=0.25)


def test_eleven_authorities_at_most_and_the_benchmark(written):
    kinds = said.find_slope(selection(written), KNOWN.indicators[CARE]).lines["kind"]
    assert kinds.value_counts().to_dict() == {"neighbour": 10, "area": 1, "benchmark": 1}


def test_labels_stand_at_both_ends_and_do_not_touch(block):
    svg = picture(block.html)
    texts = re.findall(r'<text[^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<', svg)
    assert len(texts) >= 24
    left = sorted(float(y) for x, y, text in texts if re.fullmatch(r"\d+\.\d", text))
    assert len(left) == 12 and min(np.diff(left)) > 15
    assert any(text == "50.0 Barnet" for _, _, text in texts)
    assert any(text == "69.5 England" for _, _, text in texts)


def test_the_own_line_is_told_by_weight_and_the_benchmark_by_dashes(block):
    svg = picture(block.html)
    assert svg.count("stroke-width: 3.4") == 1
    assert "stroke-dasharray" in svg
    assert re.search(r"font-weight: (bold|700)[^>]*>50\.0 Barnet<|700[^>]*>50\.0 Barnet<", svg)


def test_a_slope_is_light(block):
    assert len(picture(block.html).encode()) < 14_000


def test_values_that_are_all_alike_are_drawn(tmp_path):
    rows = [row | {"value": 50.0, "lower_ci_95": 48.0, "upper_ci_95": 52.0, "count": 50.0}
            for row in usual()]  # fmt: skip
    text = made(tmp_path, rows).text
    assert text.startswith("Barnet stayed the joint highest of 11: itself and its 10")


def test_room_for_names_in_two_lines():
    assert drawn.tall(["a", "b\nb"]) - drawn.tall(["a"]) == 2 * drawn.LINE + drawn.GAP


# --- the words ------------------------------------------------------------------------------------


def test_the_sentences_whole(block):
    assert block.text.splitlines()[0] == (
        "Barnet fell from the 4th to the 9th highest of 11: itself and its 10 statistical"
        " neighbours. Children looked after in Barnet: 85.0 on 31 March 2020 and 50.0 on 31 March"
        " 2025; in England 67.0 and 69.5. The earlier period is the newest that is at least five"
        " years before the later. Places are in the order of the figures as published; whether they"
        " differ by more than chance is not tested here."
    )


@pytest.mark.parametrize("own, words", [
    ((85.0, 50.0), "Barnet fell from the 4th to the 9th highest of 11"),
    ((50.0, 100.0), "Barnet rose from the lowest to the highest of 11"),
    ((110.0, 30.0), "Barnet fell from the highest to the lowest of 11"),
    ((110.0, 98.0), "Barnet fell from the highest to the 2nd highest of 11"),
    ((80.0, 75.0), "Barnet stayed the joint 4th highest of 11"),
    ((50.0, 72.0), "Barnet rose from the lowest to the joint 4th highest of 11"),
])  # fmt: skip
def test_the_move_in_words(tmp_path, own, words):
    rows = usual(own=own)
    if own == (80.0, 75.0):  # tied at both ends
        rows = [r | {"value": 75.0, "lower_ci_95": 73.0, "upper_ci_95": 77.0, "count": 75.0}
                if r["area_code"] == NEIGHBOURS[5] and "2025" in r["period_label"] else r
                for r in rows]  # fmt: skip
    assert made(tmp_path, rows).text.startswith(f"{words}: itself and")


def test_neighbours_left_out_are_told(tmp_path):
    rows = [r for r in usual() if r["area_code"] != NEIGHBOURS[0]]
    assert made(tmp_path, rows).text.startswith(
        "Barnet fell from the 3rd to the 8th highest of 10: itself and 9 of its 10 statistical"
        " neighbours (the rest have no figure for one of the two periods)."
    )


def test_the_other_rule_is_said(tmp_path):
    assert (
        "The earlier period is the oldest there is: the figures do not go back five years."
        in made(tmp_path, usual(first=2022)).text
    )


def test_without_england_nothing_is_said_of_it(tmp_path):
    text = made(tmp_path, [r for r in usual() if r["area_code"] != ENGLAND]).text
    assert "England" not in text
    assert (
        "Children looked after in Barnet: 85.0 on 31 March 2020 and 50.0 on 31 March 2025." in text
    )


def test_titles_table_and_alternative_text_have_the_figures(block):
    lines = block.text.splitlines()
    assert lines[1] == ("Children looked after: Barnet fell from the 4th to the 9th highest of 11")
    assert lines[2].startswith(
        "Children looked after at 31 March, per 10,000 under-18s, 31 March 2020 and 31 March 2025:"
        " Barnet (heavy line), statistical neighbours and England. Neighbours: DfE"
    )
    alt = re.search(r'aria-label="([^"]+)"', block.html)[1]
    assert alt == lines[3] and len(alt) <= 250
    top = geography.name(NEIGHBOURS[1])
    assert alt.startswith(
        "Children looked after, 31 March 2020 to 31 March 2025: Barnet 85.0 to 50.0, fell from the"
        " 4th to the 9th highest of 11; England 67.0 to 69.5; highest neighbour"
        f" {top} 95.0 to 99.0"
    )
    rows = [line.split(" | ") for line in lines if line.count(" | ") == 2][1:]
    assert len(rows) == 12 and ["Barnet", "85.0", "50.0"] in rows
    assert [float(row[2]) for row in rows] == sorted((float(row[2]) for row in rows), reverse=True)
    assert block.html.count('<tr class="selected">') == 1


# --- nothing to draw ------------------------------------------------------------------------------


def test_too_few_neighbours_is_one_quiet_line(tmp_path):
    shown = made(tmp_path, [r for r in usual() if r["area_code"] not in NEIGHBOURS])
    assert shown.html.startswith('<p class="note">') and "<svg" not in shown.html
    assert shown.text == (
        "Children looked after at 31 March, per 10,000 under-18s: no slope chart, because too few"
        " statistical neighbours of Barnet have a figure for two comparable periods."
    )


def test_a_slope_after_the_cut_is_not_shown(tmp_path):
    shown = made(tmp_path, usual(), cut=pd.Timestamp("2024-12-31"))
    assert "no slope chart" in shown.text


def test_a_region_and_england_have_none(tmp_path):
    rows = [*usual(), at(2020, LONDON, 50.0), at(2025, LONDON, 60.0)]
    assert made(tmp_path, rows, area=LONDON).html == ""
    assert Chapter(selection(Edition("made", tmp_path / "made"), ENGLAND)).slope(CARE).html == ""


def test_no_figure_at_all_is_the_usual_panel(written):
    shown = Chapter(selection(written)).slope("child_protection_plans_rate")
    assert "slope" not in shown.html
    assert shown.html == "" or 'class="no-data"' in shown.html


def test_an_edition_of_before_says_to_build_again(written, tmp_path):
    for name in ("indicators", "comparisons"):
        (tmp_path / f"{name}.parquet").write_bytes((written.path / f"{name}.parquet").read_bytes())
    with pytest.raises(EditionError, match=r"must hold slopes.parquet"):
        Chapter(selection(Edition("old", tmp_path))).slope(CARE)
