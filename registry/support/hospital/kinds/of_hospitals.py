"""All kinds about hospitals, for the catalogue."""

from __future__ import annotations

from registry.support.hospital.kinds.beds import BED_MONTH, BEDS
from registry.support.hospital.kinds.booking import BOOKING_KINDS
from registry.support.hospital.kinds.discharge import DISCHARGE
from registry.support.hospital.kinds.emergency_hospitalisation import EMERGENCY_HOSPITALISATION
from registry.support.hospital.kinds.hospitalisation import HOSPITALISATION
from registry.support.hospital.kinds.referral import REFERRAL
from registry.support.hospital.kinds.referral_cancellation import REFERRAL_CANCELLATION

KINDS = (
    REFERRAL,
    REFERRAL_CANCELLATION,
    HOSPITALISATION,
    EMERGENCY_HOSPITALISATION,
    DISCHARGE,
    BEDS,
    BED_MONTH,
    *BOOKING_KINDS,
)
