"""The description of REST for programs and for people, open without a key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers.response import Response

from server.api.openapi import BASE, openapi
from server.api.operations import OPERATIONS

docs = Blueprint("docs", __name__, template_folder="templates", url_prefix="/api")


@docs.get("/openapi.json")
def description() -> Response:
    """OpenAPI 3.1."""
    return jsonify(openapi(request.host_url.rstrip("/")))


@docs.get("/docs")
def page() -> str:
    """The same on a page without scripts."""
    told = openapi(request.host_url.rstrip("/"))
    schemas: dict[str, Any] = told["components"]["schemas"]
    return render_template(
        "rest.html", operations=OPERATIONS, base=BASE, schemas=schemas, address=request.host_url.rstrip("/")
    )
