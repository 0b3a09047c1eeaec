"""Terrain models as operators have them: other projections, holes, other places, broken files."""

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.transform import from_origin
from shapely.geometry import Point

from sylvan.domain.codes import Invalid
from sylvan.domain.spread_ground import net_around
from sylvan.domain.travel.plane import Plane
from sylvan.services.terrain import Terrain, check, heights, heights_on

LON, LAT = 129.7, 62.0
NET = net_around(LON, LAT, 3.0, 100.0)


def written(path, crs="EPSG:4326", corner=(129.0, 62.5), size=0.001, shape=(1000, 1400), **more):
    rows, _ = np.indices(shape)
    fill, bands = more.get("fill"), more.get("bands", 1)
    values = (rows * 1.0 if fill is None else np.full(shape, fill)).astype(np.float32)
    profile = {"driver": "GTiff", "height": shape[0], "width": shape[1], "count": bands}
    profile |= {"dtype": "float32", "crs": crs, "transform": from_origin(*corner, size, size)}
    with rasterio.open(path, "w", nodata=-9999.0, **profile) as file:
        for band in range(bands):
            file.write(values, band + 1)
    return path


def codes(reasons):
    return [reason.code for reason in reasons]


def test_heights_are_read_northward(tmp_path):
    found, reasons = heights(written(tmp_path / "dem.tif"), NET)
    assert reasons == ()
    assert not np.isnan(found).any()
    assert found[0].mean() > found[-1].mean()  # rows of the file fall northward
    lat = (NET.south + 0.5) * NET.height
    assert found[0, 5] == pytest.approx((62.5 - lat) / 0.001, abs=1.5)


def test_any_projection_will_do(tmp_path):
    x, y = Transformer.from_crs(4326, 32652, always_xy=True).transform(LON, LAT)
    corner = (x - 10_000, y + 10_000)
    path = written(tmp_path / "utm.tif", "EPSG:32652", corner, 90.0, (230, 230), fill=250.0)
    found, _ = heights(path, NET)
    assert found == pytest.approx(np.full(found.shape, 250.0))


def test_one_that_lies_elsewhere_is_flat_and_told(tmp_path):
    found, reasons = heights(written(tmp_path / "far.tif", corner=(10.0, 48.0)), NET)
    assert found is None
    assert codes(reasons) == ["spread.dem_elsewhere"]


def test_one_that_covers_a_part_is_unknown_beside_it(tmp_path):
    found, reasons = heights(
        written(tmp_path / "half.tif", corner=(LON, 62.5), shape=(1000, 200)), NET
    )
    assert reasons == ()
    assert 0.4 < np.isnan(found).mean() < 0.6


def test_marks_of_unknown_heights_are_no_abyss(tmp_path):
    found, reasons = heights(written(tmp_path / "void.tif", fill=-32768.0), NET)
    assert found is None
    assert codes(reasons) == ["spread.dem_elsewhere"]


@pytest.mark.parametrize("body", [b"", b"not a raster", b"II*\x00\x08\x00\x00\x00"])
def test_a_broken_file_is_flat_and_told(tmp_path, body):
    path = tmp_path / "broken.tif"
    path.write_bytes(body)
    found, reasons = heights(path, NET)
    assert found is None
    assert codes(reasons) == ["spread.dem_broken"]
    with pytest.raises(Invalid, match=r"terrain\.unreadable"):
        check(path)


def test_one_without_a_projection_or_with_several_bands_is_refused(tmp_path):
    with pytest.raises(Invalid, match=r"terrain\.bands"):
        check(written(tmp_path / "rgb.tif", bands=3))
    with pytest.raises(Invalid, match=r"terrain\.no_projection"):
        check(written(tmp_path / "bare.tif", crs=None))
    assert codes(heights(tmp_path / "bare.tif", NET)[1]) == ["spread.dem_broken"]


def test_the_far_side_of_180_degrees_is_read_too(tmp_path):
    path = written(tmp_path / "east.tif", corner=(-180.0, 62.5), shape=(1000, 400), fill=77.0)
    net = net_around(179.99, LAT, 3.0, 100.0)
    found, _ = heights(path, net)
    beyond = (net.west + np.arange(net.columns) + 0.5) * net.width > 180.0
    assert np.isnan(found[:, ~beyond][:, :-1]).all()
    assert found[:, beyond] == pytest.approx(77.0, abs=0.01)


def test_the_operators_own_counts_before_the_packs(tmp_path):
    own, pack = tmp_path / "own.tif", tmp_path / "pack.tif"
    assert Terrain((own, pack)).file() is None
    pack.touch()
    assert Terrain((own, pack)).file() == pack
    own.touch()
    assert Terrain((own, pack)).file() == own


def test_heights_are_read_on_a_plane_too(tmp_path):
    plane = Plane.over([Point(LON - 0.1, LAT), Point(LON + 0.1, LAT)], 5.0, 1.0)
    found, reasons = heights_on(written(tmp_path / "dem.tif"), plane)
    assert reasons == ()
    (place,) = plane.places(np.array([[2, 5]]))
    assert found[2, 5] == pytest.approx((62.5 - place.lat) / 0.001, abs=1.5)
    assert heights_on(None, plane) == (None, ())
    far = heights_on(written(tmp_path / "far.tif", corner=(10.0, 48.0)), plane)
    assert codes(far[1]) == ["spread.dem_elsewhere"]
    (tmp_path / "broken.tif").write_bytes(b"not a raster")
    assert codes(heights_on(tmp_path / "broken.tif", plane)[1]) == ["spread.dem_broken"]
