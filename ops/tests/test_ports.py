import os
import socket

from ops.up.ports import assign, claim_of_usual_ports, is_free, listens
from ops.up.programs import Program


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert not is_free(taken)
        port = assign([Program("a", "a", taken)])["a"]
    assert port != taken
    assert is_free(port)


def test_only_one_stack_at_a_time_claims_the_usual_ports() -> None:
    with claim_of_usual_ports() as first, claim_of_usual_ports() as second:
        assert (first, second) in ((True, False), (False, False))
    (port,) = assign([Program("a", "a", 1)], usual=False).values()
    assert port > 1024


def test_a_process_listens_on_its_own_ports_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)
    assert not listens(os.getpid(), port)
