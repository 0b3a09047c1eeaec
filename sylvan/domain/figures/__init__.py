"""What became of fires and signals, as figures whose definitions are data."""
