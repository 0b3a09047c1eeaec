"""The register of forces: bases and units, what they can do, where they are, how long they work.

Norms and speeds are the operator's data (``alerts/forces.yaml``); what a unit tells of itself goes
before the norm of its kind, and every figure says where it is from.
"""
