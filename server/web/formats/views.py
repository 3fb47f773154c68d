"""/formats: the readable reference for integrators, generated from the catalogue, open without signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from registry.exchange.options import DIALECTS, GROUPS
from registry.exchange.queries.files import FileMaskLine, file_masks
from registry.insured.rules.refusal_reasons import REFUSAL_REASONS
from registry.reference import person_codes
from server.api.openapi import BASE, openapi
from server.api.operations import OPERATIONS
from server.mock.people import SURNAME, test_people
from server.web.current import hub, session, today
from server.web.formats import reference

formats = Blueprint("formats", __name__, template_folder="templates", url_prefix="/formats")

JSON_TYPES = {
    "string": "текст",
    "integer": "целое число",
    "number": "число",
    "boolean": "да или нет",
    "array": "список",
    "object": "структура",
    "date": "дата",
    "date-time": "дата и время",
}
CONTRACTS = (
    (
        "Идентификация и прикрепление (УИР)",
        "/soap/identification?wsdl",
        "SOAP 1.1 и 1.2, вход HTTP Basic; также /UIRGate/UIRGateService.svc?wsdl. Описание одним файлом: ?singleWsdl",
    ),
    ("Сведения о событиях", "/soap/events?wsdl", "SOAP 1.1, вход HTTP Basic. Описание одним файлом: ?singleWsdl"),
    (
        "REST",
        "/api/docs",
        "файлы, пакеты, идентификация по ключу, который выдаёт фонд; описание для программ: /api/openapi.json",
    ),
    (
        "DCExchangeSrv",
        "/EchangeServerTFOMS/DCExchangeSrv?wsdl",
        "SOAP 1.1, имя, пароль и код отправителя внутри вызова; схема по адресу ?xsd=1, одним файлом: ?singleWsdl",
    ),
)


@formats.get("")
def index() -> str:
    """What may be sent here and how."""
    catalog = hub().context.catalog
    kinds = sorted(catalog.kinds.values(), key=lambda kind: kind.title)
    writings = {kind.name: reference.writings_of(catalog, kind) for kind in kinds}
    return render_template(
        "formats.html",
        kinds=kinds,
        writings=writings,
        masks=_masks(session()),
        contracts=CONTRACTS,
        people=test_people(today()),
        surname=SURNAME,
        fund=hub().context.fund_code,
    )


@formats.get("/kinds/<name>")
def kind(name: str) -> str:
    """One kind: its fields, how each contract writes them, the codes it may get."""
    catalog = hub().context.catalog
    found = catalog.kinds.get(name)
    if found is None:
        abort(404)
    return render_template(
        "kind.html",
        kind=found,
        writings=reference.writings_of(catalog, found),
        codes=reference.codes_of(catalog, found),
        dialects=sorted(catalog.dialects),
        type_of=reference.type_of,
        without_place=reference.without_place,
    )


@formats.get("/findings")
def findings() -> str:
    """Every finding code with its meaning, its advice and its number in every contract."""
    catalog = hub().context.catalog
    return render_template(
        "codes.html", codes=reference.codes_of(catalog), dialects=sorted(catalog.dialects), reasons=REFUSAL_REASONS
    )


@formats.get("/settings")
def settings() -> str:
    """What a fund may set: what each setting does, what it takes and what ships; values are not for everybody."""
    return render_template("settings.html", groups=GROUPS, dialects=DIALECTS)


@formats.get("/rest")
def rest() -> str:
    """What programs may ask of REST and what they are answered: openapi.json, readable."""
    address = request.host_url.rstrip("/")
    schemas: dict[str, Any] = openapi(address)["components"]["schemas"]
    return render_template(
        "rest.html",
        operations=OPERATIONS,
        base=BASE,
        schemas=schemas,
        address=address,
        places={"query": "адрес", "path": "путь", "header": "заголовок"},
        type_of=_json_type,
    )


@formats.get("/books")
def books() -> str:
    """The small code lists about people, policies and applications, with the days they are in force."""
    return render_template("books.html", books=person_codes.books(), titles=person_codes.TITLES)


def _json_type(schema: dict[str, Any]) -> str:
    """The types a property may have, in words; null says only that it may be absent."""
    told = schema.get("format") or schema.get("type") or ""
    types = told if isinstance(told, list) else [told]
    return " или ".join(JSON_TYPES.get(one, one) for one in types if one != "null")


def _masks(opened: Session) -> list[FileMaskLine]:
    return file_masks(opened, today())
