//! Points as the index keeps them: on the square of the web map, 2³² steps a side.
//!
//! So a cell of the map is a shift, a rectangle two comparisons (that wrap around at the
//! antimeridian by themselves), and a latitude is worked out for a distance only.

use std::f64::consts::{PI, TAU};

use crate::question::{Bbox, Near};

/// Where the web map ends, degrees.
const LAST_LATITUDE: f64 = 85.051_128_779_806_6;

/// Radius of the Earth in kilometres (mean, IUGG).
const EARTH_KM: f64 = 6_371.008_8;

/// Steps of a side.
const SIDE: f64 = 4_294_967_296.0;

/// A point: steps from the west, steps from the north. `y` is even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl Point {
    /// None for what is no place on Earth.
    pub(crate) fn of(lat: f64, lon: f64) -> Option<Self> {
        let is_here = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        is_here.then(|| Self { x: x_of(lon), y: y_of(lat) })
    }

    /// As a column takes it; the lowest bit says that there are more. 0 stands for no point.
    pub(crate) fn pack(self, more: bool) -> u64 {
        let packed = u64::from(self.x) << 32 | u64::from(self.y) | u64::from(more);
        if packed == 0 { 2 } else { packed }
    }

    pub(crate) fn unpack(packed: u64) -> Self {
        let halves = [packed >> 32, packed & 0xffff_fffe];
        let [x, y] = halves.map(|half| u32::try_from(half).unwrap_or(u32::MAX));
        Self { x, y }
    }
}

/// Longitude in degrees.
pub(crate) fn longitude(x: f64) -> f64 {
    (x / SIDE * 360.0 - 180.0).clamp(-180.0, 180.0)
}

/// Latitude in degrees.
pub(crate) fn latitude(y: f64) -> f64 {
    (PI - y / SIDE * TAU).sinh().atan().to_degrees()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, as wanted at the edge")]
fn x_of(lon: f64) -> u32 {
    ((lon + 180.0) / 360.0 * SIDE) as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, as wanted at the edge")]
fn y_of(lat: f64) -> u32 {
    let lat = lat.clamp(-LAST_LATITUDE, LAST_LATITUDE).to_radians();
    ((1.0 - lat.tan().asinh() / PI) / 2.0 * SIDE) as u32 & !1
}

/// A rectangle of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) west: u32,
    pub(crate) width: u32,
    pub(crate) north: u32,
    pub(crate) south: u32,
}

impl Window {
    pub(crate) const WORLD: Self = Self { west: 0, width: u32::MAX, north: 0, south: u32::MAX };

    pub(crate) fn of(bbox: &Bbox) -> Self {
        let west = x_of(bbox.west);
        let width = x_of(bbox.east).wrapping_sub(west);
        Self { west, width, north: y_of(bbox.north), south: y_of(bbox.south) }
    }

    #[inline]
    pub(crate) fn holds(&self, point: Point) -> bool {
        point.x.wrapping_sub(self.west) <= self.width && point.y >= self.north && point.y <= self.south
    }
}

/// A circle on the globe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circle {
    /// Around the circle, so that most points need no trigonometry.
    window: Window,
    lon: f64,
    sin: f64,
    cos: f64,
    /// Largest [`Circle::apart`] that is still within.
    within: f64,
}

impl Circle {
    pub(crate) fn of(near: &Near) -> Self {
        let angle = (near.within_km / EARTH_KM).clamp(0.0, PI);
        let (sin, cos) = near.lat.to_radians().sin_cos();
        // What is lost to rounding must not lose a point on the very edge.
        let within = 1.0 - angle.cos() + 1e-14;
        Self { window: around(near, angle), lon: near.lon.to_radians(), sin, cos, within }
    }

