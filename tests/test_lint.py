"""The page linter: a sound page passes, and each rule is seen to fail on a broken one."""

from pathlib import Path

import pytest
from conftest import cyp

from cyp_analysis.errors import EditionError
from cyp_analysis.publish.checks import page_faults
from cyp_analysis.publish.lint import contrast, palette
from cyp_analysis.publish.lint.edition import HEAVIEST, Fault, edition_faults
from cyp_analysis.publish.lint.rules import RULES
from cyp_analysis.publish.lint.sheet import Sheet, short
from cyp_analysis.publish.page import TEMPLATES
from cyp_analysis.publish.policy import content_policy

STYLE = """:root { --paper: #fff; --ink: #1a1f25; --line: #d3d9df; --accent: #12436d;
  --worse: #801650; --worse-bg: #faedf4; --band: #12436d; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14191f; --ink: #e6eaee; --accent: #7fb2e0; --worse: #f6b4d5;
  --worse-bg: #40132c; --band: #0d2c48; }
}
.site-notice { background: #fff3c4; color: #1d1d1d; }"""
ALT = "Share of children: Exampleshire 14.0%, 2nd of the 3; England 17.0%."
FIGURE = f"""<figure id="fig-a"><figcaption>
<span class="chart-title">Exampleshire is 2nd lowest</span>
<span class="chart-subtitle">Share of children aged under 16, 2016</span></figcaption>
<svg role="img" aria-label="{ALT}"><path style="fill: #12436d; stroke: none"/>
<text style="fill: #3d3d3d">England</text><text style="fill: #ffffff">14.0</text></svg>
<details><summary>Data table</summary><div class="table-scroll" role="region" tabindex="0"
aria-labelledby="cap-a"><table><caption id="cap-a">Children in low-income families</caption>
<thead><tr><th scope="col">Area</th><th scope="col" class="num">Value (%)</th>
<th scope="col">Verdict</th></tr></thead><tbody><tr><th scope="row">Exampleshire</th>
<td class="num">14.0</td><td><span class="verdict verdict-better"><span class="symbol"
aria-hidden="true">▼</span> Lower, better</span></td></tr><tr><th scope="row">England</th>
<td class="num">17.0</td><td>Not compared</td></tr><tr><th scope="row">Otherplace</th>
<td class="num">[c]</td><td>Not compared</td></tr></tbody></table></div></details></figure>"""
SCRIPT = '<script>const rows = document.querySelectorAll("tr");</script>'
POLICY = f"""<meta http-equiv="Content-Security-Policy" content="{content_policy(SCRIPT)}; """
POLICY += """form-action 'none'">"""
PAGE = f"""<!doctype html><html lang="en-GB"><head>{POLICY}
<title>Poverty – Exampleshire – Site</title>
<link rel="icon" href="data:,"><style>{STYLE}</style></head><body>
<a class="skip-link" href="#main">Skip to main content</a><header>Site</header>
<nav aria-label="Chapters"><a href="other.html">Housing</a></nav>
<nav aria-label="On this page"><a href="#housing">Housing</a></nav>
<main id="main" tabindex="-1"><h1>Poverty</h1><p>In 2016, 14.0% of children (95% CI 13.8 to 14.3)
were in low-income families. None of the groups differs.</p><h2 id="housing">Housing</h2>
<p>A one-off survey and a unit at an hour's walk, as the user said [c].</p>{FIGURE}
<p><a href="downloads/a.csv">Figures (CSV, 24 kB)</a>
<a href="https://www.example.org/">The publisher</a></p></main>
<footer><a href="#main">Back to the top</a></footer>
{SCRIPT}</body></html>"""

