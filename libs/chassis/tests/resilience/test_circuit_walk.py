"""A circuit beside the simplest model of it, along any walk; the clock jumps as well."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.resilience.circuit_breaker import Circuit, Limits, Outcome

LIMITS = Limits(failures=3, least_calls=1000, open_seconds=60, probe_seconds=30)


class Walk(RuleBasedStateMachine):
    """Failures in a row alone open it here; rates have tests of their own."""

    @initialize()
    def begin(self) -> None:
        self.circuit, self.now, self.row = Circuit(), 1_000_000.0, 0
        self.calls: dict[str, float] = {}
        self.number = 0

    @rule(seconds=st.floats(0, 45))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(seconds=st.floats(0, 300))
    def the_clock_is_set_back(self, seconds: float) -> None:
        self.now -= seconds
        self.calls = {name: began - seconds for name, began in self.calls.items()}

    @rule()
    def somebody_asks(self) -> None:
        stage, admits = self.circuit.stage, self.circuit.admits(self.now, LIMITS)
        assert admits or stage != "closed"
        if not admits:
            return
        self.number += 1
        if stage != "closed":
            probe = f"probe {self.number}"
            self.circuit = self.circuit.probed(probe, self.now)
            assert not self.circuit.admits(self.now, LIMITS), "a second probe beside the first"
            self.calls[probe] = self.now
        else:
            self.calls[f"call {self.number}"] = self.now

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), failed=st.booleans())
    def a_call_ends(self, data: st.DataObject, failed: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.calls)))
        outcome = Outcome(self.calls.pop(name), failed)
        probe = name if name.startswith("probe") else ""
        before, decides = self.circuit, bool(probe) and self.circuit.probe == probe
        self.circuit = before.after(outcome, self.now, LIMITS, probe)
        if before.stage == "closed":
            self.row = self.row + 1 if failed else 0
            assert self.circuit.stage == ("open" if self.row >= LIMITS.failures else "closed")
        elif decides and outcome.began >= before.since:
            self.row = 0
            assert self.circuit.stage == ("open" if failed else "closed")
        else:
            assert self.circuit == before

    @precondition(lambda self: any(name.startswith("probe") for name in self.calls))
    @rule(data=st.data())
    def a_probe_is_given_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(one for one in self.calls if one.startswith("probe"))))
        del self.calls[name]
        was_it = self.circuit.probe == name
        self.circuit = self.circuit.released(name)
        assert not was_it or self.circuit.admits(self.now, LIMITS)

    @invariant()
    def it_is_never_shut_for_long(self) -> None:
        if hasattr(self, "circuit"):
            later = self.now + 2 * LIMITS.open_seconds  # twice, where the clock was set back meanwhile
            assert self.circuit.admits(self.now, LIMITS) or self.circuit.admits(later, LIMITS)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
