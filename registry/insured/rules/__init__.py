"""Pure decisions: state and record in, findings and decisions out; no database."""
