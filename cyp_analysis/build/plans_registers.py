"""Risks and savings of a plan, with the arithmetic that their documents print checked."""

import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.edition_tables import REGISTER_COLUMNS

# Consequence times likelihood on scales from 1 to 5, in the bands that NHS risk matrices use.
BANDS = {3: "Low", 6: "Moderate", 12: "High", 25: "Extreme"}
RISK_COLUMNS = [
    *REGISTER_COLUMNS,
    *("register", "risk_id", "risk", "controls", "owner", "likelihood", "consequence"),
    *("printed_rating", "rating", "rating_agrees", "printed_level", "level", "level_agrees"),
]
SAVING_COLUMNS = [
    *("area_code", "source_id", "source_published", "source_file"),
    *("group", "line_ref", "label", "kind", "year", "order", "printed", "summed", "agrees"),
]
_FILE = ["area_code", "source_id", "source_published", "source_file"]
_ALL_YEARS = "All years"


def read_risks(inputs: Inputs) -> pd.DataFrame:
    """One row = risk: printed rating and level beside those that its scores give.

    `…_agrees` is yes, no, or empty where one of the two is not printed.
    """
    register = inputs.registers.get("risks")
    if register is None:
        return pd.DataFrame(columns=RISK_COLUMNS)
    rows = register.reset_index(drop=True)
    scores = {name: _number(rows, name) for name in ("likelihood", "consequence", "rating")}
    computed = scores["likelihood"] * scores["consequence"]
    shown = computed.fillna(scores["rating"])
    printed_level = _text(rows, "level")
    level = shown.map(level_of).fillna("").astype("str")
    agrees = printed_level.str.lower() == level.str.lower()
    return rows.assign(
        **{name: _text(rows, name) for name in ("register", "risk_id", "controls", "owner")},
        likelihood=scores["likelihood"],
        consequence=scores["consequence"],
        printed_rating=scores["rating"],
        rating=shown,
        rating_agrees=_said(
            computed == scores["rating"], computed.notna() & scores["rating"].notna()
        ),
        printed_level=printed_level,
        level=level,
        level_agrees=_said(agrees, (printed_level != "") & (level != "")),
    )[RISK_COLUMNS]


def level_of(rating: float) -> str:
    """The band that a rating from 1 to 25 lies in; empty if there is none."""
    if pd.isna(rating) or not 1 <= rating <= 25:
        return ""
    return next(level for highest, level in BANDS.items() if rating <= highest)


def check_savings(inputs: Inputs) -> pd.DataFrame:
    """One row = line, total of a group or total of all × year, with the printed figure and the sum
    of the lines that it should be; sums stand where nothing is printed."""
    register = inputs.registers.get("savings")
    if register is None:
        return pd.DataFrame(columns=SAVING_COLUMNS)
    rows = _classified(register.reset_index(drop=True))
    rows = rows.assign(unread=rows["saving_number"].isna() & (_text(rows, "saving") != ""))
    lines = rows[(rows["kind"] == "line") & (rows["year"] != _ALL_YEARS)]
    levels = {
        "line": [*_FILE, "group", "line_ref", "label"],
        "group": [*_FILE, "group"],
        "all": _FILE,
    }
    made = [_level(rows, lines, kind, key) for kind, key in levels.items()]
    together = pd.concat(made, ignore_index=True)
    both = together["printed"].notna() & together["summed"].notna()
    same = (together["printed"] - together["summed"]).abs() < 1e-6
    order = together["kind"].map({"line": 0, "group": 1, "all": 2})
    made = together.assign(agrees=_said(same, both), order=order)
    return made.sort_values([*_FILE, "order", "group", "line_ref", "year"], kind="stable")[
        SAVING_COLUMNS
    ]


def _level(rows: pd.DataFrame, lines: pd.DataFrame, kind: str, key: list[str]) -> pd.DataFrame:
    """Printed figures of one kind of row beside the sums of the lines below them."""
    by_year, across = _sums(lines, [*key, "year"]), _sums(lines, key).assign(year=_ALL_YEARS)
    sums = pd.concat([by_year, across])
    if kind == "line":
        # A line of one year has nothing to add up.
        sums = sums.assign(summed=sums["summed"].where(sums["year"] == _ALL_YEARS))
    printed = rows[rows["kind"] == kind][[*key, "year", "saving_number"]]
    both = printed.rename(columns={"saving_number": "printed"}).merge(
        sums, on=[*key, "year"], how="outer" if kind == "line" else "right"
    )
    blank = {name: "" for name in ("group", "line_ref", "label") if name not in key}
    return both.assign(kind=kind, **blank)


def _sums(lines: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """What the lines add up to; unknown where none has a number or the text of one is no number."""
    groups = lines.groupby(key, sort=False)
    sums = groups["saving_number"].sum(min_count=1).mask(groups["unread"].any())
    return sums.rename("summed").reset_index()


def _classified(rows: pd.DataFrame) -> pd.DataFrame:
    """`kind` of each row: a line, the total of its group, or the total of all groups."""
    texts = {name: _text(rows, name) for name in ("group", "line_ref", "label")}
    total = texts["line_ref"].str.lower().str.startswith("total") | texts[
        "label"
    ].str.lower().str.startswith("total")
    lines_of = set(texts["group"][~total])
    of_all = total & ~texts["group"].isin(lines_of - {""})
    kind = total.map({True: "group", False: "line"}).mask(of_all, "all")
    year = rows["year"].where(~rows["year"].str.lower().str.contains("all|total"), _ALL_YEARS)
    return rows.assign(**texts, kind=kind, year=year)


def _said(agrees: pd.Series, both: pd.Series) -> pd.Series:
    return agrees.map({True: "yes", False: "no"}).where(both, "").astype("str")


def _text(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series("", index=rows.index, dtype="str")


def _number(rows: pd.DataFrame, name: str) -> pd.Series:
    """The number that the register read, missing where its files have no such column."""
    if f"{name}_number" not in rows:
        return pd.Series(float("nan"), index=rows.index)
    return rows[f"{name}_number"].astype(float)
