"""The authorities that an area is ranked and drawn among."""

from dataclasses import dataclass

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.geography import Area
from cyp_analysis.present import words
from cyp_analysis.present.selection import PERIOD, SLICE, Selection, matching


@dataclass(frozen=True)
class Peers:
    """One figure beside the same figure of every authority of a group.

    `rows`: indicator rows with rank, rank_of, rank_tied, side (against the group), highest value
    first, missing last. `compared`: their comparisons with every benchmark. `benchmarks`: the
    group's and England's own rows.
    """

    row: pd.Series
    group: Area
    rows: pd.DataFrame
    compared: pd.DataFrame
    benchmarks: list[pd.Series]

    @property
    def place(self) -> str:
        """The area's place: "25th highest of the 33 London authorities"; empty if not ranked."""
        own = self.rows[self.rows["area_code"] == self.row["area_code"]].dropna(subset=["rank"])
        if own.empty:
            return ""
        rank = own.iloc[0]
        place = words.rank_words(rank["rank"], rank["rank_of"], tied=bool(rank["rank_tied"]))
        return f"{place} of {words.authorities_of(self.group, rank['rank_of'])}"

    @property
    def lines(self) -> list[tuple[str, float]]:
        """Name and value of each benchmark."""
        return [(geography.name(row["area_code"]), row["value"]) for row in self.benchmarks]

    @property
    def too_few(self) -> bool:
        """True if there is no other authority with a value."""
        return self.rows["value"].notna().sum() < 2


def find_peers(selection: Selection, row: pd.Series, group_code: str) -> Peers | None:
    """The peers of an authority's row in a group, or the authorities of the area if it is itself
    such a group; None where fewer than two authorities have a value."""
    if not group_code:
        return None
    group = geography.area(group_code)
    own = [] if selection.is_group else [row["area_code"]]
    codes = {*authorities_of(group_code), *own}
    table = {
        name: _like(selection.edition.read(name, indicators=[row["indicator_id"]]), row, codes)
        for name in ("indicators", "comparisons")
    }
    rows = _ranked(table["indicators"], table["comparisons"], group_code)
    lines = [*([row] if selection.is_group else []), *selection.benchmark_rows(row)]
    peers = Peers(row, group, rows, table["comparisons"], lines)
    return None if peers.too_few else peers


def authorities_of(group_code: str) -> list[str]:
    """Every authority that lies or lay in a group: publishers carry new codes back in time, so
    the rows of a period say which of them count."""
    areas = geography.areas()
    inside = (areas[["country_code", "region_code", "subregion_code"]] == group_code).any(axis=1)
    return list(areas.loc[inside & (areas["level"] == "authority"), "code"])


def _like(table: pd.DataFrame, row: pd.Series, codes: set[str]) -> pd.DataFrame:
    same = matching(table, row, [*PERIOD, *SLICE])
    return same[same["area_code"].isin(codes)]


def _ranked(rows: pd.DataFrame, compared: pd.DataFrame, group_code: str) -> pd.DataFrame:
    """Ranks and sides as the edition has them, joined; the order is by value, then name."""
    against = compared[compared["benchmark_area_code"] == group_code]
    columns = ["area_code", "rank", "rank_of", "rank_tied", "side"]
    joined = rows.merge(against[columns], on="area_code", how="left", validate="one_to_one")
    joined = joined.assign(area_name=[geography.name(code) for code in joined["area_code"]])
    return joined.sort_values(["value", "area_name"], ascending=[False, True], kind="stable")
