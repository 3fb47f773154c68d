"""Plans of preventive measures: who is to come, who was told, who came, and what the region approved."""
