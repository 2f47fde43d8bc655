"""Services once more: every branch of a sentence, blanks, noughts and figures that stand twice.

Small tables held in memory; the numbers are worked by hand beside the tests.
"""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyp_analysis import catalogue, service_catalogue
from cyp_analysis.build import flows, flows_audits, flows_checks, flows_figures, flows_stocks
from cyp_analysis.build import flows_targets as targets
from cyp_analysis.present.markup import Block
from cyp_analysis.present.services import (
    audits,
    breakdowns,
    flow,
    months,
    pages,
    placements,
    tiles,
    wording,
    years,
)
from cyp_analysis.service_catalogue import Audit, Flow, Panel, Stage, Stock
from tests.plans_samples import AREA, PUBLISHED, SOURCE, selection

NAN = float("nan")
MISSING = "missing in file"
CHANGES = [
    f"{what}_change_{on}" for what in ("count", "percent", "value") for on in ("month", "year")
]


def chosen(tables: dict | None = None, **more):
    """A chapter of services over tables in memory."""
    return selection("service_performance", tables or {}, **more)


def span(start: str, end: str | None = None, label: str = "June 2025") -> dict:
    """A period as rows hold it."""
    first, last = pd.Timestamp(start), pd.Timestamp(end or start)
    return {"period_start": first, "period_end": last, "period_label": label}


def month(text: str) -> dict:
    first = pd.Timestamp(f"{text}-01")
    return span(text + "-01", first + pd.offsets.MonthEnd(0), f"{first:%B %Y}")


def from_source(rows: list[dict], **same) -> pd.DataFrame:
    """Rows of one document, each with its own line."""
    common = {"area_code": AREA, "source_id": SOURCE, "source_published": PUBLISHED}
    common |= {"source_file": "f.csv", "value_note": ""} | same
    made = pd.DataFrame([common | row for row in rows])
    return made.assign(source_row=range(2, len(made) + 2))


def figure(**changes) -> pd.Series:
    """One figure of a service."""
    base = {"name": "Visits", "indicator_id": "", "kind": "month", "is_share": False}
    base |= {"count": 10.0, "value": NAN, "value_note": "", "sex": "persons", "age": ""}
    return pd.Series(base | month("2025-06") | dict.fromkeys(CHANGES, NAN) | changes)


def lines(block) -> list[str]:
    return block.text.split("\n")


# Words of one figure.
@pytest.mark.parametrize(
    ("kind", "on", "words"),
    [
        ("month", "month", "May 2025"),
        ("month", "year", "June 2024"),
        ("day", "month", "31 May 2025"),
        ("day", "year", "30 June 2024"),
        ("year_to_date", "year", "the same months to June 2024"),
        ("quarter", "year", "the three months to June 2024"),
        ("year", "year", "the year to June 2024"),
        ("twelve_months", "month", "the 12 months to May 2025"),
        ("twelve_months", "year", "the 12 months to June 2024"),
        ("period", "year", "the period to June 2024"),
    ],
)
def test_a_change_is_set_against_a_period_of_the_same_kind(kind, on, words):
    assert wording.earlier(figure(kind=kind), on) == words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"kind": "quarter", "period_label": "April to June 2025", "count_change_year": -3.0},
            "Visits: 10 between April and June 2025, 3 fewer than in the three months to June "
            "2024.",
        ),
        (
            {"kind": "year", "period_label": "2024/25", "count_change_year": 0.0}
            | {"period_start": pd.Timestamp("2024-04-01")}
            | {"period_end": pd.Timestamp("2025-03-31")},
            "Visits: 10 in 2024/25, the same as in the year to March 2024.",
        ),
        (
            {"sex": "female", "age": "18-25 yrs", "count_change_month": 1.0},
            "Visits, female, 18-25 yrs: 10 in June 2025, 1 more than in May 2025.",
        ),
        ({"count": NAN, "value_note": MISSING}, "Visits: [x] in June 2025."),
        ({"count": 0.0, "count_change_month": -10.0, "percent_change_month": -100.0},
         "Visits: 0 in June 2025, 10 fewer than in May 2025 (−100.0%)."),
        ({"count": NAN, "value": 4.0, "value_change_month": 0.0},
         "Visits: 4.0 in June 2025, the same as in May 2025."),
    ],
)  # fmt: skip
def test_a_sentence_names_whom_it_counts_and_what_it_is_set_against(changes, sentence):
    assert wording.change_sentence(chosen(), figure(**changes)) == sentence


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"count": NAN, "value": 19.5, "value_change_month": 0.0}, "no change"),
        ({"count": NAN, "value": 19.5, "value_change_month": 0.04}, "no change"),
        ({"count": NAN, "value": 19.5, "value_change_month": 2.0}, "+2.0"),
        ({"count": NAN, "value": 19.5}, ""),
        ({"is_share": True, "value": 20.0, "value_change_month": -0.04}, "no change"),
        ({"is_share": True, "value": 20.0, "value_change_month": -10.0}, "−10.0 points"),
        ({"count_change_month": -1200.0}, "−1,200"),
    ],
)
def test_a_change_that_rounds_to_nothing_is_no_change(changes, text):
    assert wording.change_text(chosen(), figure(**changes), "month") == text


