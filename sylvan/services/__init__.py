"""Use-cases: the only place that begins and ends a transaction."""
