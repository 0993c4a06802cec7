//! A surface measured in shares of its sides, so that a scene fits any size.

use image::RgbaImage;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Paint, Path, PathBuilder, Pixmap,
    Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::palette::clear;

/// Where a drawing takes place: x and y run from 0 to 1, lengths are shares of the shorter side.
pub(super) struct Canvas {
    pixels: Pixmap,
}

/// x and y, each a share of the canvas's own side from 0 to 1; y grows downwards.
pub(super) type CanvasPoint = (f32, f32);

impl Canvas {
    /// An empty surface, none when it has no pixels or there is no memory.
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        Some(Self { pixels: Pixmap::new(width, height)? })
    }

    pub(super) fn width(&self) -> u32 {
        self.pixels.width()
    }

    pub(super) fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// Width over height.
    pub(super) fn shape(&self) -> f32 {
        self.width() as f32 / self.height() as f32
    }

    /// Share of the width that a length covers.
    pub(super) fn across(&self, length: f32) -> f32 {
        self.length(length) / self.width() as f32
    }

    /// Share of the height that a length covers.
    pub(super) fn down(&self, length: f32) -> f32 {
        self.length(length) / self.height() as f32
    }

    fn length(&self, length: f32) -> f32 {
        length * self.width().min(self.height()) as f32
    }

    fn point(&self, (x, y): CanvasPoint) -> Point {
        Point::from_xy(x * self.width() as f32, y * self.height() as f32)
    }

    /// Fills everything with a gradient from `from` to `to`.
    pub(super) fn wash(&mut self, colors: [Color; 2], from: CanvasPoint, to: CanvasPoint) {
        self.shade(Outline::rectangle((0.0, 0.0), 1.0, 1.0), colors, [from, to]);
    }

    /// A disc of one colour.
    pub(super) fn disc(&mut self, at: CanvasPoint, radius: f32, color: Color) {
        self.shaded_disc(at, radius, [color, color]);
    }

    /// A disc that goes from one colour at its upper left to another at its lower right.
    pub(super) fn shaded_disc(&mut self, at: CanvasPoint, radius: f32, colors: [Color; 2]) {
        let (across, down) = (self.across(radius), self.down(radius));
        let end = |share: f32| (at.0 + across * share, at.1 + down * share);
        self.shade(Outline::ellipse(at, across, down), colors, [end(-0.7), end(0.7)]);
    }

    /// Light that fades from a place outwards.
    pub(super) fn glow(&mut self, at: CanvasPoint, radius: f32, color: Color) {
        self.fade(at, radius, 1.0, [(0.0, color), (0.45, clear(color, color.alpha() * 0.4))]);
    }

    /// A flat ellipse that fades outwards, as soft shadows do.
    pub(super) fn shadow(&mut self, at: CanvasPoint, radius: f32, flatness: f32, color: Color) {
        self.fade(at, radius, flatness, [(0.0, color)]);
    }

    /// An ellipse with these colours from its middle outwards, the last of which fades.
    fn fade<const N: usize>(
        &mut self,
        at: CanvasPoint,
        radius: f32,
        flatness: f32,
        colors: [(f32, Color); N],
    ) {
        let (center, origin) = (self.point(at), Point::from_xy(0.0, 0.0));
        let radius = self.length(radius);
        let last = (1.0, clear(colors[N - 1].1, 0.0));
        let stops = colors.into_iter().chain([last]);
        let stops = stops.map(|(share, color)| GradientStop::new(share, color)).collect();
        let squeeze = Transform::from_scale(1.0, flatness).post_translate(center.x, center.y);
        let mode = SpreadMode::Pad;
        let shader = RadialGradient::new(origin, 0.0, origin, radius, stops, mode, squeeze);
        let outline = PathBuilder::from_circle(0.0, 0.0, radius);
        if let (Some(path), Some(shader)) = (outline.and_then(|p| p.transform(squeeze)), shader) {
            self.fill(&path, shader);
        }
    }

    /// A shape whose outline is drawn in shares of the canvas, filled with a gradient between two
    /// places.
    pub(super) fn shade(&mut self, outline: Outline, colors: [Color; 2], ends: [CanvasPoint; 2]) {
        let stops = [0.0, 1.0].into_iter().zip(colors);
        let stops = stops.map(|(share, color)| GradientStop::new(share, color)).collect();
        let [from, to] = ends.map(|end| self.point(end));
        let shader = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity());
        if let Some(path) = self.path(outline) {
            self.fill(&path, shader.unwrap_or(Shader::SolidColor(colors[0])));
        }
    }

    /// A shape of one colour.
    pub(super) fn paint(&mut self, outline: Outline, color: Color) {
        if let Some(path) = self.path(outline) {
            self.fill(&path, Shader::SolidColor(color));
        }
    }

    /// A line of one colour with round ends.
    pub(super) fn line(&mut self, outline: Outline, width: f32, color: Color) {
        let stroke =
            Stroke { width: self.length(width), line_cap: LineCap::Round, ..Stroke::default() };
        if let Some(path) = self.path(outline) {
            let paint = paint(Shader::SolidColor(color));
            self.pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
    }

    /// The image, opaque as every scene leaves it.
    pub(super) fn into_image(self) -> Option<RgbaImage> {
        RgbaImage::from_raw(self.width(), self.height(), self.pixels.take())
    }

    fn path(&self, outline: Outline) -> Option<Path> {
        let scale = Transform::from_scale(self.width() as f32, self.height() as f32);
        outline.0.finish()?.transform(scale)
    }

    fn fill(&mut self, path: &Path, shader: Shader<'_>) {
        let still = Transform::identity();
        self.pixels.fill_path(path, &paint(shader), FillRule::Winding, still, None);
    }
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, ..Paint::default() }
}