@given(st.integers(-5000, 5000).filter(bool))
def test_the_sign_of_a_change_is_that_of_its_number(change):
    text = wording.change_text(chosen(), figure(count_change_month=float(change)), "month")
    assert text == f"{'+' if change > 0 else '−'}{abs(change):,}"


@pytest.mark.parametrize(
    ("name", "percent"),
    [("Seen (%)", True), ("Seen pct", True), ("Seen percent", True), ("Seen", False)],
)
def test_a_percentage_is_known_by_its_name(name, percent):
    assert wording.is_percent(chosen(), figure(name=name)) is percent


@pytest.mark.parametrize(
    ("sex", "age", "name"),
    [
        ("persons", "", "Visits"),
        ("male", "", "Visits, male"),
        ("persons", "<18 yrs", "Visits, <18 yrs"),
        ("female", "<18 yrs", "Visits, female, <18 yrs"),
    ],
)
def test_a_name_says_which_sex_and_age(sex, age, name):
    assert wording.full_name(figure(sex=sex, age=age)) == name


# Tables and charts of months.
def service_rows(rows: list[dict]) -> pd.DataFrame:
    """Figures of one service: what a row does not say is as usual."""
    usual = figure().drop(labels=["period_start", "period_end", "period_label"]).to_dict()
    usual |= {"measure": "visits", "category_type": "", "category": "", "note": "", "place": 0}
    usual |= {"service_id": "front_door", "listed_only": False, "denominator": NAN}
    return from_source([usual | row for row in rows])


def test_a_sum_since_april_that_is_too_old_is_not_set_beside_the_newest_month():
    rows = [month("2025-03") | {"count": 9.0}, month("2025-06") | {"count": 10.0}]
    since = {"kind": "year_to_date", "count": 120.0}
    old = since | span("2024-04-01", "2025-03-31", "2024/25")
    new = since | span("2025-04-01", "2025-06-30", "April to June 2025") | {"count": 31.0}
    shown = months.months_table(chosen(), service_rows([*rows, old]), "C", "")
    assert shown.rows == (("Visits", "in the month", "9", "10"),)
    shown = months.months_table(chosen(), service_rows([*rows, old, new]), "C", "")
    assert [column.header for column in shown.columns][-1] == "Since 1 April"
    assert shown.rows == (("Visits", "in the month", "9", "10", "31"),)


def test_a_month_without_a_figure_is_a_dash_and_never_nought():
    rows = [month("2025-05"), month("2025-06"), month("2025-06") | {"name": "Calls", "place": 1}]
    shown = months.months_table(chosen(), service_rows(rows), "C", "")
    assert shown.rows[1] == ("Calls", "in the month", "", "10")
    assert shown.notes == ("–: no figure for that period.",)


def a_year(**more) -> list[dict]:
    names = ["2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"]
    return [month(name) | {"count": 10.0 + n} | more for n, name in enumerate(names)]


def test_each_sex_has_a_chart_of_its_own_with_its_name():
    rows = service_rows([*a_year(sex="female"), *a_year(sex="male")])
    made = years.year_lines(chosen(), rows)
    assert len(made) == 2
    assert "Visits, female: 15 in September 2025" in made[0].html
    assert "Visits, male: 15 in September 2025" in made[1].html


def test_five_months_are_no_chart():
    assert years.year_lines(chosen(), service_rows(a_year()[:5])) == []


def test_a_sum_since_april_is_drawn_where_its_months_are_not():
    since = [row | {"kind": "year_to_date"} for row in a_year()]
    assert ids_of(years.year_lines(chosen(), service_rows(since))) == ["fig-months-visits"]
    both = service_rows([*a_year(), *since])
    made = years.year_lines(chosen(), both)
    assert len(made) == 1 and "Visits, in the month, " in made[0].html
    few = service_rows([*a_year()[:5], *since])
    made = years.year_lines(chosen(), few)
    assert len(made) == 1 and "Visits, since 1 April, " in made[0].html


