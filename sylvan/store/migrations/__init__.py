"""Alembic's migrations; run by ``sylvan.store.migrate``."""
