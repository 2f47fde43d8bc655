"""Rules of a page's Content-Security-Policy: it is there, comes first, and allows nothing else."""

from cyp_analysis.publish.lint.sheet import Sheet, short
from cyp_analysis.publish.markup import Element
from cyp_analysis.publish.policy import content_policy

_DATA_KINDS = ("application/json", "application/ld+json", "text/plain")
# A form leads nowhere, or to a page beside its own; not every browser takes a folder for 'self'.
_FORMS = ("'none'", "'self' file:")
_BEFORE = ("script", "style", "link", "img", "base", "object", "iframe", "body")


def policy_faults(sheet: Sheet) -> list[str]:
    """One policy, ahead of all that it governs, with the hash of the page's one script in it and
    not a word more than such a policy has."""
    found = [element for element in sheet.find("meta") if _is_policy(element)]
    if len(found) != 1:
        return [f"{len(found)} Content-Security-Policies, not one"]
    faults = [] if _comes_first(sheet, found[0]) else ["its policy comes after what it governs"]
    said = found[0].attributes.get("content", "")
    scripts = [_text(script) for script in sheet.find("script") if _runs(script)]
    if len(scripts) > 1:
        return [*faults, f"{len(scripts)} scripts, not one at most"]
    block = "".join(f"<script>{text}</script>" for text in scripts)
    if said not in (f"{content_policy(block)}; form-action {forms}" for forms in _FORMS):
        faults.append(f"its policy is not that of its script: {short(said)}")
    return faults


def _is_policy(element: Element) -> bool:
    return element.attributes.get("http-equiv", "").lower() == "content-security-policy"


def _comes_first(sheet: Sheet, policy: Element) -> bool:
    heads = [child for head in sheet.find("head") for child in head.children]
    before = sheet.elements[: sheet.elements.index(policy)]
    return policy in heads and not any(element.tag in _BEFORE for element in before)


def _runs(script: Element) -> bool:
    return script.attributes.get("type", "") not in _DATA_KINDS


def _text(script: Element) -> str:
    return "".join(child for child in script.children if isinstance(child, str))
