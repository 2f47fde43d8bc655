"""Rows on their way to a count table: what is left out, mended or told is listed, never lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from cyp_analysis.loaders.symbols import join_notes


def problem_table(problems: list[tuple[int, str]]) -> pd.DataFrame:
    """(line, what is wrong) pairs as a table with columns source_row and problem."""
    table = pd.DataFrame(problems, columns=["source_row", "problem"])
    return table.astype({"source_row": "int64", "problem": "str"})


@dataclass(frozen=True)
class Draft:
    """Rows on their way to a count table, with the problems found so far. Methods give a new one;
    `bad` and `where` are true/false per row."""

    rows: pd.DataFrame
    problems: pd.DataFrame = field(default_factory=lambda: problem_table([]))

    def mention(self, where: pd.Series, why: str | pd.Series) -> "Draft":
        """The same rows; a problem for each row picked out."""
        if not where.any():
            return self
        told = self.rows.loc[where, ["source_row"]]
        words = why if isinstance(why, str) else self._told(where, why)
        told = told.assign(problem=pd.Series(words, index=told.index, dtype="str"))
        return replace(self, problems=pd.concat([self.problems, told], ignore_index=True))

    def _told(self, where: pd.Series, why: pd.Series) -> pd.Series:
        """The words of the rows picked out, whether given for these alone or for all rows."""
        return why[where] if len(why) == len(self.rows) else why

    def leave_out(self, bad: pd.Series, why: str | pd.Series) -> "Draft":
        """Without the bad rows, each listed."""
        if not bad.any():
            return self
        words = "left out: " + (why if isinstance(why, str) else self._told(bad, why))
        return replace(self.mention(bad, words), rows=self.rows[~bad])

    def leave_out_together(self, bad: pd.Series, why: str) -> "Draft":
        """Without the bad rows, told once: they are not wrong, only not wanted here."""
        if not bad.any():
            return self
        first = self.rows.loc[bad, "source_row"].iloc[0]
        many = f"{bad.sum()} rows left out, from this one on" if bad.sum() > 1 else "left out"
        told = problem_table([(first, f"{many}: {why}")])
        return Draft(self.rows[~bad], pd.concat([self.problems, told], ignore_index=True))

    def blank(self, where: pd.Series, columns: list[str], why: str | pd.Series) -> "Draft":
        """The numbers named are made missing in the rows picked out, with a note and a problem."""
        if not where.any():
            return self
        note = pd.Series(why, index=self.rows.index, dtype="str").where(where, "")
        rows = self.rows.assign(
            **{name: self.rows[name].mask(where) for name in columns},
            value_note=join_notes(self.rows["value_note"], note),
        )
        return replace(self.mention(where, why), rows=rows)


def joined(drafts: Iterable[Draft]) -> Draft:
    """The rows and the problems of several drafts, one after another."""
    drafts = list(drafts)
    rows = pd.concat([draft.rows for draft in drafts], ignore_index=True)
    return Draft(rows, pd.concat([draft.problems for draft in drafts], ignore_index=True))
