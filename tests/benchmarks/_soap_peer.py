"""What a user would build instead: a spyne service with its own object mapping over the SQL of the floor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from typing import Any

from spyne import Application, ComplexModel, Date, DateTime, Integer, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

from soap import spyne_shim  # noqa: F401  - spyne imports on Python 3.12 and later only after it
from tests.benchmarks._soap_sites import (
    attachment_fields,
    attachment_of,
    own_connection,
    person_fields,
    state_of,
)

RAW = "benchmark.raw"
UIR, DCX = "http://uir.ffoms.ru", "http://main.dce/"


class FullName(ComplexModel):
    """Names as the contract has them."""

    __namespace__ = UIR
    FamilyName = Unicode
    FirstName = Unicode
    MiddleName = Unicode


class Birth(ComplexModel):
    """Birth as the contract has it."""

    __namespace__ = UIR
    BirthDate = Date
    BirthPlace = Unicode


class UIRRequest2(ComplexModel):
    """The question."""

    __namespace__ = UIR
    FullName = FullName
    PolicyType = Unicode
    PolicyNumber = Unicode
    InsRegion = Unicode
    Birth = Birth
    InsDate = Date


class Insurance(ComplexModel):
    """The insurance told."""

    __namespace__ = UIR
    StartDate = Date
    InsType = Unicode
    InsId = Unicode


class UIRResponse(ComplexModel):
    """The answer."""

    __namespace__ = UIR
    Ack = Unicode
    MainENP = Unicode
    Insurance = Insurance


class Person(ComplexModel):
    """The person block of a record."""

    __namespace__ = DCX
    a10_dct = Integer
    a12_dcn = Unicode
    a15_pfio = Unicode
    a16_pnm = Unicode
    a17_pln = Unicode
    a18_ps = Unicode
    a19_pbd = DateTime
    a23_dt = Integer
    a25_enp = Unicode


class AttachInfo(ComplexModel):
    """The attachment of a record."""

    __namespace__ = DCX
    a10_aad = DateTime
    a13_attp = Integer
    a14_pr = Integer
    a15_profile = Integer


class Attach(ComplexModel):
    """A record."""

    __namespace__ = DCX
    p10_nzap = Integer
    p11_mocd = Unicode
    p12_pr = Person
    p13_orcl = AttachInfo


class AttachList(ComplexModel):
    """The records."""

    __namespace__ = DCX
    l10_orcl = Attach.customize(max_occurs="unbounded")


class Header(ComplexModel):
    """The header of a package."""

    __namespace__ = DCX
    p10_pakagedate = DateTime
    p11_pakagesender = Unicode
    p12_pakageguid = Unicode
    p13_zerrpkg = Integer


class Package(ComplexModel):
    """A package."""

    __namespace__ = DCX
    p10_packinf = Header
    p11_atachlist = AttachList


class Result(ComplexModel):
    """What became of a package."""

    __namespace__ = DCX
    pakageGUIDSrc = Unicode  # noqa: N815 - the contract's own name
    r10_responcecode = Integer
    p11_atachlist = AttachList


def _person(asked: Any) -> dict[str, Any]:
    names = asked.FullName
    told = (names.FamilyName, names.FirstName, names.MiddleName, asked.Birth.BirthDate, asked.PolicyNumber)
    return person_fields(told)


def _attached(record: Any, on: date) -> dict[str, Any]:
    person = record.p12_pr
    told = (person.a15_pfio, person.a16_pnm, person.a17_pln, person.a19_pbd.date(), person.a25_enp)
    return attachment_fields(record.p10_nzap, person_fields(told), on)


def _raw(ctx: Any) -> bytes:
    raw: bytes = ctx.transport.req_env[RAW]
    return raw


class States(ServiceBase):
    """The question of the УИР gateway."""

    @rpc(UIRRequest2, _returns=UIRResponse, _body_style="bare", _in_message_name=f"{{{UIR}}}UIRRequest2")
    def GetMedInsState2(ctx: Any, asked: Any) -> Any:  # noqa: N802, N805 - spyne's way
        """Answer who is insured where."""
        connection = own_connection()
        with connection, connection.cursor() as cursor:
            enp, policy, finish = state_of(cursor, {**_person(asked), "on": asked.InsDate}, _raw(ctx))
            finish(b"answer")
        insured = Insurance(StartDate=policy[3], InsType="3", InsId=policy[1])
        return UIRResponse(Ack="AA", MainENP=enp, Insurance=insured)


class Attachments(ServiceBase):
    """The attachment of people."""

    @rpc(Package, Unicode, Unicode, Unicode, _returns=Result, _out_variable_name="orderpack")
    def MakeAttachAction(ctx: Any, orderpack: Any, username: str, password: str, sendercode: str) -> Any:  # noqa: N802, N805
        """Attach people."""
        records = orderpack.p11_atachlist.l10_orcl
        told = (
            orderpack.p10_packinf.p12_pakageguid,
            date.fromisoformat(records[0].p13_orcl.a10_aad.date().isoformat()),
        )
        connection = own_connection()
        with connection, connection.cursor() as cursor:
            closed, finish = attachment_of(cursor, told, [_attached(one, told[1]) for one in records], _raw(ctx))
            finish(b"answer")
        listed = AttachList(l10_orcl=[Attach(p11_mocd=row[2]) for row in closed])
        return Result(pakageGUIDSrc=told[0], r10_responcecode=2000, p11_atachlist=listed)


def peer_application() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Both services, each in its version of SOAP."""
    states = Application([States], UIR, in_protocol=Soap12(), out_protocol=Soap12())
    attachments = Application([Attachments], DCX, in_protocol=Soap11(), out_protocol=Soap11())
    limit = 64 * 1024 * 1024
    by_version = {True: WsgiApplication(states), False: WsgiApplication(attachments, max_content_length=limit)}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[RAW] = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))  # spyne keeps no bytes to be stored
        environ["wsgi.input"] = BytesIO(environ[RAW])
        answer: Iterable[bytes] = by_version["soap+xml" in environ["CONTENT_TYPE"]](environ, start_response)
        return answer

    return application
