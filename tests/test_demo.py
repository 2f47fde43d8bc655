"""The illustrative authority: files that the real loaders read, totals that hold, no real place."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT, cyp

from cyp_analysis import area_kinds, catalogue, geography, loaders
from cyp_analysis.build import disclosure, indicators
from cyp_analysis.demo.home import FILES, NOTICE, write_home
from cyp_analysis.demo.run import at_home, free_name
from cyp_analysis.publish.edition_run import sources_used

COUNTRY = "E92000001"
AREAS = 12
REAL_CODE = re.compile(r"\b(?:E0[0-9]|E1[0-4])(?!90)\d{6}\b")

# Indicators that the illustrative authority has no figure for, by what they draw on, and why.
NOT_FILLED = {
    "mps_crime_dashboard": "the Metropolitan Police publish it for London's boroughs only",
    "mps_recorded_crime": "the Metropolitan Police publish it for London's boroughs only",
    "police_street": "police.uk's records of single crimes are not invented",
    "dfe_looked_after_2011_to_2017": "an old series that has ended",
    "gla_borough_profiles": "published for London's boroughs only",
    "trafford_reshaped_indicators": "another council's copy of figures that Fingertips has",
}
# Measures of a council's own documents that print no number, or none but a few children, which
# stay hidden; the share of all such indicators is held low.
MAY_BE_HIDDEN = ("local_service_figures", "local_plan_figures")
MOST_HIDDEN = 0.08
LEAST_FILLED = 0.93


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("illustrative")
    before = os.environ.get("CYP_HOME")
    os.environ["CYP_HOME"] = str(ROOT)
    try:
        write_home(folder, AREAS)
    finally:
        os.environ.pop("CYP_HOME") if before is None else os.environ.update(CYP_HOME=before)
    return folder


@pytest.fixture
def here(home, tmp_path):
    """The illustrative project as the one that everything looks at."""
    with at_home(home, tmp_path):
        yield home


@pytest.fixture(scope="module")
def found(home, tmp_path_factory) -> loaders.ReadResult:
    """Everything that the real loaders read of the invented files."""
    with at_home(home, tmp_path_factory.mktemp("outputs")):
        known = catalogue.load()
        return loaders.read_all([home / FILES], only=sources_used(known))


@pytest.fixture(scope="module")
def built(home, found, tmp_path_factory) -> pd.DataFrame:
    """The indicator rows that the real build makes of them."""
    with at_home(home, tmp_path_factory.mktemp("outputs")):
        known = catalogue.load()
        made = indicators.build_indicators([table.rows for table in found.tables], known)
        return disclosure.suppress(made, known)


def places(home: Path) -> pd.DataFrame:
    return pd.read_csv(home / "data/reference/areas.csv", dtype=str, keep_default_na=False)


def by_level(home: Path, level: str) -> list[str]:
    rows = places(home)
    return rows.loc[rows["level"] == level, "area_code"].tolist()


def table_of(found: loaders.ReadResult, source: str) -> pd.DataFrame:
    tables = [table.rows for table in found.tables if table.source.id == source]
    assert tables, f"nothing was read of {source}"
    return pd.concat(tables, ignore_index=True)


def totals(home: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """count by measure, period, sex and group: of authorities, of regions, of the country."""
    levels = {
        "authorities": by_level(home, "authority"),
        "regions": by_level(home, "region"),
        "country": [COUNTRY],
    }
    key = ["measure", "period_end", "sex", "age", "category_type", "category"]
    texts = rows.astype({name: "str" for name in key if name != "period_end"})
    parts = {
        name: texts[texts["area_code"].isin(codes)].groupby(key)["count"].agg(["sum", "count"])
        for name, codes in levels.items()
    }
    joined = pd.concat({name: part["sum"] for name, part in parts.items()}, axis=1)
    # A sum with hidden parts is no total.
    whole = parts["authorities"]["count"] == len(levels["authorities"])
    return joined[whole.reindex(joined.index, fill_value=False)].dropna()


# ---- what is read, and as what


def test_every_file_is_read_by_the_passport_that_it_was_written_for(found):
    read = {}
    for table in (*found.tables, *found.references):
        read[table.path] = table.source.id
    other = {
        path.name: (path.parts[-3], source)
        for path, source in read.items()
        if path.parts[-3] != source and path.name != "lait_data_dictionary.csv"
    }
    assert not other


def test_no_file_fails_and_none_is_unknown(found):
    assert not found.failed, [str(error)[:300] for error in found.failed]
    names = [Path(path).suffix for path in found.unrecognised["path"]]
    # A survey's design lies beside its answers and is no file of figures.
    assert set(names) <= {".yml"}


def test_hardly_a_row_is_left_out(found):
    lost = {
        table.path.name: table.problems["problem"].iloc[0]
        for table in found.tables
        if len(table.problems) > max(20, 0.02 * len(table.rows))
    }
    assert not lost


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("dfe_children_looked_after", "time_period,time_identifier,geographic_level,country_code"),
        ("ohid_fingertips", "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code"),
        ("dfe_lait", "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region"),
        ("ons_population_0_17", "time_period,time_identifier,geographic_level,country_code"),
    ],
)
def test_headers_are_the_publishers(home, source, signature):
    first = [path.read_text().splitlines()[0] for path in (home / FILES / source).rglob("*.csv")]
    assert any(line.startswith(signature) for line in first)


def test_files_lie_in_dated_folders_of_their_passport(home):
    for path in (home / FILES).rglob("*"):
        if path.is_file():
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", path.parent.name)


# ---- totals


def test_people_of_authorities_regions_and_the_country_agree(home, found):
    sums = totals(home, table_of(found, "ons_population_single_year"))
    assert len(sums) > 100
    assert (sums["authorities"] == sums["country"]).all()
    assert (sums["regions"] == sums["country"]).all()


def test_males_and_females_are_persons(found):
    rows = table_of(found, "ons_population_single_year")
    rows = rows[rows["measure"].astype(str) == "population_0_17"]
    wide = rows.pivot_table(
        index=["area_code", "period_end"], columns="sex", values="count", observed=True
    ).dropna()
    assert len(wide) >= AREAS
    assert (wide["male"] + wide["female"] == wide["persons"]).all()


def test_fingertips_counts_add_up_by_place_and_by_sex(home, found):
    rows = table_of(found, "ohid_fingertips")
    sums = totals(home, rows)
    assert len(sums) > 100
    assert (sums["authorities"] == sums["country"]).all()
    headline = rows[rows["category"].astype(str) == ""].dropna(subset=["count"])
    wide = headline.pivot_table(
        index=["measure", "area_code", "period_end"], columns="sex", values="count", observed=True
    ).dropna()
    assert (wide["male"] + wide["female"] == wide["persons"]).all()


@pytest.mark.parametrize(
    "source", ["dfe_children_looked_after", "dfe_referrals", "dfe_children_in_need"]
)
def test_counts_of_social_care_add_up_but_for_the_publishers_rounding(home, found, source):
    sums = totals(home, table_of(found, source))
    assert len(sums) > 5
    assert ((sums["authorities"] - sums["country"]).abs() <= 5).all()


def test_needs_are_parts_of_all_children_in_need(home):
    path = next((home / FILES / "dfe_children_in_need_primary_need").rglob("*.csv"))
    rows = pd.read_csv(path, dtype=str)
    rows = rows[rows["geographic_level"] == "Local authority"]
    parts = [name for name in rows if re.match(r"N\d_", name)]
    shown = rows[(rows[parts] != "c").all(axis=1)]
    assert len(parts) == 10
    assert len(shown) > 20
    added = shown[parts].astype(int).sum(axis=1)
    assert (added == shown["At31_episodes"].astype(int)).all()


def test_a_share_never_exceeds_its_base(built):
    percent = built[(built["unit"] == "%")] if "unit" in built else built
    shares = percent[percent["statistic"].astype(str) == "proportion"]
    known = shares.dropna(subset=["count", "denominator"])
    assert len(known) > 500
    assert (known["count"] <= known["denominator"]).all()


def test_wards_add_up_to_their_authority(home, found):
    rows = table_of(found, "dwp_children_in_low_income_families")
    lookup = next((home / FILES / "lookup_ons_open_geography").rglob("WD25*.csv"))
    inside = pd.read_csv(lookup).set_index("WD25CD")["LAD25CD"]
    rows = rows.assign(authority=rows["area_code"].astype(str).map(inside))
    key = ["measure", "period_end"]
    wards = rows.dropna(subset=["authority"]).groupby(["authority", *key], observed=True)["count"]
    own = rows.groupby([rows["area_code"].astype(str), *key], observed=True)["count"].sum()
    added = wards.sum()
    assert len(added) > 100
    assert (own.reindex(added.index) == added).all()


def test_small_counts_are_hidden_as_the_publisher_hides_them(home):
    for source in ("dfe_child_protection_category", "dfe_children_looked_after"):
        path = next((home / FILES / source).rglob("*.csv"))
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        local = rows[rows["geographic_level"] == "Local authority"]
        columns = [n for n in rows if n.endswith(("_count", "_Latest")) or n == "children_count"]
        cells = local[columns].stack()
        numbers = pd.to_numeric(cells, errors="coerce").dropna()
        assert not numbers.between(1, 5).any()
        wide = rows[rows["geographic_level"] == "National"][columns].stack()
        known = pd.to_numeric(wide, errors="coerce").dropna()
        assert (known % 10 == 0).all()


def test_the_pandemic_left_a_gap_in_assessments(found):
    rows = table_of(found, "dfe_early_years_profile")
    years = set(rows["period_end"].dt.year)
    assert {2019, 2022} <= years
    assert not years & {2020, 2021}


# ---- no real place


def test_codes_are_of_no_real_place(home):
    real = set(pd.read_csv(ROOT / "data/reference/areas.csv", dtype=str)["area_code"])
    invented = set(places(home)["area_code"])
    assert invented & real == {COUNTRY}
    for folder in (home / FILES, home / "data/reference", home / "data/commentary"):
        for path in folder.rglob("*"):
            if path.is_file():
                found = set(REAL_CODE.findall(path.read_text(encoding="utf-8")))
                assert not found, f"{path.name}: {sorted(found)[:3]}"


def test_names_are_of_no_real_place(home):
    rows = pd.read_csv(ROOT / "data/reference/areas.csv", dtype=str, keep_default_na=False)
    real = {name.casefold() for name in rows["area_name"]}
    invented = places(home)["area_name"]
    assert not {name.casefold() for name in invented} & real
    assert invented.is_unique


def test_the_documents_authority_is_named_nowhere(home):
    owners = {s.area for s in catalogue.sources().values() if s.area}
    assert owners, "a document of the project has an owner"
    for name in map(geography.name, owners):
        for folder in (home / FILES, home / "data"):
            for path in folder.rglob("*"):
                if path.is_file():
                    assert name not in path.read_text(encoding="utf-8"), path


def test_kinds_of_the_codes_are_known(here):
    codes = places(here)["area_code"]
    assert (area_kinds.kinds(codes) != "").all()
    assert geography.area("Exampleshire").level == "authority"
    assert geography.area("England").name == "England (illustrative)"
    assert len(geography.neighbours(by_level(here, "authority")[0])) == 10


def test_passports_say_that_figures_are_invented(here):
    for source in catalogue.load().sources.values():
        assert source.publisher.startswith("Illustrative"), source.id
        assert "nvented" in source.title
        assert source.url == ""
        assert not source.files


def test_targets_are_the_invented_authoritys(here):
    targets = catalogue.load().targets
    assert set(targets["area_code"]) == {by_level(here, "authority")[0]}
    assert targets["period_end"].dropna().dt.year.max() >= 2025


# ---- every indicator has a figure


def test_every_indicator_has_a_figure_or_a_reason(home, built):
    own = by_level(home, "authority")[0]
    known = catalogue.load().indicators
    figures = built[(built["area_code"] == own) & built["value"].notna()]
    lacking = [known[name] for name in known if name not in set(figures["indicator_id"])]
    hidden, unexplained = [], []
    for indicator in lacking:
        source = (indicator.value or indicator.numerator).source
        if source in MAY_BE_HIDDEN:
            hidden.append(indicator.id)
        elif source not in NOT_FILLED:
            unexplained.append((indicator.id, source))
    assert not unexplained
    local = [i for i in known.values() if (i.value or i.numerator).source in MAY_BE_HIDDEN]
    assert len(hidden) <= MOST_HIDDEN * max(len(local), 1), hidden
    assert len(lacking) <= (1 - LEAST_FILLED) * len(known)


def test_most_series_have_five_years_for_a_trend(home, built):
    own = by_level(home, "authority")[0]
    known = catalogue.load().indicators
    national = [i for i in known.values() if i.benchmarks]
    rows = built[(built["area_code"] == own) & (built["category_type"] == "")]
    years = rows.dropna(subset=["value"]).groupby("indicator_id")["period_end"].nunique()
    enough = [i.id for i in national if years.get(i.id, 0) >= 5]
    assert len(enough) >= 0.8 * len(national)


def test_values_are_of_the_size_that_is_usual(home, built):
    """England's rate of children looked after is about 70 per 10,000; no share leaves 0 to 100."""
    rows = built[(built["area_code"] == COUNTRY) & (built["category_type"] == "")]
    looked_after = rows[rows["indicator_id"] == "children_looked_after_rate"]["value"]
    assert looked_after.between(50, 95).all()
    known = catalogue.load().indicators
    change = ("difference", "change", "gap")
    percent = [n for n, i in known.items() if i.unit == "%" and not n.endswith(change)]
    shares = built[built["indicator_id"].isin(percent)]["value"].dropna()
    assert shares.between(0, 100.0001).all()


