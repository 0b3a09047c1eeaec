"""What grouping means for fires: which detections join which fire, which fires become one.

The engine decides about candidates alone; where a registered fire is concerned it proposes and a
person decides; what people rejected keeps what is more of the same, but cannot creep.  Pure: arrays
and states in, a plan out; the services carry it out.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.grouping import (
    DEFAULT,
    NO_GROUP,
    GroupingParameters,
    Points,
    join,
    joined_groups,
    nearest_links,
)
from sylvan.domain.partition_plan import (
    PARAMETERS,
    Create,
    Extend,
    FireState,
    Merge,
    Pair,
    PartitionParameters,
    Plan,
    Propose,
    Standing,
)

__all__ = [
    "PARAMETERS",
    "Create",
    "Extend",
    "FireState",
    "Merge",
    "Pair",
    "PartitionParameters",
    "Plan",
    "Propose",
    "Standing",
    "decide",
]

I8 = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Linked = tuple[Places, Places, npt.NDArray[np.float64]]
"""Places of detections that are linked, the nearest one of each, the distance in km."""
HOUR_S = 3600  # seconds in an hour


def decide(  # noqa: PLR0913 - what stands there, what comes, and what people have said
    existing: Points,
    fire_of: npt.ArrayLike,
    fires: Sequence[FireState],
    batch: Points,
    *,
    anchors: npt.ArrayLike | None = None,
    likelihood: npt.ArrayLike | None = None,
    apart: Collection[Pair] = (),
    params: PartitionParameters = PARAMETERS,
    grouping: GroupingParameters = DEFAULT,
) -> Plan:
    """Decide what a batch means for the fires around it.

    Args:
        existing: stored detections in ``neighbour_boxes(batch)`` and in ``neighbour_boxes`` of the
            geostationary ones among them, and all detections of fires that are ``whole``.
        fire_of: place in ``fires`` for each of them.
        fires: the fires concerned, survivors of merges only.
        batch: detections without a fire.
        anchors: for each existing detection, whether it stood there when its rejected fire was
            rejected; by default all did.  Only these attract.
        likelihood: 0…1 for each detection of the batch; by default 0.
        apart: pairs of fires that people keep apart: neither merged nor proposed.
        params: rules.
        grouping: lengths of links.

    Returns:
        The plan.  For candidates alone it does not depend on the order in which batches come.
    """
    case = _Case(existing, np.asarray(fire_of, np.int64), fires, batch, apart, grouping)
    sure = np.zeros(case.n - case.old) if likelihood is None else np.asarray(likelihood)
    stood = np.ones(case.old, bool) if anchors is None else np.asarray(anchors, bool)
    case.join_registered()
    case.keep_with_rejected(stood, sure, params)
    case.group_candidates()
    case.join_by_chain()
    case.confirm(stood)
    return case.plan()


def _nearest_of(key: I8, linked: Linked) -> list[tuple[int, int, int, float]]:
    """Of each key, ascending: its shortest link (of equals, that of the earlier places)."""
    asking, at, km = linked
    order = np.lexsort((at, asking, km))
    keys, first = np.unique(key[order], return_index=True)
    best = order[first]
    columns = (keys, asking[best], at[best], km[best])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _some(linked: Linked, which: Mask) -> Linked:
    return linked[0][which], linked[1][which], linked[2][which]


def _by_node(node: I8, among: Mask) -> list[Places]:
    """Places of the detections ``among`` all, node by node."""
    places = np.flatnonzero(among)
    order = places[np.argsort(node[places], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(node[order])) + 1) if len(order) else []


class _Case:
    """One decision in the making: every detection gets the number of a node.

    Nodes 0…F − 1 are fires on which people have decided; a component of candidates and new
    detections has node F + the place of its earliest member.
    """

    def __init__(
        self,
        existing: Points,
        fire_of: I8,
        fires: Sequence[FireState],
        batch: Points,
        apart: Collection[Pair],
        grouping: GroupingParameters,
    ) -> None:
        age = sorted(range(len(fires)), key=lambda k: (fires[k].created, fires[k].id))
        rank = np.empty(len(fires), np.int64)
        rank[age] = np.arange(len(fires))
        self.fires = [fires[k] for k in age]  # oldest first: a smaller number is the elder
        self.old = len(existing.lon)
        self.n = self.old + len(batch.lon)
        self.points = join(existing, batch)
        self.fire = np.full(self.n, NO_GROUP, np.int64)
        self.fire[: self.old] = rank[fire_of] if len(fire_of) else fire_of
        self.geo = self.points.geostationary
        self.new = np.arange(self.n) >= self.old
        self.apart = frozenset(apart)
        self.grouping = grouping
        kept_apart = frozenset[UUID]().union(*self.apart)
        self.decided = np.array(  # people have decided: the engine moves nothing there
            [f.standing != Standing.CANDIDATE or f.id in kept_apart for f in self.fires], bool
        )
        self.rejected = np.array([f.standing == Standing.REJECTED for f in self.fires], bool)
        self.whole = np.array([f.whole for f in self.fires], bool)
        self.node = np.full(self.n, NO_GROUP, np.int64)
        held = self._of(self.decided)
        self.node[held] = self.fire[held]
        self.why: dict[int, Coded] = {}  # node → reason of its first new detection
        self.met: dict[int, tuple[int, int, int, float]] = {}
        # node with candidates → registered fire, and the link to it
        self.beside_rejected = np.empty(0, np.intp)
        self.proposals: dict[tuple[int, int], Coded] = {}  # (elder, younger) fire → reason

    def _of(self, flag: Mask) -> Mask:
        """Existing detections of the fires flagged."""
        mine: Mask = (self.fire >= 0) & np.append(flag, [False])[self.fire]
        return mine

    def _at(self, flag: Mask) -> Mask:
        """Detections, old and new, whose node is one of the fires flagged."""
        at: Mask = (self.node >= 0) & np.append(flag, [False])[np.minimum(self.node, len(flag))]
        return at

    def _nearest(
        self,
        query: Mask | Places,
        among: Mask | Places,
        barred: I8 | None = None,
        group: I8 | None = None,
    ) -> Linked:
        """The nearest linked one ``among`` others, not of the group (node) ``barred`` to each."""
        asking = np.flatnonzero(query) if query.dtype == bool else np.asarray(query, np.intp)
        answering = np.flatnonzero(among) if among.dtype == bool else np.asarray(among, np.intp)
        of = (self.node if group is None else group)[answering]
        at, km = nearest_links(
            self.points.take(asking),
            self.points.take(answering),
            np.where(of == NO_GROUP, np.iinfo(np.int64).max, of),
            None if barred is None else barred[asking],
            self.grouping,
        )
        found = at != NO_GROUP
        return asking[found], answering[at[found]], km[found]

    def _link(self, code: str, a: int, b: int, km: float, **more: Scalar) -> Coded:
        """The reason that two detections are linked."""
        hours = abs(int(self.points.t[a] - self.points.t[b])) / HOUR_S
        numbers: dict[str, Scalar] = {"distance_km": round(float(km), 2), "hours": round(hours, 1)}
        return Coded(f"reason.group.{code}", numbers | more)

    def _say(self, code: str, linked: Linked) -> None:
        """Keep the nearest link as the reason of each node that was joined."""
        for node, a, b, km in _nearest_of(self.node[linked[0]], linked):
            if node not in self.why:
                self.why[node] = self._link(code, a, b, km)

    def _suggest(self, linked: Linked) -> None:
        """Propose that two fires become one, for the nearest link between them."""
        one, other = self.node[linked[0]], self.node[linked[1]]
        pair = np.minimum(one, other) * (len(self.fires) + self.n) + np.maximum(one, other)
        for _, a, b, km in _nearest_of(pair, linked):
            self._propose(int(self.node[a]), int(self.node[b]), a, b, km)

    def _propose(self, one: int, other: int, a: int, b: int, km: float) -> None:
        pair = (min(one, other), max(one, other))
        if one != other and pair not in self.proposals:
            self.proposals[pair] = self._link("meets_registered", a, b, km)

    def join_registered(self) -> None:
        """A detection linked to a registered fire joins the nearest (of equals, the elder)."""
        registered = self._of(self.decided & ~self.rejected) & ~self.geo
        linked = self._nearest(self.new & ~self.geo, registered)
        self.node[linked[0]] = self.node[linked[1]]
        self._say("linked_distance_time", linked)
        self._suggest(self._nearest(linked[0], registered, self.node))
        self._suggest(self._nearest(linked[0], linked[0], self.node))

    def keep_with_rejected(
        self, stood: Mask, sure: npt.NDArray[np.float64], params: PartitionParameters
    ) -> None:
        """What is linked only to a rejected fire's own ground is more of the same."""
        if not self.rejected.any():
            return
        open_ = self.new & ~self.geo & (self.node == NO_GROUP)
        open_[self._nearest(open_, self._of(~self.decided) & ~self.geo)[0]] = False
        ground = self._of(self.rejected) & ~self.geo
        near = self._nearest(open_, ground)
        ground[: self.old] &= stood
        own = self._nearest(open_, ground)
        hidden = (sure[own[0] - self.old] < params.rejected_below) & params.rejected_attracts
        linked = _some(own, hidden)
        self.node[linked[0]] = self.node[linked[1]]
        self._say("more_of_rejected", linked)
        self.beside_rejected = np.setdiff1d(near[0], linked[0])

    def group_candidates(self) -> None:
        """Components of candidates and new detections; a whole fire's are not known to belong."""
        loose = np.flatnonzero((self.node == NO_GROUP) & ~self.geo)
        known = np.where(self._of(self.whole), NO_GROUP, self.fire)[loose]
        root = loose[joined_groups(self.points.take(loose), known, self.grouping)]
        self.node[loose] = len(self.fires) + root
        linked = self._nearest(loose[self.new[loose]], loose[~self.new[loose]])
        self._say("linked_distance_time", linked)

    def join_by_chain(self) -> None:
        """New detections linked to a registered fire through others of the batch.

        Without a candidate among them they join it; with one, its merging is proposed.
        """
        loose = (self.node >= len(self.fires)) & ~self.geo
        joined = self.new & self._at(~self.rejected) & ~self.geo
        asking, at, km = self._nearest(loose, joined)
        order = np.lexsort((at, asking, self.node[at], km))
        asking, at, km = asking[order], at[order], km[order]
        nodes, first = np.unique(self.node[asking], return_index=True)
        chained = ~np.isin(nodes, self.node[(self.fire >= 0) & loose])
        to = self.node[at[first]]
        for k in np.flatnonzero(~chained).tolist():
            j = first[k]
            self.met[int(nodes[k])] = int(to[k]), int(asking[j]), int(at[j]), float(km[j])
        member = loose & np.isin(self.node, nodes[chained])
        for places in _by_node(self.node, member):
            fire = int(to[np.searchsorted(nodes, self.node[places[0]])])
            self.node[places] = fire
            self.why.setdefault(fire, Coded("reason.group.chained", {"count": len(places)}))
        self._suggest(self._nearest(member, joined, self.node))

    def confirm(self, stood: Mask) -> None:
        """Geostationary detections join the nearest group; what is left groups among itself."""
        fluid = self._of(~self.decided) & self.geo
        near = self._nearest(fluid, self.new & ~self.geo)[0]
        asked = (self.new & self.geo) | (fluid & self._of(self.whole))
        asked[near] = True
        firm = ~self.geo & (self.node != NO_GROUP)
        linked = self._nearest(asked, firm & ~self._at(self.rejected))
        stay = ~self.new[linked[0]] & (self.node[linked[1]] < len(self.fires))
        kept, taken = _some(linked, stay), _some(linked, ~stay)
        pair = self.node[kept[1]] * len(self.fires) + self.fire[kept[0]]
        for _, a, b, km in _nearest_of(pair, kept):
            if self.whole[self.fire[a]]:  # a geostationary candidate beside a person's fire
                self._propose(int(self.node[b]), int(self.fire[a]), a, b, km)
        asked[kept[0]] = False
        self.node[taken[0]] = self.node[taken[1]]
        self._say("confirmed_geostationary", taken)
        ground = self._of(self.rejected) & ~self.geo
        ground[: self.old] &= stood
        linked = self._nearest(self.new & self.geo & (self.node == NO_GROUP), ground)
        self.node[linked[0]] = self.node[linked[1]]
        self._say("more_of_rejected", linked)
        self._keep_confirming(fluid & ~asked & ~self._of(self.whole))

    def _keep_confirming(self, still: Mask) -> None:
        """Geostationary detections with no polar one near: with their fire, or on their own."""
        home = self._homes(self.node != NO_GROUP) if still.any() else {}
        away = len(self.fires) + self.n  # nodes of fires whose polar detections lie elsewhere
        stays = [home.get(f, away + f) for f in self.fire[still].tolist()]
        self.node[still] = np.array(stays, np.int64)
        loose = np.flatnonzero((self.node == NO_GROUP) & self.geo)
        root = loose[
            joined_groups(self.points.take(loose), np.full(len(loose), NO_GROUP), self.grouping)
        ]
        self.node[loose] = len(self.fires) + root

    def _homes(self, placed: Mask) -> dict[int, int]:
        """Candidate → node of its earliest detection, a polar one if it has any."""
        mine = np.flatnonzero(self._of(~self.decided) & placed)
        p = self.points
        order = mine[np.lexsort((p.lat[mine], p.lon[mine], p.t[mine], self.geo[mine]))]
        fires, first = np.unique(self.fire[order], return_index=True)
        nodes = self.node[order[first]]
        return dict(zip(fires.tolist(), nodes.tolist(), strict=True))

    def plan(self) -> Plan:
        """Name the nodes: the eldest fire at home in one gives it its id."""
        home = self._homes(self.node != NO_GROUP)
        survivor: dict[int, int] = {k: k for k in np.flatnonzero(self.decided).tolist()}
        for fire in sorted(home):
            survivor.setdefault(home[fire], fire)
        self._propose_met(survivor)
        moves = ~self.new & (self.node != NO_GROUP)
        homes = np.array([home.get(f, f) for f in range(len(self.fires))] + [NO_GROUP], np.int64)
        moves &= self.node != homes[self.fire]
        create, extend = [], []
        for places in _by_node(self.node, self.new | moves):
            node = int(self.node[places[0]])
            rows = places[self.new[places]] - self.old
            moved = places[~self.new[places]]
            if node in survivor:
                chained = Coded("reason.group.chained", {"count": len(rows)})
                reason = self.why.get(node, chained)
                extend.append(Extend(self.fires[survivor[node]].id, rows, moved, reason))
            else:
                create.append(Create(rows, moved, self._why_created(rows, places)))
        merged = {fire: survivor[node] for fire, node in home.items() if fire != survivor[node]}
        return Plan(
            self._merges(merged),
            tuple(create),
            tuple(extend),
            self._proposed(),
        )

    def _propose_met(self, survivor: dict[int, int]) -> None:
        for node, (registered, a, b, km) in self.met.items():
            self._propose(registered, survivor[node], a, b, km)

    def _why_created(self, rows: Places, places: Places) -> Coded:
        count: dict[str, Scalar] = {"count": len(places)}
        if not len(rows):
            return Coded("reason.group.split", count)
        if np.isin(places, self.beside_rejected).any():
            return Coded("reason.group.beside_rejected", count)
        return Coded("reason.group.new", count)

    def _merges(self, merged: dict[int, int]) -> tuple[Merge, ...]:
        """Absorbed fires and their keepers, with the shortest link that each has to the others."""
        absorbed = np.isin(self.fire, list(merged))
        others = np.isin(self.node, np.unique(self.node[absorbed]))
        linked = self._nearest(absorbed, others, self.fire, self.fire)
        linked = _some(linked, self.node[linked[0]] == self.node[linked[1]])
        reasons = {
            fire: self._link("merged_distance_time", a, b, km)
            for fire, a, b, km in _nearest_of(self.fire[linked[0]], linked)
        }
        plain = Coded("reason.group.united")
        return tuple(
            Merge(self.fires[keeper].id, self.fires[fire].id, reasons.get(fire, plain))
            for fire, keeper in sorted(merged.items())
        )

    def _proposed(self) -> tuple[Propose, ...]:
        """What people have not refused; a registered fire, else the elder, takes in the other."""
        proposals = []
        for pair, reason in sorted(self.proposals.items(), key=lambda item: item[0]):
            one, other = (self.fires[k] for k in pair)
            if Pair({one.id, other.id}) in self.apart:
                continue
            if one.standing < other.standing:
                one, other = other, one
            proposals.append(Propose(one.id, other.id, reason))
        return tuple(proposals)
