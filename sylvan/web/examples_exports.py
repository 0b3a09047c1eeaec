"""Examples of collections taken away as files."""

from typing import Any, Final

ANSWERS: Final[dict[str, Any]] = {
    "exports_csv": (
        "\ufeffid,number,status,first_seen,last_seen,area_ha,lon,lat\r\n"
        "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55,2026-14-003,fighting,2026-07-16T18:42:00Z,"
        "2026-07-17T05:12:00Z,240,113.31,62.67\r\n"
    ),
    "exports_geojson": (
        '\x1e{"type":"Feature","id":"019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55","geometry":'
        '{"type":"Point","coordinates":[113.31,62.67]},"properties":{"number":"2026-14-003"}}\n'
    ),
}
