# syntax=docker/dockerfile:1
# The image of web, gateway and worker. Both stages start from the same release, so that the Python environment
# built in the first runs in the second.

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts scripts
COPY requirements.lock pyproject.toml hatch_build.py README.md LICENSE NOTICE ./
COPY gis_layers gis_layers
COPY alerts alerts
COPY frontend frontend
COPY sylvan sylvan
# the same steps as scripts/up takes on a bare machine
RUN scripts/install.sh python frontend
# every package checked against the lock's hashes; the image then gets those that Sylvan runs on
RUN .venv/bin/python -m build --wheel --no-isolation --outdir /wheels \
 && .venv/bin/python -m pip download --quiet --require-hashes --requirement requirements.lock --dest /wheels \
 && python3 -m venv /opt/sylvan \
 && /opt/sylvan/bin/pip install --quiet --no-index --find-links /wheels 'sylvan[nats]'

FROM debian:bookworm-slim
# psql, pg_dump and pg_restore for `sylvan db backup|restore|shell`
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3 postgresql-client-15 ca-certificates bubblewrap libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin sylvan \
 && install -d -o sylvan -g sylvan -m 0750 /data /data/drop
COPY --from=build /opt/sylvan /opt/sylvan
# compiled kernels are kept where a read-only container may write
ENV PATH=/opt/sylvan/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/tmp/numba \
    SYLVAN_DATA_DIR=/data
USER sylvan
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8321/livez', timeout=4)"]
ENTRYPOINT ["sylvan"]
CMD ["web"]
