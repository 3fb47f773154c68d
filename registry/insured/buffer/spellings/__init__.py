"""How senders are told of decisions, and how clinics tell contacts: forms of the hub itself."""
