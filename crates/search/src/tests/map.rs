//! Cells of the map against cells by hand.

use std::collections::BTreeMap;

use super::*;
use crate::point::Point;
use crate::question::{Bbox, Grid};

/// Cells by hand, where none has to be made larger: cell → its points' actions.
fn by_hand(actions: &[Action], grid: &Grid) -> BTreeMap<(u32, u32), Vec<u128>> {
    let mut cells: BTreeMap<_, Vec<u128>> = BTreeMap::new();
    for (number, action) in (1..).zip(actions) {
        for place in &action.places {
            let (lat, lon) = (place.lat.unwrap(), place.lon.unwrap());
            let is_in = grid.bbox.as_ref().is_none_or(|bbox| {
                let wide = if bbox.west <= bbox.east {
                    (bbox.west..=bbox.east).contains(&lon)
                } else {
                    lon >= bbox.west || lon <= bbox.east
                };
                wide && (bbox.south..=bbox.north).contains(&lat)
            });
            if is_in {
                let point = Point::of(lat, lon).unwrap();
                let shift = 32 - 3 - u32::from(grid.zoom);
                cells.entry((point.x >> shift, point.y >> shift)).or_default().push(number);
            }
        }
    }
    cells
}

fn scattered(count: usize, seed: u64) -> Vec<Action> {
    let mut draw = Draw(seed);
    let place = |draw: &mut Draw| at(-60.0 + 120.0 * draw.share(), -180.0 + 360.0 * draw.share());
    let places = |draw: &mut Draw| (0..draw.below(4)).map(|_| place(draw)).collect::<Vec<_>>();
    (0..count).map(|_| Action { places: places(&mut draw), ..titled("Ici") }).collect()
}

#[test]
fn cells_are_what_counting_by_hand_gives() {
    let actions = scattered(300, 17);
    let index = index_of(&actions);
    let boxes = [
        None,
        Some(Bbox { west: -20.0, south: -10.0, east: 60.0, north: 50.0 }),
        Some(Bbox { west: 150.0, south: -50.0, east: -120.0, north: 50.0 }),
        Some(Bbox { west: -180.0, south: -90.0, east: 180.0, north: 90.0 }),
        Some(Bbox { west: 10.0, south: 20.0, east: 10.0, north: 20.0 }),
        Some(Bbox { west: 0.0, south: 20.0, east: 10.0, north: -20.0 }),
    ];
    for bbox in boxes {
        for zoom in [0, 2, 4, 8] {
            let grid = Grid { bbox, zoom };
            let answer = ask(&index, &Question { cells: Some(grid), ..Question::default() });
            let expected = by_hand(&actions, &grid);
            let mut counts: Vec<u64> = expected.values().map(|cell| cell.len() as u64).collect();
            let mut got: Vec<u64> = answer.cells.iter().map(|cell| cell.count).collect();
            counts.sort_unstable();
            got.sort_unstable();
            assert_eq!(got, counts, "{grid:?}");
            for cell in &answer.cells {
                let point = Point::of(cell.lat, cell.lon).unwrap();
                let shift = 32 - 3 - u32::from(zoom);
                let actions = &expected[&(point.x >> shift, point.y >> shift)];
                assert_eq!(cell.count, actions.len() as u64, "{grid:?}");
                let alone = (actions.len() == 1).then(|| id(actions[0]));
                assert_eq!(cell.id, alone, "{grid:?}");
                assert!(cell.bbox.south <= cell.lat + 1e-6 && cell.lat <= cell.bbox.north + 1e-6);
            }
        }
    }
}

#[test]
fn there_are_never_too_many_cells() {
    let mut draw = Draw(29);
    let mut places = || (0..8).map(|_| at(-60.0 + 120.0 * draw.share(), -180.0 + 360.0 * draw.share())).collect();
    let actions: Vec<Action> = (0..700).map(|_| Action { places: places(), ..titled("Ici") }).collect();
    let index = index_of(&actions);
    for zoom in [0, 5, 10, 22] {
        let answer = ask(&index, &Question { cells: Some(Grid { bbox: None, zoom }), ..Question::default() });
        assert!(answer.cells.len() <= 4_000, "{zoom}: {}", answer.cells.len());
        let points: usize = actions.iter().map(|action| action.places.len()).sum();
        assert_eq!(answer.cells.iter().map(|cell| cell.count).sum::<u64>(), points as u64, "{zoom}");
    }
}

#[test]
fn a_cell_across_the_antimeridian_has_its_middle_there() {
    let places = vec![at(-17.0, 179.99), at(-17.0, -179.99)];
    let index = index_of(&[Action { places, ..titled("Taveuni") }]);
    let bbox = Some(Bbox { west: 170.0, south: -20.0, east: -170.0, north: -10.0 });
    let answer = ask(&index, &Question { cells: Some(Grid { bbox, zoom: 0 }), ..Question::default() });
    assert_eq!(answer.cells.len(), 2, "cells are those of the world: {:?}", answer.cells);
    let filter = Filter { bbox, ..Filter::default() };
    assert_eq!(ask(&index, &Question { filter, ..Question::default() }).total, 1);
}

#[test]
fn two_places_on_one_spot_are_one_point() {
    let places = vec![at(44.2, 0.6), at(44.2, 0.6)];
    let index = index_of(&[Action { places, ..titled("Agen") }]);
    let answer = ask(&index, &Question { cells: Some(Grid { bbox: None, zoom: 5 }), ..Question::default() });
    assert_eq!(answer.cells.iter().map(|cell| (cell.count, cell.id)).collect::<Vec<_>>(), [(1, Some(id(1)))]);
}
