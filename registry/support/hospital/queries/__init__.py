"""The read side of hospitals: lists of referrals, stays, discharges and places for contracts and screens."""

from registry.support.hospital.queries.beds import BED_QUERIES
from registry.support.hospital.queries.cases import CASE_QUERIES

QUERIES = (*CASE_QUERIES, *BED_QUERIES)

__all__ = ["QUERIES"]
