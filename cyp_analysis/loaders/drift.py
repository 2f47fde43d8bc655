"""A column that a publisher renamed: what it may be called now, with the evidence.

The file stays unread until a person has looked: the proposal is an alias for the passport, ready
to be applied, and says on what it rests: the likeness of the names, the range of the figures, their
agreement with the last edition that could be read, and totals that are the sum of their parts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import files, headers, layout, passport_patch, recognise, symbols

_WORTH_TELLING = 0.5
_DATED = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_ALIKE = 0.6
# What each kind of evidence adds to the likeness of the names.
_SAME_FIGURES, _ADDS_UP, _ONLY_ONE, _OTHER_RANGE, _OTHER_KIND = 1.0, 0.75, 0.25, -0.5, -1.0
_SYNONYMS = {
    **dict.fromkeys(["number", "num", "no", "n", "t", "total"], "count"),
    **dict.fromkeys(["percentage", "pct", "pc", "pt", "perc", "proportion"], "percent"),
    **dict.fromkeys(["child", "pupil", "pupils"], "children"),
}
_FILLERS = ("of", "the", "in", "for", "and", "per")
# Identifiers of Explore Education Statistics files, which passports need not name.
_KEYS = (
    "time_period",
    "time_identifier",
    "geographic_level",
    *("country_code", "country_name", "region_code", "region_name"),
    *("new_la_code", "old_la_code", "la_name", "lad_code", "lad_name"),
)


@dataclass(frozen=True)
class Proposal:
    """`wanted` of the passport may be `found` in the file; the evidence in words."""

    wanted: str
    found: str
    score: float
    evidence: tuple[str, ...]


class DriftError(SourceError):
    """A file whose columns were renamed; `patch` is ready to be applied to the passport."""

    def __init__(
        self, error: SourceError, action: str, proposals: tuple[Proposal, ...], patch: str
    ) -> None:
        super().__init__(error.thing, error.rule, error.got, action)
        self.proposals, self.patch = proposals, patch

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.patch}"

    def __reduce__(self) -> tuple:
        bare = SourceError(self.thing, self.rule, self.got, self.action)
        return type(self), (bare, self.action, self.proposals, self.patch)


def explained(error: recognise.MissingColumns) -> SourceError:
    """The same error with what the missing columns may be called now; the error itself where
    nothing in the file is like them."""
    if not error.found:  # a record, not a header: nothing of it is repeated
        return error
    try:
        proposals = propose(Path(error.thing), error.source, error.lacking)
    except CypError:  # a file too broken to be looked at keeps its first message
        return error
    if not proposals:
        return error
    patch = passport_patch.alias_patch(error.source, {p.wanted: p.found for p in proposals})
    told = "; ".join(f"`{p.wanted}` is `{p.found}` ({', '.join(p.evidence)})" for p in proposals)
    action = (
        f"Proposed: {told}. If that is right, apply the patch below to {passport_patch.FOLDER}/"
        f"{error.source.id}.yml (`git apply` takes it); if not, download the file again."
    )
    return DriftError(error, action, tuple(proposals), patch)


def propose(path: Path, source: Source, lacking: Iterable[str]) -> list[Proposal]:
    """For each lacking column the best of the file's columns that the passport does not know, if
    there is good reason; each column is proposed once."""
    rows, earlier = _columns_of(path, source), _last_edition(path, source)
    free = _unknown(rows, source)
    lacking = list(lacking)
    known = {name: rows[name] for name in rows if name not in free}
    context = _Context(source, rows, earlier, known, len(lacking) == len(free) == 1)
    weighed = [_weigh(wanted, rows[found], context) for wanted, found in product(lacking, free)]
    chosen: list[Proposal] = []
    for proposal in sorted(weighed, key=lambda each: -each.score):
        used = {p.wanted for p in chosen} | {p.found for p in chosen}
        if proposal.score >= _WORTH_TELLING and not {proposal.wanted, proposal.found} & used:
            chosen.append(proposal)
    return sorted(chosen, key=lambda each: lacking.index(each.wanted))


@dataclass(frozen=True)
class _Context:
    source: Source
    rows: pd.DataFrame
    earlier: tuple[Path, pd.DataFrame] | None
    known: dict[str, pd.Series]
    last_pair: bool


def _weigh(wanted: str, cells: pd.Series, context: _Context) -> Proposal:
    """One pair with all that speaks for or against it."""
    likeness = name_likeness(wanted, str(cells.name))
    score, evidence = likeness, [f"names {likeness:.0%} alike"]
    for weight, told in (
        *_against_last_edition(wanted, cells, context),
        *_sums(wanted, cells, context),
    ):
        score += weight
        evidence.append(told)
    if context.last_pair:
        score += _ONLY_ONE
        evidence.append("the only column that the passport does not know")
    # Figures alone prove nothing between columns whose names share nothing, unless they agree.
    sound = likeness >= _ALIKE or score - likeness >= _ADDS_UP
    sound |= context.last_pair and likeness >= _ALIKE / 2
    return Proposal(wanted, str(cells.name), score if sound else 0.0, (*evidence,))


def name_likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: letters in order, or words in common, whichever is more."""
    first, second = (" ".join(_words(name)) for name in (one, other))
    letters = SequenceMatcher(None, first, second).ratio()
    a, b = set(first.split()), set(second.split())
    return max(letters, len(a & b) / max(len(a | b), 1))


