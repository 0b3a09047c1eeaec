"""The private cluster: made, found again, killed, started twice at once."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from sylvan.ops.cluster import Cluster
from sylvan.ops.database import ensure, keep_running, lease, private_cluster
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings
from sylvan.store import migrate

DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "listen_addresses": "",
    "TimeZone": "UTC",
    "jit": "off",
}


def write_row(cluster: Cluster, number: int) -> None:
    with cluster.connect("sylvan") as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        conn.execute("INSERT INTO kept VALUES (%s)", [number])


def rows(cluster: Cluster) -> list[int]:
    with cluster.connect("sylvan") as conn:
        return [row[0] for row in conn.execute("SELECT n FROM kept ORDER BY n")]


def kill(cluster: Cluster) -> None:
    pid = cluster.postmaster_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def folder_of(cluster: Cluster) -> Path:
    return cluster.home.parent


def test_cluster_has_what_the_store_needs(cluster: Cluster) -> None:
    with cluster.connect("sylvan") as conn:
        (letters,) = conn.execute("SELECT lower('ЯКУТИЯ')").fetchone()
        found = {row[0] for row in conn.execute("SELECT extname FROM pg_extension")}
        shown = {name: conn.execute(f"SHOW {name}").fetchone()[0] for name in DURABLE}
    assert letters == "якутия"
    assert {"postgis", "btree_gist"} <= found
    assert shown == DURABLE


def test_server_runs_without_root_and_nobody_else_reaches_its_folder(cluster: Cluster) -> None:
    owner = Path(f"/proc/{cluster.postmaster_pid()}").stat().st_uid
    assert owner != 0
    assert cluster.home.stat().st_uid == owner
    assert cluster.home.stat().st_mode & 0o077 == 0


def test_committed_rows_survive_three_kills(cluster: Cluster) -> None:
    for number in range(3):
        write_row(cluster, number)
        kill(cluster)
        assert cluster.start()
        assert rows(cluster) == list(range(number + 1))


def test_pid_of_another_process_does_not_stop_a_start(cluster: Cluster) -> None:
    write_row(cluster, 1)
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert cluster.postmaster_pid() is None
    assert cluster.start()
    assert rows(cluster) == [1]


def test_half_made_cluster_is_made_afresh(cluster: Cluster) -> None:
    cluster.wipe()
    half = cluster.home / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    assert cluster.start()
    assert not half.exists()


def test_starts_at_once_make_one_server(cluster: Cluster) -> None:
    cluster.wipe()
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: Cluster(folder_of(cluster)).start(), range(4)))
    assert sorted(started) == [False, False, False, True]


def test_stopped_cluster_refuses_connections_and_says_that_it_is_stopped(cluster: Cluster) -> None:
    assert cluster.stop()
    assert not cluster.stop()
    assert not cluster.status().running
    with pytest.raises(psycopg.OperationalError):
        cluster.connect()


def test_long_data_path_still_gets_a_socket(cluster: Cluster) -> None:
    deep = folder_of(cluster) / ("a-very-long-name-" * 6)
    deep.mkdir(mode=0o711)
    far = Cluster(deep)
    try:
        assert far.start()
        assert far.home not in far.run_dir.parents
        assert far.connect().info.dbname == "postgres"
    finally:
        far.wipe()


def test_operators_own_configuration_is_read_last_and_kept(cluster: Cluster) -> None:
    (cluster.data / "local.conf").write_text("work_mem = '99MB'\n")
    cluster.stop()
    cluster.start()
    with cluster.connect() as conn:
        assert conn.execute("SHOW work_mem").fetchone() == ("99MB",)


def test_data_of_a_version_that_is_not_installed_is_refused_by_name(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 14"):
        Cluster(folder_of(cluster)).start()
    (cluster.data / "PG_VERSION").write_text("15\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders can be closed to the server")
def test_data_folder_closed_to_the_server_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Refusal, match="may not walk through"):
        Cluster(closed / "data").start()
    assert not (closed / "data" / "pg").exists()


def test_ensure_gives_a_database_with_tables(cluster: Cluster) -> None:
    url = ensure(Settings(data_dir=folder_of(cluster)))
    engine = create_engine(url)
    with engine.connect() as conn:
        assert migrate.current(conn) == migrate.head()
        assert conn.scalar(text("select count(*) from event_log")) == 0
    engine.dispose()


def test_last_lease_stops_the_cluster_that_a_lease_started(cluster: Cluster) -> None:
    cluster.stop()
    settings = Settings(data_dir=folder_of(cluster))
    with lease(settings):
        with lease(settings):
            pass
        assert private_cluster(settings).postmaster_pid() is not None
    assert private_cluster(settings).postmaster_pid() is None


def test_cluster_started_by_hand_outlives_leases(cluster: Cluster) -> None:
    settings = Settings(data_dir=folder_of(cluster))
    with lease(settings):
        pass
    assert private_cluster(settings).postmaster_pid() is not None
    cluster.stop()
    with lease(settings):
        keep_running(settings)
    assert private_cluster(settings).postmaster_pid() is not None


def test_lease_of_a_killed_process_counts_no_more(cluster: Cluster) -> None:
    cluster.stop()
    settings = Settings(data_dir=folder_of(cluster))
    code = (
        "import sys, time; from pathlib import Path; from sylvan.settings import Settings;"
        "from sylvan.ops.database import lease\n"
        "with lease(Settings(data_dir=Path(sys.argv[1]))): print('in', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(settings.data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        holder.kill()
    with lease(settings):
        pass
    assert private_cluster(settings).postmaster_pid() is None
