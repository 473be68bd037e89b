#!/usr/bin/env python3
"""Makes the gazetteer's compact tables from a folder of French reference data.

usage: build.py FOLDER

FOLDER holds communes.tsv, departments.tsv, regions.tsv, old_regions.tsv, epci.tsv,
merged_communes.tsv, commune_aliases.tsv and arrondissements_municipaux.tsv. The tables are
written beside this script; README.md says what their columns mean.
"""

import csv
import math
import pathlib
import re
import sys
import unicodedata


def read(folder, name):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def write(name, rows):
    path = pathlib.Path(__file__).parent / name
    text = "".join("\t".join(row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(rows)} rows, {len(text.encode()):,} bytes")


def degrees(written, origin="0"):
    """Ten-thousandths of a degree from an origin: 11 metres, enough for a pin."""
    return str(round(float(written) * 10_000) - round(float(origin) * 10_000))


def kilometres(one, other):
    """Between two points in degrees, good enough where they are near."""
    (lat, lon), (other_lat, other_lon) = one, other
    east = math.radians(other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return 6371 * math.hypot(east, math.radians(other_lat - lat))


class Centroids:
    """Every commune's centroid, by squares of a fifth of a degree."""

    def __init__(self, communes):
        self.squares = {}
        for row in communes:
            centroid = (float(row["lat"]), float(row["lon"]))
            self.squares.setdefault(self.square(centroid), []).append((row["insee"], centroid))

    @staticmethod
    def square(point):
        return (math.floor(point[0] * 5), math.floor(point[1] * 5))

    def nearest_other(self, insee, point):
        """Distance of the nearest centroid of another commune, if one is about."""
        row, column = self.square(point)
        near = [each for down in (-1, 0, 1) for right in (-1, 0, 1)
                for each in self.squares.get((row + down, column + right), [])]
        return min((kilometres(point, centroid) for other, centroid in near if other != insee), default=math.inf)

    def believes(self, row):
        """Whether a town hall can be where the register says: some have lost the sign of their longitude or
        stand in a namesake. A town hall far from its commune's middle and right in another commune is not
        believed, nor one beyond any commune's reach (those of Guyane are as wide as départements)."""
        if not row["mairie_lat"]:
            return False
        hall = (float(row["mairie_lat"]), float(row["mairie_lon"]))
        own = kilometres(hall, (float(row["lat"]), float(row["lon"])))
        if own > 50:
            return row["dept"] == "973"
        return own < 4 or self.nearest_other(row["insee"], hall) > own / 3


def point(row, centre, centroids):
    """Town hall where known; else the centroid, marked with a tilde; both from the département's centre."""
    mark, lat, lon = ("", "mairie_lat", "mairie_lon") if centroids.believes(row) else ("~", "lat", "lon")
    return [mark + degrees(row[lat], centre["lat"]), degrees(row[lon], centre["lon"])]


def postal(code, departement):
    prefix = "20" if departement in ("2A", "2B") else departement
    return code[len(prefix):] if code.startswith(prefix) else code


def article_first(label):
    """`PECQ (LE)` and `ABERGEMENT (L )` as they are read aloud."""
    label = re.sub(r"\s+\d{5}$", "", label)
    turned = re.fullmatch(r"(.*?)\s*\((L|LE|LA|LES)\s*'?\s*\)", label)
    if not turned:
        return label
    core, article = turned.groups()
    return f"L'{core}" if article == "L" else f"{article} {core}"


def folded(name):
    """Without marks, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe")).casefold()
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def main():
    folder = pathlib.Path(sys.argv[1])
    communes = sorted(read(folder, "communes.tsv"), key=lambda row: (row["dept"], row["insee"]))
    epci = sorted(read(folder, "epci.tsv"), key=lambda row: row["siren"])
    centre_of = {row["code"]: row for row in read(folder, "departments.tsv")}
    name_of = {row["insee"]: row["name"] for row in communes}

    centroids = Centroids(communes)
    doubted = sum(1 for row in communes if row["mairie_lat"] and not centroids.believes(row))
    print(f"town halls that are not believed: {doubted}")

    rows, departement, around = [], None, []
    for row in communes:
        if row["dept"] != departement:
            departement = row["dept"]
            around = sorted({other["epci"] for other in communes if other["dept"] == departement and other["epci"]})
            rows.append(["=" + departement, *around])
        codes = ";".join(postal(code, departement) for code in row["postal_codes"].split(";"))
        rows.append([
            row["insee"][len(departement):], row["name"], str(around.index(row["epci"])) if row["epci"] else "",
            row["population"] or "0", *point(row, centre_of[departement], centroids), codes,
        ])
    write("communes.tsv", rows)

    write("arrondissements.tsv", [
        [row["insee"], row["name"], row["commune"], row["population"], degrees(row["lat"]), degrees(row["lon"]),
         row["postal_codes"]]
        for row in read(folder, "arrondissements_municipaux.tsv")
    ])
    write("epci.tsv", [[row["siren"], row["name"], row["type"], row["population"]] for row in epci])
    write("ept.tsv", [[row["insee"], row["ept"]] for row in communes if row["ept"]])
    write("departements.tsv", [
        [row["code"], row["name"], row["region"], row["of_form"].strip(), row["population"],
         degrees(row["lat"]), degrees(row["lon"])]
        for row in read(folder, "departments.tsv")
    ])
    write("regions.tsv", [
        [row["code"], row["name"], row["population"], degrees(row["lat"]), degrees(row["lon"])]
        for row in read(folder, "regions.tsv")
    ])
    write("old_regions.tsv", [
        [row["old_code"], row["old_name"], row["new_code"], row["departments"], row["aliases"]]
        for row in read(folder, "old_regions.tsv")
    ])

    former = set()
    for row in read(folder, "merged_communes.tsv"):
        old, new, name = row["old_insee"], row["new_insee"], row["old_name"]
        same_name = name == name_of[new]
        if not (same_name and old in name_of):
            former.add((old, new, "" if same_name else name))
    write("former.tsv", [list(row) for row in sorted(former)])

    aliases = set()
    for row in read(folder, "commune_aliases.tsv"):
        alias = article_first(row["alias"])
        if row["insee"] in name_of and folded(alias) != folded(name_of[row["insee"]]):
            aliases.add((row["insee"], alias, "usual" if row["kind"] == "usual" else ""))
    write("aliases.tsv", [list(row) for row in sorted(aliases)])


main()
