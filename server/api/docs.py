"""The description of REST for programs, open without a key; people are led to the page of the screens."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers.response import Response

from server.api.openapi import openapi

docs = Blueprint("docs", __name__, url_prefix="/api")
PAGE = "/formats/rest"


@docs.get("/openapi.json")
def description() -> Response:
    """OpenAPI 3.1."""
    return jsonify(openapi(request.host_url.rstrip("/")))


@docs.get("/docs")
def page() -> Response:
    """People read the same on a page of the reference."""
    return redirect(PAGE)
