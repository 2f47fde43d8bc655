"""Text without the characters that nobody sees and that change what is seen: control characters,
halves of characters, and marks that turn the order of what follows."""

import re

# Line ends and tabs stay. Marks of direction that embed or override would show 14.0 as 0.41.
_LOST = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_UNSEEN = re.compile(f"[{_LOST}]")
_HALF = re.compile("[\ud800-\udfff]")
LONGEST = 400


def visible(text: str) -> str:
    """The text less what is unseen; half of a character becomes the sign for an unknown one."""
    return _HALF.sub("\ufffd", _UNSEEN.sub("", text))


def one_line(text: object, longest: int = LONGEST) -> str:
    """What a message quotes of a file: visible, on one line, cut to a length."""
    line = re.sub(r"\s*[\r\n\x0b\x0c\u2028\u2029]\s*", " ", visible(str(text)))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
