"""What is wrong with an HTML page: markup that a parser has to repair, ids used twice, fields without a label."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as MESSAGES

HTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
TOLERATED = {"expected-doctype-but-got-start-tag", "expected-doctype-but-got-chars"}
"""What a fragment for htmx may lack: it is no document."""


def faults(text: str) -> list[str]:
    """Every fault of a page or a fragment, in words; none when it is right."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    whole = text.lstrip().lower().startswith("<!doctype")
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    found = [f"line {at[0]}: {MESSAGES[code] % data}" for at, code, data in parser.errors if code not in TOLERATED]
    ids = Counter(each.get("id") for each in tree.iter() if each.get("id"))
    found += [f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
    found += _inline(tree)
    return found + list(_fields_without_label(tree))


def _inline(tree: Element) -> list[str]:
    """What the Content-Security-Policy refuses."""
    found = [f"<{_name(e)}> has {a}" for e in tree.iter() for a in e.attrib if a == "style" or a.startswith("on")]
    found += [f"inline <{_name(e)}>" for e in tree.iter() if _name(e) in ("script", "style") and (e.text or "").strip()]
    return found


def _fields_without_label(tree: Element) -> Iterator[str]:
    labelled = {each.get("for") for each in tree.iter(f"{HTML}label")}
    inside = {field for label in tree.iter(f"{HTML}label") for field in label.iter()}
    for field in tree.iter():
        if _name(field) not in ("input", "select", "textarea") or field.get("type") in UNLABELLED:
            continue
        if field.get("id") not in labelled and field not in inside and not field.get("aria-label"):
            yield f"<{_name(field)} name={field.get('name')!r}> has no label"


def _name(element: Element) -> str:
    return element.tag.removeprefix(HTML) if isinstance(element.tag, str) else ""