# Rule, what stands on the sound page, what the broken one has, and words of the fault.
BROKEN = [
    ("headings", "<h1>Poverty</h1>", "<h1>Poverty</h1><h1>More</h1>", "2 headings of level 1"),
    ("headings", "<h1>Poverty</h1>", "<p>Poverty</p>", "0 headings of level 1"),
    ("headings", '<h2 id="housing">Housing</h2>', '<h4 id="housing">Housing</h4>', "4 after level"),
    ("headings", '">Housing</h2>', '"></h2>', "an empty heading"),
    ("ids", 'id="fig-a"', 'id="main"', "“main” is used 2 times"),
    ("ids", 'href="#housing"', 'href="#absent"', "“absent” is pointed at"),
    ("ids", 'aria-labelledby="cap-a"', 'aria-labelledby="cap-b"', "“cap-b” is pointed at"),
    ("alternative", f' aria-label="{ALT}"', "", "an image without a text alternative"),
    ("alternative", "</figure>", '</figure><img src="data:,">', "without a text alternative"),
    ("alternative", ALT, "No description has been provided for this image", "placeholder text"),
    ("alternative", 'role="img" ', "", "neither an image with words nor decoration"),
    ("fetches", "data:,", "favicon.ico", "<link> fetches favicon.ico"),
    ("fetches", "</figure>", '</figure><img alt="" src="https://a.org/b.png">', "fetches https"),
    ("fetches", "<script>", '<script src="page.js">', "<script> fetches page.js"),
    ("fetches", ".site-notice", "@import 'a.css'; .site-notice", "a style that fetches"),
    ("fetches", ".site-notice {", ".site-notice { src: url(a.woff);", "a style that fetches"),
    ("fetches", "<title>", '<meta http-equiv="refresh" content="0"><title>', "elsewhere"),
    ("fetches", "<title>", '<base href="/"><title>', "a base address"),
    ("fetches", "<header>", '<header><form action="/search"></form>', "<form> fetches"),
    ("script", "const rows", 'fetch("a.json"); const rows', "fetches or runs text"),
    ("script", "const rows", "navigator.sendBeacon(x); const rows", "“sendBeacon”"),
    ("script", "const rows", 'const at = "https://a.org/"; const rows', "“"),
    ("script", "const rows", 'eval("1"); const rows', "“eval(”"),
    ("script", '<header>', '<header onclick="go()">', "attribute onclick"),
    ("script", 'href="other.html"', 'href="javascript:go()"', "a script for an address"),
    ("policy", POLICY, "", "0 Content-Security-Policies"),
    ("policy", POLICY, POLICY * 2, "2 Content-Security-Policies"),
    ("policy", "const rows", "const other", "not that of its script"),
    ("policy", "</main>", "<script>const a = 1;</script></main>", "2 scripts"),
    ("policy", "default-src 'none'", "default-src https:", "not that of its script"),
    ("policy", "img-src data:", "img-src data: https://a.org", "not that of its script"),
    ("policy", "form-action 'none'", "form-action *", "not that of its script"),
    ("policy", POLICY, f"<link rel='icon' href='data:,'>{POLICY}", "after what it governs"),
    ("policy", "<header>", f"{POLICY}<header>", "2 Content-Security-Policies"),
    ("table", '<caption id="cap-a">Children in low-income families</caption>', "", "caption"),
    ("table", '<th scope="col">Area</th>', '<th scope="col"></th>', "an empty header"),
    ("table", '<th scope="col">Area</th>', "<th>Area</th>", "a header without scope"),
    ("program", "as the user", "In [3]: as the user", "an input prompt"),
    ("program", "as the user", "Traceback (most recent call last): x", "a traceback"),
    ("program", "as the user", "KeyError: 'x' as the user", "a traceback"),
    ("program", "as the user", "FutureWarning: do as the user", "a warning of a program"),
    ("program", "as the user", "open_chapter('x') as the user", "code"),
    ("program", "<header>", '<header class="jp-InputPrompt">', "a block of code"),
    ("machine", "as the user", "in /tmp/a1/file.csv as the user", "a path of the machine"),
    ("machine", "as the user", "in D:\\Data\\someone\\file.csv", "a path of the machine"),
    ("machine", 'href="other.html"', 'href="file:///data/x.html"', "a path of the machine"),
    ("language", 'lang="en-GB"', 'lang="en"', "language is en"),
    ("language", ' lang="en-GB"', "", "language is none"),
    ("title", "Poverty – Exampleshire – Site", "Poverty", "names only one thing"),
    ("title", "<title>Poverty – Exampleshire – Site</title>", "", "no title"),
    ("landmarks", '<main id="main" tabindex="-1">', '<div id="main">', "0 landmarks <main>"),
    ("landmarks", "<footer>", "<div>", "0 landmarks <footer>"),
    ("landmarks", '<nav aria-label="Chapters">', "<nav>", "without a name"),
    ("landmarks", '"On this page"', '"Chapters"', "2 navigation blocks named"),
    ("skip-link", '<a class="skip-link" href="#main">Skip to main content</a>', "", "first stop"),
    ("pilcrow", "Housing</h2>", "Housing ¶</h2>", "¶"),
    ("alternative-wording", ALT, "Low: 14.0", "9 characters"),
    ("alternative-wording", ALT, f"{ALT} " * 4, "characters, not 20 to 250"),
    ("alternative-wording", ALT, "Chart of children in poverty, 14.0%", "opens by saying"),
    ("alternative-wording", ALT, "An image showing children in poverty, 14.0%", "opens by saying"),
    ("alternative-wording", ALT, "Share of children, lower than in England", "no number"),
    ("alternative-numbers", ALT, ALT.replace("17.0", "17.3"), "17.3 of its words"),
    ("alternative-numbers", '<td class="num">14.0</td>', '<td class="num">1</td>', "14.0 of its"),
    ("figure", "<figcaption>", "<figcaption hidden></figcaption><div>", "no caption"),
    ("figure", ' id="fig-a"', "", "cannot be linked to"),
    ("figure", ALT, "Exampleshire is 2nd lowest.", "repeats its title"),
    ("table-layout", "<td>Not compared</td>", "", "different lengths"),
    ("table-layout", "<td>Not compared</td>", '<td colspan="2">Not</td>', "merged"),
    ("table-layout", "<td>Not compared</td>", "<td></td>", "2 blank cells"),
    ("table-layout", "<thead>", '<thead><tr><th scope="col">A</th></tr>', "2 header rows"),
    ("table-units", "Value (%)", "Value", "“Value” names no unit"),
    ("table-units", '<td class="num">17.0</td>', "<td>17.0</td>", "not set to the right"),
    ("table-scroller", ' tabindex="0"', "", "lacks a name, a role or a keyboard stop"),
    ("table-scroller", 'class="table-scroll"', 'class="wide"', "stands in no scroller"),
    ("verdict", "Lower, better", "", "a verdict without a word"),
    ("verdict", "▼", "", "has no symbol"),
    ("links", ">The publisher<", ">here<", "does not say where it leads"),
    ("links", ">The publisher<", "><", "lacks words"),
    ("links", ' href="other.html"', "", "lacks words or an address"),
    ("links", ">The publisher<", ">Figures (CSV, 24 kB)<", "leads to 2 places"),
    ("downloads", "Figures (CSV, 24 kB)", "Figures (CSV)", "kind and size"),
    ("downloads", "Figures (CSV, 24 kB)", "Figures (XLSX, 24 kB)", "kind and size"),
    ("empty-value", "14.0% of children", "nan% of children", "“nan”"),
    ("empty-value", "Not compared", "None", "“None”"),
    ("empty-value", "17.0", "inf", "“inf”"),
    ("unfilled", "as the user", "as {user}", "“{user}”"),
    ("contrast", "--ink: #1a1f25", "--ink: #8a8a8a", "light: ink on paper is 3.45"),
    ("contrast", "--ink: #e6eaee", "--ink: #44525f", "dark: ink on paper"),
    ("contrast", "--worse: #801650", "--worse: #c47", "light: worse on worse-bg"),
    ("contrast", "--accent: #12436d", "--accent: #c0c0c0", "light: accent on paper"),
    ("contrast", "--band: #12436d", "--band: #9bc", "#ffffff on band"),
    ("contrast", "color: #1d1d1d", "color: #b90", "`.site-notice` has words at"),
    ("palette", "fill: #12436d", "fill: #ff0000", "outside the palette: #ff0000"),
    ("palette", "stroke: none", "stroke: green", "outside the palette: green"),
    ("labels", '<text style="fill: #3d3d3d">', '<text style="fill: #bfbfbf">', "1.84 on white"),
    ("labels", "fill: #12436d", "fill: #6bace6", "in #ffffff is 1.00"),
    ("slips", "None of the groups", "None of the the groups", "a word twice"),
    ("slips", "differs.", "differs .", "a blank before a sign"),
    ("slips", "differs.", "differs,.", "two signs together"),
    ("slips", "differs.", "differs ().", "empty brackets"),
    ("slips", "differs.", "differs ( so ).", "blanks inside brackets"),
    ("slips", "A one-off", "A a one-off", "“a” and “an” together"),
    ("slips", "A one-off", "An survey", "“an” before a consonant"),
    ("slips", "A one-off", "In a area", "“a” before a vowel"),
    ("sentences", "differs.", f"differs {'and so on ' * 20}.", "words: “"),
]  # fmt: skip


