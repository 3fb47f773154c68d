"""What every installation must have besides empty tables."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from registry.exchange.access import fund_caller
from registry.exchange.context import HubContext
from registry.exchange.operations.incoming.add_mask import add_mask
from registry.exchange.operations.incoming.describe_files import describe_files
from registry.exchange.operations.load_books import ship_books
from registry.exchange.operations.register import register_organisation
from registry.insured.news.operations.collect_news import collect_news
from registry.insured.news.queries.pages import last_look

FUND_NAME = "Территориальный фонд обязательного медицинского страхования"

OWN_MASK = {
    "code": "identification_own",
    "kind": "identification",
    "dialect": "files",
    "pattern": r"(?P<mo>\d{2}|\d{5})_(?P<dd>\d{2})(?P<mm>\d{2})(?P<yyyy>\d{4})_(?P<n>\d+)\.dbf",
    "answer_name": "{name}",
    "example": "63_05112026_1.DBF",
    "title": "запрос идентификации фонда или СМО",
    "priority": 9,
}


def seed(session: Session, context: HubContext) -> None:
    """Make the secret of the person keys, the packaged masks, layouts and books, and the fund; what is there stays.

    Changes are numbered from here on: what the registry holds at the first start is no news.
    """
    context.key_secret(session)
    describe_files(session, context.catalog)
    add_mask(session, OWN_MASK)
    ship_books(session, context)
    if last_look(session) is None:
        collect_news(session, context.clock.now(), timedelta(0))
    if fund_caller(session) is None:
        register_organisation(session, kind="fund", name=FUND_NAME, codes={"tf": context.fund_code})
