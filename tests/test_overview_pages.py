"""Pages that no notebook makes: what stands out, what has changed; and `cyp diff`."""

import json
import re
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from test_comparators import BARNET, CARE, ENGLAND, LEAVERS, figure, figures
from test_outliers import leavers
from test_overview import england, write

from cyp_analysis import geography
from cyp_analysis.build.changes import COLUMNS, KINDS, find_changes
from cyp_analysis.cli import cyp
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import ChapterError, UsageError
from cyp_analysis.present.comparing.changes import HEADINGS
from cyp_analysis.publish import generated, shell
from cyp_analysis.publish.area_choice import areas_with_data, chosen_areas
from cyp_analysis.publish.checks import page_faults
from cyp_analysis.publish.page import ChapterLink

LINKS = (ChapterLink("overview", "Area profile", "overview.html"), ChapterLink("send", "SEND", ""))


def dated(row: dict, year: int) -> dict:
    day = pd.Timestamp(year, 3, 31)
    return row | {"period_start": day, "period_end": day, "period_label": f"31 March {year}"}


def unknown(row: dict) -> dict:
    gone = {"value": nan, "count": nan, "lower_ci_95": nan, "upper_ci_95": nan}
    return row | gone | {"value_note": "suppressed (c)"}


def changes(before: list[dict], after: list[dict]) -> pd.DataFrame:
    return find_changes(figures(*before), figures(*after))


# the table of changes


def test_nothing_changed_gives_no_row():
    rows = [figure(BARNET, 30.0), leavers(BARNET, 160, 200)]
    found = changes(rows, rows)
    assert found.empty and list(found) == COLUMNS == TABLES["changes"]


def test_a_new_period_shows_both_latest_figures():
    old, new = dated(figure(BARNET, 30.0), 2024), dated(figure(BARNET, 34.0), 2025)
    found = changes([old], [old, new])
    row = found.iloc[0]
    assert list(found["kind"]) == ["new_period"]
    assert (row["period_before"], row["period_after"]) == ("31 March 2024", "31 March 2025")
    assert (row["value_before"], row["value_after"], row["number"]) == (30.0, 34.0, 1.0)
    back = changes([old, new], [old])
    assert list(back["kind"]) == ["lost_period"]
    assert back.iloc[0]["number"] == 1.0


def test_a_revised_figure_is_told_for_each_period():
    before = [dated(figure(BARNET, value), year) for value, year in ((30.0, 2023), (31.0, 2024))]
    after = [dated(figure(BARNET, value), year) for value, year in ((30.0, 2023), (31.5, 2024))]
    found = changes(before, after)
    assert list(found["kind"]) == ["revised"]
    assert found.iloc[0][["period_after", "value_before", "value_after"]].tolist() == [
        "31 March 2024",
        31.0,
        31.5,
    ]


def test_rounding_of_the_machine_is_no_revision():
    assert changes([figure(BARNET, 0.1 + 0.2)], [figure(BARNET, 0.3)]).empty


def test_the_verdict_may_change_though_the_figure_does_not():
    found = changes(
        [figure(BARNET, 30.0, outcome="similar")], [figure(BARNET, 30.0, outcome="lower")]
    )
    assert list(found["kind"]) == ["verdict"]
    assert found.iloc[0][["outcome_before", "outcome_after"]].tolist() == ["similar", "lower"]


def test_figures_supplied_and_withdrawn():
    other = dated(figure(BARNET, 28.0), 2024)
    held, told = [other, unknown(figure(BARNET, 30.0))], [other, figure(BARNET, 30.0)]
    assert set(changes(held, told)["kind"]) == {"supplied", "new_period"}
    assert set(changes(told, held)["kind"]) == {"withdrawn", "lost_period"}


def test_indicators_that_came_and_went():
    found = changes([figure(BARNET, 30.0)], [leavers(BARNET, 160, 200)])
    kinds = dict(zip(found["indicator_id"], found["kind"], strict=True))
    assert kinds == {LEAVERS: "new_indicator", CARE: "lost_indicator"}
    assert found["value_before"].isna().sum() == 1
    assert list(found["kind"]) == ["new_indicator", "lost_indicator"]  # in the order of KINDS


def test_categories_are_not_listed():
    parts = [figure(BARNET, 30.0, category_type="placement", category="foster care")]
    assert changes(parts, [parts[0] | {"value": 31.0, "upper_ci_95": 40.0}]).empty


def test_each_kind_has_a_heading():
    assert set(HEADINGS) == set(KINDS)


# pages


