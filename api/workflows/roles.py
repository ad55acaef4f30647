"""The roles that the steps of a graph may name, by id or by name."""

from collections.abc import Sequence

from api.identity import repository as identity_repository
from api.identity.models import Role
from api.kit.db import Session
from api.workflows.graph import Graph


class RoleBook:
    """Looks roles up as requests name them; deleted roles are not in it."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._by_id = {role.role_id: role for role in roles}
        self._by_name: dict[str, list[Role]] = {}
        for role in roles:
            self._by_name.setdefault(role.name.casefold(), []).append(role)

    def find(self, reference: int | str | None) -> int | None:
        if isinstance(reference, int):
            return reference if reference in self._by_id else None
        named = self._by_name.get((reference or "").casefold(), [])
        # A name borne in several systems says nothing; the id then has to.
        return named[0].role_id if len(named) == 1 else None


def unknown_role(reference: int | str) -> str:
    return f"no single role {reference!r} exists: give the role_id of an existing role"


async def open_role_book(session: Session) -> RoleBook:
    return RoleBook(await identity_repository.list_roles(session))


def deleted_role_problems(graph: Graph, roles: RoleBook) -> list[str]:
    """Name the steps that need a role which was deleted: nobody could be given them."""
    return [
        f"step {node.name!r} needs role {role_id}, which was deleted"
        for node in graph.nodes
        for role_id in (node.role_id, node.escalate_to)
        if role_id is not None and roles.find(role_id) is None
    ]
