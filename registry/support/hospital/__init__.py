"""Referrals to hospitals, stays, discharges and places, with the booking that programs of 2017 know."""
