"""Which rows of an edition one chapter of one area shows. Rows are chosen, never changed."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

import pandas as pd

from cyp_analysis.catalogue import Catalogue, Group, Indicator
from cyp_analysis.catalogue import Chapter as ChapterEntry
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import ChapterError
from cyp_analysis.geography import Area

PERIOD = ["period_start", "period_end"]
SLICE = ["sex", "age", "category_type", "category"]


@dataclass
class Selection:
    """The edition as one chapter of one area sees it, and what has been said on its page."""

    entry: ChapterEntry
    area: Area
    edition: Edition
    catalogue: Catalogue
    cut: pd.Timestamp | None = None
    told: set[str] = field(default_factory=set)
    ids: dict[str, int] = field(default_factory=dict)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Indicator rows of the area and of the areas it lies in, up to the cut."""
        return self.until(self.edition.read("indicators", areas=self.own_codes))

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """Comparison rows of the area and of the areas it lies in."""
        return self.edition.read("comparisons", areas=self.own_codes)

    @property
    def own_codes(self) -> list[str]:
        """The area's code, then its subregion, region and country."""
        area = self.area
        codes = [area.code, area.subregion_code, area.region_code, area.country_code]
        return [code for code in dict.fromkeys(codes) if code]

    def until(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows whose period has ended by the cut."""
        return rows if self.cut is None else rows[rows["period_end"] <= self.cut]

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator; ChapterError with near matches if the catalogue has none of that id."""
        known = self.catalogue.indicators
        if indicator_id not in known:
            near = get_close_matches(str(indicator_id), known, n=3) or sorted(known)[:3]
            raise ChapterError(
                f"chapter {self.entry.id}",
                "must ask for an indicator of the catalogue",
                repr(indicator_id),
                f"Near: {', '.join(near)}.",
            )
        return known[indicator_id]

    def indicators(self, ids: str | list[str] | None = None) -> list[Indicator]:
        """The indicators of a list or of a group of the chapter, else all of the chapter."""
        if ids is None:
            return list(self.catalogue.chapter_indicators(self.entry.id))
        names = self.group(ids).indicators if isinstance(ids, str) else ids
        return [self.indicator(indicator_id) for indicator_id in names]

    def group(self, group_id: str) -> Group:
        """A group of the chapter; ChapterError naming those it has."""
        groups = {group.id: group for group in self.entry.groups}
        if group_id not in groups:
            raise ChapterError(
                f"chapter {self.entry.id}",
                "must ask for a group that chapters.yml gives it",
                repr(group_id),
                f"It has: {', '.join(groups) or 'none'}.",
            )
        return groups[group_id]

    def series(self, indicator_id: str, area_code: str | None = None) -> pd.DataFrame:
        """Headline rows of one indicator for one area, oldest first, one row a period."""
        code = area_code or self.area.code
        mine = (self.rows["indicator_id"] == indicator_id) & (self.rows["area_code"] == code)
        return headline_rows(self.rows[mine]).sort_values("period_end", kind="stable")

    def latest(self, indicator_id: str) -> pd.Series | None:
        """The area's newest headline row, with or without a value; None if it has no row."""
        rows = self.series(indicator_id)
        return rows.iloc[-1] if len(rows) else None

    def latest_known(self, indicator_id: str) -> pd.Series | None:
        """The area's newest headline row that has a value."""
        rows = self.series(indicator_id)
        rows = rows[rows["value"].notna()]
        return rows.iloc[-1] if len(rows) else None

    def compared(self, row: pd.Series) -> pd.DataFrame:
        """The comparisons of one indicator row."""
        return matching(self.comparisons, row, ["indicator_id", "area_code", *PERIOD, *SLICE])

    @property
    def line_codes(self) -> list[str]:
        """The area, its region, its country: the lines of a trend."""
        codes = [self.area.code, self.area.region_code, self.area.country_code]
        return [code for code in dict.fromkeys(codes) if code]

    def benchmark_rows(self, row: pd.Series) -> list[pd.Series]:
        """The region's and England's rows of the same period and slice, where they have a value."""
        found = []
        for code in self.line_codes[1:]:
            series = self.series(row["indicator_id"], code).dropna(subset=["value"])
            same = matching(series, row, [*PERIOD, *SLICE])
            found += [same.iloc[0]] if len(same) else []
        return found

    def group_code(self, benchmark: str) -> str:
        """The code of the group to compare within: of a region or country its own authorities;
        empty if the area lies in none. ChapterError unless `benchmark` is "region" or "england".
        """
        codes = {"region": self.area.region_code, "england": self.area.country_code}
        if benchmark not in codes:
            raise ChapterError(
                f"chapter {self.entry.id}",
                "`benchmark` must be region or england",
                repr(benchmark),
                "Correct the call in the notebook.",
            )
        return self.area.code if self.is_group else codes[benchmark]

    @property
    def is_group(self) -> bool:
        """Whether the area is made of authorities: a region or England."""
        return self.area.level in ("region", "country")

    def unique_id(self, base: str) -> str:
        """An id that no block of this chapter has had: base, then base-2, base-3 …"""
        self.ids[base] = self.ids.get(base, 0) + 1
        return base if self.ids[base] == 1 else f"{base}-{self.ids[base]}"


def headline_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without a category; of several sexes all persons, of several ages the first."""
    whole = rows[rows["category_type"] == ""]
    persons = whole[whole["sex"] == "persons"]
    chosen = persons if len(persons) else whole
    return chosen.drop_duplicates(["indicator_id", "area_code", *PERIOD])


def matching(table: pd.DataFrame, row: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Rows of a table that agree with one row in the columns named."""
    same = pd.Series(True, index=table.index)
    for column in columns:
        same &= table[column] == row[column]
    return table[same]
