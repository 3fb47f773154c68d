"""Everything that runs: settings, commands, web, workers, scheduled jobs."""
