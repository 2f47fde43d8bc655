"""What else some columns of a table may say, to be chosen by its reader: the verdicts against
other comparators, worked out beforehand. Without scripts there is the table and no control."""

from dataclasses import dataclass
from functools import cached_property

from cyp_analysis.present.markup import Html, joined, tag

LABEL = "Compare with"


@dataclass(frozen=True)
class Choice:
    """Per name other contents of some columns, the first name being what the table shows.

    `cells`: row → name → one content for each of `columns` (by header). `folded`: headers of
    columns that the control makes needless. `heading`: what a name follows in the header of the
    last of the columns; without it the headers stay.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], ...], ...]
    folded: tuple[str, ...] = ()
    heading: str = ""

    @cached_property
    def different(self) -> list[str]:
        """Each content once: many rows have the same verdict."""
        return list(dict.fromkeys(cell for row in self.cells for of in row for cell in of))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Of each row the places of its contents among the different ones, name by name."""
        place = {content: str(number) for number, content in enumerate(self.different)}
        return tuple(" ".join(place[cell] for of in row for cell in of) for row in self.cells)


def control(choice: Choice, caption_id: str, caption: str) -> Html:
    """The list to choose from, which only scripts bring into sight."""
    options = joined(*(tag("option", name, value=str(n)) for n, name in enumerate(choice.names)))
    hidden = tag("span", f" in the table: {caption}", class_="visually-hidden")
    label = tag("label", joined(LABEL, hidden), for_=f"{caption_id}-choice")
    select = tag("select", options, id=f"{caption_id}-choice", data_table=f"{caption_id}-table")
    said = tag("span", "", class_="visually-hidden", role="status")
    return tag("div", joined(label, select, said), class_="choice", hidden="hidden")


def contents(choice: Choice) -> Html:
    """The different contents, which rows name by their place."""
    return tag("template", joined(*(tag("div", content) for content in choice.different)))


def header_marks(choice: Choice, header: str) -> dict[str, str]:
    """The attributes by which the page's script knows a header: the place of its column among
    those that change, and the words before the name."""
    if header in choice.folded:
        return {"class_": "folded"}
    if header not in choice.columns:
        return {}
    last = header == choice.columns[-1]
    heading = {"data_heading": choice.heading} if choice.heading and last else {}
    return {"data_choice": str(choice.columns.index(header))} | heading
