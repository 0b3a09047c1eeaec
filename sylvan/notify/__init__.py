"""Reads the numbered event log and tells the world outside of the house."""
