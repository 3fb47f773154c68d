"""The thin layer of spyne: its dispatch and its life of a call, with our guard before it and our elements through it.

spyne's own parser, object mapping, WSDL and fault texts are not used: they cost most of the time of a call, let broken
bodies escape as bare exceptions and log messages whole. What is left is replaceable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from spyne import AnyXml, Application, Fault, ServiceBase, const, rpc
from spyne.interface import InterfaceDocumentsBase
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from soap.contract import Contract
from soap.endpoint import Call, Endpoint
from soap.envelope import answer_bytes
from soap.faults import SoapFault

StartResponse = Callable[..., Any]

# spyne would run a full collection of garbage once a second to close files that our calls do not open.
const.MIN_GC_INTERVAL = float("inf")


class GuardedSoap(Soap11):
    """SOAP 1.1 and 1.2 by the namespace of the envelope; elements go in and out as they are."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._endpoint = endpoint

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:
        """Opens the request or raises its fault; ``ctx.udc`` holds the call whatever happens."""
        ctx.udc = self._endpoint.new_call(ctx.transport.req_env)
        self._endpoint.open(ctx.udc)
        ctx.in_document = ctx.udc.element

    def decompose_incoming_envelope(self, ctx: Any, message: Any = None) -> None:
        """Names the operation for spyne's dispatch."""
        ctx.in_body_doc = ctx.in_document
        ctx.method_request_string = ctx.udc.operation.name

    def deserialize(self, ctx: Any, message: Any) -> None:
        """Hands the call over unread: the codec that AMQP and files use reads it."""
        ctx.in_object = ctx.udc

    def serialize(self, ctx: Any, message: Any) -> None:
        """Puts the element of the answer, or the fault, where the next step takes it."""
        call: Call = ctx.udc
        if ctx.out_error is None:
            ctx.out_document = ctx.out_object[0]
            return
        fault = ctx.out_error
        if not isinstance(fault, SoapFault):
            fault = self._endpoint.last_resort(call, fault)
        ctx.out_document = fault.written_in(call.version)
        ctx.transport.resp_code = fault.status_line(call.version)
        ctx.transport.resp_headers.update(fault.headers)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:
        """The envelope in the version of the request, addressed when the request was."""
        call: Call = ctx.udc
        action = ""
        if call.operation is not None:
            action = call.operation.reply_action if ctx.out_error is None else call.operation.fault_action
        ctx.transport.resp_headers["Content-Type"] = call.version.media_type
        ctx.out_string = [answer_bytes(call.version, ctx.out_document, addressing=call.addressing, action=action)]


class NoDocuments(InterfaceDocumentsBase):
    """No WSDL of spyne's: the contracts are published as they are kept."""

    def __init__(self, interface: Any) -> None:
        super().__init__(interface, wsdl11=None)


def spyne_application(endpoint: Endpoint) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """The WSGI application of one contract."""
    application = Application(
        [service_of(endpoint.contract, endpoint)],
        tns=endpoint.contract.namespace,
        name=endpoint.contract.name,
        in_protocol=GuardedSoap(endpoint),
        out_protocol=GuardedSoap(endpoint),
        documents_container=NoDocuments,
    )
    # The guard reads the body itself and knows its limit; spyne's own would cut a larger one silently.
    wsgi: Callable[[dict[str, Any], StartResponse], Iterable[bytes]] = WsgiApplication(
        application, max_content_length=endpoint.contract.limits.max_bytes
    ).handle_rpc
    return wsgi


def service_of(contract: Contract, endpoint: Endpoint) -> type:
    """A spyne service with one method for each row of the table of operations."""

    def method(name: str) -> Any:
        def perform(ctx: Any, call: Any) -> Any:
            try:
                return endpoint.perform(call)
            except Fault:
                raise
            except Exception as error:  # noqa: BLE001 - spyne would answer and log the text of any exception
                raise endpoint.last_resort(ctx.udc, error) from None

        perform.__name__ = name
        return rpc(AnyXml, _returns=AnyXml, _body_style="bare")(perform)

    methods = {operation.name: method(operation.name) for operation in contract.operations}
    return type(contract.name, (ServiceBase,), methods)