def ids_of(blocks) -> list[str]:
    return [re.search(r'<figure class="chart" id="([^"]+)"', block.html)[1] for block in blocks]


def test_measures_that_the_list_leaves_undrawn_stand_in_the_table_only():
    service = service_catalogue.services()["children_in_care"]
    drawn = [measure.name for measure in service.measures if measure.chart]
    undrawn = [measure.name for measure in service.measures if not measure.chart]
    assert drawn[0] == "Children in care" and "Privately fostered children" in undrawn
    rows = service_rows([{"name": name} for name in (drawn[0], undrawn[0], "A measure of its own")])
    assert pages.drawn_rows(rows, service).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Referrals"], False),
        (["Referrals", "Contacts signposted"], True),
        (["Contacts signposted"], False),
    ],
)
def test_a_table_says_that_only_the_main_measures_are_drawn(monkeypatch, names, said):
    rows = service_rows([row for name in names for row in a_year(name=name)])
    monkeypatch.setattr(pages, "figures", lambda *_: rows)
    monkeypatch.setattr(pages.tiles, "targets_of", lambda *_: Block())
    told = pages.service(chosen({"service_figures": rows}), "front_door").html
    assert ("The main measures have a chart of their months below." in told) is said


def test_a_chart_never_mixes_shares_and_numbers():
    rows = a_year(is_share=True, value=50.0, denominator=20.0)
    rows[0] |= {"value": NAN, "is_share": False}
    points = years._points(service_rows(rows))
    assert points["shown"].tolist() == [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]
    rows[0] |= {"value": 45.0, "count": NAN}
    points = years._points(service_rows(rows))
    assert points["shown"].tolist() == [45.0, 50.0, 50.0, 50.0, 50.0, 50.0]


def test_of_two_days_of_a_month_the_last_is_drawn():
    days = [span(f"2025-{n:02d}-28", label="d") | {"kind": "day"} for n in range(4, 10)]
    earlier = span("2025-09-15", label="15 September 2025") | {"kind": "day", "count": 99.0}
    points = years._points(service_rows([*days, earlier]))
    assert points["shown"].tolist() == [10.0] * 6


def test_the_alternative_text_is_never_cut_inside_a_number():
    rows = [row | {"count": 1_234_567.0} for row in a_year()]
    points = years._points(service_rows(rows))
    text = years._alt(chosen(), points)
    assert text == (
        "One line, one for each year: 2025/26 from 1,234,567 in Apr to 1,234,567 in Sep."
    )


def test_the_sentences_of_a_service_tell_the_sexes_apart():
    rows = [
        month("2025-06") | {"sex": sex, "count_change_month": 1.0} for sex in ("male", "female")
    ]
    made = pages._sentences(chosen(), service_rows(rows))
    assert lines(made) == [
        "Visits, male: 10 in June 2025, 1 more than in May 2025.",
        "Visits, female: 10 in June 2025, 1 more than in May 2025.",
    ]


def test_figures_that_cannot_be_set_against_another_make_no_sentence():
    made = pages._sentences(chosen(), service_rows([month("2025-06")]))
    assert made.html == ""


@pytest.mark.parametrize(
    ("rows", "whole"),
    [
        ([("", "")], [True]),
        ([("group", "A")], [True]),
        ([("group", "A"), ("group", "B")], [False, False]),
        ([("", ""), ("group", "A")], [True, False]),
        ([("area", "Elsewhere")], [False]),
    ],
)
def test_a_figure_is_whole_if_it_is_no_part_of_another(rows, whole):
    made = pd.DataFrame(rows, columns=["category_type", "category"]).assign(measure="m")
    assert pages.whole_rows(made).tolist() == whole


def test_a_breakdown_shows_the_categories_in_their_order_and_withheld_ones_as_such():
    parts = [("Police", 40.0, ""), ("School", NAN, "suppressed (c)"), ("Health", 0.0, "")]
    rows = [
        month("2025-06")
        | {"category_type": "source", "category": c, "count": n, "value_note": note}
        for c, n, note in parts
    ]
    [block] = breakdowns.of_service(chosen(), service_rows(rows))
    assert lines(block)[:5] == [
        "Visits: June 2025", "Source | June 2025", "Police | 40", "School | [c]", "Health | 0",
    ]  # fmt: skip
    assert "[c] suppressed because it is based on small numbers." in block.text


