"""Funnels: limits against published ones, who takes part, where dots stand, what is said."""

import re
from math import nan

import numpy as np
import pandas as pd
import pytest
from test_comparators import BARNET, CARE, ENGLAND, LEAVERS, LONDON, figure, inputs
from test_measures_funnels import published
from test_outliers import leavers

from cyp_analysis import catalogue, geography, methods
from cyp_analysis.build import derived, edition, funnels
from cyp_analysis.comparing_tables import FEWEST_IN_FUNNEL
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import EditionError
from cyp_analysis.measures.funnel_areas import Kind
from cyp_analysis.measures.funnels import funnel_significance
from cyp_analysis.methods.funnels import SIGNIFICANCE
from cyp_analysis.present.comparing import funnel as said
from cyp_analysis.present.comparing import funnel_chart as drawn
from cyp_analysis.present.comparing.ends import GAP, LINE, label_places
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter
from cyp_analysis.schema import DIFFERENCE_COLUMNS

LIMITS = funnels.LIMITS
POVERTY = "children_in_relative_low_income"
DAY = pd.Timestamp("2025-03-31").date()
OTHERS = [code for code in geography.members(ENGLAND, DAY) if code != BARNET][:39]
MEMBERS = len(geography.members(ENGLAND, DAY))


def care(area: str, count: float, of: float, **other) -> dict:
    """A rate of care with its count and its children."""
    value = 10_000 * count / of
    low, high = (10_000 * limit / of for limit in methods.byars_interval(max(count, 1)))
    counted = {"count": float(count), "denominator": float(of)}
    return figure(area, value, **counted, lower_ci_95=min(low, value), upper_ci_95=high) | other


def many(own: float = 60, of: float = 10_000, **other) -> list[dict]:
    """Barnet, and 39 authorities of 2,000 to 40,000 children with 60 in 10,000 in care."""
    sizes = np.linspace(2000, 40_000, len(OTHERS)).round(-3)
    rows = [care(code, round(0.006 * n), n) for code, n in zip(OTHERS, sizes, strict=True)]
    return [care(BARNET, own, of, **other), *rows]


def found(rows: list[dict]) -> pd.DataFrame:
    return funnels.find_funnels(inputs(*rows))[TABLES["funnels"]]


def areas(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["part"] == "area"].set_index("area_code")


def limits(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["part"] == "limits"].reset_index(drop=True)


# --- limits and verdicts, against other people's --------------------------------------------------


def reference(statistic: str) -> list:
    """Published cases that need no other years and no rates of their own."""
    given = published("calculate_funnel_limits.inputs").query("statistic == @statistic")
    one_year = given["years_of_data"].fillna(1) == 1
    chart = published("calculate_funnel_limits")
    return [
        pytest.param(rows, chart[chart["case_id"] == case], id=case)
        for case, rows in given[one_year].groupby("case_id")
    ]


def grid_of(rows: pd.DataFrame, statistic: str, monkeypatch) -> pd.DataFrame:
    monkeypatch.setattr(funnels, "_GRID", 4000)
    monkeypatch.setattr(funnels, "_FINE", 40_000)
    per = rows["multiplier"].iloc[0]
    bare = rows[["num", "den"]].set_axis(["count", "denominator"], axis=1).astype(float)
    if statistic == "rate_crude":  # theirs is the population that the published rate is of
        implied = per * rows["num"] / rows["rate"]
        bare["denominator"] = implied.where(rows["num"] > 0, rows["den"])
    return funnels.limits_on_grid(bare, Kind.of(statistic, per, None, None))


@pytest.mark.parametrize("rows, chart", reference("proportion"))
def test_limits_of_shares_are_the_published_ones(rows, chart, monkeypatch):
    ours = grid_of(rows, "proportion", monkeypatch)
    for name in LIMITS:
        end, level = name.split("_")
        theirs = chart[f"expected_{end}_{ {'95': '2s', '998': '3s'}[level] }_limit"].to_numpy()
        same_scale(ours, name, chart["expected_axis"].to_numpy(), theirs)


