"""What stands under a figure or table: its source, how it was made, how old it is, its address.

Figures are as old as the edition knew them to be: a page that is opened or built again later under
the name of its day says the same.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from cyp_analysis import clock
from cyp_analysis.present import words
from cyp_analysis.present.markup import Html, joined, paragraph, tag

if TYPE_CHECKING:
    from cyp_analysis.edition_reader import Edition

OLD_MONTHS = 24
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_KIND = {"crude_rate": "rate", "proportion": "proportion", "count": "count"}
_INTERVAL = {
    "byars": "95% interval by Byar's method",
    "exact": "exact Poisson 95% interval",
    "byars exact": "95% interval by Byar's method, exact Poisson below 10",
    "wilson": "95% interval by Wilson's score method",
    "published": "95% interval as published",
}


class Credit(str):
    """A source line that also knows how its figures were made and how old they are."""

    method: str
    age: Html

    def __new__(cls, text: str, *, method: str = "", age: Html | None = None) -> "Credit":
        made = super().__new__(cls, text)
        made.method, made.age = method, age or Html("")
        return made

    def reworded(self, text: str) -> "Credit":
        """Other words of the same figures."""
        return Credit(text, method=self.method, age=self.age)


@dataclass(frozen=True)
class Span:
    """Whole months between the newest and the oldest of some figures and a day."""

    newest: int
    oldest: int

    @property
    def words(self) -> str:
        """ "8 months old", "1 to 9 years old"."""
        first, last = _months_words(self.newest), _months_words(self.oldest)
        if first == last:
            return f"{last} old"
        if first.split()[-1].rstrip("s") == last.split()[-1].rstrip("s"):
            first = first.rpartition(" ")[0]
        return f"{first} to {last} old"

    @property
    def warning(self) -> str:
        """ "Old", "Some old" or nothing: figures are old after two years."""
        if self.newest > OLD_MONTHS:
            return "Old"
        return "Some old" if self.oldest > OLD_MONTHS else ""


def under(source: str, what: str, title: str, address: str) -> Html:
    """The paragraphs below a figure or table (`what`): source and method, then age and link."""
    method, age = (source.method, source.age) if isinstance(source, Credit) else ("", Html(""))
    hidden = tag("span", f": {title}", class_="visually-hidden")
    link = tag("a", joined(f"Link to this {what}", hidden), href=f"#{address}", class_="deep-link")
    return joined(
        paragraph(" ".join(filter(None, [source, method])), "source"),
        paragraph(joined(age, " " if age else "", link), "age-line"),
    )


def method_words(rows: pd.DataFrame) -> str:
    """ "Method: rate; 95% interval by Byar's method." of figures calculated here in one way,
    "Method: as published." of those that were not calculated; empty where ways are mixed."""
    if not {"statistic", "method"} <= set(rows.columns):
        return ""
    kinds = sorted(rows["statistic"].astype(str).unique())
    ways = " ".join(sorted(set(rows["method"].astype(str)) - {"none"}))
    if kinds == ["published"] and not ways:
        return "Method: figures as published, without an interval."
    if len(kinds) > 1 or (ways and ways not in _INTERVAL):
        return ""
    said = {"published": "figures as published"} | _KIND
    interval = _INTERVAL.get(ways, "")
    kind = said.get(kinds[0], words.spaced(kinds[0])) if kinds else ""
    return f"Method: {'; '.join(filter(None, [kind, interval]))}." if kind else ""


def age_badge(rows: pd.DataFrame, day: date | None) -> Html:
    """The badge of some rows: what period, when published, how old on a day; beyond two years it
    says so in a word. `rows` has `period_end`; label, publication and indicator where known.
    Empty where no row has a period."""
    newest = newest_rows(rows)
    if newest.empty:
        return Html("")
    parts = [_period_words(newest), _published_words(newest)]
    span = span_of(newest, day) if day else None
    parts += [span.words] if span else []
    text = words.sentence_case(" · ".join(filter(None, parts)))
    warning = span.warning if span else ""
    mark = joined(tag("strong", warning), " ") if warning else Html("")
    return tag("span", joined(mark, text), class_="age age-old" if warning else "age")


def newest_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each indicator the row of the newest period; of a table without indicators, of all."""
    if "period_end" not in rows.columns:
        return rows.head(0)
    rows = rows[pd.notna(rows["period_end"])].sort_values("period_end", kind="stable")
    key = [name for name in ("indicator_id",) if name in rows.columns]
    return rows.drop_duplicates(key, keep="last") if key else rows.tail(1)


def span_of(newest: pd.DataFrame, day: date) -> Span:
    """How old the rows are on a day; what is projected is as old as its publication."""
    ends = pd.to_datetime(newest["period_end"])
    if "source_published" in newest.columns:
        published = pd.to_datetime(newest["source_published"])
        ends = ends.where(~(ends > published), published)
    months = [max(0, _months(end, day)) for end in ends]
    return Span(min(months), max(months))


def edition_day(edition: "Edition") -> date | None:
    """The day in the edition's name, else the one it was made on; None if no file tells, as of an
    edition that is held in memory."""
    named = _DAY.search(getattr(edition, "name", ""))
    if named:
        return date.fromisoformat(named.group())
    folder = getattr(edition, "path", None)
    if folder is None:
        return None
    receipt, table = folder / "receipt.json", folder / "indicators.parquet"
    if receipt.is_file():
        return date.fromisoformat(json.loads(receipt.read_text(encoding="utf-8"))["created"][:10])
    if not table.is_file():
        return None
    # While it is being made, the day is the build's, whatever the clock of the disk says.
    return clock.today() if clock.is_held() else date.fromtimestamp(table.stat().st_mtime)


def _months(end: pd.Timestamp, day: date) -> int:
    return (day.year - end.year) * 12 + day.month - end.month - (day.day < end.day)


def _months_words(months: int) -> str:
    if months < 1:
        return "less than a month"
    number, unit = (months, "month") if months < 12 else (months // 12, "year")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _period_words(newest: pd.DataFrame) -> str:
    """ "figures for 2016", "figures for 2015 to summer 2021"."""
    if "period_label" in newest.columns:
        labels = newest["period_label"].astype(str)
    else:
        labels = newest["period_end"].map(words.date_words)
    first, last = labels.iloc[0], labels.iloc[-1]
    same_day = newest["period_end"].nunique() == 1
    return f"figures for {last}" if same_day or first == last else f"figures for {first} to {last}"


def _published_words(newest: pd.DataFrame) -> str:
    """ "published November 2025"; a document without a date is dated "about"."""
    if "source_published" not in newest.columns:
        return ""
    days = newest["source_published"].dropna().sort_values()
    if days.empty:
        return ""
    about = bool(newest.get("date_estimated", pd.Series([False])).any())
    ends = list(dict.fromkeys(f"{day:%B %Y}" for day in (days.iloc[0], days.iloc[-1])))
    return f"published {'about ' if about else ''}{' to '.join(ends)}"
