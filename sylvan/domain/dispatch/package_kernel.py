# mypy: disable-error-code="no-any-return"
# ruff: noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - compiled: calls and tuples cost
"""The compiled part of the suggestion: cheapest packages of units for a fire, and the search.

A package is a set of units that contains one fire by one level. The cheapest is a knapsack: its
linear relaxation bounds it, reduced costs leave a few units open (the core), and a dynamic
programme decides about those on a grid. Weights are rounded down, so that a plan never lacks line.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint64]
EPS = 1e-9  # relative; what counts as covered
FIRST = 1.0 / 4096.0  # of what an escape costs; the first price of what is scarce
STEEPER = 4.0  # how prices rise from try to try
TRIES = 8  # raises of a price until hours and places suffice
# Values that are written out in a call would make Numba compile what is called once more for each:
# hence signs that are reckoned.


class Tables(NamedTuple):
    """A problem in arrays: F fires, G classes of equal units, K levels, R reserves, B bases."""

    count: I8  # type: ignore[assignment]  # (G) units of a class
    reserve: I8  # (G) which reserve it belongs to
    base: I8  # (G) whose flight hours it uses
    kind: I8  # (G) what it is, for run cards
    line: F8  # (F, G, K) metres that one builds by a level
    cost: F8  # (F, G) of one, hectares' worth; may be negative: staying on its way
    flight: F8  # (F, G) flight hours of one
    eta: F8  # (F, G) hours
    start: I8  # (F + 1) where a fire's classes begin in `reach`
    reach: I8  # classes that reach each fire
    need: F8  # (F, K) metres that are still missing
    damage: F8  # (F, K) if it is contained at a level
    escape: F8  # (F) if it is not
    most: I8  # (F) units that still find room
    card_start: I8  # (F + 1) where a fire's lines of the run card begin
    card_kind: I8
    card_count: I8
    card_within: F8  # hours
    card_price: F8  # for each unit that is short
    hours: F8  # (B) flight hours left
    allowance: I8  # (R) units that may go before the floor is touched
    price: F8  # (R) for each unit below the floor


@compiled
def _copy(source: I8, target: I8) -> None:
    """Copy a row; array assignment would compile the texts of its errors each time."""
    for i in range(len(source)):
        target[i] = source[i]


@compiled
def _core(
    line: F8,
    price: F8,
    copies: I8,
    rest: float,
    slope: float,
    gap: float,
    grid: int,
    take: I8,
) -> float:
    """Solve what reduced costs leave open; adds to `take`, returns the cost (inf: not covered)."""
    n = len(line)
    free = np.zeros(n, np.int64)
    fixed = 0.0
    for i in range(n):
        if price[i] < 0.0 or copies[i] == 0 or line[i] <= 0.0:
            continue
        reduced = price[i] - slope * line[i]
        open_ = copies[i]
        if reduced != 0.0:
            open_ = min(open_, int(min(gap / abs(reduced) + EPS, 1e6)))
        free[i] = open_
        if reduced < 0.0:
            take[i] = copies[i] - open_
            fixed += price[i] * take[i]
            rest -= line[i] * take[i]
        else:
            take[i] = 0
    if rest <= 0.0:
        return fixed
    items = 0
    for i in range(n):
        left = min(free[i], int(rest / max(line[i], 1e-12)) + 1)
        free[i] = left
        while left > 0:
            items += 1
            left //= 2
    which, times = np.empty(items, np.int64), np.empty(items, np.int64)
    took = np.zeros((items, grid + 1), np.uint8)
    best = np.full(grid + 1, np.inf)
    best[0] = 0.0
    at = 0
    for i in range(n):
        left, size = free[i], 1
        while left > 0:
            size = min(size, left)
            left -= size
            share = size * line[i] * grid / rest
            weight = min(int(share + EPS), grid)
            paid = size * price[i]
            which[at], times[at] = i, size
            for q in range(grid, 0, -1):
                other = best[max(q - weight, 0)] + paid
                if other < best[q]:
                    best[q] = other
                    took[at, q] = 1
            at += 1
            size *= 2
    if best[grid] == np.inf:
        return np.inf
    q = grid
    for j in range(at - 1, -1, -1):
        if took[j, q]:
            take[which[j]] += times[j]
            share = times[j] * line[which[j]] * grid / rest
            q = max(q - min(int(share + EPS), grid), 0)
    return fixed + float(best[grid])


@compiled
def _cover(
    line: F8,
    price: F8,
    copies: I8,
    target: float,
    cutoff: float,
    grid: int,
    take: I8,
) -> float:
    """Least cost of units whose lines add up to a target.

    `take` receives how many of each; inf where they do not suffice or cost `cutoff` or more.
    """
    n = len(line)
    total, rest = 0.0, target * (1.0 - EPS)
    ratio, least = np.full(n, np.inf), np.inf
    for i in range(n):
        take[i] = 0
        if copies[i] > 0 and price[i] < 0.0:
            take[i] = copies[i]
            total += price[i] * copies[i]
            rest -= line[i] * copies[i]
        elif copies[i] > 0 and line[i] > 0.0:
            ratio[i] = price[i] / line[i]
            least = min(least, ratio[i])
    if rest <= 0.0:
        return total if total < cutoff else np.inf
    if total + least * rest * (1.0 - EPS) >= cutoff:
        return np.inf  # before anything is sorted; the relaxation below costs at least as much
    order = np.argsort(ratio)
    relaxed, have, critical = 0.0, 0.0, -1
    for j in order:
        if ratio[j] == np.inf:
            break
        whole = line[j] * copies[j]
        if have + whole >= rest:
            relaxed += price[j] * (rest - have) / line[j]
            critical = j
            break
        have += whole
        relaxed += price[j] * copies[j]
        take[j] = copies[j]
    if critical < 0 or total + relaxed >= cutoff:
        return np.inf
    take[critical] = int(np.ceil((rest - have) / line[critical]))
    surplus = have + take[critical] * line[critical] - rest
    for at in range(n - 1, -1, -1):
        j = order[at]
        if price[j] > 0.0 and ratio[j] < np.inf:
            while take[j] > 0 and line[j] <= surplus:
                take[j] -= 1
                surplus -= line[j]
    greedy = 0.0
    for i in range(n):
        if price[i] >= 0.0:
            greedy += price[i] * take[i]
    if greedy - relaxed > EPS * max(greedy, 1.0):
        other = np.empty(n, np.int64)
        _copy(take, other)
        gap = greedy - relaxed
        found = _core(line, price, copies, rest, ratio[critical], gap, grid, other)
        if found < greedy:
            greedy = found
            _copy(other, take)
    return total + greedy if total + greedy < cutoff else np.inf


@compiled
def level_of(tables: Tables, fire: int, sent: I8) -> int:
    """First level at which what is sent contains the fire; K: none."""
    levels = tables.need.shape[1]
    for k in range(levels):
        have = 0.0
        for at in range(tables.start[fire], tables.start[fire + 1]):
            g = tables.reach[at]
            if sent[g]:
                have += sent[g] * tables.line[fire, g, k]
        if have >= tables.need[fire, k] * (1.0 - 2.0 * EPS):
            return k
    return levels


@compiled
def value_of(tables: Tables, fire: int, sent: I8) -> float:
    """What the fire costs with these units: damage, units, shortage of its run card."""
    k = level_of(tables, fire, sent)
    value = tables.damage[fire, k] if k < tables.need.shape[1] else tables.escape[fire]
    for at in range(tables.start[fire], tables.start[fire + 1]):
        g = tables.reach[at]
        value += sent[g] * tables.cost[fire, g]
    for row in range(tables.card_start[fire], tables.card_start[fire + 1]):
        short = tables.card_count[row]
        for at in range(tables.start[fire], tables.start[fire + 1]):
            g = tables.reach[at]
            same = tables.card_kind[row] < 0 or tables.kind[g] == tables.card_kind[row]
            if same and tables.eta[fire, g] <= tables.card_within[row]:
                short -= sent[g]
        value += max(short, 0) * tables.card_price[row]
    return value


@compiled
def _best(
    tables: Tables,
    fire: int,
    item: I8,
    price: F8,
    copies: I8,
    fixed: I8,
    grid: int,
    take: I8,
) -> float:
    """Cheapest level for priced items of which some are fixed; returns the priced cost."""
    n, levels = len(item), tables.need.shape[1]
    line = np.empty(n)
    trial = np.zeros(n, np.int64)
    best = tables.escape[fire]
    for i in range(n):
        take[i] = copies[i] if price[i] < 0.0 else 0
        best += price[i] * take[i]
    for k in range(levels):
        target = tables.need[fire, k]
        if target == np.inf:
            continue
        for i in range(n):
            line[i] = tables.line[fire, item[i], k]
            target -= fixed[i] * line[i]
        cutoff = best - tables.damage[fire, k]
        cost = _cover(line, price, copies, target, cutoff, grid, trial)
        if cost < cutoff:
            best = cost + tables.damage[fire, k]
            _copy(trial, take)
    return best


@compiled
def _fix_card(tables: Tables, fire: int, item: I8, price: F8, copies: I8, fixed: I8) -> float:
    """Set the cheapest units aside that the run card wants; returns their price."""
    paid = 0.0
    for row in range(tables.card_start[fire], tables.card_start[fire + 1]):
        wanted = tables.card_count[row]
        for i in range(len(item)):
            g = item[i]
            same = tables.card_kind[row] < 0 or tables.kind[g] == tables.card_kind[row]
            if same and tables.eta[fire, g] <= tables.card_within[row]:
                wanted -= fixed[i]
        while wanted > 0:
            chosen = -1
            for i in range(len(item)):
                g = item[i]
                same = tables.card_kind[row] < 0 or tables.kind[g] == tables.card_kind[row]
                there = copies[i] > 0 and tables.eta[fire, g] <= tables.card_within[row]
                if there and same and (chosen < 0 or price[i] < price[chosen]):
                    chosen = i
            if chosen < 0 or price[chosen] >= tables.card_price[row]:
                break
            copies[chosen] -= 1
            fixed[chosen] += 1
            paid += price[chosen]
            wanted -= 1
    return paid


@compiled
def _fly(tables: Tables, fire: int, g: int, many: int, left: F8) -> int:
    """How many of a class the flight hours of its base let go to a fire."""
    flight = tables.flight[fire, g]
    if flight <= 0.0:
        return many
    return min(many, int(max(left[tables.base[g]], 0.0) / flight + EPS))


@compiled
def pack(
    tables: Tables,
    fire: int,
    free: I8,
    spare: I8,
    left: F8,
    extra: F8,
    grid: int,
    sent: I8,
) -> float:
    """Best package for a fire from free units; `sent` (G) receives it.

    `spare` (R) units may go before a floor is touched, `left` (B) flight hours are at hand, `extra`
    (G) is what a unit is worth elsewhere.
    """
    first, last = tables.start[fire], tables.start[fire + 1]
    n = 2 * (last - first)
    item, copies = np.zeros(n, np.int64), np.zeros(n, np.int64)
    price, plain = np.zeros(n), np.zeros(n)
    n = 0
    for at in range(first, last):
        g = tables.reach[at]
        open_ = _fly(tables, fire, g, free[g], left)
        cheap = min(open_, max(spare[tables.reserve[g]], 0))
        for dear in range(2):
            many = cheap if dear == 0 else open_ - cheap
            if many > 0:
                item[n], copies[n] = g, many
                below = tables.price[tables.reserve[g]] if dear else 0.0
                plain[n] = tables.cost[fire, g] + extra[g] + below
                n += 1
    item, copies, price, plain = item[:n], copies[:n], price[:n], plain[:n]
    room = tables.most[fire]
    carded = tables.card_start[fire + 1] > tables.card_start[fire]
    best_value = np.inf
    take, trial = np.zeros(n, np.int64), np.zeros(tables.count.shape[0], np.int64)
    sent[:] = 0
    for variant in range(2 if carded else 1):
        each, scarce = 0.0, np.zeros(len(left))
        for _ in range(TRIES):
            for i in range(n):
                price[i] = plain[i] + each
                price[i] += scarce[tables.base[item[i]]] * tables.flight[fire, item[i]]
            rest, fixed = copies.copy(), np.zeros(n, np.int64)
            if variant == 0 and carded:
                _fix_card(tables, fire, item, price, rest, fixed)
            _best(tables, fire, item, price, rest, fixed, grid, take)
            trial[:] = 0
            used, flown = 0, np.zeros(len(left))
            for i in range(n):
                many = take[i] + fixed[i]
                trial[item[i]] += many
                used += many
                flown[tables.base[item[i]]] += many * tables.flight[fire, item[i]]
            short = used > room
            for b in range(len(left)):
                if flown[b] > left[b] + EPS:
                    short = True
                    step = tables.escape[fire] / max(flown[b], EPS) * FIRST
                    scarce[b] = STEEPER * scarce[b] + step
            if used > room:
                each = STEEPER * each + tables.escape[fire] / max(used, 1) * FIRST
            if short:
                continue
            value = value_of(tables, fire, trial)
            for i in range(n):
                value += (take[i] + fixed[i]) * (plain[i] - tables.cost[fire, item[i]])
            if value < best_value:
                best_value = value
                _copy(trial, sent)
            break
    if best_value == np.inf:
        sent[:] = 0
    return best_value


@compiled
def _place(
    tables: Tables, fire: int, sent: I8, sign: np.int64, free: I8, spare: I8, left: F8
) -> None:
    """Take a package's units out of the pool (sign 1) or give them back (sign -1)."""
    for at in range(tables.start[fire], tables.start[fire + 1]):
        g = tables.reach[at]
        many = sent[g] * sign
        if many:
            free[g] -= many
            spare[tables.reserve[g]] -= many
            left[tables.base[g]] -= many * tables.flight[fire, g]


