"""What the world sends: one file per source, each turning bytes into the domain's values."""
