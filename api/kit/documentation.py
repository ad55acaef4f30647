"""The OpenAPI document, true to what is answered, and its pages, which need no network."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.staticfiles import StaticFiles
from starlette.routing import compile_path

from api.kit.errors import (
    ApiError,
    BodyTooLargeError,
    ErrorBody,
    NotFoundError,
    UnavailableError,
    ValidationFailedError,
)

Operation = dict[str, Any]
_ASSETS = "/docs/assets"
_PERSON: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
_SERVICE: list[dict[str, list[str]]] = [{"service": []}]
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token in the Authorization header; it wins over the cookie",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "access_token",
        "description": "The same token as a cookie; a change must then come from a page of this site",
    },
    "api_key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A key of another system, made by `sluice api-key add`; never beside a token",
    },
    "service": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that the two services share; people's tokens do not open these paths",
    },
}


def name_operation(route: APIRoute) -> str:
    """Call an operation by its function: the name that generated clients will carry."""
    return route.name


class DocumentedApp(FastAPI):
    """A FastAPI whose document leaves out nothing that callers can be answered.

    Args:
        examples: folder of YAML files, `{operation id: {request: …, answer: …}}`.
        tags: what each tag of the operations stands for.
    """

    def __init__(self, *, examples: Path, tags: Mapping[str, str], **options: Any) -> None:
        self.examples = examples
        super().__init__(
            **options,
            openapi_tags=[{"name": name, "description": text} for name, text in tags.items()],
            generate_unique_id_function=name_operation,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
        )
        self.mount(_ASSETS, StaticFiles(directory=str(files("fastapi_offline") / "static")))
        self.get("/docs/", include_in_schema=False)(self.show_documentation)

    async def show_documentation(self, request: Request) -> HTMLResponse:
        prefix = str(request.scope.get("root_path", ""))
        return get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=self.title,
            swagger_js_url=f"{prefix}{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{prefix}{_ASSETS}/favicon.png",
        )

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        examples = self.read_examples()
        for path, operations in document["paths"].items():
            for operation in operations.values():
                _complete_responses(path, operation)
                _simplify_parameters(operation)
                _require_token(operation)
                _show_examples(operation, examples.get(operation["operationId"], {}))
        components = document.setdefault("components", {})
        components["securitySchemes"] = _SCHEMES
        schemas = components.setdefault("schemas", {})
        schemas.setdefault("ErrorBody", ErrorBody.model_json_schema())
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return document

    def read_examples(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for file in sorted(self.examples.glob("*.yaml")):
            found |= yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return found

    @cached_property
    def methods_by_path(self) -> dict[str, list[str]]:
        """The methods of each path as it is registered; each of its routes knows only its own."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for route in iter_route_contexts(self.routes):
            if route.path_format is not None:
                # A mount, which is of files here, names no methods.
                found[route.path_format] |= route.methods or {"GET", "HEAD"}
        return {path: sorted(methods) for path, methods in found.items()}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], list[str]]]:
        return [(compile_path(path)[0], methods) for path, methods in self.methods_by_path.items()]

    def methods_of(self, path: str) -> list[str]:
        """Name every method an address can be called with."""
        found = [methods for pattern, methods in self._patterns if pattern.match(path)]
        return sorted(set().union(*found))


def _refusal(error: type[ApiError]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ErrorBody"}
    return {"description": error.error, "content": {"application/json": {"schema": schema}}}


def _complete_responses(path: str, operation: Operation) -> None:
    """Add the refusals that no endpoint makes itself: those of reading, of looking up, of the database."""
    answers = operation["responses"]
    if answers.pop("422", None):
        answers.setdefault("400", _refusal(ValidationFailedError))
    if not any(status.startswith("4") for status in answers):
        return
    is_page = any(parameter["name"] == "page" for parameter in operation.get("parameters", ()))
    if is_page or "{" in path:
        answers.setdefault("404", _refusal(NotFoundError))
    if "requestBody" in operation:
        answers.setdefault("413", _refusal(BodyTooLargeError))
    answers.setdefault("503", _refusal(UnavailableError))
    operation["responses"] = dict(sorted(answers.items()))


def _simplify_parameters(operation: Operation) -> None:
    """A parameter is given or left out; none of them can be null."""
    for parameter in operation.get("parameters", ()):
        options = parameter["schema"].get("anyOf", [])
        given = [option for option in options if option != {"type": "null"}]
        if len(options) > len(given) == 1:
            del parameter["schema"]["anyOf"]
            parameter["schema"] |= given[0]


def _require_token(operation: Operation) -> None:
    """Whatever can answer 401 wants a token, unless its route says that it hands them out."""
    if "401" in operation["responses"]:
        is_internal = "internal" in operation.get("tags", ())
        operation.setdefault("security", _SERVICE if is_internal else _PERSON)


def _show_examples(operation: Operation, example: Mapping[str, Any]) -> None:
    if "request" in example:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    if "answer" in example:
        success = next(text for status, text in operation["responses"].items() if status.startswith("2"))
        success["content"]["application/json"]["example"] = example["answer"]