def broken(before: str, after: str) -> str:
    assert before in PAGE
    return PAGE.replace(before, after)


def faults_of(rule: str, html: str) -> list[str]:
    return next(each for each in RULES if each.name == rule).check(Sheet(html))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_sound_page_passes(rule):
    assert rule.check(Sheet(PAGE)) == []


@pytest.mark.parametrize(("rule", "before", "after", "words"), BROKEN)
def test_a_broken_page_is_found_out(rule, before, after, words):
    found = faults_of(rule, broken(before, after))
    assert any(words in fault for fault in found), found
    assert all("\n" not in fault for fault in found)


def test_every_rule_is_shown_to_fail():
    assert {rule.name for rule in RULES} == {case[0] for case in BROKEN}
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_what_keeps_a_page_back():
    refusing = {rule.name for rule in RULES if rule.refuses}
    assert refusing == {
        "headings", "ids", "alternative", "fetches", "script", "table", "program", "machine",
        "policy",
    }  # fmt: skip
    assert page_faults(PAGE) == []
    for rule, before, after, words in BROKEN:
        if rule in refusing:
            assert any(words in fault for fault in page_faults(broken(before, after)))


def test_a_unit_may_stand_in_the_header_of_every_row():
    bare = broken("Value (%)", "Value")
    for name in ("Exampleshire", "England", "Otherplace"):
        assert faults_of("table-units", bare)
        bare = bare.replace(f'<th scope="row">{name}', f'<th scope="row">{name}, per 1,000')
    assert faults_of("table-units", bare) == []


