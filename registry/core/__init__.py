"""Pure Python: fields, kinds, spellings, findings, outcomes, changes, checks. No database, no channel."""