def page(
    tmp_path, file: str, *rows: dict, area: str = BARNET, previous: str = "", claims: tuple = ()
) -> str:
    written = write(tmp_path / "now", *rows)
    if previous:
        before = figures(dated(figure(BARNET, 29.0), 2024))
        after = figures(*rows)
        find_changes(before, after).to_parquet(written.path / "changes.parquet", index=False)
    generated.write_generated(
        written.path,
        geography.area(area),
        LINKS,
        edition="2026",
        previous=previous,
        claims=claims,
        updated="The newest figure here is for 31 March 2025.",
        methods_href="methods.html",
    )
    return (written.path / area / file).read_text(encoding="utf-8")


def words_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").main.get_text(" ").split())


USUAL = (
    figure(BARNET, 30.0),
    leavers(BARNET, 160, 200),
    leavers(ENGLAND, 88_000, 100_000),
    england(),
)


@pytest.mark.parametrize("file", [generated.OUTLIERS, generated.CHANGES])
def test_a_page_has_the_furniture_of_every_page(tmp_path, file):
    html = page(tmp_path, file, *USUAL)
    soup = BeautifulSoup(html, "html.parser")
    assert page_faults(html) == []
    assert soup.html["lang"] == "en-GB" and soup.h1.get_text() == generated.TITLES[file]
    assert soup.title.get_text() == (
        f"{generated.TITLES[file]} – Barnet – Children and young people's needs assessment"
    )
    assert soup.select_one(".skip-link")["href"] == "#main"
    links = [a["href"] for a in soup.select("nav.chapters a")]
    assert links == ["index.html", "overview.html"]
    assert "SEND (no data)" in " ".join(soup.select_one("nav.chapters").get_text(" ").split())
    assert "2026" in soup.footer.get_text() and "E09000003" in soup.footer.get_text()
    assert re.search(r'<meta name="description" content="[^"]+Barnet', html)


def test_the_page_of_outliers_goes_from_worse_to_better(tmp_path):
    soup = BeautifulSoup(page(tmp_path, generated.OUTLIERS, *USUAL), "html.parser")
    assert [h.get_text() for h in soup.select("h2")] == [
        "Worse",
        "Higher or lower, with no judgement",
    ]
    text = words_of(str(soup))
    assert "Of the 2 latest figures of Barnet that were tested against England, 2 differ" in text
    assert "about 16 fewer" in text and "false discovery rate of 5%" in text
    assert text.count("The tests are judged together") == 1


def test_figures_that_do_not_stand_out_are_named(tmp_path):
    rows = (figure(BARNET, 70.5), england(), leavers(BARNET, 160, 200),
            leavers(ENGLAND, 88_000, 100_000))  # fmt: skip
    text = words_of(page(tmp_path, generated.OUTLIERS, *rows))
    end = text.split("Tested, and not standing out")[1]
    assert "Children looked after at 31 March, per 10,000 under-18s" in end


def test_an_area_without_any_test_is_told_why(tmp_path):
    text = words_of(page(tmp_path, generated.OUTLIERS, figure(BARNET, 30.0)))
    assert "No figure of Barnet in this edition can be tested: a test needs a confidence" in text


def test_england_is_told_to_be_the_benchmark(tmp_path):
    text = words_of(page(tmp_path, generated.OUTLIERS, *USUAL, area=ENGLAND))
    assert "England is the benchmark of the other areas and is not compared with itself." in text


def test_figures_getting_worse_are_listed_whatever_the_comparison(tmp_path):
    worse = leavers(ENGLAND, 88_000, 100_000, recent_trend="decreasing_and_getting_worse")
    text = words_of(page(tmp_path, generated.OUTLIERS, worse, area=ENGLAND))
    assert "Getting worse over time" in text
    assert "31 March 2025 88.0% Decreasing, getting worse" in text


def test_the_first_edition_says_that_there_is_none_before_it(tmp_path):
    text = words_of(page(tmp_path, generated.CHANGES, *USUAL))
    assert text.endswith(
        "There is no earlier edition with figures of Barnet to compare this one with."
    )


def test_the_page_of_changes_shows_before_and_now(tmp_path):
    html = page(tmp_path, generated.CHANGES, *USUAL, previous="2025")
    text = words_of(html)
    assert (
        "Since the edition before this one (2025), 2 indicators are new, gone or changed for"
        " Barnet." in text
    )
    soup = BeautifulSoup(html, "html.parser")
    assert [h.get_text() for h in soup.select("h2")] == ["New periods", "New indicators or groups"]
    assert "29.0 (31 March 2024) 30.0 (31 March 2025)" in text
    new = soup.select("table")[1]
    assert [th.get_text() for th in new.select("thead th")] == ["Indicator", "Now", "Verdict now"]


