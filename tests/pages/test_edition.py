"""Whole editions as readers meet them: what the pages say, and how they behave in a browser."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import REAL_CHAPTERS, ROOT, cyp

from cyp_analysis.publish.lint.edition import edition_faults
from pages.browsing import Setting, overflow, violations, visiting

CHAPTERS = [
    chapter["id"]
    for chapter in yaml.safe_load((ROOT / "data/catalogue/chapters.yml").read_text("utf-8"))
]
GENERATED = ["outliers", "changes", "search", "glossary", "accessibility"]
PAGES = ["index", *CHAPTERS, *GENERATED]


@pytest.fixture(scope="session")
def barnet(edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    return outputs / "annual" / "E09000003"


def soup(path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(path) -> str:
    return " ".join(soup(path).get_text(" ").split())


@pytest.fixture(scope="session")
def poverty(barnet) -> BeautifulSoup:
    return soup(barnet / "child_poverty.html")


def test_the_sentence_about_child_poverty(barnet):
    assert (
        "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet lived in low-income "
        "families, significantly lower than London (18.8%) and England (17.0%); 25th highest of "
        "the 33 London authorities. This is 10,000 children under 16 in low-income families."
    ) in words(barnet / "child_poverty.html")


def test_the_ranking_table_of_all_33(poverty):
    table = next(t for t in poverty.find_all("table") if "in order" in t.caption.get_text())
    rows = [[c.get_text(" ", strip=True) for c in r.find_all(["th", "td"])]
            for r in table.tbody.find_all("tr")]  # fmt: skip
    ranked = [row for row in rows if row[0] != "not ranked"]
    assert len(ranked) == 33
    assert ranked[0][:4] == ["1", "Islington", "9,840", "30.6"]
    barnet = next(row for row in ranked if row[1] == "Barnet")
    assert barnet == ["25", "Barnet", "10,000", "14.0", "13.75 to 14.26",
                      "▼ Lower, better", "▼ Lower, better"]  # fmt: skip
    london = [row[5] for row in ranked]
    england = [row[6] for row in ranked]
    assert (london.count("▲ Higher, worse"), london.count("▼ Lower, better")) == (16, 17)
    assert (england.count("▲ Higher, worse"), england.count("▼ Lower, better")) == (17, 14)
    similar = [row[1] for row in ranked if row[6] == "● Similar"]
    assert similar == ["Wandsworth", "Ealing"]


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (
            "safeguarding",
            "On 30 September 2018, Barnet had 19.5 children with a child protection plan per "
            "10,000 under-18s (95% CI 16.8 to 22.5). This is 189 children with child protection "
            "plans.",
        ),
        (
            "safeguarding",
            "Between April and September 2018, Barnet had 177.6 referrals to children's social "
            "care per 10,000 children (95% CI 169.3 to 186.2).",
        ),
        (
            "children_in_care",
            "On 30 September 2018, Barnet had 33.7 children in care per 10,000 under-18s "
            "(95% CI 30.1 to 37.6). This is 327 children in care.",
        ),
        (
            "children_in_care",
            "the document prints a variance of −10.2%; its own figures give −9.3%",
        ),
        ("methods_and_sources", "New CP plans vs same period last year"),
        ("methods_and_sources", "100 × (132−101) ÷ 101"),
    ],
)
def test_what_the_pages_say(barnet, page, sentence):
    assert sentence in words(barnet / f"{page}.html")


def test_child_poverty_draws_its_charts(poverty):
    kinds = [figure["id"] for figure in poverty.find_all("figure")]
    assert "fig-children_in_low_income_families-compare" in kinds
    assert "fig-children_in_low_income_families-trend" in kinds


def test_the_edition_has_these_pages(barnet):
    assert {page.stem for page in barnet.glob("*.html")} == set(PAGES)


class TestPublishersFiles:
    """The same chapters from real files, for authorities that lack some data too."""

    def test_every_area_has_every_chapter_asked_for(self, real_edition):
        expected = {"index", *REAL_CHAPTERS, *GENERATED}
        for code in ("E09000003", "E10000016", "E08000035", "E06000053", "E92000001"):
            assert {p.stem for p in (real_edition / code).glob("*.html")} == expected

    def test_barnet_looked_after(self, real_edition):
        assert (
            "On 31 March 2025, Barnet had 36.5 children looked after per 10,000 under-18s "
            "(95% CI 32.8 to 40.6), significantly lower than London (48.5) and England (67.1); "
            "27th highest of the 32 London authorities. This is 343 children looked after."
        ) in words(real_edition / "E09000003" / "children_in_care.html")

    def test_another_authority_has_its_own_region(self, real_edition):
        said = words(real_edition / "E08000035" / "overview.html")
        assert "Yorkshire and The Humber" in said
        assert (
            "Barnet"
            not in words(real_edition / "E10000016" / "overview.html")
            .replace("Other areas", "")
            .split("Sources")[0]
        )

    def test_the_ranking_is_drawn_from_those_that_were_ranked(self, real_edition):
        page = soup(real_edition / "E08000035" / "child_poverty.html")
        figure = page.find(id="fig-children_in_relative_low_income-compare")
        assert "11th highest of the 15 Yorkshire and The Humber authorities" in figure.get_text()
        names = [cell.get_text() for cell in figure.tbody.find_all("th")]
        assert names[:2] == ["Yorkshire and The Humber", "England"]
        assert len(names) == 17 and {"Barnsley", "Sheffield"} < set(names)
        assert names[2:].index("Leeds") == 10

    def test_the_smallest_area_shows_what_is_withheld(self, real_edition):
        said = words(real_edition / "E06000053" / "children_in_care.html")
        assert "Isles of Scilly" in said
        assert re.search(r"suppressed|not available|no figure", said)

    @pytest.mark.parametrize("code", ["E09000003", "E10000016", "E06000053"])
    def test_axe_finds_nothing(self, browser, real_edition, code):
        page = real_edition / code / "children_in_care.html"
        with visiting(browser, page, Setting(390, "light")) as tab:
            assert violations(tab)[0] == []
            assert overflow(tab) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_chapter_builds_for_areas_of_every_kind(real_data, tmp_path):
    areas = ("Barnet", "Kent", "Leeds", "Cumberland", "Birmingham", "Isles of Scilly", "England")
    named = [part for area in areas for part in ("--area", area)]
    done = cyp("build", "--data", str(real_data), "--edition", "all", *named, outputs=tmp_path)
    assert done.returncode == 0, done.stderr
    for folder in (tmp_path / "all").glob("E*"):
        assert {page.stem for page in folder.glob("*.html")} == set(PAGES), folder.name
    found = edition_faults(tmp_path / "all")
    assert [str(fault) for fault in found if not fault.remark] == []