@pytest.mark.parametrize("rows, chart", reference("rate_crude"))
def test_limits_of_rates_are_the_published_ones(rows, chart, monkeypatch):
    ours = grid_of(rows, "rate_crude", monkeypatch)
    for name in LIMITS:
        end, level = name.split("_")
        column = f"expected_{end}_{ {'95': '2s', '998': '3s'}[level] }"
        places = chart[f"{column}_population_1_year"].to_numpy()
        same_scale(ours, name, places, chart[f"{column}_limit"].to_numpy())


def same_scale(ours: pd.DataFrame, name: str, places: np.ndarray, theirs: np.ndarray) -> None:
    """Our limits, read off at their places on our axis, are theirs to one in a thousand."""
    axis = ours["denominator"].to_numpy()
    inside = (places >= axis[0]) & (places <= axis[-1])
    read = np.interp(places[inside], axis, ours[name])
    assert inside.any()
    assert read == pytest.approx(theirs[inside], rel=1e-3, abs=1e-6)


def test_on_each_limit_of_a_rate_the_interval_of_the_count_ends_at_the_average():
    chart = limits(found(many()))
    expected = chart["denominator"] * chart["baseline"] / 10_000
    for level, suffix in ((0.95, "95"), (0.998, "998")):
        upper = chart[f"upper_{suffix}"] * chart["denominator"] / 10_000
        low, _ = methods.exact_poisson_interval(upper.to_numpy(), level)
        assert low == pytest.approx(expected.to_numpy(), rel=2e-3)
        lower = chart[f"lower_{suffix}"] * chart["denominator"] / 10_000
        some = (lower > 1).to_numpy()
        _, high = methods.exact_poisson_interval(lower.to_numpy()[some], level)
        assert high == pytest.approx(expected.to_numpy()[some], rel=2e-3)


def test_the_lower_limit_is_zero_where_few_events_are_expected():
    rows = [*many(), care(OTHERS[0], 0, 400)]
    rows = [row for n, row in enumerate(rows) if n != 1]  # 2.4 children expected of 400
    chart = limits(found(rows))
    assert chart["lower_95"].iloc[0] == chart["lower_998"].iloc[0] == 0
    assert (chart["lower_998"] <= chart["lower_95"]).all()
    assert (chart["upper_95"] <= chart["upper_998"]).all()


@pytest.mark.parametrize("count, category", [
    (15, "below_998"), (43, "below_95"), (60, "inside"), (79, "above_95"), (120, "above_998"),
])  # fmt: skip
def test_verdicts_are_those_of_the_tested_verb(count, category):
    table = areas(found(many(count)))
    assert table.loc[BARNET, "category"] == category
    again = funnel_significance(table, statistic="rate_crude", per=10_000)["significance"]
    words = dict(zip(SIGNIFICANCE, funnels.CATEGORIES, strict=True))
    assert list(table["category"]) == [words[word] for word in again.astype(str)]


def test_the_middle_is_all_authorities_together():
    table = found(many(100, 20_000))
    points = areas(table)
    together = 10_000 * points["count"].sum() / points["denominator"].sum()
    assert table["baseline"].unique() == pytest.approx([together])
    assert points["areas"].unique() == [40]


# --- who takes part -------------------------------------------------------------------------------


def without(rows: list[dict], number: int, **other) -> list[dict]:
    """The rows with some of them (after the first) changed."""
    return [row | other if 0 < n <= number else row for n, row in enumerate(rows)]


def test_the_rest_are_counted_as_left_out():
    table = found(many())
    assert table["left_out"].unique() == [MEMBERS - 40]


