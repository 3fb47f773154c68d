"""How contracts write referrals, stays and places."""
