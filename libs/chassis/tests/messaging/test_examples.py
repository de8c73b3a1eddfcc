"""The examples of the contracts, replayed to every service as it would get them from its queues."""

import pytest

from chassis.errors import ContractViolation
from chassis.messaging.dispatch import Dispatcher, read_event
from contracts.catalogue import CATALOGUE, consumed_by, row_of
from contracts.examples import examples_of

CONSUMED = [(service, row.type) for row in CATALOGUE for service in row.consumers]


class Recorder:
    """A service whose handlers write down what they get."""

    def __init__(self, service):
        self.handled = []
        handlers = {row.model: self._handler(row.model) for row in consumed_by(service)}
        self.dispatch = Dispatcher(service, handlers)

    def _handler(self, model):
        async def handle(event):
            self.handled.append((model, event))

        return handle


@pytest.mark.parametrize(("service", "event_type"), CONSUMED)
async def test_a_valid_example_reaches_the_handler_of_its_type(service, event_type):
    recorder = Recorder(service)
    for body in examples_of(event_type).valid:
        event = read_event(body)
        await recorder.dispatch(event)
        model, handled = recorder.handled.pop()
        assert handled is event
        assert model is row_of(event_type).model
        assert isinstance(handled.data, model)


@pytest.mark.parametrize(("service", "event_type"), CONSUMED)
def test_an_invalid_example_is_a_violation_of_the_contract(service, event_type):
    for example in examples_of(event_type).invalid:
        with pytest.raises(ContractViolation, match=example.field):
            read_event(example.body)