def test_a_breakdown_is_of_both_sexes_where_it_has_them():
    rows = [
        month("2025-06") | {"category_type": "source", "category": c, "count": n, "sex": sex}
        for sex, n in (("persons", 40.0), ("male", 25.0))
        for c in ("Police", "School")
    ]
    [block] = breakdowns.of_service(chosen(), service_rows(rows))
    assert lines(block)[2:4] == ["Police | 40", "School | 40"]


# From contact to care.
STAGES = (
    Stage("contacts", "Contacts received", ("a",)),
    Stage("led", "Contacts that led on", ("b",), part_of="contacts"),
    Stage("referrals", "Referrals", ("c",)),
)
FLOW = Flow("f", "A flow", "month", STAGES)


def staged(**counts: float) -> pd.DataFrame:
    """The flow of one month with these counts."""
    rows = [month("2025-06") | {"figure": name, "count": n} for name, n in counts.items()]
    found = from_source(rows, kind="month")
    return flows._with_shares(flows._stages(found, FLOW), FLOW)


def shown_flow(rows: pd.DataFrame):
    return flow._flow(chosen(), rows)


def test_a_part_has_an_interval_and_a_ratio_of_unlike_stages_none():
    rows = staged(a=8144.0, b=1914.0, c=1500.0).set_index("stage_id")
    assert rows.loc["led", "share"] == pytest.approx(23.502, abs=1e-3)
    # The limits that the document's figures give: Wilson, 22.6 to 24.4.
    assert rows.loc["led", "lower_ci_95"] == pytest.approx(22.594, abs=1e-3)
    assert rows.loc["referrals", "of_stage"] == "Contacts received"
    assert rows.loc["referrals", ["lower_ci_95", "upper_ci_95"]].isna().all()


def test_the_whole_flow_in_words():
    block = shown_flow(staged(a=100.0, b=25.0, c=40.0))
    assert lines(block)[0] == ("Contacts that led on: 25 of 100 (25.0%, 95% CI 17.5% to 34.3%).")
    assert "Contacts received | 100 | first stage shown | – | none" in lines(block)
    assert "Referrals | 40 | beside: contacts received | 40 for each 100 | none" in lines(block)


def test_a_part_of_nought_is_no_share_and_fails_nothing():
    block = shown_flow(staged(a=0.0, b=0.0, c=6.0))
    assert (
        "Contacts that led on | 0 | part of: contacts received | cannot be calculated | none"
        in (lines(block))
    )
    assert "Referrals | 6 | beside: contacts received | cannot be calculated | none" in lines(block)
    assert "of 0" not in block.text


def test_a_part_whose_whole_is_missing_says_so():
    rows = staged(a=100.0, b=25.0, c=40.0)
    part = rows[rows["stage_id"] == "led"].assign(of_stage="", of_count=NAN, share=NAN)
    block = shown_flow(pd.concat([part, rows[rows["stage_id"] == "referrals"]]))
    assert "Contacts that led on | 25 | no figure of the whole | – | none" in lines(block)


def test_one_stage_alone_is_no_flow():
    assert staged(a=100.0, b=25.0).empty


def test_the_newest_of_the_fullest_of_three_periods_is_shown():
    rows = pd.DataFrame(
        {"period_end": [1, 1, 1, 2, 2, 3, 3, 4], "stage_id": list("abcababa")}
    )  # fmt: skip
    assert set(flow._fullest(rows)["period_end"]) == {3}


@given(st.integers(0, 500), st.integers(1, 500))
def test_limits_hold_the_share_of_a_part(part, whole):
    rows = pd.DataFrame(
        {"count": [part], "of_count": [whole], "is_part": [True], "of_stage": ["x"]}
    )
    row = flows._with_interval(rows.astype({"count": float, "of_count": float})).iloc[0]
    if part > whole:
        assert pd.isna(row["lower_ci_95"])
    else:
        assert 0 <= row["lower_ci_95"] <= row["share"] + 1e-9
        assert row["share"] - 1e-9 <= row["upper_ci_95"] <= 100 + 1e-9


# Numbers at a date.
STOCK = Stock("s", "Children", "stock", "in", "out")