@pytest.mark.parametrize(
    "other",
    [
        {"value_note": "count rounded to 5 by publisher"},
        {"count": nan, "denominator": nan, "value_note": "suppressed: small count (c)"},
        {"denominator": nan},
        {"value": nan, "lower_ci_95": nan, "upper_ci_95": nan, "method": "none"},
        {"value": 90.0, "lower_ci_95": 80.0, "upper_ci_95": 99.0},  # not count over denominator
    ],
)
def test_figures_that_are_no_counts_over_a_base_take_no_part(other):
    table = found(without(many(), 5, **other))
    assert len(areas(table)) == 35
    assert table["left_out"].unique() == [MEMBERS - 35]
    assert found(without(many(), MEMBERS - 14, **other)).empty


def test_fifteen_are_enough_and_fourteen_are_not():
    assert len(areas(found(many()[:15]))) == FEWEST_IN_FUNNEL == 15
    assert found(many()[:14]).empty


def test_regions_and_england_are_no_authorities():
    rows = [*many(), care(LONDON, 9_000, 2_000_000), care(ENGLAND, 80_000, 12_000_000)]
    assert set(areas(found(rows)).index) == {BARNET, *OTHERS}


def test_the_newest_period_with_enough_authorities_is_taken():
    later = {
        "period_start": pd.Timestamp("2026-03-31"),
        "period_end": pd.Timestamp("2026-03-31"),
        "period_label": "31 March 2026",
    }
    newer = [row | later for row in many(70)]
    assert areas(found([*many(), *newer]))["period_label"].unique() == ["31 March 2026"]
    assert areas(found([*many(), *newer[:14]]))["period_label"].unique() == ["31 March 2025"]


def test_of_several_sexes_all_persons_are_taken():
    boys = [row | {"sex": "male", "count": 0.5 * row["count"]} for row in many()]
    assert list(found([*many(), *boys])["sex"].unique()) == ["persons"]


def test_shares_have_limits_within_the_unit():
    rows = [leavers(code, 18, 20) for code in OTHERS] + [leavers(BARNET, 5, 20)]
    table = found(rows)
    assert areas(table).loc[BARNET, "category"] == "below_998"
    assert limits(table)["upper_998"].max() == 100
    assert set(table["indicator_id"]) == {LEAVERS}


def implied(code: str, base: float) -> dict:
    """A share of which the publisher prints count and percentage; the base follows from both."""
    extra = {"indicator_id": POVERTY, "age": "<16 yrs", "method": "wilson"}
    note = "denominator implied by the published count and value"
    row = leavers(code, 2000, base)
    return row | extra | {"statistic": "published", "value_note": note, "denominator": base}


def test_a_base_that_follows_from_a_rounded_value_takes_no_part():
    whole = [implied(code, 10_000.0) for code in [BARNET, *OTHERS]]
    assert len(areas(found(whole))) == 40
    broken = [row | {"denominator": 10_000.37} for row in whole]
    assert found(broken).empty


def test_where_everybody_is_counted_there_is_no_funnel():
    known = catalogue.load().indicators
    assert funnels.is_counted(known[CARE]) and funnels.is_counted(known[LEAVERS])
    assert not funnels.is_counted(known["population_under_18_share"])  # interval: none
    assert not funnels.is_counted(known["population_0_17"])  # a count


def test_no_events_no_funnel():
    assert found([care(code, 0, 10_000) for code in [BARNET, *OTHERS]]).empty


def test_an_empty_edition_has_an_empty_table():
    table = found([care(BARNET, 60, 10_000)])
    assert list(table) == TABLES["funnels"] and table.empty


def test_the_table_is_registered_and_keeps_its_input():
    assert derived.DERIVED["funnels"] == "funnels.find_funnels"
    given = inputs(*many())
    before = given.indicators.copy()
    funnels.find_funnels(given)
    pd.testing.assert_frame_equal(given.indicators, before)


# --- the picture ----------------------------------------------------------------------------------


def write(folder, rows: list[dict]) -> Edition:
    made = inputs(*rows)
    table = funnels.find_funnels(made)[TABLES["funnels"]].reset_index(drop=True)
    tables = edition.Tables(
        made.indicators,
        made.comparisons,
        pd.DataFrame(columns=DIFFERENCE_COLUMNS),
        {},
        {"funnels": derived._texts_where_nothing(table)},
        pd.DataFrame(),
    )
    folder.mkdir(parents=True)
    edition.write_tables(folder, tables)
    return Edition(folder.name, folder)


