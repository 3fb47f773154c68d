"""Refusals of attachments are told and filtered by the reasons of a regional fund (registry model, clause 6.4)."""

from sqlalchemy import select

from registry.exchange.tables import FindingRow, JournalEntry, Packet
from tests.web.conftest import Site


def test_findings_of_attachments_are_filtered_by_the_reason_of_the_refusal(site: Site) -> None:
    with site.hub.sessions.begin() as session:
        refused = select(FindingRow.packet_id).where(FindingRow.code == "PERSON_NOT_FOUND")
        line = session.scalars(select(JournalEntry).where(JournalEntry.id.in_(refused))).first()
        assert line is not None
        line.kind = "attachment"
        session.get_one(Packet, line.id).kind = "attachment"
        number = line.id
    page = site.signed_in("admin").get(f"/packets/{number}/findings").text
    assert "Причина отказа" in page
    assert "9. не найден" in page
    head, columns = f"/packets/{number}/findings?export=csv", 2

    def codes(reason: str) -> set[str]:
        told = site.signed_in("admin").get(f"{head}&reason={reason}").data.decode("utf-8-sig")
        return {line.split(";")[columns] for line in told.splitlines()[1:]}

    assert codes("9") == {"PERSON_NOT_FOUND"}
    assert codes("10") == {"BIRTH_DATE_WRONG"}
    assert codes("1") == set()


def test_the_reference_tells_which_codes_are_refused_for_which_reason(site: Site) -> None:
    page = site.signed_in("admin").get("/formats/findings").text
    assert "Причины отказа в прикреплении" in page
    assert 'href="#PERSON_DEAD"' in page


def test_the_making_of_search_keys_is_seen(site: Site) -> None:
    assert "Ключи поиска" in site.signed_in("admin").get("/matching").text
