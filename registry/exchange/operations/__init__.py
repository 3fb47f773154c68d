"""State changes of the exchange, inside the caller's transaction."""

from registry.exchange.operations.audit_action import Act, audit
from registry.exchange.operations.journal_refusal import journal_refusal
from registry.exchange.operations.register import register_account, register_channel, register_organisation

__all__ = [
    "Act",
    "audit",
    "journal_refusal",
    "register_account",
    "register_channel",
    "register_organisation",
]
