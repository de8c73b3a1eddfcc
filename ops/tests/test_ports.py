import socket

from ops.up.ports import assign, is_free
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
