"""Reads the event log and tells people; never called from inside a use-case."""

"""From the queue to people: templates, channels, the sender. Never called from a use-case."""
"""What leaves this house by itself: reads the numbered event log and tells it to others."""
"""Reads the numbered event log and tells the world outside of the house."""
