"""The OpenAPI documents of the two services; run as a module, it writes the snapshots anew."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.kit.documentation import DocumentedApp
from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings

REFRESH = "python -m tests.contracts.documents"
_NOWHERE = ApiSettings(database_url="postgresql://nowhere/none")
_FOLDER = Path(__file__).parent / "openapi"
APPS: dict[str, DocumentedApp] = {
    "workflow_api": create_workflow_api(_NOWHERE),
    "ticket_service": create_ticket_service(_NOWHERE),
}


@dataclass(frozen=True)
class Operation:
    service: str
    method: str
    path: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The query parameters by their names."""
        found = self.told.get("parameters", ())
        return {parameter["name"]: parameter for parameter in found if parameter["in"] == "query"}

    @property
    def is_list(self) -> bool:
        return "page" in self.parameters

    @property
    def is_public(self) -> bool:
        return not self.told.get("security")


def operations(service: str) -> Iterator[Operation]:
    for path, methods in APPS[service].openapi()["paths"].items():
        for method, told in methods.items():
            yield Operation(service, method.upper(), path, told)


WORKFLOW_API = list(operations("workflow_api"))
EVERY_OPERATION = [*WORKFLOW_API, *operations("ticket_service")]


def snapshot_path(service: str) -> Path:
    return _FOLDER / f"{service}.json"


def as_text(service: str) -> str:
    return json.dumps(APPS[service].openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, where it is only named."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


if __name__ == "__main__":
    _FOLDER.mkdir(exist_ok=True)
    for name in APPS:
        snapshot_path(name).write_text(as_text(name), encoding="utf-8")
