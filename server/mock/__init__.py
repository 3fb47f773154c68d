"""The sandbox: a hub of test people in a temporary folder, whose answers integrators may script."""
