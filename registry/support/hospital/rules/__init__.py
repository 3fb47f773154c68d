"""Pure decisions about referrals, stays and places."""
