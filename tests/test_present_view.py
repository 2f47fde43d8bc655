"""A chapter as a notebook uses it, on an edition of printed and made-up figures."""

import re
from math import nan

import pandas as pd
import pytest
from test_present_samples import BARNET, BRENT, ENGLAND, LONDON, known, tables, write_edition

from cyp_analysis import catalogue
from cyp_analysis.errors import AreaError, ChapterError, EditionError, PeriodError
from cyp_analysis.present import chapter_text
from cyp_analysis.present.markup import Block
from cyp_analysis.present.view import Chapter, open_chapter


@pytest.fixture(autouse=True)
def edition(outputs, monkeypatch):
    monkeypatch.setattr(catalogue, "load", lambda folder=None: known())
    return write_edition(outputs / "2026")


@pytest.fixture
def chapter():
    return open_chapter("sample", BARNET)


def test_a_chapter_knows_what_it_is(chapter):
    assert isinstance(chapter, Chapter)
    assert (chapter.id, chapter.title, chapter.area.name) == ("sample", "Sample chapter", "Barnet")
    assert repr(chapter) == "Sample chapter, Barnet, edition 2026"


def test_parameters_arrive_as_text_and_are_checked():
    for nothing in ("", None, "None"):
        assert open_chapter("sample", BARNET, nothing, "").edition.name == "2026"
    with pytest.raises(ChapterError, match="must be in chapters.yml; got: 'smaple'. Use: sample"):
        open_chapter("smaple", BARNET)
    with pytest.raises(AreaError):
        open_chapter("sample", "E09000099")
    with pytest.raises(PeriodError, match="must be a date like 2018-09-30; got: '30/09/2018'"):
        open_chapter("sample", BARNET, "30/09/2018")
    with pytest.raises(EditionError, match="Choose from: 2026"):
        open_chapter("sample", BARNET, edition="2025")


@pytest.mark.parametrize("method", ["headline", "trend", "compare", "ranking", "breakdown"])
def test_an_unknown_indicator_is_refused_with_near_ones(chapter, method):
    with pytest.raises(ChapterError, match=r"got: 'child_povrety'\. Near: child_poverty\."):
        getattr(chapter, method)("child_povrety")


def test_a_headline_has_sentence_claim_and_verdict(chapter):
    block = chapter.headline("child_poverty")
    assert block._repr_html_() == (
        '<p class="headline" id="claim-child_poverty" data-indicator="child_poverty"'
        ' data-area="E09000003" data-period-end="2016-12-31">In 2016, 14.0% (95% CI 13.75 to'
        " 14.26) of children under 16 in Barnet lived in low-income families, significantly lower"
        " than London (18.8%) and England (17.0%); 5th highest of the 6 London authorities. This is"
        " 10,000 children under 16 in low-income families."
        ' <span class="verdict verdict-better"><span class="symbol" aria-hidden="true">▼</span>'
        " Lower, better</span></p>"
    )
    assert repr(block).endswith("low-income families. [Lower, better]")


def test_ids_are_unique_when_a_call_is_repeated(chapter):
    first, second = chapter.headline("child_poverty"), chapter.headline("child_poverty")
    assert 'id="claim-child_poverty"' in first.html
    assert 'id="claim-child_poverty-2"' in second.html


def test_verdicts_that_differ_each_name_their_benchmark():
    block = open_chapter("sample", "E09000032").headline("child_poverty")
    assert "</span> London: Lower, better</span>" in block.html
    assert "</span> England: Similar</span>" in block.html
    assert repr(block).endswith("[London: Lower, better; England: Similar]")


def test_headlines_put_old_figures_last(chapter):
    block = chapter.headlines()
    ids = re.findall(r'<li class="headline" id="claim-(\w+)"', block.html)
    assert ids == ["looked_after_rate", "child_poverty", "plans"]  # both others end before 2022
    assert block.html.startswith('<ol class="headlines"><li') and block.html.endswith("</ol>")
    assert repr(block).startswith("1. On 31 March 2025, Barnet had 71.0 children looked after")


