"""The OpenAPI document, true to what is answered: invalid input is 400 with our body, never 422."""

from typing import Any

from fastapi import FastAPI

from api.kit.errors import ErrorBody

_ERROR_BODY = {"$ref": "#/components/schemas/ErrorBody"}
_INVALID = {"description": "Validation failed", "content": {"application/json": {"schema": _ERROR_BODY}}}


class DocumentedApp(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        for operations in document["paths"].values():
            for operation in operations.values():
                if operation["responses"].pop("422", None):
                    operation["responses"].setdefault("400", _INVALID)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("ErrorBody", ErrorBody.model_json_schema())
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return document
