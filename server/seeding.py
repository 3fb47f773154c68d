"""What every installation must have besides empty tables."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.exchange.access import fund_caller
from registry.exchange.context import HubContext
from registry.exchange.operations.describe_files import describe_files
from registry.exchange.operations.register import register_organisation

FUND_NAME = "Территориальный фонд обязательного медицинского страхования"


def seed(session: Session, context: HubContext) -> None:
    """Make the secret of the person keys, the packaged masks and layouts, and the fund; what is there stays."""
    context.key_secret(session)
    describe_files(session, context.catalog)
    if fund_caller(session) is None:
        register_organisation(session, kind="fund", name=FUND_NAME, codes={"tf": context.fund_code})
