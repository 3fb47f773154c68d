"""Parts of `hub account`: who takes part, their keys, certificates and secrets."""
