"""The parts of the attack: what it reads in files and drawings, and what it makes of numbers."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attack_sample import AREA, LEGAL, STARTING, chart, into_table, make, workbook
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cyp_analysis import catalogue
from cyp_analysis.attack.audit import audit_edition
from cyp_analysis.attack.cells import read_cells
from cyp_analysis.attack.clues import Clue, as_printed, exactly, numbers_in
from cyp_analysis.attack.documents import units
from cyp_analysis.attack.drawings import marks
from cyp_analysis.attack.findings import LEAK, with_kinds
from cyp_analysis.attack.html_units import page_units
from cyp_analysis.attack.inversion import Kind, possible
from cyp_analysis.attack.json_units import as_text, json_units
from cyp_analysis.attack.relations import relations
from cyp_analysis.attack.sheet_units import csv_units, workbook_units
from cyp_analysis.attack.units import Mark, Row, Words
from cyp_analysis.cli_attack import attack
from cyp_analysis.methods.intervals import byars_interval, poisson_interval, wilson_interval

WHERE = ("file", "place")


def words(found) -> list[str]:
    return [unit.text for unit in found if isinstance(unit, Words)]


def rows(found) -> list[Row]:
    return [unit for unit in found if isinstance(unit, Row)]


class TestPages:
    def test_a_table_with_its_caption_and_headers(self):
        page = (
            "<figure id='fig-x'><table><caption>Care by <b>status</b></caption><thead><tr>"
            "<th>Status</th><th>Count</th></tr></thead>"
            "<tr><th>A &amp; B</th><td>3&nbsp;%</td></tr></table>"
        )
        (row,) = rows(page_units(page, "p.html"))
        assert row.headers == ("Status", "Count")
        assert row.cells == ("A & B", "3 %")
        assert "fig-x" in row.context and "Care by status" in row.context

    def test_words_comments_attributes_and_scripts(self):
        page = (
            "<p>In <em>2018</em>, 3 children.</p><!-- left: 4 --><img alt='5 of 9' src='6.png'>"
            "<script>const tip = 'seven 7'; // note 8\n</script><p title=\"9 > 3\">x</p>"
        )
        said = words(page_units(page, "p.html"))
        for told in ("In 2018, 3 children.", "left: 4", "alt: 5 of 9", "'seven 7'", "title: 9 > 3"):
            assert told in said
        assert any("note 8" in text for text in said)
        assert not any("6.png" in text for text in said)

    def test_data_in_a_script_is_read_as_data(self):
        page = '<script type="application/json">{"a": {"name": "Foyers", "n": 3}}</script>'
        (row,) = rows(page_units(page, "p.html"))
        assert (row.headers, row.cells) == (("name", "n"), ("Foyers", "3"))

    def test_what_is_around_a_sentence(self):
        page = '<li data-indicator="x" data-period-end="2018-09-30">12 children.</li>'
        (unit,) = (u for u in page_units(page, "p.html") if isinstance(u, Words))
        assert 'data-indicator="x"' in unit.context and "2018-09-30" in unit.context

    @pytest.mark.parametrize("broken", ["<", "<p", "<table><tr><td>3", "a < b <c", "<!-- open", ""])
    def test_broken_pages_are_read_as_far_as_they_go(self, broken):
        assert isinstance(list(page_units(broken, "p.html")), list)


class TestDrawings:
    def test_bars_are_read_against_the_ticks(self):
        found = {m.label: m for m in marks(chart(), "c.svg", "") if isinstance(m, Mark)}
        assert set(found) == {"Full Care Order", "Section 20 agreement", "Interim Care Order"}
        for label, count in (("Full Care Order", 60), ("Interim Care Order", 15)):
            assert found[label].low <= 100 * count / 120 <= found[label].high
            assert found[label].high - found[label].low < 0.1

    @pytest.mark.parametrize("size", [0.3, 1.0, 2.5, 4.2, 33.3])
    def test_every_length_is_read_back(self, size):
        drawn = f'<path d="M200 170h{4 * size:.2f}v36h-{4 * size:.2f}z"/>'
        low, high = next(
            (m.low, m.high)
            for m in marks(chart(drawn), "", "")
            if isinstance(m, Mark) and m.label == "Police Protection"
        )
        is_bar = 4 * size > 8
        # What is shorter than a bar may be a point: its middle is read.
        assert low <= (size if is_bar else size / 2) <= high

    def test_points_over_time(self):
        ticks = "".join(f'<text x="30" y="{200 - 2 * n}">{n}</text>' for n in (0, 50, 100))
        years = '<text x="100" y="220">2016/17</text><text x="200" y="220">2017/18</text>'
        drawn = '<circle cx="200" cy="194" r="3"/>'
        (found,) = (m for m in marks(ticks + years + drawn, "", "") if isinstance(m, Mark))
        assert found.label == "2017/18"
        assert found.low < 3 < found.high

    def test_labels_over_two_lines(self):
        drawing = chart('<text x="100" y="250">Placed in</text><text x="100" y="264">Foyers</text>'
                        '<rect x="200" y="240" width="40" height="36"/>')  # fmt: skip
        assert "Placed in Foyers" in {
            m.label for m in marks(drawing, "", "") if isinstance(m, Mark)
        }

    @pytest.mark.parametrize(
        "drawing",
        ["", "<text>no ticks</text>", '<text x="1" y="1">5</text><text x="1" y="1">5</text>',
         '<text x="a" y="b">5</text>', '<path d="M"/><path/><rect/>'],
    )  # fmt: skip
    def test_without_a_scale_nothing_is_read(self, drawing):
        assert not [m for m in marks(drawing, "", "") if isinstance(m, Mark)]


class TestFiles:
    def test_csv_with_its_header(self):
        found = rows(csv_units(b"\xef\xbb\xbfTitle\r\na,b\r\n1,2\r\n", "f.csv"))
        assert [(r.headers, r.cells, r.context) for r in found] == [
            (("a", "b"), ("1", "2"), "Title")
        ]

    def test_a_workbook_with_what_is_hidden(self):
        book = workbook()
        book.create_sheet("away").append(["x", 3])
        book["away"].sheet_state = "hidden"
        book["Table 1"].oddFooter.left.text = "kept for 4 years"
        book.properties.keywords = "secret 5"
        content = io.BytesIO()
        book.save(content)
        found = list(workbook_units(content.getvalue(), "b.xlsx"))
        assert any("kept for 4 years" in text for text in words(found))
        assert any("secret 5" in text for text in words(found))
        assert any(row.cells == ("Full Care Order", "60", "50") for row in rows(found))
        assert all(row.headers[0] == "Legal status" for row in rows(found))

    def test_json_of_every_shape(self):
        told = {"a": [{"name": "x", "n": 3.0}], "b": ["y", 4], "c": "words of 5"}
        found = list(json_units(json.dumps(told).encode(), "r.json"))
        assert [row.cells for row in rows(found)] == [("x", "3"), ("y", "4")]
        assert "words of 5" in words(found)

    def test_what_is_no_json_is_words(self):
        assert words(json_units(b"{broken 3", "r.json")) == ["{broken 3"]

    @pytest.mark.parametrize(
        ("value", "text"), [(None, ""), (3.0, "3"), (3.5, "3.5"), (" a ", "a"), (True, "True")]
    )
    def test_values_as_text(self, value, text):
        assert as_text(value) == text

    def test_a_file_in_an_archive_is_read_once(self, tmp_path):
        (tmp_path / "a.csv").write_text("x,y\n1,2\n")
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("a.csv", "x,y\n1,2\n")
            archive.writestr("b.csv", "x,y\n3,4\n")
            archive.writestr("c.png", "no text")
        found = [(unit.file, unit.cells) for unit in units(tmp_path) if isinstance(unit, Row)]
        assert found == [("a.csv", ("1", "2")), ("all.zip/b.csv", ("3", "4"))]


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("3 children", [("3", False)]),
            ("2.5% of 1,200", [("2.5", True), ("1,200", False)]),
            ("2.5 per cent", [("2.5", True)]),
            ("2018/19", [("2018", False)]),
            ("E09000003 and a1", []),
            ("1st, 2nd", []),
            ("−3.4", [("−3.4", False)]),
        ],
    )
    def test_in_a_text(self, text, found):
        told = [(number, percent) for number, percent, _ in numbers_in(text)]
        if text == "2018/19":
            told = told[:1]
        assert told == found

    def test_a_printed_number_is_as_wide_as_its_rounding(self):
        clue = as_printed(1, "value", "2.5%", WHERE)
        assert (round(clue.low, 3), round(clue.high, 3)) == (2.45, 2.55)
        count = as_printed(1, "count", "1,203", WHERE)
        assert 1202.9 < count.low < 1203 < count.high < 1203.1

    def test_a_number_in_a_table_is_exact_unless_it_has_few_decimals(self):
        assert exactly(1, "value", 3.2608695652, WHERE).high < 3.26086957
        assert exactly(1, "value", 3.1, WHERE).high == pytest.approx(3.15)
        assert exactly(1, "count", 3.0, WHERE).high == pytest.approx(3)


SHARE, POISSON = Kind(True, 100.0, "wilson", False), Kind(False, 10_000.0, "poisson", False)


def clue(role: str, number: float, half: float = 1e-9) -> Clue:
    return Clue(0, role, number - half, number + half, *WHERE)


def printed(role: str, number: float) -> Clue:
    return clue(role, round(number, 1), 0.05 + 1e-9)


class TestInversion:
    """The counts that agree with a share, a rate or the limits of one."""

    @settings(max_examples=60, deadline=None)
    @given(st.integers(5, 400).flatmap(lambda n: st.tuples(st.integers(0, min(n, 40)), st.just(n))))
    def test_a_share_of_a_known_base_gives_its_count(self, told):
        count, base = told
        found = possible([printed("value", 100 * count / base), clue("denominator", base)], SHARE)
        assert count in found
        assert base > 350 or found.tolist() == [count]

    @settings(max_examples=40, deadline=None)
    @given(st.integers(8, 400).flatmap(lambda n: st.tuples(st.integers(0, min(n, 40)), st.just(n))))
    def test_the_limits_of_a_share_alone_give_count_and_base(self, told):
        count, base = told
        limits = [float(100 * limit) for limit in wilson_interval(count, base)]
        ends = [clue("lower", limits[0]), clue("upper", limits[1])]
        assert possible(ends, SHARE).tolist() == [count]

    @settings(max_examples=40, deadline=None)
    @given(st.integers(1, 60), st.floats(500, 200_000))
    def test_the_limits_of_a_rate_alone_give_its_count(self, count, base):
        limits = [float(limit) / base * 10_000 for limit in poisson_interval(count)]
        ends = [clue("lower", limits[0], 1e-9), clue("upper", limits[1], 1e-9)]
        assert count in possible(ends, POISSON)
        assert possible(ends, POISSON).size <= 2

    def test_one_limit_of_a_known_base(self):
        upper = float(100 * wilson_interval(3, 120)[1])
        told = [printed("upper", upper), clue("denominator", 120)]
        assert possible(told, SHARE).tolist() == [3]

    def test_byars_limits_of_a_count_itself(self):
        lower, upper = (float(v) for v in byars_interval(12))
        told = [printed("lower", lower), printed("upper", upper)]
        assert possible(told, Kind(False, 1.0, "byars", True)).tolist() == [12]

    def test_a_value_that_is_a_count(self):
        assert possible([clue("value", 3)], Kind(False, 1.0, "none", True)).tolist() == [3]

    def test_what_agrees_with_no_count_is_passed_over(self):
        assert possible([clue("count", 2.5), clue("count", 3)], SHARE).tolist() == [3]
        assert possible([clue("denominator", 12)], SHARE).size == 401

    def test_an_exact_share_of_an_unknown_base(self):
        found = possible([clue("value", 100 * 3 / 92)], SHARE)
        assert found[:3].tolist() == [3, 6, 9]


def cells_of(table: list[dict]) -> pd.DataFrame:
    """Cells as the attack holds them, from what a test says of each."""
    usual = {
        **{"series": "s", "area_code": AREA, "period_label": "p", "sex": "persons", "age": ""},
        **{"category_type": "", "category": "", "part": "", "parent": "", "rule": "r"},
        **{"table": "indicators.parquet", "is_share": False, "denominator": np.nan},
        **{"period_start": pd.Timestamp("2018-04-01"), "period_end": pd.Timestamp("2018-09-30")},
    }
    rows = [usual | {"is_withheld": np.isnan(cell["count"])} | cell for cell in table]
    return pd.DataFrame(rows)


def said(table: list[dict]) -> list[tuple]:
    return [(r.cells, r.factors, r.why) for r in relations(cells_of(table))]


GONE = {"count": np.nan}


class TestRelations:
    def test_both_sexes(self):
        table = [{"count": 9.0}, GONE | {"sex": "male"}, GONE | {"sex": "female"}]
        assert said(table) == [((1, 2, 0), (1, 1, -1), "persons = males + females")]

    def test_a_total_and_its_categories(self):
        kinds = [{"category_type": "k", "category": c} | GONE for c in "ab"]
        assert said([{"count": 9.0}, *kinds]) == [((1, 2, 0), (1, 1, -1), "total = sum by k")]

    def test_nothing_withheld_nothing_said(self):
        kinds = [{"category_type": "k", "category": c, "count": 4.0} for c in "ab"]
        assert said([{"count": 8.0}, *kinds]) == []

    def test_shares_of_one_base(self):
        kinds = [
            {"category_type": "k", "category": c, "count": n, "denominator": b, "is_share": True}
            for c, n, b in (("a", 6.0, 10.0), ("b", np.nan, np.nan), ("c", np.nan, np.nan))
        ]
        assert said(kinds) == [((0, 1, 2), (1, 1, 1), "shares of 10 make it up")]
        # Answers of which a child may give several make up more than their base elsewhere.
        other = [cell | {"period_label": "q", "count": 9.0, "denominator": 10.0} for cell in kinds]
        assert said([*kinds, *other]) == []

    def test_two_groupings_at_once(self):
        alone = {"category_type": "x", "category": "a", "count": 7.0}
        joint = [{"category_type": "x | y", "category": f"a | {c}"} | GONE for c in "mn"]
        assert said([alone, *joint]) == [
            ((1, 2, 0), (1, 1, -1), "category = sum of its own categories")
        ]

    def test_wards_and_their_authority(self):
        wards = [
            {"area_code": f"W{n}", "parent": AREA, "part": "ward", "table": "places.parquet"}
            for n in (1, 2)
        ]
        table = [{"count": 9.0}, wards[0] | GONE, wards[1] | {"count": 6.0}]
        assert said(table) == [((1, 2, 0), (1, 1, -1), "authority = sum of every ward")]

    def test_running_totals_and_the_month_between(self):
        august, september = pd.Timestamp("2018-08-31"), pd.Timestamp("2018-09-30")
        table = [
            {"period_end": august, "count": 9.0, "period_label": "to August"},
            {"period_end": september, "period_label": "to September"} | GONE,
            {"period_start": pd.Timestamp("2018-09-01"), "period_end": september} | GONE,
        ]
        assert said(table) == [
            ((0, 2, 1), (1, 1, -1), "running total = the one before + what came between"),
            ((1, 0), (1, -1), "a running total does not fall"),
        ]


class TestCells:
    def test_the_tables_of_an_edition_in_one_shape(self, tmp_path):
        known = catalogue.load()
        cells = with_kinds(read_cells(make(tmp_path / "e"), known), known)
        assert set(cells["rule"]) == {"local_small_numbers"}
        legal = cells[cells["series"] == LEGAL].iloc[0]
        assert (legal["is_share"], legal["per"], legal["interval"]) == (True, 100, "wilson")
        assert cells.loc[cells["series"] == STARTING, "is_count"].all()
        assert cells["is_withheld"].sum() == 8

    def test_a_publishers_figure_is_under_no_rule_of_ours(self, tmp_path):
        folder = make(tmp_path / "e")
        table = pd.read_parquet(folder / "indicators.parquet")
        table["indicator_id"] = "children_looked_after_rate"
        table.to_parquet(folder / "indicators.parquet")
        assert set(read_cells(folder, catalogue.load())["rule"]) == {""}


class TestCommand:
    @pytest.fixture
    def outputs(self, tmp_path, monkeypatch) -> Path:
        make(tmp_path / "one")
        monkeypatch.setenv("CYP_OUTPUTS", str(tmp_path))
        return tmp_path

    def run(self, *arguments: str):
        return CliRunner().invoke(attack, arguments, standalone_mode=False)

    def test_a_safe_edition(self, outputs):
        done = self.run()
        assert done.return_value == 0
        assert done.output.startswith("8 figure(s) withheld here, 0 can be narrowed down;")

    def test_a_leak_is_named_and_the_exit_code_says_so(self, outputs):
        into_table({"category": "Police Protection"}, count=3.0)(outputs / "one")
        done = self.run("one")
        assert done.return_value == 1
        first = done.output.splitlines()[0]
        assert first.startswith(f"{AREA} {LEGAL} · legal status · Police Protection")
        assert "count left, 3 to 3: indicators.parquet: row 4, count" in first

    def test_as_json(self, outputs):
        told = json.loads(self.run("one", "--format", "json").output)
        assert len(told) == 8
        assert {cell["verdict"] for cell in told} == {"safe"}

    def test_older_editions_are_used_unless_one_is_named(self, outputs):
        shutil.copytree(outputs / "one", outputs / "two")
        into_table({"category": "Police Protection"}, count=3.0, value_note="")(outputs / "one")
        (outputs / "two" / "receipt.json").write_text("{}")
        assert self.run("two").return_value == 1
        assert self.run("two", "--against", "two").return_value == 0

    def test_an_unknown_edition(self, outputs):
        done = self.run("nowhere")
        assert "Choose from: one" in str(done.exception)


@pytest.fixture(scope="module")
def built(edition) -> Path:
    """The folder of the edition that all tests share."""
    outputs, _ = edition
    return next(outputs.glob("*/indicators.parquet")).parent


class TestTheBundledEdition:
    """The whole edition of the bundled figures: safe as it is; a number put back is found."""

    def test_it_gives_nothing_away(self, built):
        found = audit_edition(built)
        assert len(found) > 150
        leaks = found[found["verdict"] == LEAK]
        assert leaks.empty, leaks[["series", "category", "part", "kinds", "evidence"]].to_string()

    def test_a_number_put_back_into_a_page_is_found(self, built, tmp_path):
        folder = Path(shutil.copytree(built, tmp_path / "copy"))
        page = next(folder.glob("*/care_leavers.html"))
        text = page.read_text(encoding="utf-8")
        old = 'T - Foyers</th><td class="num">[c]'
        assert text.count(old) == 1
        page.write_text(text.replace(old, old.replace("[c]", "2")), encoding="utf-8")
        found = audit_edition(folder)
        leak = found[found["verdict"] == LEAK].iloc[0]
        assert (leak["category"], leak["least"], leak["most"]) == ("T - Foyers", 2, 2)
        assert "care_leavers.html: table, Count" in leak["evidence"]
