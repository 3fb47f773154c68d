"""All spellings of kinds about hospitals, for the catalogue."""

from __future__ import annotations

from registry.support.hospital.spellings import beds_dcx, cases_dcx

SPELLINGS = (*cases_dcx.SPELLINGS, *beds_dcx.SPELLINGS)
