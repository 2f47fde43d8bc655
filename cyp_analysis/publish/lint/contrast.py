"""Contrast of the theme, worked out from the style sheet of a page: light, dark, and the charts."""

import re

from cyp_analysis.publish.lint.sheet import Sheet

TEXT, GRAPHIC = 4.5, 3.0
# What words stand on. A colour of a pair has its own ground: `--worse` stands on `--worse-bg`.
_GROUNDS = ("paper", "tint", "mark")
# Hairlines that part what position and words part already: no one needs to see them.
_HAIRLINES = ("line",)
# Drawn, not written: focus rings, rules and marks.
_DRAWN = ("accent",)
_BANDS = ("band",)
_BLOCK = re.compile(r"([^{}]*)\{([^{}]*)\}")
_VARIABLE = re.compile(r"--([\w-]+)\s*:\s*(#[0-9a-fA-F]{3,8})")
_DECLARED = re.compile(r"(?:^|[;\s])(color|background|background-color)\s*:\s*([^;}]+)")


def ratio(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) in (3, 4) else digits
    shares = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def schemes(style: str) -> dict[str, dict[str, str]]:
    """The colours of each scheme by name: those of `:root`, and again where a block changes some;
    keyed by the block's selector, the dark one as “dark”."""
    found, base = {}, {}
    for before, body in _BLOCK.findall(_plain(style)):
        colours = dict(_VARIABLE.findall(body))
        if not colours:
            continue
        selector = before.strip().split("\n")[-1].strip() or ":root"
        name = "light" if not base else "dark" if selector == ":root" else selector
        base = base or colours
        found[name if name not in found else f"{name} ({len(found)})"] = base | colours
    return found


def theme_faults(sheet: Sheet) -> list[str]:
    """Words at 4.5 and marks at 3.0 on every ground that they may stand on, in every scheme."""
    faults = []
    for name, colours in schemes(sheet.style).items():
        for text, ground, wanted in _pairs(colours):
            got = ratio(colours.get(text, text), colours.get(ground, ground))
            if got < wanted:
                faults.append(f"{name}: {text} on {ground} is {got:.2f}, not {wanted}")
        faults += _rule_faults(sheet.style, name, colours)
    return faults


def _pairs(colours: dict[str, str]) -> list[tuple[str, str, float]]:
    grounds = [ground for ground in _GROUNDS if ground in colours]
    pairs = [("#ffffff", band, TEXT) for band in _BANDS if band in colours]
    for name in colours:
        if name in _GROUNDS or name in _HAIRLINES or name in _BANDS or name.endswith("-bg"):
            continue
        own = f"{name}-bg"
        wanted = GRAPHIC if name in _DRAWN else TEXT
        pairs += [(name, own, TEXT)] if own in colours else [(name, g, wanted) for g in grounds]
    return pairs


def _rule_faults(style: str, scheme: str, colours: dict[str, str]) -> list[str]:
    """Rules that set both a colour of words and what is behind them."""
    faults = []
    for before, body in _BLOCK.findall(_plain(style)):
        own = colours | dict(_VARIABLE.findall(body))
        set_here = {
            "background" if key.startswith("back") else key: _hex(value, own)
            for key, value in _DECLARED.findall(body)
        }
        text, ground = set_here.get("color", ""), set_here.get("background", "")
        if text and ground and ratio(text, ground) < TEXT:
            where = " ".join(before.split())
            faults.append(f"{scheme}: `{where}` has words at {ratio(text, ground):.2f}, not {TEXT}")
    return faults


def _hex(value: str, colours: dict[str, str]) -> str:
    """The colour that a value names, empty if it is none of its own."""
    named = re.match(r"\s*var\(--([\w-]+)\)\s*$", value)
    plain = re.match(r"\s*(#[0-9a-fA-F]{3,8})\s*$", value)
    return colours.get(named[1], "") if named else plain[1] if plain else ""


def _plain(style: str) -> str:
    return re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
