"""Command: orders to forces and where they stand, the ladder of reserves, regimes, crew safety."""
