"""Tables of hospitals. Codes of organisations are plain text: unknown ones are kept, never refused."""

from registry.support.hospital.tables.beds import BedDay, Booking
from registry.support.hospital.tables.referral import Discharge, Referral, ReferralCancellation, ReferralMove, Stay

__all__ = [
    "BedDay",
    "Booking",
    "Discharge",
    "Referral",
    "ReferralCancellation",
    "ReferralMove",
    "Stay",
]