def test_headlines_put_worse_before_better():
    made = tables()
    plans = made["indicators"]["indicator_id"] == "plans"
    made["indicators"].loc[plans, "outcome"] = "worse"
    rows = made["indicators"]["indicator_id"] != "looked_after_rate"
    made["indicators"] = made["indicators"][rows]
    from cyp_analysis import paths

    write_edition(paths.outputs_dir() / "other", made)
    block = open_chapter("sample", BARNET, edition="other").headlines(limit=1)
    assert re.findall(r'id="claim-(\w+)"', block.html) == ["plans"]


def test_headlines_without_any_figure():
    assert open_chapter("sample", BRENT).headlines().html == (
        '<div class="no-data"><p>None of the figures that lead this chapter has arrived for Brent.'
        " Whatever is known stands below.</p></div>"
    )


def _leading_row(period_end: str, value: float, count: float | None) -> pd.Series:
    return pd.Series({"period_end": pd.Timestamp(period_end), "value": value, "count": count})


def test_outdated_figures_do_not_lead_where_two_newer_ones_do():
    new, newer, old = (
        _leading_row("2024-03-31", 3.0, 9),
        _leading_row("2025-03-31", 4.0, None),
        _leading_row("2019-03-31", 5.0, 9),
    )
    told = chapter_text._telling([old, new, newer])
    assert [row["value"] for row in told] == [3.0, 4.0]
    assert [row["value"] for row in chapter_text._telling([old, newer])] == [5.0, 4.0]
    assert chapter_text._telling([]) == []


def test_a_share_of_nought_without_a_count_leads_no_page():
    unsure = _leading_row("2025-03-31", 0.0, None)
    counted = _leading_row("2025-03-31", 0.0, 0.0)
    assert [row["count"] for row in chapter_text._telling([unsure, counted])] == [0.0]


def test_an_indicator_without_data_is_told_once(chapter):
    brent = open_chapter("sample", BRENT)
    told = brent.trend("looked_after_rate")
    assert told.html == (
        '<div class="no-data"><p>Children looked after at 31 March, per 10,000 under-18s: no'
        " figure for Brent in this edition.</p><details><summary>How to get it</summary><ul>"
        "<li>Download the care tables.</li></ul></details></div>"
    )
    assert brent.headline("looked_after_rate") == Block()
    assert brent.headline("plans").text.endswith("in this edition. Ask for the local tables.")


def test_the_cut_leaves_later_periods_out():
    early = open_chapter("sample", BARNET, "2016-12-31")
    assert "On 31 March 2016" in early.headline("looked_after_rate").text
    assert "2017" not in early.trend("looked_after_rate").html


def test_a_suppressed_latest_figure_is_said_to_be_suppressed():
    block = open_chapter("sample", BARNET, "2017-12-31").headline("looked_after_rate")
    assert block.text == (
        "The figure for children looked after in Barnet on 31 March 2017 is suppressed because it"
        " is based on small numbers."
    )


def test_a_trend_has_chart_subtitle_and_table(chapter):
    block = chapter.trend("looked_after_rate")
    assert (
        '<figure class="chart" id="fig-looked_after_rate-trend"'
        ' aria-describedby="fig-looked_after_rate-trend-note1">' in block.html
    )
    assert "Children looked after: recent trend upwards in Barnet</span>" in block.html
    assert (
        "Children looked after at 31 March, per 10,000 under-18s, Barnet and England, 31 March 2013"
        " to 31 March 2025. Shading: 95% confidence interval. The vertical axis does not start at"
        " zero.</span>" in block.html
    )
    assert (
        'aria-label="Children looked after: Barnet 60.0 (31 March 2013) to 71.0 (31 March 2025);'
        ' England 65.0 (31 March 2013) to 65.0 (31 March 2025)."' in block.html
    )
    assert '<th scope="row">31 March 2017</th><td class="num">[c]</td>' in block.html
    assert "[c] suppressed because it is based on small numbers." in block.html
    assert "Source: Exampleshire Council, The care tables &lt;2016&gt;" in block.html


