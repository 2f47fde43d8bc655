"""Random tables through the project's own suppression: the attack narrows nothing down too far."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attack_sample import AREA, NUMBERS, typed

from cyp_analysis import catalogue
from cyp_analysis.attack.audit import audit_edition
from cyp_analysis.attack.findings import LEAK
from cyp_analysis.build import disclosure
from cyp_analysis.measures import suppress

SHARE, COUNTED = "local_children_in_care_by_legal_status", "local_homeless_16_24_stages"
KEY = ["indicator_id", "period_label", "sex", "category"]


def small_counts(rng: np.random.Generator, size: int) -> np.ndarray:
    """Counts of which many are small: that is where suppression has its work."""
    kinds = rng.choice(4, size, p=[0.15, 0.4, 0.3, 0.15])
    ranges = np.array([[0, 1], [1, 5], [5, 15], [15, 200]])[kinds]
    return rng.integers(ranges[:, 0], ranges[:, 1])


def table(rng: np.random.Generator, number: int, indicator: str) -> pd.DataFrame:
    """One breakdown with its total, by sex if it is a table of counts."""
    width = int(rng.integers(2, 7))
    sexes = ["persons"] if indicator == SHARE or rng.random() < 0.3 else ["male", "female"]
    cells = pd.DataFrame(
        [(sex, f"c{c}") for sex in sexes for c in range(width)], columns=["sex", "category"]
    )
    cells["count"] = small_counts(rng, len(cells))
    if len(sexes) == 2:
        both = cells.groupby("category", as_index=False)["count"].sum().assign(sex="persons")
        cells = pd.concat([cells, both], ignore_index=True)
    if rng.random() < 0.7:
        totals = cells.groupby("sex", as_index=False)["count"].sum().assign(category="")
        cells = pd.concat([cells, totals], ignore_index=True)
    base = cells.groupby("sex")["count"].transform(
        "max" if (cells["category"] == "").any() else "sum"
    )
    is_share = indicator == SHARE
    return cells.assign(
        **{"indicator_id": indicator, "area_code": AREA, "age": "", "value_note": ""},
        **{"period_label": f"table {number}", "method": "none", "outcome": "not_compared"},
        period_start=pd.Timestamp("2018-01-01") + pd.Timedelta(days=number),
        period_end=pd.Timestamp("2018-01-01") + pd.Timedelta(days=number),
        category_type=np.where(cells["category"] == "", "", "kind"),
        denominator=base.where(base > 0) if is_share else np.nan,
        value=100 * cells["count"] / base.where(base > 0) if is_share else cells["count"] * 1.0,
        **dict.fromkeys(NUMBERS[3:], np.nan),
    )


def tables(seed: int, number: int, indicator: str) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    made = pd.concat([table(rng, n, indicator) for n in range(number)], ignore_index=True)
    return typed(made)


def attacked(shown: pd.DataFrame, truth: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Findings about a table as published, each with the count that was withheld."""
    shown.to_parquet(folder / "indicators.parquet")
    found = audit_edition(folder).rename(columns={"series": "indicator_id"})
    both = found.merge(truth[[*KEY, "count"]], on=KEY, validate="one_to_one")
    # Whatever a reader works out must be true.
    assert (both["least"] <= both["count"]).all() and (both["most"] >= both["count"]).all()
    return both


def said(leaks: pd.DataFrame, shown: pd.DataFrame, truth: pd.DataFrame) -> str:
    """The first table that leaks, as published and as it is."""
    if leaks.empty:
        return ""
    label = leaks["period_label"].iloc[0]
    both = shown.assign(truth=truth["count"])
    mine = both[both["period_label"] == label]
    columns = ["sex", "category", "truth", "count", "denominator"]
    told = [*KEY[1:], "least", "most", "why"]
    return f"{len(leaks)} leaks\n{mine[columns].to_string()}\n{leaks[told].head(8).to_string()}"


def built(truth: pd.DataFrame) -> pd.DataFrame:
    """As the build withholds it."""
    return disclosure.suppress(truth, catalogue.load())


def by_verb(truth: pd.DataFrame) -> pd.DataFrame:
    """As the verb withholds it, told the margins: a table's breakdown, and both sexes."""
    same = ["period_label"]
    done = suppress(
        truth.assign(of_sex=truth["category"] == "", of_both=truth["sex"] == "persons"),
        rule="local_small_numbers",
        by=[[*same, "sex"], [*same, "category"]],
        total=["of_sex", "of_both"],
    )
    gone = done["suppressed"].to_numpy()
    bare = {name: truth[name].mask(gone) for name in NUMBERS}
    return truth.assign(**bare, value_note=np.where(gone, disclosure.SUPPRESSED, ""))


CASES = [(built, SHARE), (built, COUNTED), (by_verb, COUNTED)]


def check(how, indicator: str, seed: int, number: int, folder: Path) -> None:
    truth = tables(seed, number, indicator)
    if how is by_verb:
        # The verb is told of every margin; a table without its total has none to be told of.
        has_total = truth.groupby("period_label")["category"].transform(lambda c: (c == "").any())
        truth = truth[has_total].reset_index(drop=True)
        lone = truth.groupby("period_label")["sex"].transform("nunique") == 1
        truth = truth[~lone].reset_index(drop=True)
    shown = how(truth)
    assert shown["count"].isna().sum() > number / 4
    found = attacked(shown, truth, folder)
    leaks = found[found["verdict"] == LEAK]
    assert leaks.empty, said(leaks, shown, truth)


@pytest.mark.parametrize(("how", "indicator"), CASES)
def test_no_withheld_figure_is_narrowed_beyond_the_rule(how, indicator, tmp_path):
    check(how, indicator, 7, 25, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("how", "indicator"), CASES)
def test_nor_in_five_hundred_tables_and_more(how, indicator, seed, tmp_path):
    check(how, indicator, 100 + seed, 150, tmp_path)


@pytest.mark.parametrize("indicator", [SHARE, COUNTED])
def test_the_same_tables_with_only_small_numbers_withheld_do_leak(indicator, tmp_path):
    truth = tables(7, 25, indicator)
    small = truth["count"].between(1, 4)
    bare = {name: truth[name].mask(small) for name in NUMBERS}
    shown = truth.assign(**bare, value_note=np.where(small, disclosure.SUPPRESSED, ""))
    found = attacked(shown, truth, tmp_path)
    assert (found["verdict"] == LEAK).sum() >= 5
