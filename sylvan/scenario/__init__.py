"""Scenarios: generated fire days and seasons whose truth is known to the last pixel.

A scenario is deterministic by its seed. Its fires grow by a model of their own, so that the
engine's forecast can be scored against it honestly; of the domain it imports values only.
"""
