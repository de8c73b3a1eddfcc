"""A change of the contracts, tried on what was recorded."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

import contracts
from contracts.catalogue import CATALOGUE
from ops.record.breaks import LOST, READERS, BrokenCode, breaks_in
from ops.record.sample import Sample


@pytest.fixture
def checkout(tmp_path):
    """A copy of the contracts, and the way to change it."""
    copy = tmp_path / "libs" / "contracts" / "src" / "contracts"
    shutil.copytree(Path(contracts.__file__).parent, copy)

    def change(module, old, new):
        source = (copy / module).read_text()
        assert source.count(old) == 1
        (copy / module).write_text(source.replace(old, new))
        return tmp_path

    return change


@pytest.fixture
def everything(recorded):
    return [recorded(row.type, offset=n) for n, row in enumerate(CATALOGUE)]


def test_the_examples_of_all_types_are_understood_here(everything):
    assert breaks_in(everything, None) == []


def test_an_unchanged_checkout_breaks_nothing(everything, checkout):
    assert (
        breaks_in(everything, checkout("messages.py", "class Inbound(Personal):", "class Inbound(Personal):"))
        == []
    )


def test_a_new_required_field_names_consumer_event_and_field(recorded, checkout):
    fields = "    kind: Kind\n    vendor_message_id: str\n"
    code = checkout("messages.py", fields, f"    urgency: int\n{fields}")
    sample = [recorded("booking.confirmed.v1"), recorded(offset=7), recorded(offset=9)]
    [one] = breaks_in(sample, code)
    assert (one.type, one.field, one.consumers) == (
        "message.received.v1", "data.urgency", ("conversation",)
    )  # fmt: skip
    assert (one.offset, one.event_id, one.count) == (7, sample[1].event_id, 2)
    assert "required" in one.problem


def test_a_removed_field_is_lost(recorded, checkout):
    code = checkout("messages.py", "    kind: Kind\n    vendor_message_id: str\n", "    kind: Kind\n")
    [one] = breaks_in([recorded()], code)
    assert (one.field, one.problem) == ("data.vendor_message_id", LOST)


def test_a_narrower_type_names_the_value_that_is_refused(recorded, checkout):
    code = checkout("messages.py", '    WEBCHAT = "webchat"\n', "")
    changed = recorded().event().data.model_dump(mode="json") | {"channel": "webchat"}
    fields = {one.field for one in breaks_in([recorded(data=changed)], code)}
    assert fields == {"data.channel"}


def test_a_type_that_is_unknown_there_hits_who_takes_it_here(recorded, checkout):
    row = '    EventType("consent.given.v1", customers.ConsentGiven, "conversation", ("notifier",)),\n'
    code = checkout("catalogue.py", row, "")
    [one] = breaks_in([recorded("consent.given.v1")], code)
    assert (one.problem, one.consumers) == ("unknown type", ("notifier",))


def test_what_no_service_takes_hits_the_readers_of_the_record(recorded):
    [one] = breaks_in([recorded(type="surprise.happened.v1")], None)
    assert (one.problem, one.consumers) == ("unknown type", READERS)


def test_a_checkout_that_does_not_load_is_told_from_one_that_breaks(recorded, checkout, tmp_path):
    code = checkout("messages.py", "class MessageReceived(Data):", "class MessageReceived(Date):")
    with pytest.raises(BrokenCode, match="NameError"):
        breaks_in([recorded()], code)
    with pytest.raises(BrokenCode, match="no checkout"):
        breaks_in([recorded()], tmp_path / "libs")


def test_a_sample_holds_the_rare_types_and_is_the_same_for_the_same_seed(recorded):
    events = [recorded(offset=n) for n in range(300)] + [recorded("booking.confirmed.v1", offset=300)]

    def drawn(seed):
        sample = Sample(20, seed)
        for one in events:
            sample.add(one)
        return list(sample)

    assert Counter(one.type for one in drawn(1)) == {"message.received.v1": 20, "booking.confirmed.v1": 1}
    assert drawn(1) == drawn(1) != drawn(2)
