import socket
import threading

import pytest

from service.errors import ListenError
from service.web.listener import listen


def test_a_port_whose_program_is_ending_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        threading.Timer(0.3, other.close).start()
        with listen("127.0.0.1", port, patience=60) as listener:
            assert listener.getsockname()[1] == port


def test_a_port_that_stays_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ListenError, match=f"port {port} of 127.0.0.1 is in use"):
            listen("127.0.0.1", port, patience=0.2)
    assert f"port {port} of 127.0.0.1 is in use; waiting 0.2 s" in capsys.readouterr().err
