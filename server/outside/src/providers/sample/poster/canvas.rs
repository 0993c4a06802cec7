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
        let shader = self.gradient(colors, from, to);
        let whole = Rect::from_xywh(0.0, 0.0, self.width() as f32, self.height() as f32);
        if let Some(whole) = whole {
            self.pixels.fill_rect(whole, &paint(shader), Transform::identity(), None);
        }
    }

    /// A disc of one colour.
    pub(super) fn disc(&mut self, at: CanvasPoint, radius: f32, color: Color) {
        self.shaded_disc(at, radius, [color, color]);
    }

    /// A disc that goes from one colour at its upper left to another at its lower right.
    pub(super) fn shaded_disc(&mut self, at: CanvasPoint, radius: f32, colors: [Color; 2]) {
        let (center, radius) = (self.point(at), self.length(radius));
        let Some(path) = PathBuilder::from_circle(center.x, center.y, radius) else {
            return;
        };
        let reach = radius * 0.7;
        let ends = [
            Point::from_xy(center.x - reach, center.y - reach),
            Point::from_xy(center.x + reach, center.y + reach),
        ];
        let shader = linear(colors, ends);
        self.fill(&path, shader);
    }

    /// Light that fades from a place outwards.
    pub(super) fn glow(&mut self, at: CanvasPoint, radius: f32, color: Color) {
        let (center, radius) = (self.point(at), self.length(radius));
        let stops = vec![
            GradientStop::new(0.0, color),
            GradientStop::new(0.45, clear(color, color.alpha() * 0.4)),
            GradientStop::new(1.0, clear(color, 0.0)),
        ];
        let still = Transform::identity();
        let shader =
            RadialGradient::new(center, 0.0, center, radius, stops, SpreadMode::Pad, still);
        if let (Some(path), Some(shader)) =
            (PathBuilder::from_circle(center.x, center.y, radius), shader)
        {
            self.fill(&path, shader);
        }
    }

    /// A flat ellipse that fades outwards, as soft shadows do.
    pub(super) fn shadow(&mut self, at: CanvasPoint, radius: f32, flatness: f32, color: Color) {
        let (center, radius) = (self.point(at), self.length(radius));
        let stops = vec![GradientStop::new(0.0, color), GradientStop::new(1.0, clear(color, 0.0))];
        let squeeze = Transform::from_scale(1.0, flatness).post_translate(center.x, center.y);
        let origin = Point::from_xy(0.0, 0.0);
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
        let shader = self.gradient(colors, ends[0], ends[1]);
        if let Some(path) = self.path(outline) {
            self.fill(&path, shader);
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

    fn gradient(&self, colors: [Color; 2], from: CanvasPoint, to: CanvasPoint) -> Shader<'static> {
        linear(colors, [self.point(from), self.point(to)])
    }

    fn fill(&mut self, path: &Path, shader: Shader<'_>) {
        let still = Transform::identity();
        self.pixels.fill_path(path, &paint(shader), FillRule::Winding, still, None);
    }
}

fn linear([first, second]: [Color; 2], [from, to]: [Point; 2]) -> Shader<'static> {
    let stops = vec![GradientStop::new(0.0, first), GradientStop::new(1.0, second)];
    let shader = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity());
    shader.unwrap_or(Shader::SolidColor(first))
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, ..Paint::default() }
}

/// An outline in shares of the canvas.
pub(super) struct Outline(PathBuilder);

impl Outline {
    /// An outline that starts at this place.
    pub(super) fn from_place((x, y): CanvasPoint) -> Self {
        let mut builder = PathBuilder::new();
        builder.move_to(x, y);
        Self(builder)
    }

    /// A polygon through these places.
    pub(super) fn polygon(places: &[CanvasPoint]) -> Self {
        let (first, rest) = places.split_first().unwrap_or((&(0.0, 0.0), &[]));
        let start = Self::from_place(*first);
        rest.iter().fold(start, |outline, place| outline.line_to(*place)).close()
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
        let mut outline = Self::from_place((first.0, 1.0)).line_to(first);
        for pair in places.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let half = (x0 + x1) / 2.0;
            outline = outline.curve((half, y0), (half, y1), (x1, y1));
        }
        outline.line_to((last.0, 1.0)).close()
    }

    /// A line through these places, closed along the bottom of the canvas.
    pub(super) fn edge(places: &[CanvasPoint]) -> Self {
        let (first, last) = (places[0], places[places.len() - 1]);
        let start = Self::from_place((first.0, 1.0));
        let line = places.iter().fold(start, |outline, place| outline.line_to(*place));
        line.line_to((last.0, 1.0)).close()
    }

    /// Adds a straight line to this place.
    pub(super) fn line_to(mut self, (x, y): CanvasPoint) -> Self {
        self.0.line_to(x, y);
        self
    }

    /// Adds a cubic Bézier curve to `to`, with two control points.
    pub(super) fn curve(
        mut self,
        first: CanvasPoint,
        second: CanvasPoint,
        to: CanvasPoint,
    ) -> Self {
        self.0.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
        self
    }

    /// Adds a straight line back to the start.
    pub(super) fn close(mut self) -> Self {
        self.0.close();
        self
    }
}
