"""Reads the event log and tells people; never called from inside a use-case."""
