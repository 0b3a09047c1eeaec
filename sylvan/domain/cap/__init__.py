"""CAP 1.2: alerts that other systems understand, from and to the values of this house."""
