"""The rows that a count is made of: as the page that tells the count has them."""

from collections.abc import Callable

import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.present import rounding
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.naming import own_codes
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.comparing.rows import OLD

Preparer = Callable[[pd.DataFrame, Facts, Passage], pd.DataFrame]
_TRENDS = r"better$|worse$|^no_significant_change$"
_SAME = ["indicator_id", "period_start", "period_end", "sex", "age", "category"]


def own(rows: pd.DataFrame, facts: Facts, _: Passage) -> pd.DataFrame:
    """The area's own rows, all of a table without areas."""
    return rows[rows["area_code"] == facts.area.code] if "area_code" in rows.columns else rows


def whole(rows: pd.DataFrame, *_: object) -> pd.DataFrame:
    """Every row."""
    return rows


def peers(rows: pd.DataFrame, facts: Facts, _: Passage) -> pd.DataFrame:
    """Comparisons of the authorities of the area's region, or of the country where it has none."""
    level = facts.area.region_code or facts.area.country_code or facts.area.code
    kept = rows[(rows["category"] == "") & (rows["sex"] == "persons")]
    members = set(kept.loc[kept["benchmark_area_code"] == level, "area_code"])
    if not facts.area.region_code:
        members -= set(_codes("region", "subregion"))
    return kept.assign(peer=kept["area_code"].isin(members))


def _codes(*levels: str) -> list[str]:
    areas = geography.areas()
    return list(areas.loc[areas["level"].isin(levels), "code"])


def actions(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """Whether an action was late on its document's day, and whether its list tells progress."""
    open_ = ~rows["state"].isin(["complete", "closed", "cancelled"])
    late = rows["due_date"].notna() & (rows["due_date"] < rows["source_published"]) & open_
    progress = rows["tracker"].str.lower().str.contains("progress")
    return own(rows.assign(overdue=late, progress=progress), facts, of)


def outliers(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """As pages tell them: against England where there is one, without what is long outdated."""
    country = rows["benchmark_area_code"] == facts.area.country_code
    rows = own(rows[country] if country.any() else rows, facts, of)
    rows = rows[rows["period_end"] + OLD >= rows["period_end"].max()]
    judged = rows["outcome"].where(rows["outcome"].isin(["worse", "better"]), "neither")
    return rows.assign(judged=judged)


def newest(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """The area's latest figure of each indicator, of all persons where there is one."""
    mine = own(rows, facts, of)
    mine = mine[(mine["category_type"] == "") & mine["value"].notna()]
    persons = mine["sex"] == "persons"
    mine = mine[persons | ~mine["indicator_id"].isin(mine.loc[persons, "indicator_id"])]
    ordered = mine.sort_values("period_end", kind="stable")
    return ordered.drop_duplicates(_SAME[:3]).drop_duplicates("indicator_id", keep="last")


def trends(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """Latest figures whose recent trend is known and would be better one way."""
    found = newest(rows, facts, of)
    known = catalogue.load().indicators
    judged = [known[i].polarity != "no_judgement" for i in found["indicator_id"] if i in known]
    found = found[found["indicator_id"].isin(known)][judged]
    recent = found["period_end"] + OLD >= newest(rows, facts, of)["period_end"].max()
    return found[recent & found["recent_trend"].str.contains(_TRENDS)]


def spine(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """Latest figures that have a spread among authorities, with their comparisons."""
    spreads = facts.tables.get("spreads")
    if spreads is None:
        return rows.head(0)
    drawn = spreads[spreads["highest"] > spreads["lowest"]]
    latest = newest(facts.tables["indicators"], facts, of)[_SAME].merge(
        drawn[[*_SAME, "area_code"]].rename(columns={"area_code": "benchmark_area_code"})
    )
    return own(rows, facts, of).merge(latest, on=[*_SAME, "benchmark_area_code"])


def moves(rows: pd.DataFrame, facts: Facts, of: Passage) -> pd.DataFrame:
    """One row for each place that has the first and the last period that the sentence names, with
    the way its shown value moved."""
    rows = own(rows, facts, of)
    rows = rows[[str(label) in of.text for label in rows["period_label"]]]
    key = ["indicator_id", "place_kind", "place_code"]
    wide = rows.pivot_table(index=key, columns="period_end", values="value")
    if wide.shape[1] < 2:
        return pd.DataFrame(columns=[*key, "moved"])
    ends = wide[[wide.columns.min(), wide.columns.max()]].dropna().reset_index()
    ends.columns = [*key, "first", "last"]
    return ends.assign(moved=[_moved(row) for row in ends.itertuples()])


def _moved(row: tuple) -> str:
    known = catalogue.load().indicators.get(row.indicator_id)
    places = known.rounding if known else 1
    if rounding.half_up(row.first, places) == rounding.half_up(row.last, places):
        return "level"
    return "rose" if row.last > row.first else "fell"


def regions(rows: pd.DataFrame, _: Facts, of: Passage) -> pd.DataFrame:
    """Figures of the regions, of the period that the sentence names in brackets."""
    kept = rows[rows["area_code"].isin(_codes("region")) & rows["value"].notna()]
    kept = kept[(kept["category_type"] == "") & (kept["sex"] == "persons")]
    kept = kept.drop_duplicates(["indicator_id", "area_code", "period_end"])
    return kept[[f"({label})" in of.text for label in kept["period_label"]]]


def funnel(rows: pd.DataFrame, *_: object) -> pd.DataFrame:
    """The authorities of a funnel, with whether each lies outside the outer limits."""
    kept = rows[rows["part"] == "area"]
    return kept.assign(outer=kept["category"].isin(["above_998", "below_998"]))


def shown_differences(rows: pd.DataFrame, facts: Facts, _: Passage) -> pd.DataFrame:
    """The differences of the area and of the documents that its figures come from, as many as a
    page shows."""
    from cyp_analysis.present.chapter_tables import MOST

    codes, figures = own_codes(facts.area), facts.tables["indicators"]
    used = figures.loc[figures["area_code"].isin(codes), "source_id"]
    of_used = (rows["area_code"] == "") & rows["source_id"].isin(used)
    return rows[rows["area_code"].isin(codes) | of_used].head(MOST)


# By the table that is counted, where the rule names no other.
USUAL: dict[str, Preparer] = {
    "comparisons": peers,
    "plan_actions": actions,
    "outliers": outliers,
    "differences": whole,
    "funnels": funnel,
}