def stocked(rows: list[tuple]) -> pd.DataFrame:
    """Figures of days and months: (figure, day or month, count)."""
    made = [
        ({"figure": name, "count": n, "kind": "day"} | span(day, label=day))
        if len(day) == 10
        else ({"figure": name, "count": n, "kind": "month"} | month(day))
        for name, day, n in rows
    ]
    return flows_stocks._reconciled(from_source(made), STOCK)


BOTH = [("in", "2025-06", 12.0), ("out", "2025-06", 9.0)]


@pytest.mark.parametrize(("end", "difference"), [(103.0, 0), (104.0, 1), (100.0, -3)])
def test_the_end_is_the_start_and_those_who_joined_less_those_who_left(end, difference):
    made = stocked([("stock", "2025-05-31", 100.0), ("stock", "2025-06-30", end), *BOTH])
    assert made[["expected", "difference"]].iloc[0].tolist() == [103.0, difference]


def test_of_two_days_of_a_month_the_last_is_its_end():
    days = [("stock", "2025-05-31", 100.0), ("stock", "2025-06-15", 90.0)]
    made = stocked([*days, ("stock", "2025-06-30", 103.0), *BOTH])
    assert made[["start", "end", "difference"]].iloc[0].tolist() == [100.0, 103.0, 0.0]


@pytest.mark.parametrize("joined", [1.0, 4.0])
def test_a_small_number_takes_the_whole_line_with_it(joined):
    flows_of = [("in", "2025-06", joined), ("out", "2025-06", 9.0)]
    made = stocked([("stock", "2025-05-31", 100.0), ("stock", "2025-06-30", 103.0), *flows_of])
    assert made[["start", "joined", "left", "end", "difference"]].isna().all().all()
    assert "small" in made["value_note"].iloc[0]


def test_without_the_month_before_nothing_can_be_reconciled():
    assert stocked([("stock", "2025-06-30", 103.0), *BOTH]).empty


@pytest.mark.parametrize(
    ("differences", "start"),
    [
        ([0.0, NAN], "Start, joiners, leavers and end agree in the one period whose numbers can"),
        ([0.0, 0.0, NAN], "Start, joiners, leavers and end agree in all 2 periods whose numbers"),
        ([0.0, 0.0], "Start, joiners, leavers and end agree in all 2 periods shown."),
    ],
)
def test_withheld_periods_are_not_said_to_agree(differences, start):
    assert flow.reconciled_sentence(pd.Series(differences)).startswith(start)


# Audits.
GRADINGS = {"Good": ("Good", "Outstanding"), "Requires improvement": ("RI",),
            "Inadequate": ("Inadequate",), "Not graded": ("Not graded",)}  # fmt: skip


def graded(cells: dict[str, float], by: str = "") -> pd.DataFrame:
    kind = f"{by} | grading" if by else "grading"
    rows = [month("2025-06") | {"category": c, "count": n} for c, n in cells.items()]
    made = from_source(rows, measure="M", category_type=kind)
    return flows_audits._graded(made, Audit("a", "Audits", "M", by, GRADINGS))


def test_words_of_one_grading_are_added():
    made = graded({"Good": 5.0, "Outstanding": 3.0, "Inadequate": 2.0}).set_index("grading")
    assert made["count"].to_dict() == {"Good": 8.0, "Inadequate": 2.0}
    assert made.loc["Good", ["total", "share", "better_share"]].tolist() == [10.0, 80.0, 80.0]


def test_audits_that_were_not_graded_are_in_no_share():
    made = graded({"Good": 5.0, "Inadequate": 5.0, "Not graded": 90.0}).set_index("grading")
    assert made.loc["Good", "total"] == 10.0
    assert made.loc["Good", "better_share"] == 50.0
    assert pd.isna(made.loc["Not graded", "share"])


def test_a_blank_worst_grading_is_not_nought():
    made = graded({"Good": 5.0, "RI": 5.0, "Inadequate": NAN})
    assert made[["better", "better_share", "better_lower", "better_upper"]].isna().all().all()
    assert audits._sentence(made.assign(kind="month"), "period_label") == (
        "In June 2025, a grading is blank: no share better than inadequate can be given."
    )