def selection(written: Edition, area: str = BARNET, cut=None) -> Selection:
    known = catalogue.load()
    return Selection(known.chapters["overview"], geography.area(area), written, known, cut)


def chapter(written: Edition, area: str = BARNET, cut=None) -> Chapter:
    return Chapter(selection(written, area, cut))


@pytest.fixture(scope="module")
def above(tmp_path_factory) -> Edition:
    """Barnet with twice the rate of the others."""
    return write(tmp_path_factory.mktemp("funnels") / "above", many(120))


@pytest.fixture(scope="module")
def block(above):
    return chapter(above).funnel(CARE)


def picture(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>")]


def dots_of(svg: str) -> np.ndarray:
    """Where the strokes of the one path of dots begin."""
    paths = [d for d in re.findall(r' d="([^"]+)"', svg) if d.count("M") == 40]
    assert len(paths) == 1
    return np.array([[float(n) for n in at] for at in re.findall(r"M([\d.]+) ([\d.]+)", paths[0])])


def test_dots_stand_where_their_figures_are(above, block):
    points = said.find_funnel(selection(above), catalogue.load().indicators[CARE]).points
    at = dots_of(picture(block.html))
    # Across by the logarithm of the base, up by the value: two straight lines.
    for drawn_at, data in ((at[:, 0], np.log(points["denominator"])), (at[:, 1], points["value"])):
        slope, start = np.polyfit(data.to_numpy(dtype=float), drawn_at, 1)
        assert start + slope * data.to_numpy(dtype=float) == pytest.approx(drawn_at, abs=0.11)
    assert np.polyfit(points["denominator"], at[:, 0], 1)[0] > 0
    assert np.polyfit(points["value"], at[:, 1], 1)[0] < 0  # higher values stand further up


def test_the_diamond_stands_on_the_dot_of_the_area(above, block):
    svg = picture(block.html)
    points = said.find_funnel(selection(above), catalogue.load().indicators[CARE]).points
    own = dots_of(svg)[list(points["area_code"]).index(BARNET)]
    marks = [
        (float(x), float(y)) for x, y in re.findall(r'<use[^>]*? x="([\d.]+)" y="([\d.]+)"', svg)
    ]
    assert min(np.hypot(x - own[0], y - own[1]) for x, y in marks) < 0.2
    assert ">Barnet 120.0<" in svg


def test_every_line_is_named(above, block):
    svg = picture(block.html)
    assert svg.count(">99.8% limit<") == 2 and svg.count(">95% limit<") == 2
    texts = [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<text.*?</text>", svg)]
    middle = said.find_funnel(selection(above), catalogue.load().indicators[CARE]).first["baseline"]
    assert f"England {middle:.1f}" in texts


def test_a_funnel_is_light(tmp_path):
    codes = [code for code in geography.members(ENGLAND, DAY) if code != BARNET][:150]
    sizes = np.geomspace(1_000, 300_000, len(codes)).round()
    rows = [care(code, round(0.007 * n * (0.6 + 0.8 * (k % 7) / 6)), n)
            for k, (code, n) in enumerate(zip(codes, sizes, strict=True))]  # fmt: skip
    made = chapter(write(tmp_path / "many", [*rows, care(BARNET, 300, 90_000)])).funnel(CARE)
    assert len(picture(made.html).encode()) < 15_000
    assert len(made.html.encode()) < 35_000


@pytest.mark.parametrize(
    "low, high, by_log, ticks",
    [
        (8_000, 300_000, True, [10_000, 20_000, 50_000, 100_000, 200_000]),
        (400, 300_000, True, [1_000, 10_000, 100_000]),
        (20, 90, False, [20, 40, 60, 80]),
    ],
)
def test_ticks_are_round_numbers_inside(low, high, by_log, ticks):
    assert drawn.size_ticks(low, high, by_log=by_log) == pytest.approx(ticks)


def test_the_scale_is_plain_where_sizes_are_alike():
    assert not drawn.is_log(pd.Series([10.0, 79.0]))
    assert drawn.is_log(pd.Series([10.0, 80.0]))


def test_a_plain_scale_is_drawn_and_said(tmp_path):
    rows = [care(c, 30 + n, 5000 + 10 * n) for n, c in enumerate([BARNET, *OTHERS])]
    made = chapter(write(tmp_path / "plain", rows)).funnel(CARE)
    assert "(thousands)<" in made.html and "log scale" not in made.html


def test_names_at_the_ends_do_not_touch():
    from cyp_analysis.present import chart_style as style

    with style.chart_settings():
        _, axes = style.new_chart(300, left=50, right=120)
        axes.set_ylim(0, 100)
        values = [(50.0, "a", "k"), (50.2, "b\nb", "k"), (50.4, "c", "k"), (99.0, "d", "k")]
        places = label_places(axes, values)
    unit = 100 / (300 - 14 - 34)
    sizes = [unit * (LINE * lines + GAP) for lines in (1, 2, 1, 1)]
    for n in range(3):
        assert places[n + 1] - places[n] >= (sizes[n] + sizes[n + 1]) / 2 - 0.5


# --- the words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count, sentence", [
    (120, "Barnet is above the upper 99.8% limit: more than chance alone would explain among"
          " authorities of its size."),
    (79, "Barnet is above the upper 95% limit but inside the 99.8% limits: chance alone would put"
         " about one authority in forty of its size there."),
    (60, "Barnet is inside the 95% limits: no further from the middle line than chance alone could"
         " put an authority of its size."),
    (43, "Barnet is below the lower 95% limit but inside the 99.8% limits: chance alone would put"
         " about one authority in forty of its size there."),
    (15, "Barnet is below the lower 99.8% limit: more than chance alone would explain among"
         " authorities of its size."),
])  # fmt: skip
def test_the_verdict_is_said_whole(tmp_path, count, sentence):
    made = chapter(write(tmp_path / "one", many(count))).funnel(CARE)
    assert made.text.startswith(sentence)
    assert "significant" not in made.text