def test_an_edition_like_the_one_before_says_so(tmp_path):
    html = page(tmp_path, generated.CHANGES, dated(figure(BARNET, 29.0), 2024), previous="2025")
    assert words_of(html).endswith(
        "No figure of Barnet has changed since the edition before this one, 2025. Figures broken"
        " down by category are not compared."
    )


def test_a_page_that_breaks_a_rule_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "page_faults", lambda html: ["no heading"])
    with pytest.raises(ChapterError, match="a page must be accessible; got: no heading"):
        page(tmp_path, generated.CHANGES, *USUAL)


def said(text: str, name: str = "overview.html", number: int = 1) -> dict:
    return {"id": f"{name}#trend/p{number}", "page": name, "text": text, "numbers": []}


def put_claims(folder: Path, *claims: dict) -> None:
    folder.mkdir(parents=True)
    ledger = {"coverage": [], "not_held": [], "typed": [], "claims": list(claims)}
    (folder / "claims.json").write_text(json.dumps(ledger), encoding="utf-8")


def test_conclusions_that_turned_are_shown_old_beside_new(tmp_path, outputs):
    old = "The rate is significantly higher than England."
    new = "The rate is statistically similar to England."
    figure_only = [said(f"{number} children are in care.", number=2) for number in (300, 310)]
    elsewhere = [said(text, "index.html") for text in (old, new)]
    put_claims(outputs / "old" / BARNET, said(old), figure_only[0], elsewhere[0])
    html = page(
        tmp_path, generated.CHANGES, *USUAL, previous="old",
        claims=(said(new), figure_only[1], elsewhere[1], said(new, "send.html")),
    )  # fmt: skip
    table = (
        BeautifulSoup(html, "html.parser")
        .find("h2", string="Changed conclusions")
        .find_next("tbody")
    )
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table("tr")]
    assert rows == [["Area profile", old, new]]


def test_a_long_list_of_conclusions_says_how_many_are_left(tmp_path, outputs):
    old = [said(f"It is higher in place {n}.", number=n) for n in range(43)]
    new = [said(f"It is lower in place {n}.", number=n) for n in range(43)]
    put_claims(outputs / "old" / BARNET, *old)
    html = page(tmp_path, generated.CHANGES, *USUAL, previous="old", claims=tuple(new))
    assert html.count("It is lower in place") == 40
    assert "3 more are listed by" in words_of(html)


def test_without_an_earlier_ledger_no_conclusion_is_called_new(tmp_path, outputs):
    (outputs / "old").mkdir(parents=True)
    html = page(tmp_path, generated.CHANGES, *USUAL, previous="old", claims=(said("It rose."),))
    assert "Changed conclusions" not in html


def test_changes_are_since_the_newest_edition_that_can_be_read(outputs, tmp_path):
    rows, areas = figures(figure(BARNET, 30.0)), (geography.area(BARNET),)
    assert generated.write_changes(tmp_path, rows, areas) == ""
    assert not (tmp_path / "changes.parquet").exists()
    write(outputs / "good", figure(BARNET, 29.0))
    (outputs / "bad").mkdir()
    (outputs / "bad" / "indicators.parquet").write_bytes(b"not a table")
    write(outputs / "elsewhere", england())
    assert generated.write_changes(tmp_path, rows, areas) == "good"
    assert list(pd.read_parquet(tmp_path / "changes.parquet")["kind"]) == ["revised"]


# cyp diff


def test_diff_prints_what_changed(outputs):
    write(outputs / "old", dated(figure(BARNET, 29.0), 2024))
    write(outputs / "new", *USUAL)
    done = CliRunner().invoke(cyp, ["diff", "old", "new", "--area", "Barnet"])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[-1] == "2 changes."
    assert any("new_period" in line and "children_looked_after_rate" in line for line in lines)
    again = CliRunner().invoke(cyp, ["diff", "new", "new"])
    assert again.output.splitlines() == ["0 changes."]


# areas


def test_an_edition_may_be_for_an_authority_a_region_or_england():
    chosen = chosen_areas(("Barnet", "E12000001", "England", "E09000003"))
    assert [area.name for area in chosen] == ["Barnet", "North East", "England"]
    with pytest.raises(UsageError, match="a region or England; got: Outer London"):
        chosen_areas(("Outer London",))


def test_all_means_every_authority_with_data():
    table = figures(figure(BARNET, 30.0), figure(ENGLAND, 70.0))
    assert [area.code for area in areas_with_data(table)] == [BARNET]
