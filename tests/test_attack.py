"""Figures that were given away, one way at a time: the attack finds each, and nothing else."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attack_sample import (
    ADOPTED,
    AREA,
    DAY,
    ENTRANTS,
    LEGAL,
    NOTE,
    RATE,
    STARTING,
    comment,
    csv_rows,
    hidden_column,
    hidden_sheet,
    in_book,
    in_chart,
    in_file,
    in_json,
    in_zip,
    instead,
    into_table,
    make,
    more_rows,
    on_page,
    other_table,
    property_of_book,
    row,
)

from cyp_analysis.attack.audit import audit_edition
from cyp_analysis.attack.findings import COLUMNS, LEAK, PUBLISHER, SAFE
from cyp_analysis.attack.report import leak_lines, refuse_leaks, summary
from cyp_analysis.errors import EditionError
from cyp_analysis.methods.intervals import poisson_interval, wilson_interval

POLICE = (LEGAL, DAY, "Police Protection", "persons")
REMAND = (LEGAL, DAY, "Secure Remand", "persons")
BOTH = [POLICE, REMAND]
BOY, GIRL = (STARTING, "2017/18", "", "male"), (STARTING, "2017/18", "", "female")
LEFT, RATED = (ADOPTED, "2017/18", "", "persons"), (RATE, "2017/18", "", "persons")
JULY = (ENTRANTS, "April to July 2018", "", "persons")
AUGUST = (ENTRANTS, "April to August 2018", "", "persons")
IN_POLICE = {"category": "Police Protection"}
ABOUT = f'data-indicator="{ADOPTED}" data-area="{AREA}" data-period-end="2018-03-31"'
LIMITS_OF_3 = [float(100 * limit) for limit in wilson_interval(3, 120)]
RATE_OF_4 = [float(limit) / 97_000 * 10_000 for limit in poisson_interval(4)]
CARE_TABLE = f"<table><caption>Children in care by legal status, {DAY}</caption>"


def key(indicator: str, **told: object) -> dict[str, object]:
    """The key of a cell, as other tables of an edition write it."""
    names = ("indicator_id", "area_code", "sex", "age", "category_type", "category")
    return {k: v for k, v in row(indicator, None, **told).items() if k in (*names, "period_label")}


def places(counts: dict[str, float | None], total: float | None) -> list[dict[str, object]]:
    """Wards of the area."""
    return [
        key(STARTING, period_label="2017/18")
        | {
            **{"place_code": f"E0500{n:04d}", "place_name": name, "place_kind": "ward"},
            **{"count": np.nan if count is None else float(count), "denominator": np.nan},
            **{"value": np.nan, "lower_ci_95": np.nan, "upper_ci_95": np.nan},
            **{"value_note": NOTE if count is None else "", "rank": np.nan},
            **{
                "period_start": pd.Timestamp("2017-04-01"),
                "period_end": pd.Timestamp("2018-03-31"),
            },
        }
        for n, (name, count) in enumerate(counts.items())
    ]


LEGAL_KEY = key(LEGAL, category_type="legal status", **IN_POLICE)
# What is planted → the cells that it gives away (with the total of 120, one gives the other too).
PLANTS = {
    # The table itself.
    "count left": (into_table(IN_POLICE, count=3.0), BOTH),
    "value left, base beside it": (into_table(IN_POLICE, value=2.5), BOTH),
    "rounded value left": (into_table(IN_POLICE, value=2.5, denominator=120.0), BOTH),
    "value left, base unknown": (
        into_table({"indicator_id": ADOPTED, "period_label": "2017/18"}, value=3.2608695652),
        [LEFT],
    ),
    "both limits left": (
        into_table(IN_POLICE, lower_ci_95=LIMITS_OF_3[0], upper_ci_95=LIMITS_OF_3[1]),
        BOTH,
    ),
    "upper limit left": (into_table(IN_POLICE, upper_ci_95=LIMITS_OF_3[1]), BOTH),
    "limits of a rate, population unknown": (
        into_table({"indicator_id": RATE}, lower_ci_95=RATE_OF_4[0], upper_ci_95=RATE_OF_4[1]),
        [RATED],
    ),
    "one sex shown": (
        into_table({"sex": "female"}, count=20.0, value_note=""),
        [BOY],
    ),
    "the month between two running totals": (
        more_rows(
            row(ENTRANTS, 2, period_label="July 2018", period_start="2018-07-01",
                period_end="2018-07-31"),
        ),  # fmt: skip
        [],
    ),
    "all but one of a breakdown shown": (
        into_table({"category": "Secure Remand"}, count=4.0, denominator=120.0, value_note=""),
        [POLICE],
    ),
    "two that make 1 together": (
        into_table({"category": "Interim Care Order"}, count=21.0, value=17.5),
        BOTH,
    ),
    # Other tables.
    "another table: count": (other_table("histories_of_all", [LEGAL_KEY | {"count": 3.0}]), BOTH),
    "another table: value of the last period": (
        other_table("histories", [key(ADOPTED) | {"last_label": "2017/18", "last_value": 3.1}]),
        [LEFT],
    ),
    "another table: change since the year before": (
        other_table("histories", [key(ADOPTED) | {"last_label": "2017/18", "change": -6.1}]),
        [LEFT],
    ),
    "another table: earlier figure of a tile": (
        other_table(
            "target_tiles",
            [
                key(ADOPTED, period_label="2018/19")
                | {"earlier_label": "2017/18", "earlier_value": 3.1}
            ],
        ),
        [LEFT],
    ),
    "another table: rank": (
        other_table("league", [key(RATE, period_label="2017/18") | {"rank": 149.0}]),
        [RATED],
    ),
    "another table: verdict": (
        other_table("comparisons", [key(RATE, period_label="2017/18") | {"outcome": "lower"}]),
        [RATED],
    ),
    "another table: the same figure of a service, not withheld": (
        other_table(
            "service_figures",
            [
                LEGAL_KEY
                | {
                    **{"service_id": "care", "measure": "C1", "count": 3.0, "value_note": ""},
                    **{"period_end": pd.Timestamp("2018-09-30"), "note": ""},
                }
            ],
        ),
        BOTH,
    ),
    "wards: the authority less the others": (
        other_table("places", places({"Abbey": 12, "Brook": 8, "Castle": None}, 23)),
        [(STARTING, "2017/18", "", "persons")],
    ),
    # The page.
    "cell of a table": (
        instead('<tr><th scope="row">Police Protection</th><td class="num">[c]</td>',
                '<tr><th scope="row">Police Protection</th><td class="num">3</td>'),
        BOTH,
    ),
    "per cent in a table": (
        instead('Police Protection</th><td class="num">[c]</td><td class="num">[c]',
                'Police Protection</th><td class="num">[c]</td><td class="num">2.5'),
        BOTH,
    ),
    "interval in a table": (
        on_page(CARE_TABLE + "<tr><th>Legal status</th><th>95% confidence interval</th></tr>"
                "<tr><td>Police Protection</td><td>0.9 to 7.1</td></tr></table>"),
        BOTH,
    ),
    "data- attribute of a row": (
        instead('<tr><th scope="row">Police Protection',
                '<tr data-sort="Police Protection 3"><th scope="row">Police Protection'),
        BOTH,
    ),
    "alternative text": (
        instead("two figures withheld.", "Police Protection 2.5%; one figure withheld."), BOTH,
    ),
    "alternative text of an image": (
        on_page(f'<img src="x.png" alt="Children in care by legal status, {DAY}: Section 20 38, '
                'Police Protection 3, others not shown">'),
        BOTH,
    ),
    "title of a drawing": (
        on_page(f"<svg><title>Children in care by legal status, {DAY}: 3 in Police Protection"
                "</title></svg>"),
        BOTH,
    ),
    "desc of a drawing": (
        on_page(f"<svg><desc>Children in care by legal status, {DAY}. Police Protection: 3 "
                "(2.5%)</desc></svg>"),
        BOTH,
    ),
    "sentence": (
        on_page(f"<p>On {DAY}, of children in care by legal status, 3 were under Police "
                "Protection.</p>"),
        BOTH,
    ),
    "sentence with the number spelt out": (
        on_page(f"<p>Children in care by legal status on {DAY}: three in Police Protection.</p>"),
        BOTH,
    ),
    "sentence about all": (
        instead("is suppressed because it is based on small numbers.", "was 3, or 3.3%."), [LEFT],
    ),
    "headline of a figure without groups": (
        on_page(f"<li {ABOUT}>In 2017/18, 4.2% (95% CI 1.6 to 10.2) of children who left care "
                "were adopted.</li>"),
        [LEFT],
    ),
    "comment": (
        on_page(f"<!-- children in care by legal status {DAY}: Police Protection=3 -->"), BOTH,
    ),
    "data in a script": (
        on_page('<script type="application/json">{"indicator": "' + LEGAL + '", "period": "' + DAY
                + '", "group": "Police Protection", "n": 3}</script>'),
        BOTH,
    ),
    "text in a script": (
        on_page(f'<script>var tip = "Children in care by legal status, {DAY}: '
                'Police Protection 3";</script>'),
        BOTH,
    ),
    "hidden paragraph": (
        on_page(f'<p hidden>Children in care by legal status, {DAY}: Police Protection, 3</p>'),
        BOTH,
    ),
    # Drawings.
    "bar of a chart": (in_chart('<path d="M200 170l10 0l0 36l-10 0z"/>'), BOTH),
    "bar as a rectangle": (
        in_chart('<rect x="200" y="170" width="10" height="36"/>'), BOTH,
    ),
    "point of a chart": (in_chart('<circle cx="210" cy="188" r="4"/>'), BOTH),
    "label in a drawing": (
        in_chart('<text x="240" y="192">Police Protection 2.5%</text>'), BOTH,
    ),
    # Downloads.
    "hidden column of a workbook": (in_book(hidden_column), BOTH),
    "hidden sheet of a workbook": (in_book(hidden_sheet), BOTH),
    "comment in a workbook": (in_book(comment), BOTH),
    "property of a workbook": (in_book(property_of_book), BOTH),
    "row of a CSV file": (
        in_file("extra.csv", "indicator_id,period,category,n\n"
                f"{LEGAL},{DAY},Police Protection,3\n"),
        BOTH,
    ),
    "metadata of a CSV file": (
        in_json({"notes": [f"Children in care by legal status, {DAY}: Police Protection is 3."]},
                f"{AREA}/downloads/care.csv-metadata.json"),
        BOTH,
    ),
    "text file": (
        in_file("notes.txt", f"Children in care by legal status, {DAY}\n"
                f"children in care by legal status {DAY}: Police Protection 3\n"),
        BOTH,
    ),
    "file in an archive": (
        in_zip("extra.csv", f"indicator_id,period,category,n\n{LEGAL},{DAY},Police Protection,3\n"),
        BOTH,
    ),
    # Records of the build.
    "receipt": (
        in_json({"withheld": [{"indicator": LEGAL, "period": DAY, "category": "Police Protection",
                               "count": 3}]}),
        BOTH,
    ),
    "claims": (
        in_json([{"text": f"On {DAY}, children in care by legal status: Police Protection 3"}],
                f"{AREA}/claims.json"),
        BOTH,
    ),
}  # fmt: skip


def leaks(folder: Path, **options: object) -> list[tuple]:
    """series, period, category and sex of each figure found out."""
    found = audit_edition(folder, **options)
    assert found.columns.tolist() == COLUMNS
    mine = found[found["verdict"] == LEAK]
    return list(
        mine[["series", "period_label", "category", "sex"]].itertuples(index=False, name=None)
    )


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("attack") / "sample")


@pytest.fixture
def folder(clean, tmp_path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "now"))


def test_nothing_is_found_where_nothing_is_given_away(clean):
    found = audit_edition(clean)
    assert set(found["verdict"]) == {SAFE}
    assert len(found) == 8
    police = found[found["category"] == "Police Protection"].iloc[0]
    # 120 less what is shown is 7, for both together.
    assert (police["least"], police["most"], police["required_width"]) == (0, 7, 3)


WORKED = {name: each for name, each in PLANTS.items() if each[1]}


@pytest.mark.parametrize("name", WORKED)
def test_a_planted_leak_is_found_and_named(name, folder, clean):
    plant, expected = WORKED[name]
    if name.startswith("wards"):
        wards_case(plant, folder)
        return
    plant(folder)
    assert sorted(set(leaks(folder))) == sorted(expected)


def wards_case(plant, folder: Path) -> None:
    plant(folder)
    found = audit_edition(folder)
    leaked = found[found["verdict"] == LEAK]
    assert leaked["area_code"].tolist() == ["E05000002"] and leaked["part"].tolist() == ["ward"]
    assert (leaked["least"].item(), leaked["most"].item()) == (3, 3)
    assert "authority = sum of every ward" in leaked["why"].item()


def test_there_are_at_least_thirty_ways():
    assert len(WORKED) >= 40


def test_the_count_itself_is_told_where_it_follows(folder):
    PLANTS["alternative text"][0](folder)
    found = audit_edition(folder).set_index("category")
    assert (found.loc["Police Protection", "least"], found.loc["Police Protection", "most"]) == (
        3,
        3,
    )
    assert (found.loc["Secure Remand", "least"], found.loc["Secure Remand", "most"]) == (4, 4)
    assert "care.html: attributes of <svg>" in found.loc["Police Protection", "evidence"]
    assert found.loc["Secure Remand", "why"] == "shares of 120 make it up"


class TestRunningTotals:
    def test_a_month_shown_gives_the_running_total_between(self, folder):
        # 10 to June and 2 in July make 12: known, but no small number.
        PLANTS["the month between two running totals"][0](folder)
        found = audit_edition(folder)
        july = found[found["period_label"] == "April to July 2018"].iloc[0]
        assert (july["least"], july["most"], july["verdict"]) == (12, 12, SAFE)

    def test_two_running_totals_give_a_small_month(self, folder):
        told = {"period_start": "2018-07-01", "period_end": "2018-07-31"}
        more_rows(row(ENTRANTS, None, period_label="July 2018", **told))(folder)
        assert leaks(folder) == []
        into_table({"period_label": "April to July 2018"}, count=12.0, value_note="")(folder)
        assert leaks(folder) == [(ENTRANTS, "July 2018", "", "persons")]


class TestEarlierEditions:
    def test_a_figure_shown_before_and_withheld_now(self, clean, folder, tmp_path):
        into_table({"category": "Police Protection"}, count=3.0, value_note="")(folder)
        assert leaks(clean) == []
        assert sorted(leaks(clean, earlier=[folder])) == sorted(BOTH)
        found = audit_edition(clean, earlier=[folder])
        said = found[found["category"] == "Police Protection"]["evidence"].item()
        assert said == "../now/indicators.parquet: row 4, count"

    def test_the_same_withheld_in_both(self, clean, folder):
        assert leaks(clean, earlier=[folder]) == []


class TestPublishersControl:
    def test_what_came_withheld_is_told_but_is_no_leak(self, folder):
        published = "children_looked_after_rate"
        by_sex = {"persons": 23.0, "male": None, "female": 20.0}
        note = "suppressed (c)"
        rows = [
            row(published, count, sex=sex, value_note="" if count else note, source_row=1)
            for sex, count in by_sex.items()
        ]
        more_rows(*rows)(folder)
        found = audit_edition(folder)
        boy = found[found["series"] == published]
        assert boy["verdict"].tolist() == [PUBLISHER]
        assert np.isnan(boy["required_width"].item())
        assert LEAK not in set(found["verdict"])
        refuse_leaks(folder)

    def test_a_denominator_withheld_alone_is_no_withheld_figure(self, folder):
        note = "denominator: suppressed (c); denominator missing"
        more_rows(row(STARTING, 40, value_note=note, period_label="2016/17"))(folder)
        assert len(audit_edition(folder)) == 8


class TestWords:
    """What stands on a page and is about other figures is no leak."""

    @pytest.mark.parametrize(
        "extra",
        [
            "<p>Police Protection is a power of the police in section 46; 3 pages explain it.</p>",
            "<p>On 31 August 2018, of children in care by legal status, 3 were on Secure Remand."
            "</p>",
            f"<p>Children in care by legal status on {DAY}: Full Care Order 60; Section 20 "
            "agreement 38; Police Protection [c]; Secure Remand [c].</p>",
            "<p>In 2016/17, 9 left: children adopted from care were 9.4%.</p>",
            f"<p {ABOUT}>The figure for 2017/18 is suppressed. In 2016/17 it was 9.4%.</p>",
            "<p>Ages 0 to 5: children adopted from care.</p>",
            f"{CARE_TABLE}<tr><th>Legal status</th><th>Note</th></tr><tr><td>Police Protection"
            "</td><td>see page 3</td></tr></table>",
            "<table><caption>Foster homes, 2018</caption><tr><th>Kind</th><th>Count</th></tr>"
            "<tr><td>Secure Remand</td><td>3</td></tr></table>",
        ],
    )
    def test_it_is_left_alone(self, extra, folder):
        on_page(extra)(folder)
        assert leaks(folder) == []

    def test_another_area_is_another_area(self, folder):
        other = folder / "E09000002"
        shutil.copytree(folder / AREA, other)
        text = f"<p>On {DAY}, of children in care by legal status, 3 were under Police Protection."
        (other / "care.html").write_text(text)
        assert leaks(folder) == []


class TestRefusal:
    def test_a_clean_edition_passes(self, clean):
        refuse_leaks(clean)

    def test_a_leak_is_refused_with_the_cell_and_the_place(self, folder):
        PLANTS["receipt"][0](folder)
        with pytest.raises(EditionError) as caught:
            refuse_leaks(folder)
        said = str(caught.value)
        assert "2 withheld figure(s) can be narrowed down" in said
        assert f"{AREA} {LEGAL} · legal status · Police Protection, {DAY}" in said
        assert "receipt.json: withheld[0], count" in said
        assert "Nothing was published; earlier editions are untouched." in said

    def test_without_tables(self, tmp_path):
        with pytest.raises(EditionError, match="must hold indicators.parquet"):
            audit_edition(tmp_path)

    def test_nothing_withheld(self, folder):
        path = folder / "indicators.parquet"
        table = pd.read_parquet(path)
        table[table["value_note"] == ""].to_parquet(path)
        assert audit_edition(folder).empty
        assert summary(audit_edition(folder)).startswith("0 figure(s) withheld here, 0 can be")


def test_the_lines_say_all(folder):
    PLANTS["one sex shown"][0](folder)
    found = audit_edition(folder)
    assert list(leak_lines(found[found["verdict"] == LEAK])) == [
        f"{AREA} {STARTING} · male, 2017/18 (indicators.parquet): worked out, 3 to 3: "
        "persons = males + females"
    ]
    assert summary(found).startswith("7 figure(s) withheld here, 1 can be narrowed down;")


def test_csv_of_the_sample_holds_marks_only(clean):
    marked = csv_rows(clean)
    assert (marked.loc[marked["note"] == NOTE, "count"] == "[c]").all()


def test_a_figure_of_a_ward_is_not_that_of_its_authority(folder):
    """Wards of a withheld figure are shown with their sum unknown: each is its own."""
    wards = [ward | {"period_label": "2017/18"} for ward in places({"Abbey": 12, "Brook": 8}, None)]
    other_table("places", [ward | {"sex": "female"} for ward in wards])(folder)
    assert leaks(folder) == []