def test_deprived_authorities_have_more_children_in_low_income(home, built):
    rows = built[built["indicator_id"] == "children_in_relative_low_income"]
    latest = rows[rows["period_end"] == rows["period_end"].max()]
    values = latest[latest["area_code"].isin(by_level(home, "authority"))]["value"]
    assert len(values) == AREAS
    assert values.max() > 1.3 * values.min()


# ---- words


def test_every_chapter_has_its_words(here):
    from cyp_analysis.present.commentary import SECTIONS, read_commentary

    own = by_level(here, "authority")[0]
    for chapter in catalogue.load().chapters.values():
        if chapter.whole_catalogue:
            continue
        found = read_commentary(own, chapter.id)
        assert found, f"{chapter.id} has no commentary"
        assert all(found.parts.get(section) for section in ("", *SECTIONS)), chapter.id
        assert found.owner and found.endorsed_by and found.review_by
        assert not re.search(r"\{\w+\}", found.markdown)
        assert not re.search(r"\d", found.markdown), "figures are not typed into words"


@pytest.mark.parametrize("name", ["gaps", "recommendations", "quotes"])
def test_lists_beside_the_words_name_chapters(here, name):
    own = by_level(here, "authority")[0]
    rows = pd.read_csv(here / f"data/commentary/{own}/{name}.csv", dtype=str, keep_default_na=False)
    chapters = set(catalogue.load().chapters)
    assert set(rows["chapter"]) <= chapters
    assert len(set(rows["chapter"])) >= 14


