"""The patterns that figures are read by, made from figures.yaml."""

import re
from importlib.resources import files
from typing import Any, Final

import yaml

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.patterns import any_of

_file: Final[dict[str, Any]] = yaml.safe_load(
    files("conversation.domain.guard").joinpath("figures.yaml").read_text("utf-8")
)
MULTIPLES: Final[dict[str, int]] = _file["multiples"]
UNITS: Final[dict[str, int]] = _file["units"]
NAMED_DURATIONS: Final[dict[str, int]] = _file["durations"]
DOZENS: Final[dict[str, int]] = _file["dozens"]
NAMED_PERCENTS: Final[dict[str, int]] = _file["percents"]
NAMED_TIMES: Final[dict[str, int]] = _file["named_times"]
QUARTERS: Final[dict[str, int]] = _file["quarters"]
SAID_FIRST: Final[dict[str, int]] = _file["said_first"]
MONTHS: Final = {
    **lexicon_of("it").months,
    **lexicon_of("fr").months,
    **lexicon_of("en").months,
}
MONTHS.pop("set", None)  # "set 1 up" is no day of September
FROM_WORDS: Final = 40
"""Letters between a word of price and the number that is one for it."""

_START, _END = r"(?<![\w.,])", r"(?![\w]|[.,:]\d)"
_NUM = r"(?:\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)"
_CURRENCY = "|".join(_file["currency"])
_RANGE = rf" ?(?:{_file['ranges']}) ?"
_UNIT = any_of(UNITS)
_MULTIPLE = rf"(?: ?(?P<multiple>{any_of(MULTIPLES)})\b)?"
_HALF = "|".join(_file["meridiems"].values())
_MERIDIEM = rf"(?: ?(?:(?P<am>{_file['meridiems']['am']})|(?P<pm>{_file['meridiems']['pm']}))(?!\w))?"
_MONTH = any_of(MONTHS)
_QUARTER = rf"(?: (?P<quarter>{any_of(QUARTERS)}))?"
_NOT_COUNTED = rf"(?! ?-? ?(?:{_UNIT}|%|{_CURRENCY})(?!\w))"

PRICE: Final = re.compile(
    rf"(?<!\w)(?:{_CURRENCY}) ?(?P<before>{_NUM})(?: ?- ?(?P<after>{_NUM}){_NOT_COUNTED})?"
    rf"|{_START}(?:(?P<low>{_NUM}){_RANGE})?(?P<high>{_NUM}){_MULTIPLE}"
    rf"(?: (?:of|de|di))? ?-?(?:{_CURRENCY})(?!\w)"
)
PERCENT: Final = re.compile(rf"{_START}(?P<number>{_NUM}) ?(?:{_file['percent']})(?!\w)")
NAMED_PERCENT: Final = re.compile(rf"(?<!\w)(?:{any_of(NAMED_PERCENTS)})(?!\w)")
DATE: Final = re.compile(
    rf"(?<!\w)(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|o|°|a)?(?: (?:of|de|di))? (?P<month>{_MONTH})\b\.?"
    r"(?:,? 20\d\d)?"
    rf"|(?<!\w)(?P<month2>{_MONTH})\.? (?:the )?(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?![\w:.])(?:,? 20\d\d)?"
)
DIGITAL_DATE: Final = re.compile(
    r"(?<![\w/-])(?:(?P<iso>20\d\d-[01]?\d-[0-3]?\d)"
    r"|(?P<one>[0-3]?\d)(?P<sign>[/.-])(?P<other>[0-3]?\d)(?P=sign)(?:20)?\d\d"
    r"|(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d))(?![\w/-])"
)
NAMED_DURATION: Final = re.compile(rf"(?<!\w)(?:{any_of(NAMED_DURATIONS)})(?!\w)")
FRENCH_CLOCK: Final = re.compile(
    rf"{_START}(?P<hour>[012]?\d) ?(?:h|heures?) ?(?P<minute>[0-5]\d)?(?!\w){_QUARTER}"
)
DURATION: Final = re.compile(
    rf"{_START}(?:(?P<low>{_NUM}){_RANGE})?(?P<number>{_NUM})[ '-]?"
    rf"(?:(?:{_file['between_number_and_unit']}) )?(?P<unit>{_UNIT})(?!\w)"
    rf"(?:(?P<half> {_file['and_a_half']})(?!\w)|(?P<fourth> {_file['and_a_quarter']})(?!\w)"
    r"|(?: (?:e|and|et))? ?(?P<minutes>[0-5]?\d) ?(?:min\w*|mn))?"
)
NAMED_TIME: Final = re.compile(rf"(?<!\w)(?:{any_of(NAMED_TIMES)})(?!\w)")
SAID_FIRST_CLOCK: Final = re.compile(
    rf"(?<!\w)(?P<said>{any_of(SAID_FIRST)}) (?P<hour>[012]?\d)(?!\d){_MERIDIEM}"
)
CLOCK: Final = re.compile(rf"{_START}(?P<hour>[012]?\d)[:.](?P<minute>[0-5]\d)(?!\d){_MERIDIEM}")
PREPOSITION_CLOCK: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(_file['before_time'])}) ?(?:about |circa )?(?P<hour>[012]?\d)(?!\d)"
    rf"(?:(?: e | )(?P<minute>[0-5]\d)(?!\d|\w))?{_QUARTER}{_MERIDIEM}{_NOT_COUNTED}{_END}"
)
MERIDIEM_CLOCK: Final = re.compile(
    rf"{_START}(?P<hour>[012]?\d)(?= ?(?:o'clock|{_HALF}))(?: ?o'clock)?{_MERIDIEM}"
)
NUMBER: Final = re.compile(rf"(?<![\w]){_NUM}")
PRICE_WORD: Final = re.compile(rf"(?<!\w){_file['price_words']}(?!\w)")
