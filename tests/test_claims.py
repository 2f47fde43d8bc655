"""Sentences held against the edition's tables: what binds, and that what is altered does not."""

import os
import re
from collections import Counter
from dataclasses import replace

import pytest

from cyp_analysis import catalogue, geography, open_chapter
from cyp_analysis.edition_reader import Edition
from cyp_analysis.present.claims.comparing_words import words_in
from cyp_analysis.present.claims.ledger import ledger_of
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.publish.claims import Auditor
from cyp_analysis.publish.claims_reading import passages

AREA = "E09000003"
LOW = "child_poverty_under_16_hmrc"
HEADLINE = (
    "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet lived in low-income"
    " families, significantly lower than London (18.8%) and England (17.0%); 25th highest of the 33"
    " London authorities. This is 10,000 children under 16 in low-income families."
)


@pytest.fixture(scope="module")
def auditor(edition) -> Auditor:
    folder = edition[0] / "annual"
    return Auditor(Edition("annual", folder), geography.area(AREA))


@pytest.fixture(scope="module")
def low_income(auditor) -> str:
    """The id of the indicator of the sentence above."""
    known = auditor.known.indicators.values()
    return next(i.id for i in known if i.name == "Children under 16 in low-income families")


def said(text: str, indicator: str, call: str = "headlines", **more: str) -> Passage:
    more = {"period_end": "2016-12-31", "kind": "headline"} | more
    return Passage(text, call=call, ids=(indicator,), **more)


def faults(auditor: Auditor, passage: Passage) -> list[str]:
    made = ledger_of("page.html", [passage], auditor.binder)
    return [fault.text for fault in made.faults]


def test_a_whole_headline_is_held_to_the_last_number(auditor, low_income):
    made = ledger_of("page.html", [said(HEADLINE, low_income)], auditor.binder)
    assert made.faults == []
    (claim,) = made.claims
    bound = {n["text"]: (n["table"], n["column"]) for n in claim["numbers"]}
    assert bound["14.0%"] == ("indicators", "value")
    assert bound["13.75"] == ("indicators", "lower_ci_95")
    assert bound["14.26"] == ("indicators", "upper_ci_95")
    assert bound["25th"] == ("comparisons", "rank")
    assert bound["33"] == ("comparisons", "rank_of")
    assert bound["10,000"] == ("indicators", "count")
    assert {n["text"]: n["area"] for n in claim["numbers"]}["18.8%"] != AREA


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("14.0%", "14.1%", "14.1%"),
        ("14.0%", "14.00%", "14.00%"),  # more decimals than the catalogue allows
        ("14.0%", "14.0", "14.0"),  # no longer in per cent
        ("13.75", "13.76", "13.76"),
        ("14.26", "13.26", "13.26"),
        ("13.75 to 14.26", "14.26 to 13.75", "14.26"),  # the limits change places
        ("25th", "24th", "24th"),
        ("of the 33", "of the 32", "32"),
        ("10,000", "10,001", "10,001"),
        ("London (18.8%)", "London (17.0%)", "17.0%"),  # England's figure under London's name
        ("significantly lower", "significantly higher", "significantly higher"),
        ("significantly lower than", "statistically similar to", "statistically similar"),
        ("25th highest", "25th lowest", "lowest"),
    ],
)
def test_an_altered_headline_is_reported(auditor, low_income, old, new, named):
    assert named in faults(auditor, said(HEADLINE.replace(old, new), low_income))


def test_the_verdict_beside_a_headline_is_held(auditor, low_income):
    right, wrong = (f"{HEADLINE} {verdict}" for verdict in ("Lower, better", "Lower, worse"))
    assert faults(auditor, said(right, low_income)) == []
    assert faults(auditor, said(wrong, low_income)) == ["Lower, worse"]


def test_significantly_without_a_test_stops_the_build_wherever_it_stands(auditor, low_income):
    text = "Poverty in Barnet fell significantly."
    for call in ("headlines", "map", "anything"):
        made = ledger_of("page.html", [said(text, low_income, call)], auditor.binder)
        assert [(f.text, f.stops) for f in made.faults] == [("significantly", True)]


def test_a_difference_needs_no_test_when_the_sentence_says_there_was_none(auditor, low_income):
    text = "Whether the differences are more than chance was not tested."
    assert faults(auditor, said(text, low_income, "map")) == []


def test_years_ages_and_units_are_no_figures(auditor, low_income):
    text = "In the 2015/16 school year, aged 0 to 17, per 10,000 children, Key Stage 2, Section 47."
    assert "2015/16" not in faults(auditor, said(text, low_income))
    assert "10,000" not in faults(auditor, said(text, low_income))


CALLS = {
    "headlines": lambda chapter, _: chapter.headlines(),
    "tiles": lambda chapter, _: chapter.tiles(),
    "table": lambda chapter, _: chapter.table(),
    "trend": lambda chapter, name: chapter.trend(name),
    "compare": lambda chapter, name: chapter.compare(name),
    "ranking": lambda chapter, name: chapter.ranking(name),
    "comparators": lambda chapter, name: chapter.comparators(name),
    "breakdown": lambda chapter, name: chapter.breakdown(name),
}
OF_ONE = ("trend", "compare", "ranking", "comparators", "breakdown")
CHAPTERS = ("child_poverty", "safeguarding", "children_in_care", "mental_health", "education")


