"""The parts of the claims ledger by themselves: numbers, names, counts, records, commentary."""

from datetime import date

import nbformat
import pandas as pd
import pytest

from cyp_analysis import catalogue, geography
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import chapter_text
from cyp_analysis.present.claims import changed, counting, ledger, written
from cyp_analysis.present.claims.cells import Cell, is_percent
from cyp_analysis.present.claims.naming import plain_name, spaced
from cyp_analysis.present.claims.numbers import is_period, numbers_in, periods_in
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.claims.vocabulary import Vocabulary, catalogue_phrases
from cyp_analysis.present.commentary import read_commentary
from cyp_analysis.publish import claims as publishing
from cyp_analysis.trace import sentence_lines, trace_lines

AREA = "E09000003"
NONE = Vocabulary([])


@pytest.mark.parametrize(
    ("text", "value", "decimals", "flags"),
    [
        ("14.0%", 14.0, 1, {"percent"}),
        ("33 per cent", 33.0, 0, {"percent"}),
        ("10,000", 10000.0, 0, set()),
        ("−0.03", -0.03, 2, {"signed"}),
        ("+7.5%", 7.5, 1, {"percent", "signed"}),
        ("25th", 25.0, 0, {"ordinal"}),
        ("1st", 1.0, 0, {"ordinal"}),
        ("£4,468,804", 4468804.0, 0, set()),
        ("£1.2 million", 1200000.0, -5, set()),
        ("about 2,140", 2140.0, 0, {"about"}),
        ("none of the 9", 0.0, 0, {"worded"}),
    ],
)
def test_each_kind_of_number_is_read(text, value, decimals, flags):
    number = numbers_in(f"It was {text} there.", [])[0]
    assert (number.value, number.decimals) == (pytest.approx(value), decimals)
    names = ("percent", "ordinal", "about", "signed", "worded")
    assert {name for name in names if getattr(number, name)} == flags


@pytest.mark.parametrize(
    "text",
    ["CP02", "ASQ-3", "Core20PLUS5", "2½", "in 2016/17", "on 31 March 2024", "one another", "MH12"],
)
def test_what_is_no_figure_is_not_read(text):
    assert numbers_in(text, periods_in(text)) == []


def test_one_that_begins_a_count_is_read_and_idioms_are_not():
    said = [n.text for n in numbers_in("One latest figure. One another. None. One of us.", [])]
    assert said == ["One", "One"]


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("2016", True), ("31 march 2024", True), ("mid-2025", True), ("about 2018", True),
        ("2016/17 school year", True), ("exampleshire", False), ("in 2016 there", False),
        ("17.0%", False), ("april to september 2018", True),
    ],
)  # fmt: skip
def test_a_period_is_told_from_other_words(text, yes):
    assert is_period(text) is yes


def test_names_with_digits_are_known_word_for_word():
    known = Vocabulary(["children aged 0 to 17", "Key Stage 2", "8"])
    masked = known.spans("In Key Stage 2 there were 2 children aged 0 to 17 and 8 others.")
    left = numbers_in("In Key Stage 2 there were 2 children aged 0 to 17 and 8 others.", masked)
    assert [n.text for n in left] == ["2", "8"]
    assert [n.text for n in numbers_in("aged 0 to 18", known.spans("aged 0 to 18"))] == ["0", "18"]


def test_a_name_does_not_begin_or_end_inside_a_number():
    known = Vocabulary(["0 to school", "of 1"])
    assert known.spans("1.0 to school") == []
    assert known.spans("a sum of 1.5") == []


def test_ages_and_units_of_the_catalogue_are_names():
    phrases = catalogue_phrases(catalogue.load())
    assert "Key Stage 2" in phrases
    assert any("aged 0 to 14" in phrase for phrase in phrases)
    spans = NONE.spans("12 per 10,000 children, 3 to 5 years old, 8 months old")
    assert [n.text for n in numbers_in("12 per 10,000 children, 3 to 5 years old", spans)] == ["12"]


def test_per_cent_is_told_by_unit_and_column():
    value = Cell("indicators", 0, "value", 14.0)
    assert is_percent(value, " % ") is True
    assert is_percent(value, "per 10,000") is False
    assert is_percent(Cell("panels", 0, "share", 5.0), "") is True
    assert is_percent(Cell("service_figures", 0, "value", 5.0), "") is None


def test_names_are_written_as_sentences_write_them():
    assert plain_name("Most deprived decile (IMD2019)") == "most deprived tenth"
    assert f" {spaced('male')} " not in f" {spaced('of females, and others')} "


