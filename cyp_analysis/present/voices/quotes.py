"""What children and young people said, word for word, from the file that an area keeps of it."""

import re

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, Html, joined, stacked, tag
from cyp_analysis.present.selection import Selection

COLUMNS = ("chapter", "quote", "age", "sex", "source", "date")
_PEOPLE = {"female": "girl", "male": "boy"}
_GROWN = {"female": "woman", "male": "man"}


def read_quotes(area_code: str) -> pd.DataFrame:
    """The quotes of an area, COLUMNS, empty if it keeps none; ChapterError for another file."""
    path = paths.data_dir() / "commentary" / area_code / "quotes.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    thing = f"commentary/{area_code}/quotes.csv"
    try:
        rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ChapterError(thing, "must be a UTF-8 CSV", error, "Save it again.") from None
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise ChapterError(thing, f"must have the column {missing[0]}", list(rows), "Add it.")
    return rows[list(COLUMNS)]


def quotes(selection: Selection, limit: int) -> Block:
    """The first quotes on the chapter's subject."""
    rows = read_quotes(selection.area.code)
    mine = rows[rows["chapter"] == selection.entry.id].head(limit)
    return stacked(*(_quote(row) for _, row in mine.iterrows()))


def all_quotes(selection: Selection) -> Block:
    """Every quote of the area below the title of its chapter, or where quotes would be kept."""
    rows = read_quotes(selection.area.code)
    if rows.empty:
        said = (
            f"No quotes have been collected for {words.area_words(selection.area)}. They are kept"
            f" in data/commentary/{selection.area.code}/quotes.csv, which names the chapter, the"
            " quote, the person's age and sex, the source and the date."
        )
        return Block(tag("div", tag("p", said), class_="no-data"), said)
    chapters = selection.catalogue.chapters
    parts = []
    for chapter, mine in rows.groupby("chapter", sort=False):
        title = chapters[chapter].title if chapter in chapters else words.sentence_case(chapter)
        parts.append(Block(tag("h3", title), title))
        parts += [_quote(row) for _, row in mine.iterrows()]
    return stacked(*parts)


def _quote(row: pd.Series) -> Block:
    """The words in quotation marks, and who said them where."""
    text = row["quote"].strip().strip("“”\"'")
    who = said_by(row)
    inside = joined(tag("p", f"“{text}”"), tag("footer", who) if who else Html(""))
    return Block(
        tag("blockquote", inside, class_="quote"), f"“{text}”" + (f" {who}" if who else "")
    )


def said_by(row: pd.Series) -> str:
    """ "Girl aged 15, Youth Board, March 2023": what is known of it."""
    age = row["age"].strip()
    grown = bool(re.fullmatch(r"\d+", age)) and int(age) >= 18
    person = (_GROWN if grown else _PEOPLE).get(row["sex"].strip().casefold(), "")
    person = person or ("young person" if age else "")
    aged = f"{person} aged {age}" if age else person
    parts = [words.sentence_case(aged), row["source"].strip(), row["date"].strip()]
    return ", ".join(part for part in parts if part)
