"""Who the departments are: their codes in the exchange, and the word their facts are kept under."""

from __future__ import annotations

#: Code of the organisation (scheme ``agency``) → the source of its facts, at most 16 letters.
SOURCES = {"zags": "ЗАГС", "sfr": "СФР", "fns": "ФНС", "vk": "Военкомат", "svpdp": "СВПДП"}
TITLES = {
    "zags": "Органы ЗАГС",
    "sfr": "Отделение СФР",
    "fns": "ФНС России",
    "vk": "Военные комиссариаты",
    "svpdp": "СВПДП",
}
CIVIL_REGISTRY = "ЗАГС"
