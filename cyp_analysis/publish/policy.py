"""What a page allows a browser to do: its own script and styles, and nothing from anywhere else."""

import base64
import hashlib
import re

from cyp_analysis.visible import visible

# A page's own script; blocks of data (type="application/json") never run and need no leave.
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NOT_PLAIN = re.compile(r"[^\w ,.–-]")
# The first governs all that has no rule of its own: connections, workers, fonts, media.
_NOTHING = ("default-src", "base-uri", "object-src", "frame-src")


def content_policy(script_block: str) -> str:
    """The Content-Security-Policy of a page, from the very text of its template's script block;
    where its forms may lead the template adds.

    It is never made from a whole page: a script that came in with the content would be let run.
    """
    hashes = [f"'{script_hash(text)}'" for text in _SCRIPT.findall(script_block)]
    rules = {
        **dict.fromkeys(_NOTHING, "'none'"),
        "script-src": " ".join(hashes) or "'none'",
        # A chart has a style on each of its marks.
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def script_hash(text: str) -> str:
    """A script's text as the policy names it: sha256- and the hash in base 64."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def css_text(text: str) -> str:
    """A text as a string of a style sheet holds it: it can end neither the string nor the sheet."""
    return _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", visible(text))


# By the names that the templates use.
FILTERS = {"content_policy": content_policy, "css_text": css_text}
