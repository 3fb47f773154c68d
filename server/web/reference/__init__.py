"""Reference books on the screens: what is loaded, its rows and editions, loading and taking back."""