def test_recommendations_name_owner_and_date(here):
    own = by_level(here, "authority")[0]
    rows = pd.read_csv(here / f"data/commentary/{own}/recommendations.csv", dtype=str)
    assert rows[["owner", "due", "finding"]].notna().all().all()


def test_quotes_say_that_they_are_invented(here):
    own = by_level(here, "authority")[0]
    rows = pd.read_csv(here / f"data/commentary/{own}/quotes.csv", dtype=str)
    assert rows["source"].str.contains("Invented").all()


@pytest.mark.parametrize(
    "kind", ["actions", "risks", "objectives", "success_measures", "index", "savings"]
)
def test_lists_of_the_council_are_read(found, kind):
    assert kind in {table.kind for table in found.references}


def test_a_survey_with_weights_is_read(found):
    rows = table_of(found, "local_survey_responses")
    assert rows["period_end"].dt.year.nunique() == 2
    assert (rows["denominator"].dropna() > 0).all()


def test_boundaries_hold_every_ward_and_small_area(home, found):
    kinds = [table for table in found.references if table.kind == "boundaries"]
    assert kinds
    codes = set(pd.concat([table.rows["area_code"] for table in kinds]))
    wards = next((home / FILES / "lookup_ons_open_geography").rglob("WD25*.csv"))
    assert set(pd.read_csv(wards)["WD25CD"]) <= codes


