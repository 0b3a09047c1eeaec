"""Fixtures: databases (tests/databases.py) and houses behind HTTP (houses.py)."""

from tests.databases import cluster, db_url, empty_db_url, fresh_db_url, server, template
from tests.e2e.archives import archive_files, unhurt
from tests.e2e.houses import api, house, own, region_template, region_url

__all__ = [
    "api",
    "archive_files",
    "cluster",
    "db_url",
    "empty_db_url",
    "fresh_db_url",
    "house",
    "own",
    "region_template",
    "region_url",
    "server",
    "template",
    "unhurt",
]