@pytest.fixture(scope="module")
def generated(edition, auditor) -> list[Passage]:
    """What the core calls say in five chapters of the bundled edition."""
    before = os.environ.get("CYP_OUTPUTS")
    os.environ["CYP_OUTPUTS"] = str(edition[0])
    try:
        return [passage for chapter in CHAPTERS for passage in _said_in(chapter, auditor)]
    finally:
        os.environ.pop("CYP_OUTPUTS")
        os.environ.update({"CYP_OUTPUTS": before} if before else {})


def _said_in(chapter_id: str, auditor: Auditor) -> list[Passage]:
    chapter, known = open_chapter(chapter_id, AREA, None, "annual"), auditor.known
    of = known.chapters[chapter_id]
    made = []
    for call, make in CALLS.items():
        for name in of.lead if call in OF_ONE else [""]:
            ids = (name,) if name else of.indicators
            made += passages(make(chapter, name).html, call, ids, known)
    return made


def test_the_core_calls_say_nothing_that_is_not_held(auditor, generated):
    made = ledger_of("page.html", generated, auditor.binder)
    assert [(f.text, f.sentence) for f in made.faults] == []
    assert made.counts["numbers"] > 150
    assert made.counts["words"] > 15


def test_any_altered_digit_of_a_core_call_is_reported(auditor, generated):
    missed, tried = [], 0
    for passage in generated:
        for text in _altered_digits(auditor, passage):
            tried += 1
            binding = auditor.binder.bind(replace(passage, text=text))
            missed += [] if binding.unbound else [text]
    assert tried > 400
    assert missed == []


def _altered_digits(auditor: Auditor, passage: Passage):
    """The text with one digit of a bound number one higher."""
    text = passage.text
    for bound in auditor.binder.bind(passage).bound:
        for place in range(bound.number.start, bound.number.end):
            if text[place].isdigit():
                digit = str((int(text[place]) + 1) % 10)
                digit = "8" if digit == "0" and place == bound.number.start else digit
                yield text[:place] + digit + text[place + 1 :]


ANTONYMS = {
    "significantly higher": "significantly lower",
    "significantly lower": "significantly higher",
    "statistically similar": "significantly higher",
    "Higher, worse": "Higher, better",
    "Lower, better": "Lower, worse",
}


def test_any_verdict_turned_round_is_reported(auditor, generated):
    missed, tried = [], 0
    for passage in generated:
        for word in words_in(auditor.binder.bind(passage), auditor.binder.facts):
            other = ANTONYMS.get(word.text)
            if other is None or word.evidence in ("legend", "name", "method"):
                continue
            tried += 1
            text = passage.text[: word.start] + other + passage.text[word.start + len(word.text) :]
            turned = ledger_of("page.html", [replace(passage, text=text)], auditor.binder)
            if not turned.faults:
                missed.append(text)
    assert tried >= 6
    assert missed == []


def test_a_sentence_of_another_period_is_reported(auditor, low_income):
    trend = (
        "Children under 16 in low-income families: Barnet 24.9% (2006) to 14.0% (2016);"
        " London 18.8% (2016); England 17.0% (2016)."
    )
    passage = said(trend, low_income, "trend", kind="alt", period_end="")
    assert faults(auditor, passage) == []
    swapped = trend.replace("24.9% (2006)", "24.9% (2007)")
    assert "24.9%" in faults(auditor, replace(passage, text=swapped))
    area = trend.replace("London 18.8%", "England 18.8%")
    assert "18.8%" in faults(auditor, replace(passage, text=area))


def test_every_call_of_a_notebook_is_read(edition):
    """A call that is not known draws on the tables of indicators alone: no passage is skipped."""
    known = catalogue.load()
    html = '<p>There are 12 children.</p><p class="source">Source: 12.</p>'
    found = list(passages(html, "never_heard_of", None, known))
    assert [(p.text, p.kind) for p in found] == [("There are 12 children.", "p")]


def test_passages_know_their_figure_and_its_words(auditor, low_income):
    html = (
        f'<figure id="fig-{low_income}-trend"><figcaption><span class="chart-title">Down</span> '
        '<span class="chart-subtitle">Barnet, 2006 to 2016.</span></figcaption>'
        '<div><svg aria-label="Barnet 14.0%."><text>99</text></svg></div></figure>'
        "<table><caption>Cap 5</caption><tbody><tr><td>77</td></tr></tbody></table>"
    )
    found = list(passages(html, "trend", ("x", low_income), auditor.known))
    assert Counter(p.kind for p in found) == {
        "chart-title": 1, "chart-subtitle": 1, "alt": 1, "caption": 1,
    }  # fmt: skip
    alt = next(p for p in found if p.kind == "alt")
    assert alt.ids == (low_income,)
    assert "2006 to 2016" in alt.around
    assert not any(re.search("99|77", p.text) for p in found)
