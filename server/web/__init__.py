"""The web administration of the hub: Russian screens over the read sides of the registry."""
