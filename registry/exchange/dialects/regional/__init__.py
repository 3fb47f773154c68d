"""Optional identification contracts of other regions, switched on by the setting ``identification_adapters``."""
