"""Who may enter and what is asked of them: accounts, rights of roles, keys, certificates, secrets."""
