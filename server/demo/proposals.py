"""A change that waits in the buffer from the start, so that its screens have something to decide."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.queries.districts import AttachedFilter, attached_people
from server.demo.accounts import clinic_code

WOMAN = 2
LOOKED_AT = 50
NEW_SURNAME = "Новобрачная"


def propose_examples(session: Session, context: HubContext) -> None:
    """Let a clinic say the new surname of a woman attached to it: identity told by a clinic waits for agreement."""
    today, code = context.clock.today(), clinic_code(context.fund_code, 1)
    attached = attached_people(session, AttachedFilter(clinic=code), today, limit=LOOKED_AT)
    women = [one.person.id for one in attached if one.version.sex == WOMAN and one.person.died_on is None]
    proposer = Proposer("clinic", frozenset({code}), organisation_id_of_code(session, code), None, "МО")
    proposals = [Proposal(one, {"surname": NEW_SURNAME}, today, "1") for one in women[:1]]
    propose_changes(session, proposals, proposer, Circumstances(context.clock.now(), today))
