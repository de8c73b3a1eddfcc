import json

from ops.up.log_line import is_for_people, readable

LINE = {
    "time": "2026-11-20T09:00:01.250000Z",
    "level": "info",
    "service": "gateway",
    "event": "message received",
    "tenant_id": "lyo",
    "correlation_id": "3f2a9c1e-0000-5000-8000-000000000000",
    "trace_id": "ab" * 16,
    "channel": "whatsapp",
}


def test_a_line_says_when_who_what_for_whom() -> None:
    line = readable("gateway", json.dumps(LINE), colour=False)
    assert ":01.250 gateway      info    message received lyo #3f2a9c1e channel=whatsapp" in line
    assert "abab" not in line


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[" in readable("gateway", json.dumps(LINE), colour=True)
    assert "\x1b[" not in readable("gateway", json.dumps(LINE), colour=False)


def test_an_exception_stands_below_its_line() -> None:
    line = readable("notifier", json.dumps(LINE | {"exception": "Traceback\nValueError: no"}), colour=False)
    assert line.splitlines()[-1].strip() == "ValueError: no"


def test_what_is_no_json_is_shown_as_it_is() -> None:
    for text in ("Segmentation fault", "[1, 2]", "{broken", ""):
        assert readable("scheduler", text, colour=False).endswith(f"scheduler    {text}")


def test_a_line_without_time_is_shown_too() -> None:
    assert "hello" in readable("gateway", '{"event": "hello", "time": null}', colour=False)


def test_the_web_servers_own_steps_are_not_for_people_but_its_errors_are() -> None:
    step = {"logger": "uvicorn.error", "level": "info", "event": "Application startup complete."}
    assert not is_for_people(json.dumps(step))
    assert is_for_people(json.dumps(step | {"level": "error"}))
    assert is_for_people("Traceback (most recent call last):")
