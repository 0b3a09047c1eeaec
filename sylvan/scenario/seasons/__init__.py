"""Seasons of fires and forces, in which policies of sending are held against each other.

The world is drawn once for a seed: what happens to a unit at a fire does not depend on who is sent
when. Policies see estimates; the world goes its own way.
"""
