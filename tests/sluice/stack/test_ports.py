import socket

import pytest

from sluice.errors import StackError
from sluice.stack.ports import port_fault, refuse_taken_ports
from sluice.stack.services import Service


def service(name: str, port: int, setting: str) -> Service:
    return Service(name, name, ("never", "started"), port=port, port_setting=setting)


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=rf"port {port} for api is taken .* set SLUICE_API_PORT"):
            refuse_taken_ports([service("api", port, "SLUICE_API_PORT")], "127.0.0.1")


def test_a_port_taken_on_every_address_is_taken_on_this_one() -> None:
    with socket.create_server(("", 0)) as taken:
        assert port_fault("127.0.0.1", taken.getsockname()[1]) == "is taken by another program"


def test_a_port_whose_last_connection_winds_down_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address) as client:
            accepted, _ = server.accept()
            accepted.close()
            client.recv(1)
    assert port_fault(*address) is None


def test_an_address_of_another_machine_cannot_be_used(free_port: int) -> None:
    fault = port_fault("192.0.2.1", free_port)
    assert fault is not None
    assert fault.startswith("cannot be used")


def test_two_settings_with_one_port_are_refused(free_port: int) -> None:
    both = [
        service("api", free_port, "SLUICE_API_PORT"),
        service("docs", free_port, "SLUICE_DOCS_PORT"),
    ]
    with pytest.raises(StackError, match=f"SLUICE_API_PORT and SLUICE_DOCS_PORT are both {free_port}"):
        refuse_taken_ports(both, "127.0.0.1")
