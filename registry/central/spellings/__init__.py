"""How messages of the central segment are written: HL7 v2 XML, an own XSD beside it."""

from registry.central.spellings import answers, messages

SPELLINGS = (*messages.SPELLINGS, *answers.SPELLINGS)
