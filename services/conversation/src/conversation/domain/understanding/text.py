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


def fold(text: str) -> str:
    """Lower case without accents."""
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
    text = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_]\b)", "", text)  # "p.m" is "pm"
    text = re.sub(r"['’`´‘ʼ_]", " ", text)
    text = re.sub(r"(?<!\d)[-–—]|[-–—](?!\d)", " ", text)
    text = re.sub(r"[–—]", "-", text)
    text = re.sub(r"\b(h|ore|n)\.\s*(?=\d)", r"\1 ", text)
    text = re.sub(r"(?<=\d),(?=\d\d\b)", ".", text)  # "alle 15,30"
    text = re.sub(r"(?<!\d):|:(?!\d)", " ", text)
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", f" {CLAUSE_BREAK} ", text)
    text = re.sub(r"[,;!?()\[\]{}\"«»“”…\n\r]+", f" {CLAUSE_BREAK} ", text)
    text = re.sub(r"[^\w\s|/.:+€$£%°-]", " ", text)
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1", text)  # "siiii" is "si"
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?:\| ?)+", "| ", text)
    return text.strip(" |")


def words(text: str) -> list[str]:
    """The words of a normalised text, numbers and signs left out."""
    return re.findall(r"[^\W\d_]+", text)
