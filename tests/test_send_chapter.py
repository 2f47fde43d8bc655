"""The chapter on special educational needs: what a plan is about, how fast, and for whom."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from learning_sample import BARNET, ENGLAND, LEEDS, chapter, everywhere, figures

from cyp_analysis import catalogue

ROOT = Path(__file__).parents[1]
KNOWN = catalogue.load()
NEEDS = next(g for g in KNOWN.chapters["send"].groups if g.id == "primary_needs").indicators


def plans(**needs: tuple[float, float, float]) -> list[pd.DataFrame]:
    """Plans by need: count, share with its interval, England's share."""
    return [
        figures(
            f"ehc_need_{need}",
            2025,
            {BARNET: share, ENGLAND: national},
            count=[count, count * 100],
            denominator=[4320, 432000],
            lower_ci_95=[share - 1, national - 0.1],
            upper_ci_95=[share + 1, national + 0.1],
            method="wilson",
        )
        for need, (count, share, national) in needs.items()
    ]


def test_primary_needs_with_counts_and_intervals():
    rows = plans(autism=(1801, 41.7, 31.5), social_emotional=(752, 17.4, 20.7))
    block = chapter(rows, "send").groups("primary_needs")
    lines = block.text.split("\n")
    assert lines[0] == (
        "Primary need of children with a plan: from 17.4% (Social, emotional and mental health"
        " needs) to 41.7% (Autism)"
    )
    assert lines[1].endswith("Dots: Barnet. Squares: England. Lines: 95% confidence intervals.")
    assert "Autism | 1,801 | 41.7 | 40.7 to 42.7 | 31.5" in lines
    assert "Autism 41.7% (England 31.5%)" in lines[2]


def test_a_need_withheld_is_told():
    rows = plans(autism=(1801, 41.7, 31.5), physical=(183, 4.2, 3.9))
    hidden = figures("ehc_need_multi_sensory", 2025, {BARNET: np.nan}, value_note="suppressed (c)")
    text = chapter([*rows, hidden], "send").groups("primary_needs").text
    assert "Multi-sensory impairment | [c] | [c] | [c] | [x]" in text
    assert "[c] suppressed because it is based on small numbers" in text


def test_every_primary_need_of_the_publisher_has_an_indicator():
    passport = KNOWN.sources["dfe_ehc_needs"].measures
    mine = {KNOWN.indicators[i].numerator.measure for i in NEEDS}
    assert set(passport) - mine == {"ehc_plans", "need_not_recorded"}
    assert len(NEEDS) == len(mine) == 12


def test_shares_of_pupils_are_not_judged():
    rows = [
        figures("sen_support_share", 2024, everywhere(20, -0.05, **{BARNET: 11.5, ENGLAND: 13.6})),
        figures("sen_support_share", 2025, everywhere(20, -0.05, **{BARNET: 11.7, ENGLAND: 14.2})),
    ]
    text = chapter(rows, "send").league("pupils").text
    assert "| 11.7% | 14.2% | lowest of 153 |" in text
    assert "+0.2 points from 11.5% (2023/24 school year)" in text
    for word in ("worse", "first tenth", "1st = best"):
        assert word not in text


def test_plans_in_time_are_tested_where_counts_are_there():
    values = {BARNET: 80.0, ENGLAND: 50.0}
    rows = [
        figures(
            "ehc_plans_in_20_weeks_counted",
            year,
            values | {BARNET: 100 * made / 400},
            count=[made, 30000],
            denominator=[400, 60000],
            method="wilson",
            statistic="proportion",
        )
        for year, made in ((2023, 200), (2024, 320))
    ]
    text = chapter(rows, "send").league("on_time").text
    assert "+30.0 points from 50.0% (2022/23 school year) | ▲ risen" in text
    assert "not tested" not in text


def test_growth_in_plans_is_shown_without_a_rank_of_size():
    rows = [
        figures("ehc_plans_total", year, {BARNET: n, ENGLAND: 6e5, LEEDS: 7e3}, count=[n, 6e5, 7e3])
        for year, n in ((2024, 3809.0), (2025, 4320.0))
    ]
    text = chapter(rows, "send").league("plans", "Plans").text
    assert text.split("\n")[1:3] == [
        "Indicator | Period | Barnet | Change on the period before",
        "EHC plans at January | 2024/25 school year | 4,320 children and young people | +511 from"
        " 3,809 children and young people (2023/24 school year)",
    ]


def test_a_count_over_time_stands_without_the_whole_country():
    rows = [
        figures("ehc_plans_total", year, {BARNET: n, ENGLAND: 600000.0}, count=[n, 6e5])
        for year, n in ((2023, 3459.0), (2024, 3809.0), (2025, 4320.0))
    ]
    text = chapter(rows, "send").trend("ehc_plans_total").text
    assert "Barnet 3,459 (2022/23 school year) to 4,320 (2024/25 school year)." in text
    assert "England" not in text


def test_pupils_with_support_against_pupils_without():
    rows = [
        figures("attainment_8_sen_support", 2025, {BARNET: 41.8, ENGLAND: 33.8}),
        figures("attainment_8_no_sen", 2025, {BARNET: 60.5, ENGLAND: 50.2}),
    ]
    text = chapter(rows, "send").gap("attainment_8_sen_support").text.split("\n")[0]
    assert text == (
        "In the 2024/25 school year, pupils with SEN support in Barnet had an average Attainment 8"
        " score of 41.8. That is 8.4 points behind the others in England (50.2) and 18.7 points"
        " behind the others in Barnet (60.5). In England as a whole the same group is 16.4 points"
        " behind the others. Gaps were not tested: the source prints no counts."
    )


@pytest.mark.parametrize("chapter_id", ["send", "education", "early_years"])
def test_notebook_asks_for_what_the_chapter_lists(chapter_id):
    entry = KNOWN.chapters[chapter_id]
    cells = json.loads((ROOT / "notebooks" / entry.notebook).read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    asked = [line for line in code if line.startswith("chapter.")]
    assert len(asked) == len(set(asked))
    for call in ("league", "groups"):
        names = [a.split('"')[1] for a in asked if a.startswith(f"chapter.{call}(")]
        assert set(names) <= {group.id for group in entry.groups}
    listed = set(entry.indicators)
    for call in ("trend", "gap", "compare", "comparators", "map", "projection", "inequality"):
        names = [a.split('"')[1] for a in asked if a.startswith(f"chapter.{call}(")]
        assert set(names) <= listed, call


@pytest.mark.parametrize("chapter_id", ["send", "education", "early_years"])
def test_headings_stand_in_the_order_that_every_chapter_has(chapter_id):
    path = ROOT / "notebooks" / KNOWN.chapters[chapter_id].notebook
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    marks = ["".join(c["source"]).split("\n")[0] for c in cells if c["cell_type"] == "markdown"]
    order = ["Headlines", "Why it matters", "Who is at risk", "How we compare", "Inequalities"]
    order += ["Where", "What children and families say", "Services and assets", "What works"]
    order += ["Gaps", "Recommendations", "What the analyst says", "Definitions", "Sources"]
    places = [marks.index(f"## {name}") for name in order]
    assert places == sorted(places)
