"""Names of the files of departments, `<department>_<what>_<day>_<number>`; the hub defines them (decisions, 10)."""

from __future__ import annotations

DAY = r"(?P<yyyy>20\d{2})(?P<mm>0[1-9]|1[0-2])(?P<dd>[0-2]\d|3[01])_(?P<n>\d{1,6})"
AGENCY = "agency"
LISTS = (
    ("ZAGS", "DEATH", "death", "сведения ЗАГС о смерти и её отмене"),
    ("ZAGS", "BIRTH", "birth", "сведения ЗАГС о рождении"),
    ("ZAGS", "NAME", "name_change", "сведения ЗАГС о перемене имени"),
    ("ZAGS", "MARRIAGE", "name_change", "сведения ЗАГС о браке и его расторжении"),
    ("SFR", "SNILS", "snils_answer", "ответ СФР о СНИЛС"),
    ("FNS", "PERSONS", "tax_person", "список ФНС"),
    ("VK", "CONSCRIPTS", "conscription", "список военкомата"),
)


def _mask(sender: str, what: str, kind: str, title: str) -> dict[str, object]:
    return {
        "code": f"{sender}_{what}".lower(),
        "kind": kind,
        "pattern": rf"(?P<agency>{sender})_{what}_{DAY}\.csv",
        "answer_name": "P_{stem}.csv",
        "example": f"{sender}_{what}_20261128_1.csv",
        "title": title,
        "priority": 1,
        "sender_kind": AGENCY,
    }


AGENCY_MASKS: tuple[dict[str, object], ...] = (
    *(_mask(*one) for one in LISTS),
    {
        "code": "clinic_death",
        "kind": "death",
        "pattern": rf"DEATH_(?P<mo>\d{{6}})_{DAY}\.csv",
        "answer_name": "P_{stem}.csv",
        "example": "DEATH_140011_20261128_1.csv",
        "title": "сообщение МО о смерти",
        "priority": 1,
    },
    {
        "code": "svpdp",
        "kind": "foreign_file",
        "pattern": rf"(?P<agency>SVPDP)_\w{{1,40}}_{DAY}\.(?:xml|csv|dbf|dat|bin)",
        "answer_name": "P_{stem}.csv",
        "example": "SVPDP_POLIS_20261128_1.xml",
        "title": "файл СВПДП",
        "priority": 1,
        "sender_kind": AGENCY,
    },
)