def test_a_figure_without_a_table_is_found_out():
    table = PAGE[PAGE.index("<details>") : PAGE.index("</details>")]
    assert faults_of("figure", PAGE.replace(table, "")) == [
        "figure “fig-a” has no table of what it draws"
    ]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        # Numbers of things drawn, of columns, and the whole of a share may be counted in words.
        ("alternative-numbers", ALT, "All 3 bars of 100%: Exampleshire 14.0%, 2 with a figure."),
        # Decoration says nothing; words for it would be noise.
        ("alternative", 'role="img" ', 'aria-hidden="true" '),
        # A data block is no code, and a link is not fetched.
        ("script", "<script>", '<script type="application/json">{"a": "https://a.org"}</script>'
                               "<script>"),
        ("table-units", "Value (%)", "2016"),
        ("table-units", '<td class="num">17.0</td>', "<td>17.0 of 20 schools</td>"),
        ("alternative-numbers", ALT, ALT.replace("14.0", "14.0, as drawn,")),
        ("empty-value", "as the user", "as Nan, Nancy and the infant said; a null-hypothesis"),
        ("machine", "as the user", "as and/or tmp/var, 2016/17, www.example.org/var/x"),
        ("slips", "None of the groups", "Those who had had help"),
        ("slips", "differs.", "differs… in a university, a European unit and an NHS trust."),
        ("downloads", "https://www.example.org/", "https://www.example.org/a.csv"),
        ("palette", "fill: #12436d", "fill: url(#hatch)"),
        ("palette", "fill: #12436d", "fill: currentColor"),
        ("palette", "fill: #12436d", "fill: var(--accent)"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_fault_passes(rule, before, after):
    assert faults_of(rule, broken(before, after)) == []


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        # WCAG's own ends of the scale, and published ratios of the Analysis Function's colours.
        ("#000000", "#ffffff", 21.0),
        ("#fff", "#ffffff", 1.0),
        ("#12436D", "#FFFFFF", 10.25),
        ("#28A197", "#FFFFFF", 3.17),
        ("#801650", "#FFFFFF", 9.77),
        ("#F46A25", "#FFFFFF", 3.03),
        ("#A285D1", "#FFFFFF", 3.08),
        ("#BFBFBF", "#FFFFFF", 1.84),
        ("#0B0C0C", "#FFDD00", 14.55),
        ("#D4351C", "#00703C", 1.28),
        ("#777777", "#FFFFFF", 4.48),
    ],
)
def test_contrast_agrees_with_published_ratios(one, other, published):
    assert contrast.ratio(one, other) == pytest.approx(published, abs=0.006)
    assert contrast.ratio(one, other) == contrast.ratio(other, one)