def test_groups_together_are_unknown_where_every_cell_is_blank():
    cells = {"A | Good": 4.0, "B | Good": 6.0, "A | Inadequate": NAN, "B | Inadequate": NAN}
    made = graded(cells, by="team")
    whole = made[made["group"] == ""].set_index("grading")["count"]
    assert whole["Good"] == 10.0
    assert pd.isna(whole["Inadequate"])


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (1.0, 0.0, "In June 2025, 1 of 1 audit (100.0%, 95% CI 20.7% to 100.0%) was graded better "
                   "than inadequate."),
        (1.0, 9.0, "In June 2025, 1 of 10 audits (10.0%, 95% CI 1.8% to 40.4%) was graded better "
                   "than inadequate."),
        (0.0, 10.0, "In June 2025, 0 of 10 audits (0.0%, 95% CI 0.0% to 27.8%) were graded better "
                    "than inadequate."),
    ],
)  # fmt: skip
def test_one_audit_was_and_several_were(good, bad, said):
    assert audits._sentence(graded({"Good": good, "Inadequate": bad}), "period_label") == said


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A | Good": 10.0, "A | Inadequate": 0.0, "B | Good": 12.0, "B | Inadequate": 0.0},
         "In June 2025, the share graded better than inadequate was the same, 100.0%, in all 2 "
         "groups with 10 audits or more."),
        ({"A | Good": 9.0, "B | Good": 12.0},
         "In June 2025, too few groups had 10 audits or more to set them side by side."),
        ({"A | Good": 8.0, "A | Inadequate": 2.0, "B | Good": 12.0, "B | Inadequate": 0.0},
         "In June 2025, of groups with 10 audits or more, the share graded better than inadequate "
         "was lowest for A (80.0% of 10) and highest for B (100.0% of 12)."),
    ],
)  # fmt: skip
def test_groups_side_by_side(cells, said):
    made = graded(cells, by="team")
    assert audits._sentence(made[made["group"] != ""], "group") == said


def test_a_group_of_months_is_told_between_them():
    made = graded({"A | Good": 9.0}, by="team").assign(**span("2025-04-01", "2025-06-30"))
    made = made.assign(period_label="April to June 2025")
    assert audits._sentence(made, "group").startswith("Between April and June 2025, too few")


def test_audits_are_shown_with_a_chart_its_words_and_a_table():
    rows = graded({"Good": 6.0, "RI": 3.0, "Inadequate": 1.0})
    [name] = [one for one in service_catalogue.audits() if one == "programme"]
    block = audits.audits(chosen({"audits": rows.assign(audit_id=name)}))
    assert block.html.count("<figure") == 1
    assert "One bar of 100%. June 2025: good 60%, requires improvement 30% and inadequate 10%." in (
        block.html
    )
    assert "June 2025 | 6 (60%) | 3 (30%) | 1 (10%) | 10 | 90.0" in lines(block)


# Placements and sums.
def placed(rows: list[dict]) -> pd.DataFrame:
    usual = {"panel_id": "placements", "by": "all", "group": "", "order": 0, "value": NAN}
    usual |= {"denominator": 20.0} | span("2025-06-30", label="30 June 2025")
    made = from_source([usual | row for row in rows])
    return made.assign(share=100 * made["count"] / made["denominator"])


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([12.0, 8.0], "On 30 June 2025, the most common placement was A: 12 of 20 children "
                      "(60.0%)."),
        ([10.0, 10.0], "On 30 June 2025, the most common placements were A and B: 10 of 20 "
                       "children (50.0%) each."),
        ([NAN, 20.0], "On 30 June 2025, the most common placement was B: 20 of 20 children "
                      "(100.0%)."),
        ([0.0, 0.0], ""),
        ([NAN, NAN], ""),
    ],
)  # fmt: skip
def test_the_most_common_placement(counts, said):
    rows = placed([{"row_name": n, "count": c} for n, c in zip("AB", counts, strict=True)])
    assert placements._largest(rows, "30 June 2025") == said


def test_placements_without_a_total_have_no_share():
    rows = placed([{"row_name": "A", "count": 12.0, "denominator": NAN}])
    block = placements.placements(chosen({"panels": rows, "panel_checks": CHECKS.iloc[:0]}))
    assert "the most common placement was A: 12." in lines(block)[0]
    assert "A | 12 | [x] | [x]" in lines(block)


def test_a_placement_that_was_not_counted_by_group_is_no_nought():
    cells = [("A", "Male", 7.0), ("A", "Female", 5.0), ("B", "Male", 8.0)]
    rows = [{"row_name": n, "group": g, "by": "sex", "count": c} for n, g, c in cells]
    block = placements._cross(chosen(), placed(rows), "sex")
    assert lines(block)[2:4] == ["A | 7 (35.0%) | 5 (25.0%)", "B | 8 (40.0%) | [x]"]


