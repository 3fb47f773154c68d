"""How МИС tell contacts and sections of attached people by RabbitMQ; nobody published a form, so this one is ours."""

from __future__ import annotations

from registry.core.forms import CLINIC, DATE, DIGITS, INTEGER
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.person_contacts import PERSON_CONTACTS
from registry.insured.kinds.person_contacts import PersonContacts as C
from registry.insured.spellings.person import GENERIC_DOCUMENT, GENERIC_NAMES, GENERIC_POLICY, complete_enp

SPELLINGS = (
    spell(
        PERSON_CONTACTS,
        "generic",
        "PERSONCONTACTS",
        group("HEADER", tag("CODE_MO", C.clinic, CLINIC), tag("PERSONCONTACTSID", C.number)),
        group(
            "BODY",
            tag("BDZID", C.bdz_id),
            tag("ID_PAC", C.sender_person_id),
            *GENERIC_NAMES,
            *GENERIC_POLICY,
            *GENERIC_DOCUMENT,
            tag("ENP", C.enp),
            tag("CHANGE_DT", C.changed_on, DATE),
            tag("PHONE1", C.phone),
            tag("PHONE2", C.work_phone),
            tag("EMAIL", C.email),
            tag("FIOPR", C.representative),
            tag("LPUREGIONTYPE", C.area_type, INTEGER),
            tag("PODR", C.building),
            tag("OTD", C.department),
            tag("UCH", C.district),
            tag("SNILS_VR", C.doctor_snils, DIGITS),
            tag("DOC_TYPE", C.doctor_category, INTEGER),
        ),
        arrange=complete_enp,
    ),
)
