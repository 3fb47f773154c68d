"""Takes personal data and secrets out of whatever is about to be logged."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

# A key is personal when it is one of these, whatever its letter case; wire names stand beside our own.
PERSONAL_KEYS = frozenset(
    """
    surname first_name patronymic fio full_name fam im ot fam_p im_p ot_p person_name
    birth_date birthday birth_place dr dr_p mr date_of_birth died_on
    snils ss enp old_enp policy policy_number policy_series npolis spolis npol spol
    doc_number doc_series document docnum docser s_doc n_doc sn_doc document_number document_series
    phone phone1 phone2 tel tlf email address adres
    password oldpassword new_password passwd token access_token api_key secret secret_key authorization
    cookie set_cookie database_url broker_url parameters params
    a15_pfio a19_pbd a20_pph a21_ps a22_pn a25_enp d11_snils p11_brdt
    """.split()
)

_KEY_IN_TEXT = "|".join(sorted((re.escape(key) for key in PERSONAL_KEYS if len(key) > 1), key=len, reverse=True))
_VALUE_IN_TEXT = r"""(?:"[^"]*"|'[^']*'|«[^»]*»|[^\s,;&)}\]]+)"""
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"

# In this order: what has a structure first, bare numbers last.
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(<[\w:.-]+(?:\s[^<>]*)?>)[^<>]+(?=<)"), rf"\1{MASK}"),  # the text of any XML element
    (re.compile(r"(://)[^/@\s]+@"), rf"\1{MASK}@"),  # user and password of an address
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(rf"""\b({_KEY_IN_TEXT})(["']?\s*[=:]\s*){_VALUE_IN_TEXT}""", re.IGNORECASE), rf"\1\2{MASK}"),
    (re.compile(_ALONE.format(r"\d{3}-\d{3}-\d{3}[ -]?\d{2}")), MASK),  # СНИЛС as printed
    (re.compile(r"(?<!\w)(?:\+7|8)[ (-]{1,2}\d{3}[ )-]{1,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?!\w)"), MASK),  # a telephone
    (re.compile(_ALONE.format(r"\d{2} ?\d{2} ?(?:№ ?)?\d{6}")), MASK),  # a passport
    (re.compile(_ALONE.format(r"(?:[IVXLC]+|\d{1,2})-[А-Я]{2} ?(?:№ ?)?\d{6}")), MASK),  # a birth certificate
    (re.compile(_ALONE.format(r"(?:\d{16}|\d{11}|\d{4} \d{4} \d{4} \d{4})")), MASK),  # ЕНП, СНИЛС, telephone
    (
        re.compile(
            r"\b[А-ЯЁ][а-яё-]+\s+[А-ЯЁ][а-яё-]+\s+[А-ЯЁ][а-яё]*(?:вич|ьич|мич|вна|чна|шна|оглы|кызы)\b", re.IGNORECASE
        ),
        MASK,
    ),  # surname, first name and patronymic in a row
)


def mask_text(text: str) -> str:
    """The text without numbers, names and secrets that a pattern or a key beside them gives away."""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def mask(value: Any, key: str = "") -> Any:
    """The value as it may be logged: personal keys blanked at any depth, texts and long numbers cleaned."""
    if key.lower().replace("-", "_") in PERSONAL_KEYS:
        return value if value is None else MASK
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return MASK if mask_text(str(value)) == MASK else value
    if isinstance(value, Mapping):
        return {mask_text(str(name)): mask(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask(item) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return mask_text(str(value))
