"""State changes of referrals, stays and places, set-based, inside the caller's transaction."""