# ---- the same every time


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_another_run_writes_the_same_bytes(home, tmp_path):
    """In another process, where texts hash otherwise."""
    to = tmp_path / "again"
    done = subprocess.run(
        [sys.executable, "-m", "cyp_analysis", "demo", "--files-only", str(to)]
        + ["--areas", str(AREAS)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "CYP_HOME": str(ROOT)},
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(to / FILES)
    first, second = digest(home), digest(to)
    assert first.keys() == second.keys()
    # The catalogue's own files are copies, the same wherever they are the same in the project.
    ours = [name for name in first if not name.startswith(("data/catalogue/", "notebooks/"))]
    assert len(ours) > 60
    assert [name for name in ours if first[name] != second[name]] == []


def test_the_notice_is_part_of_the_project(here):
    from cyp_analysis import paths

    assert paths.notice() == NOTICE


def test_a_project_of_published_figures_has_no_notice():
    from cyp_analysis import paths

    assert paths.notice() == ""


# ---- the command


def test_a_folder_with_files_is_refused(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    done = cyp("demo", "--files-only", str(tmp_path), outputs=tmp_path / "outputs")
    assert done.returncode == 2
    assert "must be an empty folder" in done.stderr
    assert (tmp_path / "kept.txt").read_text() == "mine"


@pytest.mark.parametrize("areas", ["3", "0", "many"])
def test_too_few_areas_are_refused(tmp_path, areas):
    done = cyp("demo", "--areas", areas, outputs=tmp_path)
    assert done.returncode == 2
    assert "--areas" in done.stderr


def test_an_unknown_chapter_is_refused_at_once(tmp_path):
    done = cyp("demo", "--chapter", "nonsense", outputs=tmp_path)
    assert done.returncode == 2
    assert "must be a chapter" in done.stderr


def test_names_of_editions_do_not_clash(tmp_path):
    first = free_name(tmp_path)
    assert first.startswith("illustrative-")
    (tmp_path / first).mkdir()
    assert free_name(tmp_path) == f"{first}-2"


def test_the_environment_is_put_back(tmp_path, monkeypatch):
    monkeypatch.setenv("CYP_HOME", "before")
    monkeypatch.delenv("CYP_OUTPUTS", raising=False)
    with at_home(tmp_path, tmp_path / "out"):
        assert os.environ["CYP_HOME"] == str(tmp_path)
        assert os.environ["CYP_OUTPUTS"] == str(tmp_path / "out")
    assert os.environ["CYP_HOME"] == "before"
    assert "CYP_OUTPUTS" not in os.environ


@pytest.mark.slow
def test_the_whole_demonstration_says_on_every_page_that_it_is_one(tmp_path):
    done = cyp("demo", "--areas", str(AREAS), "--edition", "shown", outputs=tmp_path)
    assert done.returncode == 0, done.stderr
    index = Path(done.stdout.strip().splitlines()[-1])
    assert index.name == "index.html"
    pages = sorted(index.parent.glob("*.html"))
    assert len(pages) >= 20
    for page in pages:
        assert NOTICE in page.read_text(encoding="utf-8"), page.name
    downloads = [p for p in (index.parent / "downloads").iterdir() if p.suffix == ".csv"]
    for path in downloads:
        assert NOTICE in path.read_text(encoding="utf-8-sig"), path.name
    assert NOTICE in (tmp_path / "shown" / "receipt.json").read_text(encoding="utf-8")
    assert yaml.safe_load((tmp_path / "shown" / "receipt.json").read_text())["notice"] == NOTICE
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("cyp-demo")]
