"""A drawn figure as SVG that can stand inside a page: text as text, ids its own, no metadata."""

import io
import re

from cyp_analysis.present.markup import Html, escape
from cyp_analysis.present.svg_light import lighter
from cyp_analysis.visible import visible

_FONTS = "Arial, Helvetica, sans-serif"
_STYLE = "width: 100%; max-width: 38rem; height: auto; margin: 0 auto"


def inline_svg(figure, prefix: str, alt: str) -> Html:
    """The figure as one <svg role="img"> with its alternative text; ids begin with `prefix`.

    The same figure gives the same bytes: the ids come from a fixed salt, and dates are left out.
    """
    target = io.StringIO()
    figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawn = _without_wrapping(visible(target.getvalue()))
    drawn = _own_ids(_own_root(_with_short_paths(drawn), alt), prefix)
    drawn = re.sub(r' transform="rotate\(-0 [^"]*"', "", drawn)
    return lighter(re.sub(r"'DejaVu Sans'[^;\"]*", _FONTS, drawn))


def _without_wrapping(text: str) -> str:
    """No prolog, document type, metadata, comments or page-wide style."""
    body = text[text.index("<svg") :]
    for pattern in (
        r"<!--.*?-->",
        r"<metadata>.*?</metadata>",
        r"<style.*?</style>",
        r"<defs>\s*</defs>",
    ):
        body = re.sub(pattern, "", body, flags=re.DOTALL)
    return re.sub(r"\n\s*\n+", "\n", body).strip()


def _with_short_paths(text: str) -> str:
    """Outlines as steps of tenths of a point, finer than a reader can see: a map of hundreds of
    neighbourhoods weighs half as much. Curves keep their numbers, to a hundredth."""

    def short(path: re.Match) -> str:
        straight = not re.search("[^MLz0-9. \n-]", path[1])
        return f' d="{_in_steps(path[1]) if straight else _rounded(path[1])}"'

    return re.sub(r' d="([^"]*)"', short, text)


def _rounded(path: str) -> str:
    hundredths = re.sub(r"(\.\d\d)\d+", r"\1", path)
    return re.sub(r" *([A-Za-z]) *", r"\1", " ".join(hundredths.split()))


def _in_steps(path: str) -> str:
    """Straight lines, each point but the first told by how far it lies from the one before; whole
    tenths are added up, so that no rounding does."""
    steps, at = [], None
    for command, numbers in re.findall(r"([MLz])([^MLz]*)", path):
        if command == "z":
            steps.append("z")
            continue
        x, y = (round(float(number) * 10) for number in numbers.split())
        if command == "M":
            steps.append(f"M{_tenths(x)} {_tenths(y)}")
        elif (x, y) != at:
            steps.append(f"l{_tenths(x - at[0])} {_tenths(y - at[1])}")
        at = (x, y)
    return "".join(steps)


def _tenths(number: int) -> str:
    return f"{number / 10:g}"


def _own_root(text: str, alt: str) -> str:
    view = re.search(r'viewBox="([^"]+)"', text).group(1)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{view}" role="img" aria-label="{escape(visible(alt))}" style="{_STYLE}"'
        f' stroke-linejoin="round" stroke-linecap="butt">'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: root, text, count=1)


def _own_ids(text: str, prefix: str) -> str:
    """Ids that something points at, made the figure's own and short; the others go."""
    used = re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', text)
    names = dict.fromkeys(name for pair in used for name in pair if name)
    own = {name: f"{prefix}-p{number}" for number, name in enumerate(names, 1)}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{own[m[1]]}"' if m[1] in own else "", text)
    return re.sub(r'(?<=[("]#)([^)"]+)(?=[)"])', lambda m: own.get(m[1], m[1]), text)
