"""Running Sylvan on a machine: its private database, certificates, and what is wrong with it."""