def test_one_period_is_no_trend(chapter):
    assert chapter.trend("child_poverty").text == (
        "Children under 16 in low-income families: only one period is published (2016), so no"
        " trend."
    )


def test_a_comparison_draws_the_authorities_of_the_region(chapter):
    block = chapter.compare("child_poverty")
    assert (
        "Children under 16 in low-income families: Barnet 5th highest of the 6 London authorities"
        "</span>" in block.html
    )
    assert "▲ significantly higher, ● similar, ▼ significantly lower than London." in block.html
    assert (
        'aria-label="Children under 16 in low-income families: Barnet 14.0%, 5th highest of the 6'
        " London authorities; highest Islington 30.6%; lowest Richmond upon Thames 8.5%; London"
        ' 18.8%; England 17.0%."' in block.html
    )
    assert '<tr class="selected"><th scope="row">Barnet</th>' in block.html


def test_a_headline_says_only_what_the_list_at_the_head_did_not(chapter):
    whole = chapter.headline("looked_after_rate").text
    again = open_chapter("sample", BARNET)
    listed = again.headlines().text
    rest = again.headline("looked_after_rate").text
    assert rest == "Children looked after: the recent trend is upwards."
    assert rest not in listed and "The recent trend is upwards." in whole
    assert again.headline("child_poverty").text == ""


def test_a_comparison_needs_other_authorities(chapter):
    assert chapter.compare("looked_after_rate").text == (
        "Children looked after at 31 March, per 10,000 under-18s: this edition holds no other"
        " authority to compare Barnet with."
    )
    for code in (ENGLAND, LONDON):  # a group shows its own authorities, and none of a rate of one
        group = open_chapter("sample", code)
        shown = group.compare("child_poverty", benchmark="england")
        assert f": the authorities of {group.area.name}" in shown.text
    nobody = open_chapter("sample", ENGLAND).compare("looked_after_rate").text
    assert nobody.endswith("this edition holds no figures of authorities of England.")


@pytest.mark.parametrize("method", ["compare", "ranking"])
def test_a_comparison_is_with_the_region_or_england(chapter, method):
    with pytest.raises(ChapterError, match="`benchmark` must be region or england; got: 'moon'"):
        getattr(chapter, method)("child_poverty", benchmark="moon")


def test_the_ranking_table_has_ranks_ties_verdicts_and_counts(chapter):
    block = chapter.ranking("child_poverty")
    rows = [line.split(" | ") for line in block.text.split("\n")[1:10]]
    assert rows[0][:5] == ["Rank", "Authority", "Count", "Value (%)", "95% confidence interval"]
    assert rows[0][5:] == ["Verdict against London", "Verdict against England"]
    assert rows[1][:4] == ["not ranked", "London", "307,710", "18.8"]
    assert [row[:2] for row in rows[3:9]] == [
        ["1", "Islington"],
        ["2=", "Camden"],
        ["2=", "Westminster"],
        ["4", "Wandsworth"],
        ["5", "Barnet"],
        ["6", "Richmond upon Thames"],
    ]
    assert rows[6][5:] == ["▼ Lower, better", "● Similar"]
    assert (
        "Compared with London (18.8%): 3 significantly higher (worse), 3 significantly lower"
        " (better) and none similar." in block.text
    )
    assert (
        "Compared with England (17.0%): 3 significantly higher (worse), 2 significantly lower"
        " (better) and 1 similar." in block.text
    )


def test_the_ranking_of_england_has_no_ranks_where_the_edition_has_none(chapter):
    rows = chapter.ranking("child_poverty", benchmark="england").text.split("\n")
    assert rows[0] == (
        "Children under 16 in low-income families: authorities of England in order, 2016"
    )
    assert rows[4].startswith("not ranked | Islington | 9,840 | 30.6")


