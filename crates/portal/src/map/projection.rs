//! From degrees to a plane, in metres.

/// How the globe becomes flat. Both keep angles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Projection {
    /// Lambert-93, the legal projection of mainland France (EPSG:2154): the shape people know.
    Lambert93,
    /// Mercator with its scale true at a latitude (degrees): north is up, for what is small or elsewhere.
    Mercator { lat: f64 },
}

/// A point of the plane: metres east and north.
pub(super) type Plane = (f64, f64);

/// GRS 80: half the greater axis in metres, first eccentricity.
const AXIS: f64 = 6_378_137.0;
const ECCENTRICITY: f64 = 0.081_819_191_042_816;

impl Projection {
    /// Where a point of the globe (degrees) comes to lie.
    pub(super) fn project(self, lon: f64, lat: f64) -> Plane {
        match self {
            Self::Lambert93 => lambert93(lon, lat),
            Self::Mercator { lat: middle } => {
                // Beyond 85 degrees a map of France has nothing to show, and the plane no end.
                let stretched = isometric(lat.clamp(-85.0, 85.0));
                let scale = AXIS * middle.to_radians().cos();
                (scale * lon.to_radians(), scale * stretched)
            }
        }
    }
}

/// Isometric latitude on the ellipsoid, of degrees.
fn isometric(lat: f64) -> f64 {
    let sine = lat.to_radians().sin();
    sine.atanh() - ECCENTRICITY * (ECCENTRICITY * sine).atanh()
}

/// IGN, "Projection cartographique conique conforme de Lambert" (NTG 71), with the constants of Lambert-93.
fn lambert93(lon: f64, lat: f64) -> Plane {
    const EXPONENT: f64 = 0.725_607_765_053_267;
    const SCALE: f64 = 11_754_255.426_096;
    const POLE: Plane = (700_000.0, 12_655_612.049_876);
    let radius = SCALE * (-EXPONENT * isometric(lat)).exp();
    let angle = EXPONENT * (lon - 3.0).to_radians();
    (POLE.0 + radius * angle.sin(), POLE.1 - radius * angle.cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point (degrees) and where EPSG:2154 puts it (metres), to the metre.
    #[track_caller]
    fn check(lon: f64, lat: f64, east: f64, north: f64) {
        let (x, y) = Projection::Lambert93.project(lon, lat);
        assert!((x - east).abs() < 1.0 && (y - north).abs() < 1.0, "{x} {y}");
    }

    #[test]
    fn lambert93_is_the_legal_one() {
        check(3.0, 46.5, 700_000.0, 6_600_000.0);
        check(2.0, 49.0, 626_830.2, 6_878_250.0);
        check(-4.0, 48.0, 178_626.4, 6_789_748.6);
        check(9.0, 42.0, 1_197_656.7, 6_118_854.9);
    }

    #[test]
    fn mercator_keeps_lengths_at_its_latitude_and_north_up() {
        let projection = Projection::Mercator { lat: 45.0 };
        let (x, y) = projection.project(2.0, 45.0);
        let (east, _) = projection.project(2.01, 45.0);
        let (straight, north) = projection.project(2.0, 45.01);
        // A hundredth of a degree at 45°: 788 m along the parallel, 1,111 m along the meridian.
        assert!((east - x - 788.0).abs() < 3.0, "{}", east - x);
        assert!((north - y - 1_111.0).abs() < 5.0, "{}", north - y);
        assert!((straight - x).abs() < 1e-6);
    }
}
