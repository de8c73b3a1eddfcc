"""What is personal by its shape: numbers, mail addresses, links, streets, codes."""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "name", "phone number", "e-mail address", "street address", "link", "handle", "card number",
    "bank account", "fiscal code", "code", "channel address", "message id", "file", "account", "id",
]  # fmt: skip

FIELDS: Final[dict[str, Kind]] = {
    "address": "channel address", "vendor_message_id": "message id", "reply_to": "message id",
    "vendor_id": "file", "filename": "file", "account": "account",
}  # fmt: skip
"""The fields of events that are personal whatever they hold."""

_LETTER = r"[^\W\d_]"
_OF = r"(?:(?:de|du|des|d['’]|la|le|les|l['’])\s*)*"
_STREETS_IT = r"(?:via|viale|v\.le|piazza|piazzale|p\.?zza|corso|largo|vicolo|lungotevere|contrada)"
_STREETS_FR = r"(?:rue|avenue|boulevard|bd|allée|impasse|chemin|quai|villa|cité)"
_STREETS_EN = (
    r"(?:street|road|avenue|lane|drive|boulevard|terrace|crescent"
    r"|(?-i:St|Rd|Ave|Ln|Dr|Blvd|Ct|Court|Way|Close|Place|Pl))"
)

SHAPES: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("id", re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)),
    ("link", re.compile(
        r"(?:https?://|www\.)[^\s<>\"]+|(?<![\w.])(?:wa\.me|t\.me|m\.me|goo\.gl|bit\.ly|maps\.app\.goo\.gl"
        r"|instagram\.com|facebook\.com)/[^\s<>\"]+", re.I)),
    ("e-mail address", re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")),
    ("handle", re.compile(r"(?<![\w.])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,28}[A-Za-z0-9_])")),
    ("street address", re.compile(
        rf"\b{_STREETS_IT}\s+(?:{_LETTER}+\.?['’ ]\s*){{1,6}},?\s*(?:n\.?\s?|n°\s?|numero\s)?\d{{1,4}}"
        r"(?:\s?/\s?\w{1,3}\b|[a-z]\b)?(?:,?\s+\d{5}\b)?", re.I)),
    ("street address", re.compile(
        rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+{_STREETS_FR}\s+(?:{_OF}{_LETTER}+)"
        rf"(?:[\s-]{_OF}(?-i:[A-ZÀ-Ý]){_LETTER}+)*(?:,?\s+\d{{5}}\b)?", re.I)),
    ("street address", re.compile(
        rf"\b\d{{1,5}}\s+(?:[\w.'’]+\s+){{1,3}}?{_STREETS_EN}\b\.?(?:,?\s+(?:apt|unit|suite|#)\.?\s?\w+)?"
        r"(?:,?\s+(?-i:[A-Z]{2}\s+)?\d{5}\b)?", re.I)),
    ("bank account", re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b", re.I)),
    ("fiscal code", re.compile(r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b", re.I)),
    ("phone number", re.compile(r"(?<![\w])(?:\+|00)?\(?\d(?:[ \u00a0.\-/()]{0,2}\d){6,}(?!\w)")),
    ("code", re.compile(rf"(?<!\w)(?=\w*{_LETTER})(?=(?:\w*\d){{3}})[^\W_]{{7,}}(?!\w)")),
)  # fmt: skip

_SHORT = r"\d{1,2}(?:[./:-]\d{1,2}){0,2}(?:[./-]\d{4})?"
_DAYS_AND_HOURS = re.compile(
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|{_SHORT})(?:\s+(?:\d{{4}}-\d{{2}}-\d{{2}}|{_SHORT}))*"
)
CARD: Final = range(13, 20)
"""How many digits a card number has."""

FEWEST_DIGITS_OF_AN_ACCOUNT: Final = 8


class Found(NamedTuple):
    """Something personal in a text, from `start` up to `end`."""

    start: int
    end: int
    kind: Kind


def shapes_in(text: str) -> list[Found]:
    """All of it, in the order of the text; what overlaps counts once, by the first shape of the table."""
    found: list[Found] = []
    for kind, pattern in SHAPES:
        for match in pattern.finditer(text):
            one = _trimmed(kind, match)
            if one and all(one.end <= other.start or other.end <= one.start for other in found):
                found.append(one)
    return sorted(found)


def _trimmed(kind: Kind, match: re.Match[str]) -> Found | None:
    shown = match[0].rstrip(".,;:!?)»\"'’ ") if kind != "phone number" else match[0]
    digits = sum(map(str.isdigit, shown))
    if kind == "bank account" and digits < FEWEST_DIGITS_OF_AN_ACCOUNT:
        return None
    if kind != "phone number":
        return Found(match.start(), match.start() + len(shown), kind)
    if tells_a_time(shown, digits):
        return None
    return Found(match.start(), match.end(), "card number" if digits in CARD else kind)


def tells_a_time(shown: str, digits: int) -> bool:
    """Whether these are days and hours ("21.11.2026 15", "15 16 17 18") and no phone number."""
    if shown.startswith(("+", "00")) or (digits == 10 and shown.startswith("0")):
        return False
    return _DAYS_AND_HOURS.fullmatch(shown) is not None


def split_at(text: str, found: list[Found]) -> Iterator[tuple[str, Kind | None]]:
    """The text in pieces: what was found with its kind, and what lies between."""
    end = 0
    for one in found:
        yield text[end : one.start], None
        yield text[one.start : one.end], one.kind
        end = one.end
    yield text[end:], None
