import time
from tests.db.helpers import *
def test_it(db_url):
    with opened(db_url, region="yakutia") as house:
        house.layers.load_region("yakutia")
        for name, body in files_of(burning_day(3, 3, seed=1), seed=1):
            take(house, name, body)
        t=time.time()
        n=0
        while got:=house.forecasts.next_ones(installation(house)): n+=len(got); print("one",time.time()-t)
        assert n==3
        a=operator(house)
        snap=house.picture.snapshot(a)
        for f in snap["fires"]:
            r=house.forecasts.of_fire(a, f["id"])
            print(r["forecast"]["reasons"], r["forecast"]["areas"][::6], f["area_ha"], len(r["features"]), r["forecast"]["wind"][:2])
        print([x["properties"]["area_ha"] for x in house.forecasts.all_at(a, 6)])
        t=time.time(); p=house.forecasts.at_place(a,(129.7,62.0),None,24); print(time.time()-t, p["forecast"]["areas"][::6])
        house.forecasts.forecasters.stop()
