"""The description of REST in OpenAPI 3.1, made from the table of operations and the described kinds."""

from __future__ import annotations

from typing import Any

from server.api.operations import OPERATIONS, Described, schema_of
from server.api.schemas import components

VERSION = "3.1.0"
BASE = "/api/v1"
COMMON_REFUSALS = (401, 429, 500, 503)
REFUSALS = {
    400: "Запрос не понят",
    401: "Нет действующего ключа",
    404: "Нет такого, или не для вашей организации",
    409: "Противоречит тому, что уже принято",
    413: "Больше допустимого",
    415: "Нужен application/json",
    422: "Отказано: код и место в теле ответа",
    429: "Слишком часто, см. Retry-After",
    500: "Внутренняя ошибка, номер инцидента в теле ответа",
    503: "Временно недоступно, повторите",
}


def openapi(address: str = "") -> dict[str, Any]:
    """The whole description; ``address`` is where this hub answers."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return {
        "openapi": VERSION,
        "info": {
            "title": "ТФОМС hub: REST",
            "version": "1",
            "description": "Файлы, пакеты, ответы, идентификация, журнал. Коды замечаний — /formats/findings.",
        },
        "servers": [{"url": f"{address}{BASE}"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "Ключ выдаёт фонд: hub account key add"}
            },
        },
    }


def _operation(one: Described) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.endpoint.replace(".", "_").rstrip("_"),
        "summary": one.title,
        "description": one.text,
        "responses": {str(one.status): _answer(one)},
    }
    if one.endpoint == "files.begin":
        told["responses"]["201"] = _answer(one)
    if one.parameters:
        told["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.must,
                "description": parameter.title,
                "schema": schema_of(parameter),
            }
            for parameter in one.parameters
        ]
    if one.takes or (one.media and one.method != "get"):
        told["requestBody"] = {"required": True, "content": _content(one)}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted({*COMMON_REFUSALS, *one.refusals}):
        told["responses"][str(status)] = {"description": REFUSALS[status], "content": problem}
    return told


def _content(one: Described) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if one.takes:
        content["application/json"] = {"schema": {"$ref": f"#/components/schemas/{one.takes}"}}
    if one.media:
        content[one.media] = {}
    return content


def _answer(one: Described) -> dict[str, Any]:
    if not one.gives:
        return {"description": one.title, "content": {one.media: {}}}
    schema = {"schema": {"$ref": f"#/components/schemas/{one.gives}"}}
    return {"description": one.title, "content": {"application/json": schema}}
