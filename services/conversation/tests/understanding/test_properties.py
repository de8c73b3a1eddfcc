"""What holds for every message."""

from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.domain.understanding import Expecting
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.text import without_accents

UNHURRIED = settings(deadline=None)  # the first text of a language compiles its patterns
LANGUAGES = st.sampled_from(("it", "en", "fr"))
SLOTS = st.sampled_from(("service", "when", "name", "choice", "confirm", None))
DAYS = st.dates(date(2026, 3, 12), date(2027, 3, 10))
TIMES = st.times().map(lambda t: t.replace(hour=8 + t.hour % 12, second=0, microsecond=0))

SAID = st.sampled_from(
    (
        "Ciao, vorrei prenotare un taglio domani alle 15",
        "può spostare il mio appuntamento da martedì a giovedì?",
        "Hi, is next Tuesday at half past three possible?",
        "je préfère après-demain à 15h30, c'est possible ?",
        "no grazie, è già a posto così",
    )
)
MONTH: dict[Language, dict[int, str]] = {"it": {}, "en": {}, "fr": {}}
for _language, _names in MONTH.items():
    for _name, _number in lexicon_of(_language).months.items():
        if len(_name) > len(_names.get(_number, "")):
            _names[_number] = _name


def written(day: date, language: Language) -> list[str]:
    month = MONTH[language][day.month]
    lead = {"it": "il ", "en": "on ", "fr": "le "}[language]
    return [
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{lead}{day.day:02}/{day.month:02}",
        f"{day.day}.{day.month}.{day.year}",
        f"{lead}{day.day} {month}",
        f"{day.day} {month.upper()} {day.year}",
    ]


@UNHURRIED
@given(DAYS, LANGUAGES, st.data())
def test_a_written_day_is_read_back(read, day, language, data):
    text = data.draw(st.sampled_from(written(day, language)))
    reading = read(text, languages=(language,))
    assert reading.when.dates == (day,)
    assert reading.when.times == ()


def spoken(at: time, language: Language) -> list[str]:
    lead = {"it": "alle", "en": "at", "fr": "à"}[language]
    forms = [f"{lead} {at:%H:%M}", f"{lead} {at.hour}:{at.minute:02}", f"{lead} {at.hour}.{at.minute:02}"]
    if language == "fr":
        forms += [f"à {at.hour}h{at.minute:02}", f"{at.hour} h {at.minute:02}"]
    if language == "en":
        forms += [f"{at:%I:%M %p}", f"{at.hour % 12 or 12}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"]
    return forms


@UNHURRIED
@given(TIMES, LANGUAGES, st.data())
def test_a_written_time_is_read_back(read, at, language, data):
    text = data.draw(st.sampled_from(spoken(at, language)))
    reading = read(text, languages=(language,))
    assert (reading.when.dates, reading.when.times) == ((), (at,))


@UNHURRIED
@given(DAYS, TIMES, LANGUAGES, st.data())
def test_day_and_time_together_in_either_order(read, day, at, language, data):
    said_day = data.draw(st.sampled_from(written(day, language)))
    said_time = data.draw(st.sampled_from(spoken(at, language)[:2]))
    parts = data.draw(st.permutations([said_day, said_time]))
    when = read(", ".join(parts), languages=(language,)).when
    assert (when.dates, when.times) == ((day,), (at,))


@UNHURRIED
@given(st.text(max_size=300), SLOTS, st.lists(st.text(max_size=20), max_size=3))
def test_no_text_raises(read, text, slot, options):
    reading = read(text, expecting=Expecting(slot=slot, options=tuple(options)))
    assert 0 <= reading.confidence <= 1
    assert reading.intents[:1] in ((), (reading.intent,))


KNOWN = sorted({word for each in ("it", "en", "fr") for word in lexicon_of(each).word_set})
WORDS = st.lists(st.sampled_from([*KNOWN, "15", "3/12", "alle", "dal", "99", "0"]), max_size=12)


@UNHURRIED
@given(WORDS, SLOTS, WORDS)
def test_no_heap_of_known_words_raises(read, words, slot, options):
    read(" ".join(words), expecting=Expecting(slot=slot, options=tuple(options)))


@UNHURRIED
@given(st.sampled_from(KNOWN), SLOTS)
def test_no_known_word_raises(read, word, slot):
    read(word, expecting=Expecting(slot=slot, options=("15:00", "16:00")))


@UNHURRIED
@given(SAID, st.sampled_from((str.upper, str.lower, str.title, without_accents, lambda s: f"  {s}\n")))
def test_case_accents_and_blanks_do_not_change_the_reading(read, text, change):
    plain, changed = read(text), read(change(text))
    assert (changed.intents, changed.when, changed.services) == (plain.intents, plain.when, plain.services)


@UNHURRIED
@given(SAID)
def test_the_same_message_gives_the_same_reading(read, text):
    assert read(text) == read(text)
