"""What leaves this house by itself: reads the numbered event log and tells people and machines.

Called by the clock alone, never from inside a use-case.
"""
