"""The control socket by itself."""

import socket
import sys
from pathlib import Path

import pytest

from ops.up.control import address


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a long path is refused")
def test_a_very_long_data_folder_has_a_socket_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as caller:
        with address(folder) as where:
            listener.bind(where)
        listener.listen()
        assert (folder / "control.sock").is_socket()
        with address(folder) as where:
            caller.connect(where)
