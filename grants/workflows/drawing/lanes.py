"""Where the vertical runs of arrows go, side by side between the two columns of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

#: Runs nearer than this, one below the other, do not share a lane.
_APART = 12


@dataclass(slots=True)
class Stream:
    """The arrows to one place: they join in one run and arrive as one."""

    target: str
    back: bool
    #: Heights at which its arrows come from, or go to, the left and the right column.
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)

    @property
    def top(self) -> int:
        return min(self.left + self.right)

    @property
    def bottom(self) -> int:
        return max(self.left + self.right)

    def runs_by(self, height: int) -> bool:
        return self.top < height < self.bottom

    def meets(self, other: Stream) -> bool:
        return self.top < other.bottom + _APART and other.top < self.bottom + _APART


def lanes_of(streams: Sequence[Stream]) -> list[int]:
    """The lane of each stream, from the left: few crossings, and never two runs on one another."""
    order = _order(streams)
    lanes = [0] * len(streams)
    for position, index in enumerate(order):
        earlier = (other for other in order[:position] if streams[other].meets(streams[index]))
        lanes[index] = 1 + max((lanes[other] for other in earlier), default=-1)
    return lanes


def _order(streams: Sequence[Stream]) -> list[int]:
    """From left to right; each stream is moved to its best place until none gains by it."""
    costs = [[_crossing(left, right) for right in streams] for left in streams]
    order = sorted(range(len(streams)), key=lambda index: _length(streams[index]))
    # Each round lessens a whole number, so that it ends; two or three rounds are usual.
    gained = True
    while gained:
        gained = False
        for index in range(len(streams)):
            better = _moved(order, index, costs)
            if _crossings(better, costs) < _crossings(order, costs):
                order, gained = better, True
    return order


def _moved(order: list[int], index: int, costs: list[list[int]]) -> list[int]:
    others = [each for each in order if each != index]
    tried = ([*others[:at], index, *others[at:]] for at in range(len(order)))
    return min(tried, key=lambda each: _crossings(each, costs))


def _length(stream: Stream) -> int:
    return stream.bottom - stream.top


def _crossings(order: Sequence[int], costs: list[list[int]]) -> int:
    return sum(costs[left][right] for left, right in combinations(order, 2))


def _crossing(left: Stream, right: Stream) -> int:
    """How often two streams cross when the first one runs on the left of the second."""
    return sum(right.runs_by(height) for height in left.right) + sum(
        left.runs_by(height) for height in right.left
    )