class _Tables:
    """Tables for a count, without an edition."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.tables, self.area = tables, geography.area(AREA)
        self.area_names = {"london": "E12000007", "england": "E92000001"}


def _comparisons() -> pd.DataFrame:
    sides = ["higher", "higher", "lower", "similar"]
    rows = {
        "indicator_id": "x", "area_code": ["a", "b", "c", "d"], "period_end": date(2016, 12, 31),
        "category": "", "sex": "persons", "side": sides, "benchmark_area_code": "E12000007",
    }  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("number", "held"), [("2", True), ("3", False)])
def test_a_count_of_verdicts_is_counted_again(number, held):
    facts = _Tables(comparisons=_comparisons())
    text = f"Compared with London (18.8%): {number} significantly higher (worse)."
    passage = Passage(text, "note", "ranking", ("x",))
    counted = next(n for n in numbers_in(text, []) if n.text == number)
    assert bool(counting.counted(counted, passage, facts)) is held


def test_words_that_name_no_count_are_left_to_other_rules():
    passage = Passage("There were 5 of them.", "p", "ranking", None)
    assert counting.counted(numbers_in(passage.text, [])[0], passage, _Tables()) is None


@pytest.mark.parametrize(
    ("text", "counts"),
    [("Of 3 measures with a target, 1 met it and 2 did not.", True),
     ("Of 3 measures with a target, 2 met it and 1 did not.", False)],
)  # fmt: skip
def test_targets_met_are_counted_again(text, counts):
    tiles = pd.DataFrame(
        {
            "area_code": AREA, "indicator_id": ["a", "b", "c"], "target_value": [1.0, 2.0, 3.0],
            "target_met": ["met", "not_met", "not_met"], "monitor_only": False,
        }
    )  # fmt: skip
    passage = Passage(text, "p", "target_summary", ("a", "b", "c"))
    found = [
        counting.counted(n, passage, _Tables(target_tiles=tiles)) for n in numbers_in(text, [])
    ]
    assert all(found) is counts


def test_a_sentence_is_found_in_its_paragraph():
    passage = Passage("It was 5.5% in 2016. That is 7 more. The end.", "p")
    assert passage.sentence_at(passage.text.index("7")) == "That is 7 more."
    assert passage.sentence_at(0) == "It was 5.5% in 2016."


# The bundled edition.


@pytest.fixture(scope="module")
def claims(edition) -> dict:
    return ledger.read_claims(edition[0] / "annual" / AREA)


def test_nearly_every_number_of_the_bundled_edition_is_held(claims):
    bound, numbers = ledger.share(claims["coverage"])
    assert numbers > 500
    assert bound / numbers >= 0.97, claims["not_held"]


def test_every_word_of_a_test_is_held(claims):
    held = [row["text"] for row in claims["not_held"] if "significant" in row["text"]]
    assert held == []
    words = sum(row["words"] for row in claims["coverage"])
    assert sum(row["held"] for row in claims["coverage"]) / words >= 0.97


def test_claims_lead_to_places_on_their_pages(claims, edition):
    home, checked = edition[0] / "annual" / AREA, 0
    for claim in claims["claims"]:
        page, _, anchor = claim["page"].partition("#")
        if anchor:
            checked += 1
            assert f'id="{anchor}"' in (home / page).read_text(encoding="utf-8"), claim["page"]
    assert checked > 50
    assert len({claim["id"] for claim in claims["claims"]}) == len(claims["claims"])


def test_the_ledger_weighs_nothing_on_the_page(edition):
    for path in (edition[0] / "annual" / AREA).glob("*.html"):
        html = path.read_text(encoding="utf-8")
        # The front page offers the file as a download; nothing else names it.
        links = html.count('<a href="claims.json">')
        assert html.count("claims.json") == links == (1 if path.name == "index.html" else 0)


def test_the_receipt_and_the_last_lines_say_how_much_is_held(edition, claims):
    folder = edition[0] / "annual"
    (part,) = publishing.receipt_part(folder, [geography.area(AREA)])
    assert part["coverage"] == claims["coverage"]
    line = publishing.summary_line(folder, [geography.area(AREA)])
    assert line.startswith("Claims: ")
    assert "numbers in sentences are held by the tables" in line
    assert publishing.summary_line(folder, [geography.area("Leeds")]) == ""


def _notebook(tmp_path, html: str):
    cell = nbformat.v4.new_code_cell("chapter.headlines()", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    path = tmp_path / "03_child_poverty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def test_a_planted_false_sentence_fails_the_build(edition, tmp_path):
    auditor = publishing.Auditor(Edition("annual", edition[0] / "annual"), geography.area(AREA))
    known = auditor.known.indicators.values()
    name = next(i.id for i in known if i.name == "Children under 16 in low-income families")
    page = (
        f'<ol class="headlines"><li class="headline" id="claim-{name}" data-indicator="{name}"'
        ' data-period-end="2016-12-31">In 2016, {} of children under 16 in Barnet lived in'
        " low-income families.</li></ol>"
    )
    auditor.stops = True
    auditor.check_chapter(_notebook(tmp_path, page.replace("{}", "14.0%")), "child_poverty")
    with pytest.raises(ChapterError, match="15.0%.*In 2016, 15.0% of children"):
        auditor.check_chapter(_notebook(tmp_path, page.replace("{}", "15.0%")), "child_poverty")


def test_trace_prints_where_the_number_is_said(edition, monkeypatch):
    monkeypatch.setenv("CYP_OUTPUTS", str(edition[0]))
    known = catalogue.load().indicators.values()
    name = next(i.id for i in known if i.name == "Children under 16 in low-income families")
    lines = [li for li in trace_lines(name, AREA, edition="annual") if li.startswith("claim")]
    assert any("child_poverty.html#" in line and "14.0%" in line for line in lines)
    assert 1 <= len(lines) <= 12


# Two editions.


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("It is 14.0%, significantly lower.", "It is 14.0%, significantly higher.", "verdict"),
        ("It is 14.0%.", "It is 15.0%.", "number"),
        ("It is 25th highest.", "It is 24th highest.", "number"),
        ("It is 14.0%.", "It was 14.0%.", "wording"),
        ("", "It is 14.0%.", "new"),
        ("It is 14.0%.", "", "gone"),
    ],
)
def test_a_change_of_a_sentence_is_sorted(old, new, kind):
    assert changed.kind_of(old, new) == kind


def _claims(folder, **texts: str) -> Edition:
    home = folder / AREA
    home.mkdir(parents=True)
    made = ledger.Ledger("a.html", [{"id": k, "page": "a", "text": t} for k, t in texts.items()])
    ledger.write_ledgers(home, folder.name, [made])
    return Edition(folder.name, folder)


def test_diff_lists_old_and_new_text_verdicts_first(tmp_path):
    old = _claims(tmp_path / "old", a="It is 5.", b="It is higher.", c="Same.", d="Gone.")
    new = _claims(tmp_path / "new", a="It is 6.", b="It is lower.", c="Same.", e="New.")
    lines = list(sentence_lines(old, new, None))
    assert lines[0] == f"{AREA}: 4 sentences changed."
    assert lines[1:4] == ["  verdict: b", "    old: It is higher.", "    new: It is lower."]
    assert [li.split(":")[0].strip() for li in lines if not li.startswith("    ")][1:] == [
        "verdict", "number", "new", "gone",
    ]  # fmt: skip


def test_diff_says_nothing_of_an_edition_without_claims(tmp_path):
    old = _claims(tmp_path / "old", a="It is 5.")
    assert list(sentence_lines(old, Edition("none", tmp_path / "none"), None)) == []


# Commentary.

SAID = [{"text": "14.0%"}, {"text": "18.8%"}, {"text": "10,000"}, {"text": "25th"}]


def typed(markdown: str) -> list[tuple[int, str, str]]:
    found = written.typed_numbers("a.md", markdown, SAID, NONE)
    return [(one.line, one.number, one.nearest) for one in found]


def test_typed_numbers_that_the_chapter_says_pass():
    assert typed("The share is 14.0%, or 10,000 children, the 25th of 2016.") == []


def test_a_typed_number_that_is_not_said_is_listed_with_line_and_nearest():
    assert typed("First line.\n\nThe share is 14.1% of children.") == [(3, "14.1%", "14.0%")]
    assert typed("About 9,500 children.") == [(1, "9,500", "10,000")]
    assert typed("Some 3 of them.") == [(1, "3", "")]
    (one,) = written.typed_numbers("a.md", "It is 14.1%.", SAID, NONE)
    assert one.problem == (
        "line 1: 14.1% is no figure of this chapter; the nearest is 14.0%. Correct it, or mark"
        ' where it is from: [14.1%]{source="…"}'
    )


def test_marked_numbers_lists_headings_and_links_pass():
    assert typed('Our plan says [12%]{source="Plan 2023, p. 4"}.') == []
    assert typed("1. First\n2. Second\n\n# 3 Heading\n\n[here](https://a.uk/77/8) in 2016/17") == []


def test_a_marked_number_shows_where_it_is_from():
    shown = written.with_sources('It is [12%]{source="Plan 2023, p. 4"} here.')
    assert shown == "It is 12% (source: Plan 2023, p. 4) here."


def test_a_quoted_claim_is_put_in_and_a_pinned_one_must_be_as_approved():
    def now(claim: str) -> str:
        return f"{claim} is 14.0%."

    assert written.filled("So: {{claim:claim-x}}", now, "f") == "So: claim-x is 14.0%."
    pinned = "So: {{ claim:claim-x | claim-x is\n14.0%. }}"
    assert written.filled(pinned, now, "f") == "So: claim-x is 14.0%."
    with pytest.raises(ChapterError) as raised:
        written.filled("{{claim:claim-x | claim-x is 15.0%.}}", now, "commentary/E/x.md")
    told = str(raised.value)
    assert "approved: “claim-x is 15.0%.”" in told
    assert "now: “claim-x is 14.0%.”" in told
    assert "commentary/E/x.md" in told


def _commentary(monkeypatch, tmp_path, text: str) -> None:
    folder = tmp_path / "data" / "commentary" / AREA
    folder.mkdir(parents=True)
    head = "---\nwritten_for: 2016\nauthor_role: analyst\n---\n"
    (folder / "child_poverty.md").write_text(head + text, encoding="utf-8")
    monkeypatch.setattr("cyp_analysis.paths.data_dir", lambda: tmp_path / "data")


def test_lines_are_counted_in_the_file(monkeypatch, tmp_path):
    _commentary(monkeypatch, tmp_path, "\nFirst.\n\nIt is 77.\n")
    found = read_commentary(AREA, "child_poverty")
    (one,) = written.typed_numbers("f", found.whole, SAID, NONE)
    assert found.path.read_text().splitlines()[one.line - 1] == "It is 77."


def test_commentary_of_the_page_has_the_sentence_and_the_source(edition, monkeypatch):
    from cyp_analysis import open_chapter
    from cyp_analysis.present import commentary as writing

    monkeypatch.setenv("CYP_OUTPUTS", str(edition[0]))
    chapter = open_chapter("child_poverty", AREA, None, "annual")
    lead = catalogue.load().chapters["child_poverty"].lead
    name = next(i for i in lead if chapter._selection.latest_known(i) is not None)
    text = f'{{{{claim:claim-{name}}}}} And [12%]{{source="Plan <2023>"}}.'
    path = read_commentary(AREA, "child_poverty").path
    fake = writing.Commentary(path, "2016", "analyst", "", text)
    monkeypatch.setattr(writing, "read_commentary", lambda *_: fake)
    block = chapter.commentary()
    assert chapter_text.claim_sentence(chapter._selection, f"claim-{name}") in block.text
    assert "12% (source: Plan &lt;2023&gt;)" in block.html


def test_a_quoted_claim_without_a_figure_is_refused(edition, monkeypatch):
    from cyp_analysis import open_chapter

    monkeypatch.setenv("CYP_OUTPUTS", str(edition[0]))
    selection = open_chapter("child_poverty", AREA, None, "annual")._selection
    known = catalogue.load().indicators
    absent = next(name for name in known if selection.latest_known(name) is None)
    with pytest.raises(ChapterError, match="must have a figure"):
        chapter_text.claim_sentence(selection, f"claim-{absent}")
    with pytest.raises(ChapterError, match="must ask for an indicator"):
        chapter_text.claim_sentence(selection, "claim-nothing_like_it")


def test_check_lists_typed_numbers_against_the_newest_edition(edition, monkeypatch):
    monkeypatch.setenv("CYP_OUTPUTS", str(edition[0]))
    assert publishing.typed_problems(AREA, "child_poverty") == []
    monkeypatch.setattr(publishing, "typed_numbers", lambda *_: [written.Typed("f", 3, "77", "")])
    assert publishing.typed_problems(AREA, "child_poverty")[0].startswith("line 3: 77 is no figure")


def test_check_says_nothing_before_the_first_edition(outputs):
    assert publishing.typed_problems(AREA, "child_poverty") == []
