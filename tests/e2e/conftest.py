"""Database fixtures; see tests/databases.py for what each one gives."""

from tests.databases import cluster, db_url, empty_db_url, fresh_db_url, server, template

__all__ = ["cluster", "db_url", "empty_db_url", "fresh_db_url", "server", "template"]