def test_the_schemes_of_the_style_sheet():
    style = (TEMPLATES / "cyp" / "style.css").read_text(encoding="utf-8")
    found = contrast.schemes(style)
    assert {"light", "dark"} <= found.keys()
    assert found["light"]["paper"] == "#fff" and found["dark"]["paper"] == "#14191f"
    assert contrast.theme_faults(Sheet(f"<style>{style}</style>")) == []


def test_a_block_of_its_own_colours_is_a_scheme():
    style = STYLE + ".chart { --ink: #999; background: #fff; color: var(--ink); }"
    found = contrast.theme_faults(Sheet(f"<style>{style}</style>"))
    assert ".chart: ink on paper is 2.85, not 4.5" in found


def test_the_marks_of_the_palette_can_be_seen():
    assert palette.mark_faults() == []
    assert palette.mark_faults(("#BFBFBF",)) == ["#BFBFBF on white is 1.84, not 3.0"]


def test_words_are_read_without_code():
    sheet = Sheet("<p>One <b>tw</b>o</p><script>three</script><style>p {}</style><i>four</i>")
    assert sheet.words == "One two four"
    assert sheet.blocks == [("p", "One two")]


def test_a_message_keeps_to_one_line():
    assert short("a\n  b") == "a b"
    assert short("x" * 100, 10) == "x" * 9 + "…"


@pytest.fixture
def built(tmp_path) -> Path:
    """An edition of two areas with one sound page each."""
    for code in ("E99000001", "E99000002"):
        area = tmp_path / "autumn" / code
        (area / "downloads").mkdir(parents=True)
        (area / "index.html").write_text(PAGE, encoding="utf-8")
        (area / "other.html").write_text(PAGE, encoding="utf-8")
        (area / "downloads" / "a.csv").write_text("a\n")
    (tmp_path / "autumn" / "indicators.parquet").write_bytes(b"")
    return tmp_path / "autumn"


