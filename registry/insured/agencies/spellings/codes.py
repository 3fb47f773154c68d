"""Coded values of the lists of departments."""

from __future__ import annotations

from registry.core.forms import Form, codes

CANCELS = codes({"Р": False, "О": True, "P": False, "O": True}, name="act_state")
BASIS = codes({str(number): number for number in range(1, 7)}, name="name_basis", type_="int")
OPFR = codes({str(number): number for number in range(1, 4)}, name="opfr", type_="int")
SERVICE = codes({str(number): number for number in range(1, 4)}, name="service", type_="int")
BASES = {
    1: "перемена имени",
    2: "заключение брака",
    3: "расторжение брака",
    4: "установление отцовства",
    5: "усыновление",
    6: "исправление записи акта",
}
SERVICES = {1: "служба по призыву", 2: "служба по контракту", 3: "военные сборы"}
CODED: dict[str, Form] = {form.name: form for form in (CANCELS, BASIS, OPFR, SERVICE)}