CHECKS = from_source(
    [
        {"what": "A", "first": 10.0, "second": 12.0, "agrees": False, "is_sum": True},
        {"what": "B", "first": NAN, "second": NAN, "agrees": True, "is_sum": True},
    ],
    **span("2025-06-30", label="30 June 2025"),
)


@pytest.mark.parametrize(
    ("sums", "pairs", "said"),
    [
        ([1, 1], [1, 0], "2 of 2 sums across the panels agree with the totals printed; 1 of 2 "
                         "figures printed on two pages agrees."),
        ([1], [], "1 of 1 sum across the panels agrees with the totals printed."),
        ([], [0], "0 of 1 figure printed on two pages agree."),
        ([1, 0], [1], "1 of 2 sums across the panels agrees with the totals printed; 1 of 1 figure "
                      "printed on two pages agrees."),
    ],
)  # fmt: skip
def test_sums_and_pairs_are_told_for_any_number(sums, pairs, said):
    as_series = (pd.Series(each, dtype="int64") for each in (sums, pairs))
    assert placements.checks_sentence(*as_series) == said


def test_sums_that_do_not_agree_are_shown_with_both_figures():
    block = placements.checks(chosen({"panel_checks": CHECKS}))
    assert lines(block)[0] == "1 of 2 sums across the panels agrees with the totals printed."
    assert "A | 10 | 12" in lines(block)


def test_a_sum_with_a_blank_cell_is_not_checked():
    day = span("2025-06-30", label="30 June 2025")
    cells = [("Foster", 7.0), ("Home", NAN)]
    rows = [day | {"category_type": "kind", "category": c, "count": n} for c, n in cells]
    rows.append(day | {"category_type": "", "category": "", "count": 12.0})
    made = from_source(rows, measure="P", sex="persons", value=NAN)
    checked = flows_checks._panel_sums(made, Panel("p", "P", "kind", "Q", {}))
    assert checked["second"].tolist() == [12.0]
    assert checked["first"].isna().all(), "a sum without the blank cell is no sum"


# Shares of figures.
@pytest.mark.parametrize(
    ("count", "base", "is_share", "value"),
    [
        (10.0, 40.0, True, 25.0),
        (0.0, 40.0, True, 0.0),
        (0.0, 0.0, False, NAN),
        (12.0, 10.0, True, 120.0),
        (10.0, NAN, False, NAN),
        (NAN, 40.0, False, NAN),
    ],
)
def test_a_share_needs_a_base_above_nought(count, base, is_share, value):
    rows = pd.DataFrame({"count": [count], "denominator": [base], "value": [NAN]})
    row = flows_figures.with_share(rows).iloc[0]
    assert bool(row["is_share"]) is is_share
    assert row["value"] == pytest.approx(value, nan_ok=True)
    if count > base:
        assert pd.isna(row["lower_ci_95"])


def test_a_nought_of_nought_is_shown_as_a_number():
    rows = service_rows([month("2025-06") | {"count": 0.0, "denominator": 0.0}])
    row = flows_figures.with_share(rows).iloc[0]
    assert wording.figure_text(chosen(), row) == "0"


# Targets.
def tile_rows(rows: list[dict]) -> pd.DataFrame:
    usual = {"indicator_id": "i", "sex": "persons", "count": NAN, "value": NAN}
    return from_source([usual | row for row in rows])


def year(last: int) -> dict:
    return span(f"{last - 1}-04-01", f"{last}-03-31", f"{last - 1}/{last % 100}")


def test_the_figure_before_a_year_is_the_year_before():
    rows = tile_rows([year(2023) | {"value": 5.0}, year(2024) | {"value": 7.0}])
    made = targets._earlier(rows).set_index("period_end")
    assert made.loc["2024-03-31", ["earlier_value", "earlier_label"]].tolist() == [5.0, "2022/23"]
    assert pd.isna(made.loc["2023-03-31", "earlier_value"])


def test_the_figure_before_a_sum_since_april_is_of_the_same_year():
    sums = [span("2024-04-01", f"2024-{n:02d}-{d}", str(n)) for n, d in ((5, 31), (6, 30), (7, 31))]
    before = span("2023-04-01", "2024-02-29", "to February")
    rows = tile_rows([one | {"value": float(n)} for n, one in enumerate([before, *sums])])
    made = targets._earlier(rows).set_index("period_end")["earlier_value"]
    assert made.loc["2024-06-30"] == 1.0
    assert pd.isna(made.loc["2024-05-31"]), "the first sum of a year has none before it"


