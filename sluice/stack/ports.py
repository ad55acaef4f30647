"""Whether the stack's ports are free, asked before anything is started."""

import errno
import socket
from collections.abc import Iterable

from sluice.errors import StackError
from sluice.stack.services import Service


def refuse_taken_ports(services: Iterable[Service], host: str) -> None:
    seen: dict[int, str] = {}
    for service in services:
        if service.port is None or service.port_setting is None:
            continue
        if other := seen.get(service.port):
            message = (
                f"{other} and {service.port_setting} are both {service.port}: give one of them another port"
            )
            raise StackError(message)
        seen[service.port] = service.port_setting
        if fault := port_fault(host, service.port):
            message = (
                f"port {service.port} for {service.name} {fault}: "
                f"free it or set {service.port_setting} to another port"
            )
            raise StackError(message)


def port_fault(host: str, port: int) -> str | None:
    """Say why nothing can listen there, or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do themselves: a connection that is still winding down is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
    return None