@compiled
def total_of(tables: Tables, plan: I8) -> float:
    """The whole plan's objective: fires and reserves below their floors."""
    value = 0.0
    spare = tables.allowance.copy()
    for f in range(plan.shape[0]):
        value += value_of(tables, f, plan[f])
        for g in range(plan.shape[1]):
            spare[tables.reserve[g]] -= plan[f, g]
    for r in range(len(spare)):
        value += max(-spare[r], 0) * tables.price[r]
    return value


@compiled
def _next(state: U8) -> float:
    """A number in [0, 1): xorshift64* (Vigna 2016), the same in every version of the libraries."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def search(
    tables: Tables,
    plan: I8,
    worth: F8,
    near: I8,
    rounds: int,
    state: U8,
    widest: int,
    least_worth: float,
    most_worth: float,
    grid: int,
    heat: float,
) -> float:
    """Ruin and recreate: improve `plan` (F, G) in place; returns its objective.

    `worth` (G) prices units, `near` (F, M) names related fires (-1: none), `state` (1) is the
    random number generator's, `heat` the share of the objective by which a step may be worse at
    first.
    """
    fires, classes = plan.shape
    free, spare, left = tables.count.copy(), tables.allowance.copy(), tables.hours.copy()
    send, back = np.int64(fires > 0), -np.int64(fires > 0)
    values = np.empty(fires)
    for f in range(fires):
        _place(tables, f, plan[f], send, free, spare, left)
        values[f] = value_of(tables, f, plan[f])
    below = 0.0
    for r in range(len(spare)):
        below += max(-spare[r], 0) * tables.price[r]
    now = values.sum() + below
    best, kept = now, plan.copy()
    chosen = np.empty(widest, np.int64)
    old, before = np.empty((widest, classes), np.int64), np.empty(widest)
    rank, extra, sent = np.empty(widest), np.empty(classes), np.zeros(classes, np.int64)
    for turn in range(rounds):
        chosen[0] = int(_next(state) * fires)
        many = 1
        for _ in range(int(_next(state) * widest)):
            other = near[chosen[0], int(_next(state) * near.shape[1])]
            fresh = other >= 0 and many < widest
            for j in range(many):
                fresh = fresh and chosen[j] != other
            if fresh:
                chosen[many] = other
                many += 1
        for j in range(many):
            f = chosen[j]
            _copy(plan[f], old[j])
            before[j] = values[f]
            _place(tables, f, plan[f], back, free, spare, left)
            rank[j] = -tables.escape[f] * _next(state)
        scale = least_worth + _next(state) * (most_worth - least_worth)
        for g in range(classes):
            extra[g] = scale * worth[g]
        for j in np.argsort(rank[:many]):
            f = chosen[j]
            pack(tables, f, free, spare, left, extra, grid, sent)
            _copy(sent, plan[f])
            values[f] = value_of(tables, f, sent)
            _place(tables, f, sent, send, free, spare, left)
        short = 0.0
        for r in range(len(spare)):
            short += max(-spare[r], 0) * tables.price[r]
        then = values.sum() + short
        allowed = heat * best * (1.0 - turn / rounds) * _next(state)
        if then <= now + allowed:
            now = then
            if now < best - EPS * abs(best):
                best = now
                for f in range(fires):
                    _copy(plan[f], kept[f])
            continue
        for j in range(many):
            f = chosen[j]
            _place(tables, f, plan[f], back, free, spare, left)
        for j in range(many):
            f = chosen[j]
            _copy(old[j], plan[f])
            values[f] = before[j]
            _place(tables, f, plan[f], send, free, spare, left)
    for f in range(fires):
        _copy(kept[f], plan[f])
    return best


@compiled
def insert(tables: Tables, plan: I8, order: I8, worth: F8, grid: int) -> float:
    """Give fires without units their best packages, one after another."""
    free, spare, left = tables.count.copy(), tables.allowance.copy(), tables.hours.copy()
    sent = np.zeros(plan.shape[1], np.int64)
    send = np.int64(plan.shape[0] > 0)
    for f in range(plan.shape[0]):
        _place(tables, f, plan[f], send, free, spare, left)
    for f in order:
        if plan[f].sum() == 0:
            pack(tables, f, free, spare, left, worth, grid, sent)
            _copy(sent, plan[f])
            _place(tables, f, sent, send, free, spare, left)
    return total_of(tables, plan)
