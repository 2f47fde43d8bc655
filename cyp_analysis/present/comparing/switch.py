"""What a table may be set beside instead: the verdicts of the edition against each comparator."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.present import rounding, shown
from cyp_analysis.present.choosing import Choice
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing.comparators import told
from cyp_analysis.present.markup import verdict
from cyp_analysis.present.peers import Peers
from cyp_analysis.present.selection import PERIOD, Selection, matching
from cyp_analysis.present.tables import Table

VERDICT = "Verdict against"
SUMMARY_COLUMNS = ("Benchmark", f"{VERDICT} benchmark")
_OWN = "benchmark"
_NEIGHBOURS = "statistical_neighbours"


def with_summary_choice(selection: Selection, made: Table, rows: Sequence[pd.Series]) -> Table:
    """A table of many indicators of one area with its choice of comparators; `rows` are the
    indicator rows in its order. The same where it shows no verdict or has nothing to choose."""
    headers = [column.header for column in made.columns]
    if not set(SUMMARY_COLUMNS) <= set(headers):
        return made
    found = [_keyed(of.comparators_of(selection, row)) for row in rows]
    every = _all_but_main(pd.concat(found), _main_name(rows))
    if every.empty:
        return made
    places = [headers.index(header) for header in SUMMARY_COLUMNS]
    keys, names = list(every["key"]), [_name(row) for _, row in every.iterrows()]
    cells = tuple(
        (tuple(shown_row[n] for n in places), *(_cells(selection, known, row, key) for key in keys))
        for shown_row, known, row in zip(made.rows, found, rows, strict=True)
    )
    return replace(made, choice=Choice((_main_name(rows), *names), SUMMARY_COLUMNS, cells))


def _all_but_main(found: pd.DataFrame, main: str) -> pd.DataFrame:
    """Each comparator once in the order of telling, without the one that is shown at first."""
    every = told(found).drop_duplicates("key")
    every = every.iloc[every["comparator_id"].map(of.place_of).argsort(kind="stable")]
    return every[(every["comparator_name"] != main) | (every["how"] != "published")]


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """With the key of the comparator: a median of the same areas is another one than their mean."""
    median = rows["how"].map({"median": ":median"}).fillna("")
    return rows.assign(key=rows["comparator_id"] + median)


def _main_name(rows: Sequence[pd.Series]) -> str:
    """What the table is set beside at first, by name if it is the same for every row."""
    codes = {row["benchmark_area_code"] for row in rows} - {""}
    return geography.name(codes.pop()) if len(codes) == 1 else "Benchmark of each figure"


def _name(row: pd.Series) -> str:
    """ "England", "Statistical neighbours (mean)"."""
    made = {"published": "", "pooled": " (taken together)"}
    return row["comparator_name"] + made.get(row["how"], f" ({row['how']})")


def _cells(selection: Selection, known: pd.DataFrame, row: pd.Series, key: str) -> tuple[str, str]:
    found = known[known["key"] == key]
    if found.empty:
        return shown.NO_BENCHMARK, verdict(*shown.NOT_COMPARED)
    other = found.iloc[0]
    value = rounding.value_text(other["value"], selection.indicator(row["indicator_id"]))
    return f"{other['comparator_name']} {value}", verdict(other["outcome"], other["side"])


def ranking_choice(selection: Selection, peers: Peers) -> Choice | None:
    """For a table of authorities: the benchmarks that it has a column for, and each authority's
    own statistical neighbours and groups. None where there is only one of them."""
    codes = [row["area_code"] for row in peers.benchmarks]
    others = _of_authorities(selection, peers)
    names = {key: _shared_name(each) for key, each in others.groupby("key", sort=False)}
    if not codes or len(codes) + len(names) < 2:
        return None
    headers = [f"{VERDICT} {geography.name(code)}" for code in codes]
    top = (_OWN,) * (len(codes) + len(names))
    rows = [top] * len(codes) + _verdicts(peers, codes, others, list(names))
    return Choice(
        (*map(geography.name, codes), *names.values()),
        (headers[0],),
        tuple(tuple((cell,) for cell in row) for row in rows),
        tuple(headers[1:]),
        f"{VERDICT} ",
    )


def _shared_name(rows: pd.DataFrame) -> str:
    """The name of one comparator of many authorities: how it was made only if alike for all."""
    first = rows.iloc[0]
    return _name(first) if rows["how"].nunique() == 1 else first["comparator_name"]


def _of_authorities(selection: Selection, peers: Peers) -> pd.DataFrame:
    table = selection.edition.read(
        "comparators",
        areas=list(peers.rows["area_code"]),
        indicators=[peers.row["indicator_id"]],
    )
    same = matching(table, peers.row, [*PERIOD, "sex", "age"])
    kinds = same["comparator_id"].str.split(":").str[0]
    return _keyed(same[kinds.isin([_NEIGHBOURS, "group"]) & same["value"].notna()])


def _verdicts(
    peers: Peers, codes: list[str], others: pd.DataFrame, ids: list[str]
) -> list[tuple[str, ...]]:
    """One row = one authority in the order of the table: a verdict against each comparator."""
    sides = {
        key: (row["outcome"], row["side"])
        for table, name in ((peers.compared, "benchmark_area_code"), (others, "key"))
        for key, (_, row) in zip(
            zip(table["area_code"], table[name], strict=True), table.iterrows(), strict=True
        )
    }
    return [
        tuple(verdict(*sides.get((code, key), shown.NOT_COMPARED)) for key in (*codes, *ids))
        for code in peers.rows["area_code"]
    ]
