# mypy: disable-error-code="no-any-return"
# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0917 - compiled: calls and tuples cost
"""The compiled part of the bound: the cheapest package of each fire at given prices, proven.

Each fire and level is a knapsack with a limit of places. Places are priced by Lagrange until the
linear relaxation is best; a tree search that the relaxation prunes then finds the cheapest package
and proves it. Nothing is rounded, so that the bound loses nothing and the master misses no package,
but where units that are paid for staying take the places of others: they all go, and the bound says
so.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled
from sylvan.domain.dispatch.package_kernel import Tables

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
EPS = 1e-9  # relative; what counts as covered
COLUMNS = 3  # packages of a fire that are handed on
PLACES = 10  # prices of a place that are tried
NODES = 20_000  # of one tree; beyond, the relaxation of what is open bounds it
GAIN = 1e-7  # hectares' worth; least price of a place, least gain of a package
NEAR = 0.02  # share of a fire's least cost up to which other levels' packages are looked for


class Items(NamedTuple):
    """Units that may cover a need, sorted by cost for each metre; (n), sums (n + 1)."""

    which: I8
    copies: I8
    line: F8
    price: F8
    dear: F8  # with the price of a place
    ratio: F8
    lines: F8  # running sums
    costs: F8


@compiled
def _sorted(which: I8, copies: I8, line: F8, price: F8, place: float) -> Items:
    """The items that build line and whose price is not negative, in order."""
    ratio = np.full(len(line), np.inf)
    many = 0
    for i in range(len(line)):
        if line[i] > 0.0 and copies[i] > 0 and price[i] + place >= 0.0:
            ratio[i] = (price[i] + place) / line[i]
            many += 1
    order = np.argsort(ratio)[:many]
    lines, costs = np.zeros(many + 1), np.zeros(many + 1)
    dear = price[order] + place
    for at in range(many):
        i = order[at]
        lines[at + 1] = lines[at] + line[i] * copies[i]
        costs[at + 1] = costs[at] + dear[at] * copies[i]
    return Items(
        which[order], copies[order], line[order], price[order], dear, ratio[order], lines, costs
    )


@compiled
def _critical(items: Items, first: int, need: float) -> int:
    """The item from `first` on with which a need is covered; n: there is none."""
    low, high = first, len(items.line)
    while low < high:
        middle = (low + high) // 2
        if items.lines[middle + 1] - items.lines[first] >= need:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def _relaxed(items: Items, first: int, need: float) -> float:
    """Least cost of covering a need by parts of the items from `first` on; inf: not enough."""
    if need <= 0.0:
        return 0.0
    at = _critical(items, first, need)
    if at == len(items.line):
        return np.inf
    rest = need - (items.lines[at] - items.lines[first])
    return items.costs[at] - items.costs[first] + rest * items.ratio[at]


@compiled
def _tree(
    items: Items, need: float, room: int, place: float, given: bool, cutoff: float, found: I8
) -> tuple[float, float]:
    """Cheapest cover with at most `room` units, below a cutoff; returns its price and a bound.

    `place` is reckoned with and given back for all the room. With `given` some units are sent
    whatever the items: then covers that are too many count for the bound.
    """
    n, back = len(items.line), place * room
    best, low = cutoff, np.inf
    take, sent = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    needs, costs, paid = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    needs[0] = need
    at, nodes = 0, 0
    while at >= 0:
        least = costs[at] + _relaxed(items, at, needs[at]) - back
        nodes += 1
        again = at - 1
        if least >= best:
            again = at - 2  # fewer of the item before cost still more
        elif sent[at] >= room:
            low = min(low, least) if given else low
        elif nodes > NODES:
            low = min(low, least)
            for j in range(at):
                if take[j] > 0:
                    open_ = costs[j] + (take[j] - 1) * items.dear[j] - back
                    rest = needs[j] - (take[j] - 1) * items.line[j]
                    low = min(low, open_ + _relaxed(items, j + 1, rest))
            break
        else:
            many = min(items.copies[at], int(needs[at] / items.line[at]) + 1)
            if (many - 1) * items.line[at] >= needs[at]:
                many -= 1
            take[at] = many + 1
            if many * items.line[at] >= needs[at]:
                take[at] = many
                price = paid[at] + many * items.price[at]
                if sent[at] + many > room:
                    dear = costs[at] + many * items.dear[at] - back
                    low = min(low, dear) if given else low
                elif price < best:
                    best = price
                    found[:] = 0
                    found[: at + 1] = take[: at + 1]
            again = at
        while again >= 0 and take[again] == 0:
            again -= 1
        at = again + 1
        if again >= 0:
            take[again] -= 1
            many = take[again]
            needs[at] = needs[again] - many * items.line[again]
            costs[at] = costs[again] + many * items.dear[again]
            paid[at] = paid[again] + many * items.price[again]
            sent[at] = sent[again] + many
        else:
            break
    return best, low


@compiled
def _priced(
    which: I8, copies: I8, line: F8, price: F8, need: float, room: int, cutoff: float
) -> tuple[float, float]:
    """The price of a place with the best relaxation, and that bound."""
    best, chosen, place, low, high = -np.inf, 0.0, 0.0, 0.0, np.inf
    for _ in range(PLACES):
        items = _sorted(which, copies, line, price, place)
        rest, bound, many = need, -place * room, 0.0
        for i in range(len(line)):
            if price[i] + place < 0.0:
                rest -= line[i] * copies[i]
                bound += (price[i] + place) * copies[i]
                many += copies[i]
        if rest > 0.0:
            at = _critical(items, 0, rest)
            if at == len(items.line):
                return place, np.inf
            part = (rest - items.lines[at]) / items.line[at]
            bound += items.costs[at] + part * items.dear[at]
            for j in range(at):
                many += items.copies[j]
            many += part
        if bound > best:
            best, chosen = bound, place
        if best >= cutoff or (place == 0.0 and many <= room):
            break
        if many > room:
            low = place
        else:
            high = place
        if high < np.inf:
            place = 0.5 * (low + high)
        else:
            place = 2.0 * place if place > 0.0 else max(bound, GAIN) / many
    return chosen, best


@compiled
def _level(
    tables: Tables, fire: int, k: int, price: F8, copies: I8, cutoff: float, take: I8
) -> tuple[float, float]:
    """Cheapest package that contains a fire by a level, below a cutoff, and a bound of all.

    `take` (of the fire's classes) receives it; where there is none the first number is the cutoff.
    """
    first, last = tables.start[fire], tables.start[fire + 1]
    n, room = last - first, tables.most[fire]
    which, line = np.arange(n), np.empty(n)
    for i in range(n):
        line[i] = tables.line[fire, tables.reach[first + i], k]
    need = tables.need[fire, k] * (1.0 - EPS)
    place, bound = _priced(which, copies, line, price, need, room, cutoff)
    if bound >= cutoff:
        return cutoff, bound
    fixed, given = 0.0, 0
    take[:] = 0
    for i in range(n):
        if price[i] + place < 0.0:
            take[i] = copies[i]
            given += copies[i]
            fixed += price[i] * copies[i]
            need -= line[i] * copies[i]
    if need <= 0.0:
        return (fixed if given <= room else cutoff), bound
    items = _sorted(which, copies, line, price, place)
    found = np.zeros(len(items.line), np.int64)
    best, low = _tree(items, need, room - given, place, given > 0, cutoff - fixed, found)
    for j in range(len(found)):
        take[items.which[j]] += found[j]
    proven = max(bound, min(best, low) + fixed)
    return (best + fixed if best < cutoff - fixed else cutoff), proven


@compiled
def _keep(columns: I8, gains: F8, gain: float, item: I8, take: I8) -> None:
    """Keep a package if it is among a fire's cheapest."""
    slot = 0
    for j in range(COLUMNS):
        if gains[j] == gain:
            return
        if gains[j] > gains[slot]:
            slot = j
    if gain < gains[slot]:
        gains[slot] = gain
        columns[slot, :] = 0
        for i in range(len(item)):
            columns[slot, item[i]] = take[i]


@compiled
def _promise(tables: Tables, fire: int, k: int, price: F8, copies: I8) -> float:
    """What a level costs at least: the relaxation without a limit of places."""
    n, first = len(price), tables.start[fire]
    line, need, fixed = np.empty(n), tables.need[fire, k] * (1.0 - EPS), 0.0
    for i in range(n):
        line[i] = tables.line[fire, tables.reach[first + i], k]
        if price[i] < 0.0:
            need -= line[i] * copies[i]
            fixed += price[i] * copies[i]
    items = _sorted(np.arange(n), copies, line, price, 0.0)
    return fixed + _relaxed(items, 0, need)


@compiled
def price_fires(
    tables: Tables,
    those: I8,
    worth: F8,
    hourly: F8,
    floor: F8,
    columns: I8,
    gains: F8,
    lowest: F8,
) -> None:
    """Price those fires.

    `worth` (G), `hourly` (B), `floor` (R) are prices. `columns` (F, COLUMNS, G) receive packages,
    `gains` (F, COLUMNS) what they cost with units at their prices (inf: none), `lowest` (F) bounds
    of all packages' priced costs.
    """
    levels = tables.need.shape[1]
    for f in those:
        first, last = tables.start[f], tables.start[f + 1]
        item, n = tables.reach[first:last], last - first
        price, copies, take = np.empty(n), np.empty(n, np.int64), np.zeros(n, np.int64)
        least, many = tables.escape[f], 0
        for i in range(n):
            g = item[i]
            copies[i] = tables.count[g]
            if tables.flight[f, g] > 0.0:
                most = int(tables.hours[tables.base[g]] / tables.flight[f, g] + EPS)
                copies[i] = min(copies[i], most)
            price[i] = tables.cost[f, g] + worth[g] + floor[tables.reserve[g]]
            price[i] += hourly[tables.base[g]] * tables.flight[f, g]
            if price[i] < 0.0:
                take[i] = copies[i]
                many += copies[i]
                least += price[i] * copies[i]
        gains[f, :] = np.inf
        if many <= tables.most[f]:
            _keep(columns[f], gains[f], least, item, take)
        # Levels that promise most come first: they leave less to be looked for in the others.
        promise = np.full(levels, np.inf)
        for k in range(levels):
            if tables.need[f, k] < np.inf:
                promise[k] = tables.damage[f, k] + _promise(tables, f, k, price, copies)
        for k in np.argsort(promise):
            near = least + NEAR * abs(least)
            if promise[k] >= near:
                break
            fixed = tables.damage[f, k]
            best, bound = _level(tables, f, k, price, copies, near - fixed, take)
            if best < near - fixed:
                _keep(columns[f], gains[f], best + fixed, item, take)
            least = min(least, bound + fixed)
        lowest[f] = least
