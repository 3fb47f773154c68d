"""Everything integrators need of the hub, as files: contracts, schemas, the readable reference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from registry.central.batch import schema_bytes
from registry.core.finding_texts import MEANINGS
from registry.core.kinds import MessageKind
from registry.exchange.broker import queue_name
from registry.exchange.catalogue import Catalog
from registry.insured.rules.refusal_reasons import REFUSAL_REASONS
from server.api.openapi import BASE, openapi
from server.api.operations import OPERATIONS
from server.api.schemas import kind_schema
from server.mock.people import SURNAME, test_people
from server.web.formats.reference import codes_of, type_of, without_place, writings_of

SOAP = "soap.exporting:contract_files"  # by name: the server does not know the SOAP channel
ASYNCAPI = "3.0.0"


def export(catalog: Catalog, folder: Path, address: str, fund: str, today: date) -> list[str]:
    """Write every file below a folder and return their names."""
    written = []
    for name, content in _files(catalog, address, fund, today):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(name)
    return written


def _files(catalog: Catalog, address: str, fund: str, today: date) -> Iterator[tuple[str, bytes]]:
    yield from resolve_name(SOAP)(address)
    for kind in catalog.kinds.values():
        yield f"json-schema/{kind.name}.json", _json(kind_schema(kind))
        yield f"reference/{kind.name}.md", kind_page(catalog, kind).encode()
    yield "files/uprmes.xsd", schema_bytes()
    yield "openapi.json", _json(openapi(address))
    yield "asyncapi.json", _json(asyncapi(catalog))
    yield "reference/index.md", index_page(catalog, fund, today).encode()
    yield "reference/findings.md", findings_page(catalog).encode()
    yield "curl-rest.sh", curl_script(address).encode()


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def asyncapi(catalog: Catalog, channel: str = "ch1") -> dict[str, Any]:
    """The queues of a channel and the XML messages of its dialect, as AsyncAPI 3.0."""
    spellings = {name: one for (dialect, name), one in sorted(catalog.spellings.items()) if dialect == "generic"}
    messages = {
        name: {
            "name": name,
            "title": one.kind.title,
            "contentType": "text/xml",
            "headers": {"type": "object", "properties": {"type": {"const": name}, "message_id": {"type": "string"}}},
            "payload": {
                "type": "object",
                "title": one.root,
                "properties": {
                    path: {"title": one.kind.record.fields[field].title}
                    for field, path in one.paths.items()
                    if field in one.kind.record.fields
                },
            },
        }
        for name, one in spellings.items()
    }
    answer = {"name": "ANSWER", "title": "Ответ", "contentType": "text/xml", "payload": {"type": "object"}}
    incoming, outgoing = queue_name(channel, "in"), queue_name(channel, "out.answer")
    refs = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {
        "asyncapi": ASYNCAPI,
        "info": {"title": "ТФОМС hub: RabbitMQ", "version": "1"},
        "channels": {
            "in": {"address": incoming, "messages": refs},
            "answers": {"address": outgoing, "messages": {"ANSWER": {"$ref": "#/components/messages/ANSWER"}}},
        },
        "operations": {
            "receive": {"action": "receive", "channel": {"$ref": "#/channels/in"}},
            "answer": {"action": "send", "channel": {"$ref": "#/channels/answers"}},
        },
        "components": {"messages": {**messages, "ANSWER": answer}},
    }


def kind_page(catalog: Catalog, kind: MessageKind) -> str:
    """One kind: its fields, how each contract writes them, the codes it may get."""
    lines = [f"# {kind.title} (`{kind.name}`)", "", "| поле | название | тип | справочник |", "|---|---|---|---|"]
    for name, spec in kind.record.fields.items():
        lines.append(f"| `{name}` | {spec.title} | {type_of(spec)} | {spec.book} |")
    writings = writings_of(catalog, kind)
    for name, spec in kind.record.fields.items():
        if spec.note:
            missing = without_place(writings, name)
            lines += ["", f"`{name}`: {spec.note}" + (f" Поля нет: {missing}." if missing else "")]
    for writing in writings:
        lines += ["", f"## {writing.title}", "", "| поле | место | обязательно |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {place} | {'да' if name in writing.must else ''} |" for name, place in writing.places.items()
        ]
    codes = codes_of(catalog, kind)
    if codes:
        lines += ["", "## Замечания", ""]
        lines += [f"* `{one.code}` — {MEANINGS[one.code].title}{_numbers(one.numbers)}" for one in codes]
    return "\n".join(lines) + "\n"


def _numbers(numbers: Any) -> str:
    return f" ({', '.join(f'{dialect}: {number}' for dialect, number in numbers.items())})" if numbers else ""


def findings_page(catalog: Catalog) -> str:
    """Every finding with its meaning, its advice and its number in every contract."""
    lines = ["# Замечания", "", "| код | значение | что делать | номера |", "|---|---|---|---|"]
    for one in codes_of(catalog):
        meaning = MEANINGS[one.code]
        lines.append(f"| `{one.code}` | {meaning.title} | {meaning.advice} | {_numbers(one.numbers).strip(' ()')} |")
    lines += ["", "## Причины отказа в прикреплении", "", "| № | причина | коды |", "|---|---|---|"]
    for reason in REFUSAL_REASONS:
        codes = ", ".join(f"`{code}`" for code in reason.codes) or reason.instead
        lines.append(f"| {reason.number} | {reason.title} | {codes} |")
    return "\n".join(lines) + "\n"


def index_page(catalog: Catalog, fund: str, today: date) -> str:
    """What is in the folder, and the test people of the sandbox."""
    kinds = sorted(catalog.kinds.values(), key=lambda kind: kind.title)
    lines = ["# Обмен с ТФОМС hub", "", "* `soap/` — WSDL, XSD, примеры запросов; `soapui-project.xml`, `curl-soap.sh`"]
    lines += ["* `openapi.json`, `curl-rest.sh` — REST; `asyncapi.json` — RabbitMQ; `json-schema/` — виды сведений"]
    lines += ["* `files/uprmes.xsd` — файлы обмена с ЦС ЕРЗ (.uprmes, .uprak1, .uprak2)"]
    lines += ["* [замечания](findings.md)", *(f"* [{kind.title}]({kind.name}.md)" for kind in kinds)]
    lines += [
        "",
        "## Подпись пакетов SOAP",
        "",
        "Подпись — последний дочерний элемент внутри элемента операции: XMLDSig ",
    ]
    lines[-1] += "(enveloped, одна ссылка на весь элемент, exclusive C14N) с сертификатом в KeyInfo либо "
    lines[-1] += (
        "`{urn:tfoms-hub:signature:1}CmsSignature` с отсоединённой CMS (base64, DER) над exclusive C14N элемента "
    )
    lines[-1] += "операции без подписи, в том числе по ГОСТ Р 34.10-2012. Сертификат регистрирует фонд."
    lines += ["", "## Тестовые люди песочницы (`hub mock`)", "", "| кто | дата рождения | ЕНП | исход | что с ним |"]
    lines += ["|---|---|---|---|---|"]
    for one in test_people(today):
        who = f"{SURNAME} {one.word} Тестович"
        lines.append(f"| {who} | {one.birth_date:%d.%m.%Y} | `{one.enp(fund)}` | `{one.outcome}` | {one.title} |")
    return "\n".join(lines) + "\n"


def curl_script(address: str) -> str:
    """A shell script with one call of every REST operation; HUB and KEY come from the environment."""
    lines = ["#!/bin/sh", f': "${{HUB:={address}}}" "${{KEY:?}}"', ""]
    for one in OPERATIONS:
        path = one.path.replace("{token}", "$TOKEN").replace("{packet_id}", "$PACKET")
        body = ' --data-binary "@$FILE"' if one.media and one.method in ("put", "post") else ""
        if one.endpoint == "people.identify":
            body = """ -H 'Content-Type: application/json' -d '{"enp": "0000000000000000"}'"""
        query = "?name=$NAME" if one.endpoint in ("files.begin", "check.check") else ""
        lines += [f"# {one.title}"]
        lines += [f'curl -sS -X {one.method.upper()} -H "Authorization: Bearer $KEY"{body} "$HUB{BASE}{path}{query}"']
    return "\n".join(lines) + "\n"