def test_one_sex_is_never_the_figure_before_the_other():
    rows = tile_rows(
        [
            month(name) | {"sex": sex, "value": value}
            for name, base in (("2025-05", 10.0), ("2025-06", 20.0))
            for sex, value in (("female", base + 1), ("male", base + 2), ("persons", base))
        ]
    )
    once = targets._of_all(rows)
    assert once["value"].tolist() == [10.0, 20.0]
    assert targets._earlier(once)["earlier_value"].tolist()[-1] == 10.0


@pytest.mark.parametrize(
    ("value", "earlier", "direction"),
    [(5.0, 4.0, "higher"), (4.0, 5.0, "lower"), (5.0, 5.0, "same"), (5.0, NAN, "new"),
     (NAN, 5.0, "unknown"), (NAN, NAN, "unknown"), (0.0, 0.0, "same")],
)  # fmt: skip
def test_a_direction_needs_both_figures(value, earlier, direction):
    rows = pd.DataFrame({"value": [value], "earlier_value": [earlier], "earlier_label": ["May"]})
    row = targets._with_direction(rows).iloc[0]
    assert row["direction"] == direction
    assert row["earlier_label"] == ("" if pd.isna(earlier) else "May")


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ([""], "Of 1 measure with a target, none could be judged."),
        (["", ""], "Of 2 measures with a target, none could be judged."),
        (["not_met", ""], "Of 2 measures with a target, none met it, 1 did not and for 1 the "
                          "figure is not known or cannot be judged."),
    ],
)  # fmt: skip
def test_unknown_results_are_no_misses(met, said):
    rows = pd.DataFrame({"target_met": met, "target_value": 1.0, "monitor_only": False})
    assert tiles.summary_sentence(rows) == said


@pytest.mark.parametrize(
    ("changes", "percent", "text"),
    [
        ({"target_value": NAN}, True, "no target"),
        ({"target_value": 0.0, "target_variance": NAN}, True, "cannot be calculated"),
        ({"target_variance": 7.5, "difference": 6.0}, True, "+7.5% (+6.0 points)"),
        ({"target_variance": -7.5, "difference": -6.0}, False, "−7.5%"),
        ({"target_variance": 0.0, "difference": 0.0}, True, "0.0% (0.0 points)"),
    ],
)
def test_a_variance_in_words(changes, percent, text):
    row = pd.Series({"target_value": 80.0, "target_variance": NAN, "difference": NAN} | changes)
    assert tiles._variance(row, percent) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"direction": "unknown"}, "not known"),
        ({"direction": "new"}, "New: no earlier figure"),
        ({"direction": "same", "earlier_value": 5.0, "earlier_label": "May"},
         "● The same as 5.0% (May)"),
        ({"direction": "lower", "earlier_value": 5.0, "earlier_label": "May"},
         "▼ Lower than 5.0% (May)"),
    ],
)  # fmt: skip
def test_a_direction_in_words(row, text):
    indicator = catalogue.load().indicators["re_referrals_share"]
    assert tiles._direction(pd.Series(row), indicator) == text


@pytest.mark.parametrize(
    ("met", "target", "words"),
    [
        ("met", 5.0, "Met"),
        ("not_met", 5.0, "Not met"),
        ("", 5.0, "Not judged"),
        ("", NAN, "Monitor"),
    ],
)
def test_a_result_has_words(met, target, words):
    shown = tiles._result(pd.Series({"target_met": met, "target_value": target}))
    assert words in str(shown)


# Which service a measure is of.
def test_the_longest_of_the_words_names_the_service():
    known = {"a": SimpleNamespace(id="a", words=("care",)),
             "b": SimpleNamespace(id="b", words=("care leav",))}  # fmt: skip
    assert flows_figures.service_of("Care leavers in touch", known) == "b"
    assert flows_figures.service_of("Children in care", known) == "a"
    assert flows_figures.service_of("Healthcare visits", known) == service_catalogue.OTHER


def test_every_stage_and_stock_of_the_lists_is_of_a_known_kind():
    known = service_catalogue.services().values()
    listed = {c for s in known for m in s.measures for c in m.codes} | set(
        catalogue.load().indicators
    )
    named = {stock.stock for stock in service_catalogue.stocks().values()}
    assert named <= listed
    for one in service_catalogue.flows().values():
        ids = [stage.id for stage in one.stages]
        assert len(ids) == len(set(ids)), one.id
        assert {stage.part_of for stage in one.stages} <= {"", *ids}
        assert one.stages[0].part_of == "", "the first stage is a whole one"
