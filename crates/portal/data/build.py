#!/usr/bin/env python3
"""Makes the portal's compact outlines from a folder with départements as GeoJSON.

usage: build.py INPUT_FOLDER

INPUT_FOLDER holds departements.geojson (properties `code`, `region`). Four files are written
beside this script; README.md says what stands in them. Borders are cut into arcs, each kept once
and named by every area along it, so that whoever simplifies an arc simplifies both sides alike.
Régions are the union of their départements: their borders are the same arcs.
"""

import collections
import json
import math
import pathlib
import sys

# Degrees are kept in thousandths: about 100 m.
UNIT = 1000


def segment(a, b):
    return (a, b) if a < b else (b, a)


def closed(ring):
    """A GeoJSON ring as whole thousandths, without doubles, without the repeated end."""
    points = [(round(lon * UNIT), round(lat * UNIT)) for lon, lat in ring]
    return [point for at, point in enumerate(points) if point != points[at - 1]]


def sides(ring):
    return [segment(ring[at - 1], ring[at]) for at in range(len(ring))]


def area(ring):
    """Twice the signed area, positive when counter-clockwise."""
    return sum(ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1] for i in range(len(ring)))


def read(folder):
    """Of each département its sides, and of each département its région."""
    outlines, region_of = {}, {}
    document = json.loads((folder / "departements.geojson").read_text(encoding="utf-8"))
    for feature in document["features"]:
        geometry, properties = feature["geometry"], feature["properties"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        outlines[properties["code"]] = {side for polygon in polygons for ring in polygon for side in sides(closed(ring))}
        region_of[properties["code"]] = properties["region"]
    return outlines, region_of


def rings(all_sides):
    """Chains sides into simple rings: a walk that meets itself drops the loop as a ring of its own."""
    around = collections.defaultdict(list)
    for a, b in sorted(all_sides):
        around[a].append(b)
        around[b].append(a)
    found = []
    for start in sorted(around):
        while around[start]:
            path, place = [start], {start: 0}
            while True:
                here = path[-1]
                there = around[here].pop()
                around[there].remove(here)
                if there in place:
                    ring = path[place[there] :]
                    found.append(ring)
                    for point in ring[1:]:
                        del place[point]
                    del path[place[there] + 1 :]
                    if len(path) == 1:
                        break
                else:
                    place[there] = len(path)
                    path.append(there)
    return found


def inside(point, ring):
    x, y = point
    odd = False
    for i in range(len(ring)):
        (ax, ay), (bx, by) = ring[i - 1], ring[i]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def polygons(all_sides):
    """Rings grouped: each polygon's outer ring counter-clockwise, then its holes clockwise."""
    every = sorted(rings(all_sides), key=lambda ring: -abs(area(ring)))
    grouped = []
    for ring in every:
        # A corner may be shared with the ring around: the middle of a side is not.
        middle = ((ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2)
        holder = next((polygon for polygon in reversed(grouped) if inside(middle, polygon[0])), None)
        if holder and not any(inside(middle, hole) for hole in holder[1:]):
            holder.append(ring if area(ring) < 0 else ring[::-1])
        else:
            grouped.append([ring if area(ring) > 0 else ring[::-1]])
    return grouped


def close_gaps(outlines):
    """Gives what lies in nobody's outline, but inland, to the neighbour with the longest side along it."""
    owners = collections.defaultdict(list)
    for code, all_sides in outlines.items():
        for side in all_sides:
            owners[side].append(code)
    gaps = 0
    for polygon in polygons({side for side, codes in owners.items() if len(codes) == 1}):
        for hole in polygon[1:]:
            share = collections.Counter()
            for side in sides(hole):
                share[owners[side][0]] += math.dist(*side)
            outlines[share.most_common(1)[0][0]] ^= set(sides(hole))
            gaps += 1
    return gaps


def cut(outlines):
    """Sides to arcs: whoever walks a ring changes arc where another border begins."""
    owners, around = collections.defaultdict(set), collections.defaultdict(set)
    for code, all_sides in outlines.items():
        for side in all_sides:
            owners[side].add(code)
            around[side[0]].add(side)
            around[side[1]].add(side)
    return {
        point
        for point, at in around.items()
        if len(at) != 2 or len({frozenset(owners[side]) for side in at}) != 1
    }


class Arcs:
    """Every arc once; a ring is a list of arc numbers from 1, negative when walked backwards."""

    def __init__(self, nodes):
        self.nodes, self.number, self.arcs = nodes, {}, []

    def ring(self, ring):
        starts = [at for at, point in enumerate(ring) if point in self.nodes]
        if not starts:
            # An island, or an enclave: it begins where its walk from either side would.
            least = ring.index(min(ring))
            whole = ring[least:] + ring[: least + 1]
            return [self.arc(whole)]
        turned = ring[starts[0] :] + ring[: starts[0] + 1]
        numbers, arc = [], [turned[0]]
        for point in turned[1:]:
            arc.append(point)
            if point in self.nodes:
                numbers.append(self.arc(arc))
                arc = [point]
        return numbers

    def arc(self, points):
        forward, backward = tuple(points), tuple(reversed(points))
        if backward in self.number:
            return -self.number[backward]
        if forward not in self.number:
            self.arcs.append(forward)
            self.number[forward] = len(self.arcs)
        return self.number[forward]


def label(grouped):
    """Where a label or a circle stands best: the point of the greatest polygon farthest from its border."""
    outer, *holes = max(grouped, key=lambda polygon: abs(area(polygon[0])))
    squeeze = math.cos(math.radians(sum(lat for _, lat in outer) / len(outer) / UNIT))

    def room(point):
        if not inside(point, outer) or any(inside(point, hole) for hole in holes):
            return -1.0
        nearest = math.inf
        for ring in [outer, *holes]:
            for i in range(len(ring)):
                ax, ay = (ring[i - 1][0] - point[0]) * squeeze, ring[i - 1][1] - point[1]
                bx, by = (ring[i][0] - point[0]) * squeeze, ring[i][1] - point[1]
                dx, dy = bx - ax, by - ay
                along = max(0.0, min(1.0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)))
                nearest = min(nearest, math.hypot(ax + along * dx, ay + along * dy))
        return nearest

    west, east = min(x for x, _ in outer), max(x for x, _ in outer)
    south, north = min(y for _, y in outer), max(y for _, y in outer)
    best, step = None, 24
    for _ in range(3):
        grid = [
            (west + (east - west) * i / step, south + (north - south) * j / step)
            for i in range(step + 1)
            for j in range(step + 1)
        ]
        best = max(grid, key=room)
        width, height = (east - west) / step, (north - south) / step
        west, east, south, north = best[0] - width, best[0] + width, best[1] - height, best[1] + height
        step = 8
    return round(best[0]), round(best[1])


def written(points):
    """Differences, zigzag, five bits a character from `?` on: the encoding of "polylines"."""
    text, before = [], (0, 0)
    for point in points:
        for axis in (0, 1):
            value = point[axis] - before[axis]
            value = ~(value << 1) if value < 0 else value << 1
            while value >= 32:
                text.append(chr((32 | value & 31) + 63))
                value >>= 5
            text.append(chr(value + 63))
        before = point
    return "".join(text)


def write(name, lines):
    text = "".join(line + "\n" for line in lines)
    (pathlib.Path(__file__).parent / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(lines)} lines, {len(text.encode()):,} bytes")


def areas(outlines, arcs):
    for code in sorted(outlines):
        grouped = polygons(outlines[code])
        shape = "|".join(";".join(" ".join(map(str, arcs.ring(ring))) for ring in polygon) for polygon in grouped)
        lon, lat = label(grouped)
        yield f"{code}\t{lon}\t{lat}\t{shape}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    departements, region_of = read(pathlib.Path(sys.argv[1]))
    print(f"{close_gaps(departements)} gaps closed")
    regions = collections.defaultdict(set)
    for code, all_sides in departements.items():
        # What two départements of one région share lies within it.
        regions[region_of[code]] ^= all_sides
    arcs = Arcs(cut(departements))
    department_lines = list(areas(departements, arcs))
    write("departements.tsv", department_lines)
    write("regions.tsv", list(areas(regions, arcs)))
    country = set()
    for all_sides in regions.values():
        country ^= all_sides
    write("pays.tsv", list(areas({"FR": country}, arcs)))
    write("arcs.txt", [written(arc) for arc in arcs.arcs])


if __name__ == "__main__":
    main()