def test_the_sentences_after_the_verdict(above, block):
    middle = said.find_funnel(selection(above), catalogue.load().indicators[CARE]).first["baseline"]
    first, how = block.text.split("\n")[:2]
    assert first.endswith(
        "On 31 March 2025, Barnet had 120.0 children looked after per 10,000 under-18s; the 40"
        f" authorities of England taken together stood at {middle:.1f}. Of the 40 authorities, 1"
        " lies outside the 99.8% limits, where chance alone would put about one in 500."
        f" {MEMBERS - 40} authorities are left out, because their figures are suppressed, rounded"
        " or missing."
    )
    assert how.startswith("How to read it: each dot is an authority") and how.count(".") == 1


def test_titles_and_alternative_text_say_the_figures_of_the_table(above, block):
    lines = block.text.split("\n")
    assert lines[2] == "Children looked after: Barnet above the upper 99.8% limit"
    assert lines[3].startswith(
        "Children looked after at 31 March, per 10,000 under-18s, 40 authorities of England by"
        " children aged under 18, 31 March 2025. ◆ Barnet."
    )
    points = said.find_funnel(selection(above), catalogue.load().indicators[CARE]).points
    alt = re.search(r'aria-label="([^"]+)"', block.html)[1]
    assert alt == lines[4] and 20 <= len(alt) <= 250
    assert alt.startswith(
        "Children looked after, funnel by size: Barnet 120.0, above the upper 99.8% limit; England"
        f" {points['baseline'].iloc[0]:.1f}; 1 of 40 authorities outside the 99.8% limits;"
    )