    /// One less the cosine of the angle to the centre, from 0 to 2: grows with the distance.
    pub(crate) fn apart(&self, point: Point) -> f64 {
        let grown = (PI - f64::from(point.y) / SIDE * TAU).exp();
        let (sinh, cosh) = ((grown - 1.0 / grown) / 2.0, f64::midpoint(grown, 1.0 / grown));
        // Of the latitude, by what the Mercator projection is: tan = sinh.
        let (sin, cos) = (sinh / cosh, 1.0 / cosh);
        let lon = f64::from(point.x) / SIDE * TAU - PI;
        (1.0 - (self.sin * sin + self.cos * cos * (lon - self.lon).cos())).clamp(0.0, 2.0)
    }

    #[inline]
    pub(crate) fn holds(&self, point: Point) -> bool {
        self.window.holds(point) && self.apart(point) <= self.within
    }
}

/// A rectangle that holds the circle of an angle, a little larger than it must be.
fn around(near: &Near, angle: f64) -> Window {
    let high = angle.to_degrees() * 1.000_1 + 1e-6;
    let (north, south) = (near.lat + high, near.lat - high);
    if north >= 89.9 || south <= -89.9 {
        return Window { north: y_of(north.min(90.0)), south: y_of(south.max(-90.0)), ..Window::WORLD };
    }
    let widest = (angle.sin() / near.lat.to_radians().cos()).min(1.0).asin().to_degrees() * 1.000_1 + 1e-6;
    if angle >= PI / 2.0 || widest >= 180.0 {
        return Window { north: y_of(north), south: y_of(south), ..Window::WORLD };
    }
    let turned = |lon: f64| {
        if lon < -180.0 {
            lon + 360.0
        } else if lon > 180.0 {
            lon - 360.0
        } else {
            lon
        }
    };
    let (west, east) = (turned(near.lon - widest), turned(near.lon + widest));
    Window::of(&Bbox { west, south, east, north })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_comes_back_within_two_centimetres() {
        for (lat, lon) in [(44.2, 0.63), (-21.1, 55.5), (-85.0, -180.0), (85.0, 180.0), (0.0, 0.0)] {
            let point = Point::unpack(Point::of(lat, lon).unwrap().pack(true));
            let back = (latitude(f64::from(point.y)), longitude(f64::from(point.x)));
            assert!((back.0 - lat).abs() < 2e-7 && (back.1 - lon).abs() < 2e-7, "{lat} {lon} {back:?}");
        }
        assert_eq!((Point::of(91.0, 0.0), Point::of(f64::NAN, 0.0), Point::of(0.0, 181.0)), (None, None, None));
        assert_ne!(Point::of(90.0, -180.0).unwrap().pack(false), 0);
    }

    #[test]
    fn a_window_may_cross_the_antimeridian() {
        let window = Window::of(&Bbox { west: 170.0, south: -30.0, east: -170.0, north: 0.0 });
        let holds = |lat, lon| window.holds(Point::of(lat, lon).unwrap());
        assert!(holds(-10.0, 175.0) && holds(-10.0, -175.0) && holds(-10.0, 180.0) && holds(-10.0, -180.0));
        assert!(!holds(-10.0, 0.0) && !holds(10.0, 175.0) && !holds(-10.0, 169.9) && !holds(-10.0, -169.9));
    }

    #[test]
    fn a_circle_holds_what_is_near() {
        let km_per_degree = EARTH_KM * PI / 180.0;
        for (lat, lon) in [(44.2, 0.63), (-17.0, -179.9), (89.95, 10.0), (-60.0, 179.99)] {
            for within_km in [1.0, 50.0, 2_000.0] {
                let circle = Circle::of(&Near { lat, lon, within_km });
                let north = within_km / km_per_degree;
                if lat + north < 84.0 && lat < 84.0 {
                    assert!(circle.holds(Point::of(lat + north * 0.999, lon).unwrap()), "{lat} {lon} {within_km}");
                    assert!(!circle.holds(Point::of(lat + north * 1.001, lon).unwrap()), "{lat} {lon} {within_km}");
                }
                assert!(circle.holds(Point::of(lat.min(85.0), lon).unwrap()) || lat > 85.0);
            }
        }
    }
}
