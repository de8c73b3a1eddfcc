"""What a wrong tenant file is told, and how a right one answers."""

from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from contracts.tenants import Interval, Localised, TenantConfig

SALON = {
    "id": "salon",
    "name": "Salon",
    "timezone": "Europe/Rome",
    "languages": ["it"],
    "services": [
        {"id": "cut", "name": "Cut", "duration": 30},
        {"id": "beard", "name": "Beard", "duration": 20, "price": "12.50"},
    ],
    "staff": [{"id": "anna", "name": "Anna"}, {"id": "bea", "name": "Bea", "services": ["beard"]}],
    "hours": {"tuesday": ["14:30-19:00", "09:00–12:30"]},
    "closed_days": ["2026-12-08"],
}


def salon(**changed):
    return TenantConfig.model_validate(SALON | changed)


def complaints(**changed):
    with pytest.raises(ValidationError) as refused:
        salon(**changed)
    return [one["msg"].removeprefix("Value error, ") for one in refused.value.errors()]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"timezone": "Roma"}, "'Roma' is no IANA time zone; write for example Europe/Rome"),
        (
            {"hours": {"monday": ["12:00-09:00"]}},
            "opening 12:00:00 must come before closing 09:00:00",
        ),
        (
            {"hours": {"monday": ["09:00-09:00"]}},
            "opening 09:00:00 must come before closing 09:00:00",
        ),
        (
            {"hours": {"friday": ["9 to 5"]}},
            "'9 to 5' is no interval; write for example 09:00-12:30",
        ),
        (
            {"hours": {"friday": ["14:00-18:00", "09:00-14:30"]}},
            "opening hours of friday overlap",
        ),
        (
            {"services": [*SALON["services"], {"id": "cut", "name": "Again", "duration": 5}]},
            "service ids must differ; twice: cut",
        ),
        (
            {"staff": [{"id": "anna", "name": "Anna"}, {"id": "anna", "name": "Anna B."}]},
            "staff member ids must differ; twice: anna",
        ),
        (
            {"staff": [{"id": "anna", "name": "Anna", "services": ["massage"]}]},
            "anna does unknown services: massage",
        ),
        (
            {"services": [{"id": "cut", "name": {}, "duration": 30}], "staff": []},
            "give the text in at least one language",
        ),
    ],
)
def test_a_mistake_is_told_in_plain_words(changed, complaint):
    assert complaints(**changed) == [complaint]


def test_what_is_missing_is_named():
    with pytest.raises(ValidationError) as refused:
        TenantConfig.model_validate({"id": "Salon Uno"})
    wrong = {one["loc"] for one in refused.value.errors()}
    assert wrong == {("id",), ("name",), ("timezone",), ("languages",)}


def test_intervals_that_touch_do_not_overlap():
    assert salon(hours={"monday": ["09:00-12:00", "12:00-18:00"]}).hours["monday"][1].end == time(18)


def test_an_interval_is_written_with_a_hyphen_or_a_dash():
    expected = Interval(start=time(9), end=time(12, 30))
    assert Interval.model_validate("09:00 - 12:30") == expected
    assert Interval.model_validate("09:00–12:30") == expected
    assert Interval.model_validate({"start": "09:00", "end": "12:30"}) == expected


def test_a_text_falls_back_from_the_language_to_the_one_for_all_to_the_first():
    assert Localised.model_validate({"it": "Taglio", "en": "Cut"}).in_("en") == "Cut"
    assert Localised.model_validate({"it": "Taglio", "*": "Cut"}).in_("fr") == "Cut"
    assert Localised.model_validate({"it": "Taglio", "en": "Cut"}).in_("fr") == "Taglio"
    assert Localised.model_validate("Barba").in_("fr") == "Barba"
    assert Localised.model_validate({"it": "Taglio", "en": "Cut"}).all() == ("Taglio", "Cut")


def test_a_day_opens_as_its_weekday_says_unless_it_is_closed():
    assert [str(one.start) for one in salon().opening(date(2026, 12, 1))] == ["09:00:00", "14:30:00"]
    assert salon().opening(date(2026, 12, 2)) == ()
    assert salon().opening(date(2026, 12, 8)) == ()


def test_somebody_without_services_of_their_own_does_all():
    assert [one.id for one in salon().resources_for("cut")] == ["anna"]
    assert [one.id for one in salon().resources_for("beard")] == ["anna", "bea"]


def test_what_is_there_is_found_by_its_id():
    config = salon()
    assert config.zone == ZoneInfo("Europe/Rome")
    assert (found := config.service("beard")) is not None
    assert found.price == Decimal("12.50")
    assert config.service("massage") is None
    assert config.resource("bea") is not None
    assert config.resource("carla") is None


def test_a_configuration_comes_back_from_json_as_it_was():
    assert TenantConfig.model_validate_json(salon().model_dump_json()) == salon()
