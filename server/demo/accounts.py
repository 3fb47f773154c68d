"""Who takes part in the demonstration. Codes follow the code of the fund; every password is the documented one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.central.words import CENTRAL
from registry.central.words import TITLE as CENTRAL_TITLE
from registry.exchange.access import hash_password
from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_account, register_channel, register_organisation
from registry.exchange.options import set_option
from registry.exchange.tables import Organisation
from registry.insured.agencies.words import TITLES as AGENCIES

PASSWORD = "demo"  # noqa: S105 - the documented password of invented accounts
CLINICS = 30
INSURERS = 3
CHANNEL = "ch1"
CHANNEL_LOGIN = "guest"
DEPARTMENT = "07902"
ADAPTERS = ("vologda", "volgograd", "karelia")
OID = "1.2.643.5.1.13.13.12.2"


@dataclass(frozen=True, slots=True)
class Shown:
    """An account the start page tells about."""

    login: str
    title: str


def clinic_code(fund: str, number: int) -> str:
    """The mcod of the n-th clinic: 630001 … of fund 63."""
    return f"{fund}{number:04d}"


def dcexchange_code(number: int) -> str:
    """The fund's own five-digit code of the n-th clinic."""
    return f"07{number:03d}"


def insurer_code(fund: str, number: int) -> str:
    """The smocod of the n-th insurer: 63001 … of fund 63."""
    return f"{fund}{number:03d}"


def shown_accounts(fund: str) -> list[Shown]:
    """The accounts of people, and one of a program as an example."""
    return [
        Shown("admin", "администратор фонда"),
        Shown("operator", "оператор фонда"),
        Shown(f"clinic{clinic_code(fund, 1)}", f"сотрудник МО {clinic_code(fund, 1)}"),
        Shown(f"clinic{clinic_code(fund, 7)}", f"сотрудник МО {clinic_code(fund, 7)}"),
        Shown(f"insurer{insurer_code(fund, 1)}", f"сотрудник СМО {insurer_code(fund, 1)}"),
        Shown("zags", "сотрудник органа ЗАГС; также sfr, fns, vk, svpdp, cs"),
        Shown(dcexchange_code(1), f"программа МО {clinic_code(fund, 1)} (DCExchangeSrv)"),
    ]


def register_participants(session: Session, context: HubContext) -> None:
    """Register the fund, clinics, a department, insurers, their accounts and one МИС channel; safe to repeat."""
    fund_code = context.fund_code
    fund = register_organisation(
        session, kind="fund", name="Территориальный фонд ОМС (демонстрация)", codes={"tf": fund_code}
    )
    clinics = [_clinic(session, fund_code, number) for number in range(1, CLINICS + 1)]
    insurers = [_insurer(session, fund_code, number) for number in range(1, INSURERS + 1)]
    department = register_organisation(
        session,
        kind="clinic",
        name="Детское отделение № 1 (структурное подразделение)",
        codes={"dcexchange": DEPARTMENT},
        parent_id=clinics[1].id,
    )
    set_option(session, "identification_adapters", list(ADAPTERS), context.clock.now())
    accounts = Accounts(session, context)
    accounts.add("admin", fund, "administrator", "Администратор фонда")
    accounts.add("operator", fund, "operator", "Оператор фонда")
    for number in (1, 7):
        code = clinic_code(fund_code, number)
        accounts.add(f"clinic{code}", clinics[number - 1], "clerk", f"Сотрудник МО {code}")
    first = insurer_code(fund_code, 1)
    accounts.add(f"insurer{first}", insurers[0], "clerk", f"Сотрудник СМО {first}")
    for number, clinic in enumerate(clinics, 1):
        for login in (dcexchange_code(number), clinic_code(fund_code, number)):
            accounts.add(login, clinic, "service", f"Программа МО {clinic_code(fund_code, number)}")
    _agencies(session, accounts)
    set_option(session, "central_exchange", value=True, now=context.clock.now())
    accounts.add(DEPARTMENT, department, "service", "Программа подразделения")
    senders = [clinic.id for clinic in clinics]
    register_channel(
        session, code=CHANNEL, organisation_id=clinics[0].id, dialect="generic", user_id=CHANNEL_LOGIN, senders=senders
    )


class Accounts:
    """Adds accounts with the documented password."""

    def __init__(self, session: Session, context: HubContext) -> None:
        self._session = session
        self._context = context
        self._hash = hash_password(PASSWORD)  # one for all: the password is public, and a hash is slow on purpose

    def add(self, login: str, organisation: Organisation, role: str, title: str) -> None:
        """Add an account unless it is there."""
        account = register_account(
            self._session,
            login=login,
            password="",
            organisation_id=organisation.id,
            role=role,
            title=title,
            clock=self._context.clock,
        )
        account.password_hash = account.password_hash or self._hash


def _agencies(session: Session, accounts: Accounts) -> None:
    for code, title in {**AGENCIES, CENTRAL: CENTRAL_TITLE}.items():
        agency = register_organisation(session, kind="agency", name=f"{title} (демонстрация)", codes={"agency": code})
        accounts.add(code, agency, "clerk", title)


def _clinic(session: Session, fund: str, number: int) -> Organisation:
    codes = {
        "mcod": clinic_code(fund, number),
        "dcexchange": dcexchange_code(number),
        "oid": f"{OID}.{fund}.{number}",
    }
    return register_organisation(session, kind="clinic", name=f"Городская поликлиника № {number}", codes=codes)


def _insurer(session: Session, fund: str, number: int) -> Organisation:
    body = f"102{fund}00{number:05d}"
    codes = {"smocod": insurer_code(fund, number), "ogrn": body + str(int(body) % 11 % 10)}
    return register_organisation(session, kind="insurer", name=f"Страховая компания «Пример-{number}»", codes=codes)