def test_a_breakdown_shows_categories_and_what_is_withheld(chapter):
    block = chapter.breakdown("placements")
    assert "Children in care by placement: Fostering highest at 60.0%</span>" in block.html
    assert "Residential &lt;12" in block.html and "Residential <12" not in block.html
    assert '<th scope="row">Adoption</th><td class="num">[c]</td>' in block.html
    assert '<th scope="col">Placement type</th>' in block.html
    assert (
        'aria-label="Children in care by placement: Fostering 60.0%; Residential &lt;12 25.0%."'
        in block.html
    )


def test_the_summary_table_lists_what_has_a_row(chapter):
    block = chapter.table()
    names = re.findall(r'<th scope="row">([^<]+)</th>', block.html)
    assert names == [
        "Children under 16 in low-income families",
        "Children looked after at 31 March, per 10,000 under-18s",
        "Children on child protection plans",
    ]
    assert "Sample chapter: latest figures for Barnet</caption>" in block.html
    assert "England 65.0 | ▲ Higher | Increasing" in block.text
    assert chapter.table(["plans"], caption="One").text.startswith("One\nIndicator | Period")
    assert "no figures for Brent" in open_chapter("sample", BRENT).table().text


def test_a_table_of_a_group_has_its_indicators_and_caption(chapter):
    block = chapter.table("care")
    assert block.text.startswith("Children in care: latest figures for Barnet\nIndicator | ")
    assert re.findall(r'<th scope="row">([^<]+)</th>', block.html) == [
        "Children looked after at 31 March, per 10,000 under-18s"
    ]
    assert open_chapter("sample", BRENT).table("care").text == (
        "This edition holds no figures for Brent on: Children in care."
    )
    with pytest.raises(ChapterError, match="must ask for a group .* got: 'cars'. It has: care."):
        chapter.table("cars")


def test_targets_show_variance_result_and_the_documents_slip(chapter):
    block = chapter.targets()
    assert block.text.split("\n")[2] == (
        "Children on child protection plans | 30 September 2018 | 160 | 189 | +18.1% | ✗ Not met"
    )
    assert (
        "Children on child protection plans: the document prints a variance of −10.2%; its own"
        " figures give 18.1%." in block.text
    )
    assert "from the unrounded figure" in block.text
    assert chapter.targets(["child_poverty"]).html == ""


def test_differences_name_indicators_and_write_numbers_as_people_do(chapter):
    lines = chapter.differences().text.split("\n")
    assert lines[2] == (
        "Variance from target: Children on child protection plans | Barnet | −10.2% | 18.1% |"
        " variance | The local tables <2016>, line 7"
    )
    assert lines[3].startswith(
        "Children under 16 in low-income families, 2016 | the document | 4,468,805 | 4,468,804"
    )
    said = "Shown: 1 of 2. The others are in the edition's file differences.parquet."
    assert said in chapter.differences(limit=1).text
    elsewhere = open_chapter("sample", BRENT).differences()  # another area's slip is not shown
    assert said in elsewhere.text and "Variance" not in elsewhere.text


def test_no_differences(outputs):
    made = tables()
    write_edition(outputs / "clean", made | {"differences": made["differences"].head(0)})
    assert open_chapter("sample", BARNET, edition="clean").differences().text == (
        "No printed figure differs from what is computed from its source."
    )


def test_many_authorities_become_dots(outputs):
    from cyp_analysis import geography

    made = tables()
    like = made["indicators"].query("indicator_id == 'child_poverty' and area_code == @BARNET")
    codes = geography.members("E92000001", pd.Timestamp(2016, 12, 31).date())
    rows = pd.concat([like.assign(area_code=code) for code in codes], ignore_index=True)
    rows["value"] = [8 + n / 10 for n in range(len(rows))]
    rows.loc[rows["area_code"] == BARNET, "value"] = 14.0
    rows.loc[0, ["value", "lower_ci_95", "upper_ci_95"]] = nan
    made["indicators"] = pd.concat([rows, *[made["indicators"].query("area_code == @ENGLAND")]])
    write_edition(outputs / "large", made)
    chapter = open_chapter("sample", BARNET, edition="large")
    block = chapter.compare("child_poverty", benchmark="england")
    assert "Each dot is one authority." in block.html
    assert block.html.count("<use") > 100
