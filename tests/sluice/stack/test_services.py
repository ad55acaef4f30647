"""How the processes of the stack are asked whether they are well."""

import socket

import pytest

from sluice.errors import StackError
from sluice.settings import StackSettings
from sluice.stack.ports import refuse_taken_ports
from sluice.stack.services import choose_services
from tests.sluice.conftest import Command


def test_the_worker_is_asked_itself() -> None:
    [worker] = choose_services(StackSettings(worker_port=21999, host="0.0.0.0"), ["worker"])  # noqa: S104 - not bound
    assert worker.health_url == worker.address == "http://127.0.0.1:21999/readyz"


def test_a_taken_port_of_the_worker_is_told_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        services = choose_services(StackSettings(worker_port=port), ["worker"])
        with pytest.raises(
            StackError, match=rf"port {port} for worker is taken .* set SLUICE_WORKER_PORT to another port"
        ):
            refuse_taken_ports(services, "127.0.0.1")


@pytest.mark.usefixtures("free_ports")
def test_status_shows_where_the_worker_answers(sluice: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_WORKER_PORT", "21998")
    assert '"http://127.0.0.1:21998/readyz"' in sluice("status", "--json").stdout
