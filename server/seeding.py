"""What every installation must have besides empty tables."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_organisation

FUND_NAME = "Территориальный фонд обязательного медицинского страхования"


def seed(session: Session, context: HubContext) -> None:
    """Make the secret of the person keys and the fund itself; what is there stays as it is."""
    context.key_secret(session)
    register_organisation(session, kind="fund", name=FUND_NAME, codes={"tf": context.fund_code})
