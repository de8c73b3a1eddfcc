"""Links, e-mail addresses, handles and phone numbers in a text."""

import re
from typing import Final

_ENDINGS: Final = (
    "com|net|org|it|fr|de|io|co|uk|us|in|sn|eu|info|shop|app|me|ly|biz|store|online|site|example"
    "|local|dev|ai|xyz"
)
_MONEY: Final = r"[€$£₹¥]|f ?cfa|cfa|eur|dollar|rupee|franc"
_EMAIL: Final = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[\w.-]+\w")
_HANDLE: Final = re.compile(r"(?<!\w)@\w{3,}")
_LINK: Final = re.compile(
    rf"(?:\w+://|www\.)\S+|\b[A-Za-z0-9-]{{2,}}(?:\.[A-Za-z0-9-]+)*\.(?:{_ENDINGS})\b(?:/\S*)?(?!\w)"
)
_PHONE: Final = re.compile(rf"\+?\(?\d[\d\s().-]{{5,}}\d(?![\d%]|\s?(?:{_MONEY}))", re.IGNORECASE)
_NO_PHONE: Final = re.compile(r"\d{1,2}\.\d\d\s?-\s?\d{1,2}\.\d\d|20\d\d-\d\d-\d\d|[1-9]\d{0,2}([ .]\d{3})+")
PHONE_DIGITS: Final = 7
"""A shorter number is none to call."""


def contacts_in(text: str) -> list[tuple[str, str]]:
    """What kind and which; phone numbers as their digits, the others in small letters."""
    found = []
    for kind, shape in (("email", _EMAIL), ("link", _LINK), ("link", _HANDLE)):
        found += [(kind, match.lower().rstrip(".,;:!?)")) for match in shape.findall(text)]
        text = shape.sub(" ", text)
    return found + [("phone", digits) for digits in phones_in(text)]


def phones_in(text: str) -> list[str]:
    """The digits of each phone number."""
    spans = (match[0] for match in _PHONE.finditer(text) if not _NO_PHONE.fullmatch(match[0].strip()))
    digits = (re.sub(r"\D", "", span) for span in spans)
    return [each for each in digits if len(each) >= PHONE_DIGITS]


def without_contacts(text: str) -> str:
    """The text with blanks for them, so that nothing else is read in their digits."""
    for shape in (_EMAIL, _LINK, _HANDLE):
        text = shape.sub(" ", text)
    return _PHONE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    long = len(re.sub(r"\D", "", match[0])) >= PHONE_DIGITS
    return " " if long and not _NO_PHONE.fullmatch(match[0].strip()) else match[0]


def known_contact(kind: str, contact: str, said: str) -> bool:
    """Whether `said` (small letters) holds it. A phone number may come without its country's code."""
    if kind != "phone":
        return contact in said
    return any(_same_number(contact, known) for known in phones_in(said))


def _same_number(one: str, other: str) -> bool:
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(short) >= PHONE_DIGITS and long.endswith(short)