def _words(name: str) -> list[str]:
    """`CPP_At31` → cpp, at, 31: letters and digits apart, in the words that publishers mean."""
    parts = re.findall(r"[a-z]+|[0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    return [_SYNONYMS.get(part, part) for part in parts if part not in _FILLERS]


def _against_last_edition(
    wanted: str, cells: pd.Series, context: _Context
) -> Iterable[tuple[float, str]]:
    if context.earlier is None or wanted not in context.earlier[1]:
        return
    path, before = context.earlier
    old, new = symbols.parse_numbers(before[wanted]), symbols.parse_numbers(cells)
    if old["number"].notna().any() != new["number"].notna().any():
        yield _OTHER_KIND, f"unlike {path.name} one of them holds no numbers"
        return
    share, pairs = _agreement(context.rows, cells, before, wanted)
    if pairs:
        yield _SAME_FIGURES * share, f"equal in {share:.0%} of {pairs:,} cells of {path.name}"
    low, high = old["number"].min(), old["number"].max()
    inside = new["number"].dropna().between(low * 0.5 - 1, high * 2 + 1).mean()
    if pd.notna(inside):
        yield (0.0 if inside > 0.95 else _OTHER_RANGE), f"{inside:.0%} in the range seen there"


def _agreement(
    rows: pd.DataFrame, cells: pd.Series, before: pd.DataFrame, wanted: str
) -> tuple[float, int]:
    """Share of equal cells where area and period stand in both editions, and how many do."""
    keys = [name for name in _shared_texts(rows, before, {str(cells.name), wanted})]
    if not keys:
        return 0.0, 0
    now = rows[keys].assign(cell=cells).drop_duplicates(keys, keep=False)
    then = before[keys].assign(cell=before[wanted]).drop_duplicates(keys, keep=False)
    both = now.merge(then, on=keys, suffixes=("_now", "_then"))
    both = both[(both["cell_now"] != "") & (both["cell_then"] != "")]
    return (float((both["cell_now"] == both["cell_then"]).mean()) if len(both) else 0.0), len(both)


def _shared_texts(rows: pd.DataFrame, before: pd.DataFrame, other: set[str]) -> list[str]:
    """Columns of both editions that say what a row is of: those without figures, and the known
    identifiers, which may be numbers."""
    shared = [name for name in rows if name in before and name not in {*other, "source_row"}]
    return [
        name
        for name in shared
        if headers.key(name) in _KEYS or symbols.parse_numbers(rows[name])["number"].isna().all()
    ]


def _sums(wanted: str, cells: pd.Series, context: _Context) -> Iterable[tuple[float, str]]:
    """A total and its parts, where the passport names them and all others are there."""
    for total, parts in context.source.identities.items():
        columns = {name: context.known.get(name) for name in (total, *parts)} | {wanted: cells}
        if wanted not in (total, *parts) or any(each is None for each in columns.values()):
            continue
        numbers = {n: symbols.parse_numbers(c)["number"] for n, c in columns.items()}
        added = pd.concat([numbers[name] for name in parts], axis=1).sum(axis=1, skipna=False)
        known = added.notna() & numbers[total].notna()
        if known.any():
            share = float((added[known] == numbers[total][known]).mean())
            told = f"`{total}` is the sum of its parts in {share:.0%} of {int(known.sum()):,} rows"
            yield (_ADDS_UP * share if share > 0.5 else -_ADDS_UP), told


def _columns_of(path: Path, source: Source) -> pd.DataFrame:
    """The fullest sheet of a drifted file, under the passport's names where it has them."""
    sheets = files.read_sheets(path)
    sheet, at = max(((s, recognise.likely_header(s.records)) for s in sheets), key=_width)
    names = headers.unique(sheet.records[at])
    records = [record for record in sheet.records[at + 1 :] if len(record) == len(names)]
    rows = pd.DataFrame(records, columns=names, dtype="str")
    return rows.rename(columns=headers.canonical(names, passport_columns(source), source))


def _width(found: tuple[files.Sheet, int]) -> int:
    sheet, at = found
    return sum(map(bool, sheet.records[at]))


def _unknown(rows: pd.DataFrame, source: Source) -> list[str]:
    known = {headers.key(name) for name in passport_columns(source)}
    names = [name for name in rows if headers.key(name) not in known]
    return [] if headers.may_be_personal(names) else names


def passport_columns(source: Source) -> list[str]:
    """Every column that a passport speaks of, under its own names."""
    specs = source.measures.values()
    cells = [value for spec in specs for value in spec.values() if isinstance(value, str)]
    wheres = [name for spec in specs for name in spec.get("where", {})]
    parts = [name for total, some in source.identities.items() for name in (total, *some)]
    return [*dict.fromkeys([*source.header, *source.aliases, *source.filters, *cells, *wheres,
                            *parts, *_KEYS])]  # fmt: skip


def _last_edition(path: Path, source: Source) -> tuple[Path, pd.DataFrame] | None:
    """The newest other file beside this one, or in a dated folder beside its own, that the
    passport still describes."""
    dated = [path.parent, *path.parent.parent.glob(_DATED)] if path.parent.match(_DATED) else []
    near = {p for folder in (path.parent, *dated) for p in folder.glob("*")}
    others = [p for p in recognise.named_as(near, source) if p != path and p.is_file()]
    for other in sorted(others, key=lambda p: (p.parent.name, p.name), reverse=True):
        try:
            return other, layout.open_tables(other, source, passport_columns(source))[0].rows
        except CypError:  # no help from a file that cannot be read either
            continue
    return None