/// An outline in shares of the canvas.
pub(super) struct Outline(PathBuilder);

impl Outline {
    /// A path as SVG writes it, with the commands M, L, C and Z and a space between all its words; `E`
    /// is an ellipse from one corner around it to the other.
    pub(super) fn path(path: &str, at: impl Fn(f32, f32) -> CanvasPoint) -> Self {
        let mut builder = PathBuilder::new();
        let mut words = path.split(' ');
        while let Some(command) = words.next() {
            let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
            let mut point = || at(number(), number());
            match command {
                "M" => {
                    let (x, y) = point();
                    builder.move_to(x, y);
                }
                "L" => {
                    let (x, y) = point();
                    builder.line_to(x, y);
                }
                "C" => {
                    let (first, second, to) = (point(), point(), point());
                    builder.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
                }
                "E" => {
                    let (from, to) = (point(), point());
                    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
                    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
                    let around = Rect::from_ltrb(left, top, right, bottom);
                    around.into_iter().for_each(|around| builder.push_oval(around));
                }
                _ => builder.close(),
            }
        }
        Self(builder)
    }

    /// A polygon through these places.
    pub(super) fn polygon(places: &[CanvasPoint]) -> Self {
        let mut builder = PathBuilder::new();
        for (at, (x, y)) in places.iter().enumerate() {
            if at == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
        }
        builder.close();
        Self(builder)
    }

    /// An upright rectangle.
    pub(super) fn rectangle((x, y): CanvasPoint, width: f32, height: f32) -> Self {
        Self::polygon(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    }

    /// An ellipse with these half axes.
    pub(super) fn ellipse((x, y): CanvasPoint, across: f32, down: f32) -> Self {
        let mut builder = PathBuilder::new();
        if let Some(around) = Rect::from_ltrb(x - across, y - down, x + across, y + down) {
            builder.push_oval(around);
        }
        Self(builder)
    }

    /// A smooth hill line through these places, closed along the bottom of the canvas.
    pub(super) fn hills(places: &[CanvasPoint]) -> Self {
        let (first, last) = (places[0], places[places.len() - 1]);
        let mut builder = PathBuilder::new();
        builder.move_to(first.0, 1.0);
        builder.line_to(first.0, first.1);
        for pair in places.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let half = (x0 + x1) / 2.0;
            builder.cubic_to(half, y0, half, y1, x1, y1);
        }
        builder.line_to(last.0, 1.0);
        builder.close();
        Self(builder)
    }
}
