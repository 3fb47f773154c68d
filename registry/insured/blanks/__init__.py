"""Policy blanks: boxes of the printer, transfers to insurers, spoilt ones (functions ERZ-25)."""
