"""Invented places: a country, its regions and authorities, their wards and small areas."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cyp_analysis import catalogue, paths
from cyp_analysis.demo import chance

COUNTRY = "E92000001"
WARDS, SMALL_IN_WARD = 12, 4
_KINDS = ("06", "08", "10", "06", "09")  # unitary, metropolitan, county, unitary, borough
_FIRST = 900_001  # far above any code in use
MAX_AREAS = 400


@dataclass(frozen=True)
class Places:
    """Authorities (code, name, region_code, dfe_code, need, scale), the first one the area of the
    demonstration; regions (code, name); wards and small areas (code, name, area, need)."""

    country_name: str
    regions: pd.DataFrame
    authorities: pd.DataFrame
    wards: pd.DataFrame
    small_areas: pd.DataFrame

    @cached_property
    def area_codes(self) -> list[str]:
        """Authorities, then regions, then the country: the order of every array of areas."""
        return [*self.authorities["code"], *self.regions["code"], COUNTRY]

    @cached_property
    def area_names(self) -> list[str]:
        """The names in the order of `area_codes`."""
        return [*self.authorities["name"], *self.regions["name"], self.country_name]

    @cached_property
    def sums(self) -> np.ndarray:
        """The matrix that adds authorities up: one row an area, one column an authority."""
        own = np.eye(len(self.authorities), dtype=np.int64)
        regions = self.authorities["region_code"].to_numpy() == self.regions[["code"]].to_numpy()
        return np.vstack([own, regions.astype(np.int64), np.ones((1, len(own)), dtype=np.int64)])

    def neighbours(self, place: int, many: int = 10) -> np.ndarray:
        """The authorities most like one, by their number, nearest first."""
        table = self.authorities
        away = (table["need"] - table["need"].iloc[place]).abs()
        away += 0.2 * np.abs(np.log(table["scale"] / table["scale"].iloc[place]))
        order = np.argsort(away.to_numpy(), kind="stable")
        return order[order != place][:many]


def names() -> dict:
    """The invented names, from data/demo/names.yml."""
    return catalogue.read_yaml(paths.data_dir() / "demo" / "names.yml")


def make_places(many: int) -> Places:
    """So many authorities in regions of about ten, the first named as the demonstration's own."""
    words = names()
    count = int(min(max(2, round(many / 12)), len(words["regions"])))
    regions = pd.DataFrame(
        {
            "code": [f"E12{_FIRST + place:06d}" for place in range(count)],
            "name": words["regions"][:count],
        }
    )
    authorities = _authorities(many, regions, words)
    wards = _inside(authorities, WARDS, "E05", words["wards"])
    small = _inside(wards, SMALL_IN_WARD, "E01", ["A", "B", "C", "D"])
    return Places(words["country"], regions, authorities, wards, small)


def _authorities(many: int, regions: pd.DataFrame, words: dict) -> pd.DataFrame:
    made = [f"{stem}{end}" for end in words["endings"] for stem in words["stems"]]
    draw = chance.generator("authorities")
    need, scale = draw.normal(0, 1, MAX_AREAS), draw.lognormal(0, 0.45, MAX_AREAS)
    need[0], scale[0] = words["own_need"], words["own_scale"]
    places = range(many)
    return pd.DataFrame(
        {
            "code": [f"E{_KINDS[p % len(_KINDS)]}{_FIRST + p:06d}" for p in places],
            "name": [words["own"], *made[: many - 1]],
            "region_code": [regions["code"].iloc[p % len(regions)] for p in places],
            "dfe_code": [str(500 + p) for p in places],
            "need": need[:many],
            "scale": scale[:many],
        }
    )


def _inside(outer: pd.DataFrame, each: int, prefix: str, words: list[str]) -> pd.DataFrame:
    """`each` places inside every row of a table, their need around its own."""
    rows = outer.loc[outer.index.repeat(each)].reset_index(drop=True)
    number = np.tile(np.arange(each), len(outer))
    spread = chance.generator("inside", prefix).normal(0, 0.7, len(rows))
    top = rows["area"] if "area" in rows else rows["code"]
    return pd.DataFrame(
        {
            "code": [f"{prefix}{_FIRST + place:06d}" for place in range(len(rows))],
            "name": rows["name"] + " " + pd.Series(words).take(number).to_numpy(),
            "inside": rows["code"],
            "area": top,
            "number": number,
            "need": 0.6 * rows["need"] + spread,
        }
    )