class TestEditions:
    def test_a_sound_edition_has_no_fault(self, built):
        assert edition_faults(built) == []

    def test_a_link_to_a_file_that_is_not_there(self, built):
        (built / "E99000001" / "downloads" / "a.csv").unlink()
        assert edition_faults(built) == [
            Fault(f"E99000001/{page}.html", "targets", "downloads/a.csv is not there")
            for page in ("index", "other")
        ]

    def test_a_link_to_a_part_that_is_not_there(self, built):
        page = built / "E99000001" / "index.html"
        page.write_text(broken('"other.html"', '"other.html#fig-z"'), encoding="utf-8")
        assert [fault.fault for fault in edition_faults(built)] == [
            "other.html#fig-z names no part of that page"
        ]

    def test_a_link_to_a_part_that_is_there(self, built):
        page = built / "E99000001" / "index.html"
        page.write_text(broken('"other.html"', '"other.html#fig-a"'), encoding="utf-8")
        assert edition_faults(built) == []

    def test_a_heavy_page(self, built):
        page = built / "E99000002" / "index.html"
        page.write_text(PAGE + " " * HEAVIEST, encoding="utf-8")
        (fault,) = edition_faults(built)
        assert (fault.rule, fault.file) == ("weight", "E99000002/index.html")

    def test_only_the_areas_asked_for(self, built):
        (built / "E99000001" / "index.html").write_text(broken("17.0", "nan"), encoding="utf-8")
        assert edition_faults(built, ["E99000002"]) == []
        assert {fault.rule for fault in edition_faults(built, ["E99000001"])} >= {"empty-value"}

    def test_an_area_that_was_not_built(self, built):
        with pytest.raises(EditionError, match="edition autumn, E99000009: must have pages"):
            edition_faults(built, ["E99000009"])

    def test_a_workbook_is_held_to_its_own_list(self, built):
        from openpyxl import Workbook

        workbook = Workbook()
        workbook.active.merge_cells("A1:B2")
        workbook.save(built / "E99000001" / "downloads" / "a.xlsx")
        found = edition_faults(built, ["E99000001"])
        assert {fault.rule for fault in found} == {"workbook"}
        assert {fault.file for fault in found} == {"E99000001/downloads/a.xlsx"}

    def test_how_a_fault_is_said(self):
        assert str(Fault("a.html", "ids", "x")) == "a.html: ids: x"
        assert str(Fault("a.html", "slips", "x", True)) == "a.html: remark, slips: x"


class TestCommand:
    def test_a_sound_edition(self, built):
        done = cyp("lint", "autumn", outputs=built.parent)
        assert (done.returncode, done.stdout) == (0, "0 fault(s), 0 remark(s).\n")

    def test_a_broken_edition(self, built):
        html = broken("None of the groups", "nan of the the groups")
        (built / "E99000001" / "index.html").write_text(html, encoding="utf-8")
        done = cyp("lint", outputs=built.parent)
        assert done.returncode == 1 and done.stderr == ""
        lines = done.stdout.splitlines()
        assert lines[-1] == "1 fault(s), 1 remark(s)."
        assert lines[0].startswith("E99000001/index.html: empty-value: “nan” in “")
        assert lines[1].startswith("E99000001/index.html: remark, slips: a word twice")

    def test_a_remark_alone_is_no_fault(self, built):
        html = broken("None of the groups", "None of the the groups")
        (built / "E99000001" / "index.html").write_text(html, encoding="utf-8")
        assert cyp("lint", outputs=built.parent).returncode == 0

    @pytest.mark.parametrize(
        ("arguments", "said", "code"),
        [
            (["spring"], "got: spring. Choose from: autumn.", 2),
            (["autumn", "--area", "Leeds"], "E08000035: must have pages; got: none.", 1),
            (["autumn", "--area", "Nowhere"], "Nowhere", 2),
        ],
    )
    def test_a_mistake_is_one_message(self, built, arguments, said, code):
        done = cyp("lint", *arguments, outputs=built.parent)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr and "Traceback" not in done.stderr


def test_the_bundled_edition_has_no_fault(edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    found = edition_faults(outputs / "annual")
    assert [str(fault) for fault in found if not fault.remark] == []


def test_publishers_files_give_no_fault(real_edition):
    found = edition_faults(real_edition)
    assert [str(fault) for fault in found if not fault.remark] == []
