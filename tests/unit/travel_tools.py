"""A small land to travel on: a road, a river with a bridge, and a lake."""

from datetime import UTC, datetime
from math import cos, radians

import shapely
from shapely.geometry import LineString

from sylvan.domain.places import LonLat
from sylvan.domain.travel.fields import Fields
from sylvan.domain.travel.mobility import Features, Mobility, land_of
from sylvan.domain.travel.movers import Air, Goal, Mover
from sylvan.domain.travel.parameters import DEFAULT, Mode, Season
from sylvan.domain.travel.plane import Plane
from sylvan.domain.travel.roads import road_graph

LON, LAT = 129.0, 62.0
NOON = datetime(2026, 7, 14, 3, tzinfo=UTC)
"""About solar noon there."""


def at(east_km, north_km, lon=LON, lat=LAT):
    """A place so far from the middle."""

    there = lon + east_km / (111.32 * cos(radians(lat)))
    return LonLat((there + 180.0) % 360.0 - 180.0, lat + north_km / 111.2)


def line(*places, lon=LON):
    return LineString([at(*one, lon=lon) for one in places])


def features(lon=LON, *, bridge=True):
    """A road eastward; a river that runs north 20 km east of the middle; a lake in the north."""
    road = line((0, 0), (60 if bridge else 15, 0), lon=lon)
    lake = shapely.envelope(line((-12, 30), (-2, 40), lon=lon))
    return Features(
        rivers=(line((20, -80), (20, 80), lon=lon),),
        lakes=(lake,),
        roads=(road,),
        winter_roads=(line((0, 0), (0, -40), lon=lon),),
    )


def fields(season=Season.OPEN_WATER, lon=LON, *, bridge=True, heights=None, params=DEFAULT):
    told = features(lon, bridge=bridge)
    corner = [at(-70, -70, lon), at(70, 70, lon)]
    plane = Plane.over([shapely.points(corner)[0], shapely.points(corner)[1]], 0.0, 1.0)
    land = land_of(plane, told, None if heights is None else heights(plane))
    graph = road_graph(plane, told.roads, told.winter_roads, season, params)
    return Fields(Mobility(land, season, params), graph)


def mover(mode, point=None, **more):
    return Mover(f"a {mode}", at(0, 0) if point is None else point, mode, **more)


def helicopter(point=None, **more):
    told = {"speed_km_h": 200.0, "endurance_h": 3.0, **more}
    return mover(Mode.HELICOPTER, point, **told)


def goal(east_km, north_km, lon=LON, landing=None):
    return Goal(f"{east_km} {north_km}", at(east_km, north_km, lon), landing)


def air(**more):
    return Air(**{"at": NOON, **more})