def test_the_table_has_every_dot_once_highest_first(block):
    rows = [line.split(" | ") for line in block.text.split("\n") if line.count(" | ") == 3][1:]
    assert len(rows) == 40
    assert rows[0] == ["Barnet", "10,000", "120.0", "above 99.8%"]
    values = [float(row[2]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert block.html.count('<tr class="selected">') == 1


@pytest.mark.parametrize("left, sentence", [
    (0.0, ""),
    (1.0, "One authority is left out, because its figure is suppressed, rounded or missing."),
    (7.0, "7 authorities are left out, because their figures are suppressed, rounded or missing."),
])  # fmt: skip
def test_how_many_are_left_out(above, left, sentence):
    made = said.find_funnel(selection(above), catalogue.load().indicators[CARE])
    changed = said.Funnel(made.indicator, made.points, made.limits.assign(left_out=left), None, "")
    assert said.left_out_sentence(changed) == sentence


def test_none_outside_is_said_as_none(tmp_path):
    made = chapter(write(tmp_path / "none", many(60))).funnel(CARE)
    assert "None of the 40 authorities lies outside the 99.8% limits." in made.text


def test_a_region_and_a_country_have_no_own_dot(tmp_path):
    rows = [*many(120), care(LONDON, 9_000, 2_000_000), care(ENGLAND, 80_000, 12_000_000)]
    written = write(tmp_path / "groups", rows)
    for code in (LONDON, ENGLAND):
        made = chapter(written, code).funnel(CARE)
        assert made.text.startswith("Of the 40 authorities, 1 lies outside")
        assert "Children looked after: 1 of 40 authorities outside the 99.8% limits" in made.text
        assert "◆" not in made.text and 'class="selected"' not in made.html


@pytest.mark.parametrize("indicator_id, words", [
    (CARE, "children aged under 18"), (LEAVERS, "size of the group"),
])  # fmt: skip
def test_what_the_base_counts(indicator_id, words):
    assert said.base_words(catalogue.load().indicators[indicator_id]) == words


# --- nothing to draw ------------------------------------------------------------------------------


def test_too_few_authorities_is_one_quiet_line(tmp_path):
    made = chapter(write(tmp_path / "few", many()[:14])).funnel(CARE)
    assert made.html.startswith('<p class="note">') and "<svg" not in made.html
    assert made.text == (
        "Children looked after at 31 March, per 10,000 under-18s: no funnel plot, because fewer"
        " than 15 authorities in this edition have a count and a denominator of one period that are"
        " neither rounded nor suppressed."
    )


def test_an_area_that_takes_no_part_is_told_so(tmp_path):
    rows = many(value_note="count rounded to 5 by publisher")
    made = chapter(write(tmp_path / "rounded", rows)).funnel(CARE)
    assert made.text == (
        "Children looked after at 31 March, per 10,000 under-18s: no funnel plot for Barnet, whose"
        " figure for 31 March 2025 is suppressed, rounded or missing."
    )


def test_no_figure_at_all_is_the_usual_panel(above):
    made = chapter(above, "E09000033").funnel(LEAVERS)
    assert "funnel" not in made.html
    assert made.html == "" or 'class="no-data"' in made.html


def test_a_funnel_after_the_cut_is_not_shown(tmp_path):
    day = pd.Timestamp("2024-03-31")
    earlier = {"period_start": day, "period_end": day, "period_label": "31 March 2024"}
    rows = [*many(120), care(BARNET, 50, 10_000, **earlier)]
    made = chapter(write(tmp_path / "cut", rows), cut=pd.Timestamp("2024-12-31")).funnel(CARE)
    assert "no funnel plot" in made.text


def test_an_edition_of_before_says_to_build_again(above, tmp_path):
    for name in ("indicators", "comparisons"):
        (tmp_path / f"{name}.parquet").write_bytes((above.path / f"{name}.parquet").read_bytes())
    with pytest.raises(EditionError, match="must hold funnels.parquet"):
        chapter(Edition("old", tmp_path)).funnel(CARE)
