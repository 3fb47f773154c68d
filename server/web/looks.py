"""Which addresses show people or act on them: every look at one leaves an audit row; held complete by a test.

An address that is not here is taken for one that shows people: a page somebody forgot to declare is kept too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What the audit says of an address: an action, and an object whose number is the part of the address named.

    ``asked`` marks a page that shows nobody until something is asked for: its view knows when, and notes it.
    """

    action: str
    object_type: str = ""
    number: str = ""
    asked: bool = False


UNDECLARED = Look("open_page", "page")

#: Addresses that tell of people, or change what is known of them.
_SCREENS: Mapping[str, Look] = {
    "insured.people": Look("search", "people", asked=True),
    "insured.person": Look("open_person", "person", "person_id"),
    "insured.reveal": Look("reveal", "person", "person_id"),
    "overview.search": Look("search", "people", asked=True),
    "exchange.records": Look("list_records", "packet", "line_id"),
    "exchange.record": Look("open_record", "packet", "line_id"),
    "exchange.findings": Look("list_findings", "packet", "line_id"),
    "exchange.content": Look("open_content", "packet", "line_id", asked=True),
    "exchange.download": Look("download", "packet", "line_id"),
    "outgoing.download": Look("download", "outgoing", "line_id"),
    "support.sendings": Look("list_sendings", "sendings"),
    "support.sending": Look("open_sending", "packet", "sending_id"),
    "support.replace_card": Look("replace_card", "card", "hub_id"),
    "uploads.send": Look("upload", "packet"),
    "batches.batch": Look("open_content", "packet", "packet_id"),
    "batches.repeat": Look("repeat_batch", "packet", "packet_id"),
    "batch_making.choose": Look("choose_people", "people", asked=True),
    "batch_making.form": Look("form_batch", "packet"),
    "batch_making.compared": Look("compare_answer", "packet"),
    "agencies.unmatched": Look("list_unmatched", "unmatched"),
    "agencies.announced": Look("list_announced", "announced_deaths"),
    "agencies.confirm": Look("confirm_death", "person"),
    "agencies.refuse": Look("refuse_death", "person"),
    "agencies.suspended": Look("list_suspended", "suspended"),
    "central.messages": Look("list_central", "central"),
    "central.asking": Look("reveal_central", "central", asked=True),
    "central.ask": Look("ask_central", "central"),
    "central.message": Look("open_central", "central", "message_id"),
    "central.reveal": Look("reveal_central", "central", "message_id"),
    "central.resend": Look("resend_central", "central"),
    "central.drop": Look("drop_central", "central"),
    "districts.districts": Look("list_districts", "districts"),
    "districts.people": Look("list_attached", "attached"),
    "reviews.cases": Look("list_reviews", "reviews"),
    "reviews.case": Look("open_review", "review", "case_id"),
    "reviews.decide": Look("decide_review", "review", "case_id"),
    "buffer.changes": Look("list_buffered", "buffer"),
    "buffer.change": Look("open_buffered", "buffer", "change_id"),
    "buffer.decide": Look("decide_buffered", "buffer", "change_id"),
    "buffer.decide_many": Look("decide_buffered", "buffer"),
    "mass.start": Look("start_mass_change", "mass_change"),
    "mass.change": Look("open_mass_change", "mass_change", "change_id"),
    "mass.move": Look("run_mass_change", "mass_change", "change_id"),
    "twins.pairs": Look("list_pairs", "duplicates"),
    "twins.dismiss": Look("dismiss_pairs", "duplicates"),
    "twins.add": Look("add_pair", "duplicates"),
    "twins.pair": Look("open_pair", "pair", "link_id"),
    "twins.reveal": Look("reveal", "pair", "link_id"),
    "twins.decide": Look("open_pair", "pair", "link_id"),
    "splits.show": Look("open_split", "person", "person_id"),
    "splits.separate": Look("split_person", "person", "person_id"),
    "news.changes": Look("list_changes", "changes"),
    "audit.entries": Look("list_audit", "audit"),
}
#: Addresses that tell of nobody, by the reason; what is done at them is noted by their views all the same.
_OF_NOBODY: Mapping[str, str] = {
    "files of the pages themselves": "static favicon",
    "the viewer's own account and sitting": """access.sign_in access.sign_out access.set_theme access.set_columns
        access.own_password overview.keys""",
    "how the hub is, in figures": "health.health health.ready health.metrics health.state statistics.registry",
    "work asked for, nobody named": """health.return_parked health.deliver_again statistics.count twins.search
        twins.stop batches.stop batches.proceed outgoing.acknowledge outgoing.send_again support.request_resending""",
    "how far something has come, in figures": "exchange.progress twins.progress",
    "descriptions for integrators, with invented people": """formats.index formats.kind formats.findings formats.books
        formats.settings formats.rest""",
    "packets by sender, file and status; a search by a person is noted by the table": """overview.home exchange.journal
        exchange.packet exchange.history outgoing.packets outgoing.packet uploads.uploads
        batches.batches agencies.files mass.changes""",
    "an empty form": "batch_making.compare",
    "numbers of blanks, which are of nobody until they are issued": """blanks.boxes blanks.box blanks.remove_box
        blanks.mark blanks.contracts blanks.add_contract blanks.hand_over blanks.cancel blanks.transfers blanks.transfer
        blanks.act blanks.confirm blanks.find blanks.spoil blanks.status""",
    "how files are read": "layouts.layouts layouts.layout layouts.keep layouts.choose layouts.drop",
    "weights and thresholds": "reviews.matching reviews.set_thresholds",
    "rules, settings and checks": """buffer_rules.rules buffer_rules.change_rule buffer_rules.take_back_rule
        buffer_rules.set_two_persons checks.book checks.check checks.switch options.options options.option
        options.change options.reset""",
    "reference books": """reference.books reference.book reference.versions reference.version reference.load
        reference.use reference.drop reference.withdraw""",
    "accounts of staff, for who administers them": """administration.accounts administration.account administration.add
        administration.set_active administration.reset_password administration.organisations rights.roles rights.role
        rights.change""",
}
SCREENS: Mapping[str, Look | str] = {
    **_SCREENS,
    **{endpoint: reason for reason, endpoints in _OF_NOBODY.items() for endpoint in endpoints.split()},
}
#: The same of REST.
REST: Mapping[str, Look | str] = {
    "files.begin": Look("upload", "packet", asked=True),
    "files.continue_": "bytes taken in, nothing told",
    "files.show": "how much of a file has come",
    "files.complete": Look("upload", "packet", asked=True),
    "packets.list_packets": "packets by sender, file and status",
    "packets.show": "figures of a packet",
    "packets.records": Look("api_records", "packet", "packet_id"),
    "packets.answer": Look("api_answer", "packet", "packet_id"),
    "packets.journal": "packets by sender, file and status",
    "people.identify": Look("api_identify", "packet"),
    "check.check": Look("api_check", "people"),
    "outgoing.list_outgoing": "packets by receiver, file and state",
    "outgoing.show": "the state of a packet",
    "outgoing.content": Look("download", "outgoing", "packet_id"),
    "outgoing.acknowledge": Look("acknowledge", "outgoing", "packet_id"),
    "changes.changes_of_period": Look("api_changes", "changes"),
    "docs.description": "the description of the interface",
    "docs.page": "the description of the interface",
}


def look_of(addresses: Mapping[str, Look | str], endpoint: str | None) -> Look | None:
    """What a look at this address is kept as; ``None`` where nobody is shown."""
    if endpoint is None:
        return None
    declared = addresses.get(endpoint, UNDECLARED)
    return None if isinstance(declared, str) else declared
