"""Bring a chat message to one plain form, so that case, accents and punctuation change nothing."""

import re
import unicodedata

# Pictures that answer by themselves; every other one says nothing that the words do not.
EMOJI_WORDS = {
    "👍": "ok",
    "👌": "ok",
    "✅": "ok",
    "✔": "ok",
    "🆗": "ok",
    "👎": "no",
    "❌": "no",
    "🚫": "no",
}
CLAUSE_BREAK = "|"


# In this order, each by what stands behind it.
_PLAINER = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=[^\W\d_])\.(?=[^\W\d_]\b)", ""),  # "p.m" is "pm"
        (r"['’`´‘ʼ_]", " "),
        (r"(?<!\d)[-–—]|[-–—](?!\d)", " "),
        (r"[–—]", "-"),
        (r"\b(h|ore|n)\.\s*(?=\d)", r"\1 "),
        (r"(?<=\d),(?=\d\d\b)", "."),  # "alle 15,30"
        (r"(?<!\d):|:(?!\d)", " "),
        (r"(?<!\d)\.|\.(?!\d)", f" {CLAUSE_BREAK} "),
        (r"[,;!?()\[\]{}\"«»“”…\n\r]+", f" {CLAUSE_BREAK} "),
        (r"[^\w\s|/.:+€$£%°-]", " "),
        (r"([^\W\d_])\1{2,}", r"\1"),  # "siiii" is "si"
        (r"\s+", " "),
        (r"(?:\| ?)+", "| "),
    )
)
WORD = re.compile(r"[^\W\d_]+")


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return without_accents(text.casefold())


def without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("œ", "oe").replace("æ", "ae"))


def normalise(text: str) -> str:
    """Folded words and numbers, single spaces, `|` between clauses.

    Apostrophes and hyphens between letters become spaces, as they are often left out.
    """
    for emoji, word in EMOJI_WORDS.items():
        text = text.replace(emoji, f" {word} ")
    text = fold(text)
    for pattern, plain in _PLAINER:
        text = pattern.sub(plain, text)
    return text.strip(" |")


def words(text: str) -> list[str]:
    """The words of a normalised text, numbers and signs left out."""
    return WORD.findall(text)
