"""Throw-away databases for tests: one server a session, one database a module.

The server is the one that scripts/test started (SYLVAN_TEST_DATABASE_URL) or a private cluster in
a temporary folder. Databases are copies of one migrated template, which takes a tenth of a second.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from sylvan.ops.cluster import Cluster, add_extensions
from sylvan.ops.database import make_ready
from sylvan.ops.throwaway import TUNING
from sylvan.settings import sqlalchemy_url

GIVEN = "SYLVAN_TEST_DATABASE_URL"
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server on which tests may make databases."""

    url: str

    def database(self, name: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def owner(self, name: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit."""
        url = self.database(name).replace("+psycopg", "", 1)
        return psycopg.connect(url, autocommit=True)

    @contextmanager
    def fresh(self, *, template: str | None = None, hint: str = "db") -> Iterator[str]:
        """Name of a new database that is gone afterwards."""
        name = f"test_{os.getpid()}_{next(_numbers)}_{hint}"[:63]
        clause = (
            sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        # a fifth of the time of the default strategy
        make = sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(name))
        with self.owner() as owner:
            owner.execute(make + clause)
        try:
            yield name
        finally:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            with self.owner() as owner:
                owner.execute(drop)


@contextmanager
def throw_away_cluster(*, durable: bool) -> Iterator[Cluster]:
    """A private cluster in a temporary folder that the server's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="sylvan-test-"))
    folder.chmod(0o711)
    cluster = Cluster(folder, tuning=replace(TUNING, durable=durable))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.wipe()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's server, without fsync: never kill it."""
    if given := os.environ.get(GIVEN):
        yield Server(sqlalchemy_url(given))
        return
    with throw_away_cluster(durable=False) as cluster:
        yield Server(cluster.url())


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A durable cluster of the test's own, to be killed and restarted at will."""
    with throw_away_cluster(durable=True) as own:
        yield own


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """Name of a database with this Sylvan's schema and nothing in it."""
    with server.fresh(hint="template") as name:
        make_ready(server.database(name))
        yield name


@pytest.fixture(scope="module")
def db_url(server: Server, template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a migrated database that this module shares."""
    with server.fresh(template=template, hint=request.path.stem) as name:
        yield server.database(name)


@pytest.fixture
def fresh_db_url(server: Server, template: str) -> Iterator[str]:
    """URL of a migrated database for one test alone."""
    with server.fresh(template=template, hint="own") as name:
        yield server.database(name)


@pytest.fixture
def empty_db_url(server: Server) -> Iterator[str]:
    """URL of a database with the extensions and no tables, for one test alone."""
    with server.fresh(hint="empty") as name:
        with server.owner(name) as owner:
            add_extensions(owner)
        yield server.database(name)
