//! A thing on a pedestal in soft light, as catalogues show it.

use tiny_skia::Color;

use super::canvas::{Canvas, CanvasPoint, Outline};
use super::palette::{Palette, clear, mix};
use crate::providers::sample::dice::Dice;

/// What stands on the pedestal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Cup,
    Bottle,
    Lamp,
    Parcel,
    Bread,
    Phone,
}

/// The pedestal's top, where things stand.
const TOP: f32 = 0.735;

/// Wall, arch, floor, pedestal and the thing.
pub(super) fn draw(canvas: &mut Canvas, shape: Shape, colors: &Palette, dice: &mut Dice) {
    canvas.wash([mix(colors.top, colors.bottom, 0.35), colors.bottom], (0.1, 0.0), (0.9, 0.8));
    let x = dice.roll_between(0.46, 0.54);
    arch(canvas, x, colors);
    canvas.glow((x - 0.12, 0.3), 0.6, clear(Color::WHITE, 0.4));
    let floor = Outline::rectangle((0.0, 0.8), 1.0, 0.2);
    canvas.shade(
        floor,
        [colors.far, mix(colors.far, colors.bottom, 0.4)],
        [(0.5, 0.8), (0.5, 1.0)],
    );
    pedestal(canvas, x, colors);
    companions(canvas, x, colors, dice);
    let thing = Thing { x, colors };
    canvas.shadow((x + canvas.across(0.05), TOP), 0.16, 0.16, clear(colors.near, 0.5));
    match shape {
        Shape::Cup => thing.cup(canvas),
        Shape::Bottle => thing.bottle(canvas),
        Shape::Lamp => thing.lamp(canvas),
        Shape::Parcel => thing.parcel(canvas),
        Shape::Bread => thing.bread(canvas),
        Shape::Phone => thing.phone(canvas),
    }
}

fn arch(canvas: &mut Canvas, x: f32, colors: &Palette) {
    let (half, crown) = (canvas.across(0.3), 0.8 - canvas.down(0.38));
    let rise = canvas.down(0.3);
    let outline = Outline::from_place((x - half, 0.8))
        .line_to((x - half, crown))
        .curve((x - half, crown - rise * 1.33), (x + half, crown - rise * 1.33), (x + half, crown))
        .line_to((x + half, 0.8))
        .close();
    let shade = mix(colors.far, colors.middle, 0.35);
    canvas.shade(outline, [colors.far, shade], [(x - half, crown - rise), (x + half, 0.8)]);
}

fn pedestal(canvas: &mut Canvas, x: f32, colors: &Palette) {
    let (half, lip) = (canvas.across(0.24), canvas.down(0.035));
    let foot = TOP + canvas.down(0.15);
    canvas.shadow((x + canvas.across(0.07), foot + lip * 0.4), 0.36, 0.2, clear(colors.near, 0.45));
    let light = mix(colors.bottom, Color::WHITE, 0.4);
    let dark = mix(light, colors.middle, 0.45);
    let ends = [(x - half, TOP), (x + half, TOP)];
    canvas.shade(Outline::ellipse((x, foot), half, lip), [light, dark], ends);
    canvas.shade(Outline::rectangle((x - half, TOP), half * 2.0, foot - TOP), [light, dark], ends);
    canvas.paint(Outline::ellipse((x, TOP), half, lip), mix(light, Color::WHITE, 0.55));
}

fn companions(canvas: &mut Canvas, x: f32, colors: &Palette, dice: &mut Dice) {
    let side = if dice.roll(2) == 0 { -1.0 } else { 1.0 };
    let ball = (x + side * canvas.across(0.37), 0.86);
    canvas.shadow((ball.0, 0.86 + canvas.down(0.07)), 0.11, 0.22, clear(colors.near, 0.4));
    canvas.shaded_disc(ball, 0.075, [mix(colors.accent, Color::WHITE, 0.45), colors.accent]);
    let block = (x - side * canvas.across(0.38), 0.9);
    let (half, height) = (canvas.across(0.055), canvas.down(0.17));
    canvas.shadow((block.0, block.1), 0.1, 0.2, clear(colors.near, 0.4));
    let ends = [(block.0 - half, 0.5), (block.0 + half, 0.5)];
    let body = Outline::rectangle((block.0 - half, block.1 - height), half * 2.0, height);
    canvas.shade(body, [mix(colors.middle, Color::WHITE, 0.25), colors.middle], ends);
}

struct Thing<'a> {
    x: f32,
    colors: &'a Palette,
}

impl Thing<'_> {
    /// A place by lengths right of the middle and above the pedestal.
    fn point_at(&self, canvas: &Canvas, right: f32, up: f32) -> CanvasPoint {
        (self.x + canvas.across(right), TOP - canvas.down(up))
    }

    /// A body lit from the left.
    fn body(&self, canvas: &mut Canvas, outline: Outline, color: Color, half: f32) {
        let ends = [self.point_at(canvas, -half, 0.0), self.point_at(canvas, half, 0.0)];
        let colors = [mix(color, Color::WHITE, 0.4), mix(color, Color::BLACK, 0.18)];
        canvas.shade(outline, colors, ends);
    }

    fn cup(&self, canvas: &mut Canvas) {
        let at = |right, up| self.point_at(canvas, right, up);
        let handle =
            Outline::from_place(at(0.1, 0.2)).curve(at(0.21, 0.22), at(0.2, 0.05), at(0.08, 0.06));
        let wall = Outline::from_place(at(-0.125, 0.24))
            .curve(at(-0.125, 0.06), at(-0.1, 0.0), at(-0.055, 0.0))
            .line_to(at(0.055, 0.0))
            .curve(at(0.1, 0.0), at(0.125, 0.06), at(0.125, 0.24))
            .close();
        let steam: Vec<Outline> = [-0.045, 0.0, 0.045]
            .map(|right| {
                let rise = 0.4 - right * right * 20.0;
                Outline::from_place(at(right, 0.28)).curve(
                    at(right + 0.05, 0.3 + rise * 0.2),
                    at(right - 0.06, 0.3 + rise * 0.4),
                    at(right + 0.015, rise + 0.08),
                )
            })
            .into();
        let (rim, drink) = (at(0.0, 0.24), at(0.0, 0.237));
        canvas.line(handle, 0.024, mix(self.colors.accent, Color::BLACK, 0.1));
        self.body(canvas, wall, self.colors.accent, 0.125);
        let round = |canvas: &Canvas, half: f32| (canvas.across(half), canvas.down(half * 0.2));
        let (across, down) = round(canvas, 0.125);
        canvas
            .paint(Outline::ellipse(rim, across, down), mix(self.colors.accent, Color::WHITE, 0.5));
        let (across, down) = round(canvas, 0.11);
        canvas
            .paint(Outline::ellipse(drink, across, down), mix(self.colors.near, Color::BLACK, 0.2));
        for line in steam {
            canvas.line(line, 0.011, clear(Color::WHITE, 0.5));
        }
    }

    fn bottle(&self, canvas: &mut Canvas) {
        let at = |right, up| self.point_at(canvas, right, up);
        let glass = Outline::from_place(at(-0.1, 0.0))
            .line_to(at(-0.1, 0.26))
            .curve(at(-0.1, 0.33), at(-0.035, 0.31), at(-0.035, 0.37))
            .line_to(at(0.035, 0.37))
            .curve(at(0.035, 0.31), at(0.1, 0.33), at(0.1, 0.26))
            .line_to(at(0.1, 0.0))
            .close();
        let cap = Outline::polygon(&[
            at(-0.042, 0.37),
            at(0.042, 0.37),
            at(0.042, 0.45),
            at(-0.042, 0.45),
        ]);
        let label = Outline::polygon(&[at(-0.1, 0.07), at(0.1, 0.07), at(0.1, 0.2), at(-0.1, 0.2)]);
        let lines = [(0.16, 0.05), (0.135, 0.07), (0.11, 0.035)]
            .map(|(up, half)| Outline::from_place(at(-half, up)).line_to(at(half, up)));
        let shine = Outline::from_place(at(-0.075, 0.03)).line_to(at(-0.075, 0.25));
        self.body(canvas, glass, self.colors.middle, 0.1);
        self.body(canvas, cap, self.colors.near, 0.045);
        canvas.paint(label, mix(self.colors.bottom, Color::WHITE, 0.5));
        for line in lines {
            canvas.line(line, 0.006, clear(self.colors.near, 0.6));
        }
        canvas.line(shine, 0.012, clear(Color::WHITE, 0.35));
    }

    fn lamp(&self, canvas: &mut Canvas) {
        let at = |right, up| self.point_at(canvas, right, up);
        let shade =
            Outline::polygon(&[at(-0.075, 0.48), at(0.075, 0.48), at(0.15, 0.28), at(-0.15, 0.28)]);
        let stem = Outline::from_place(at(0.0, 0.28)).line_to(at(0.0, 0.02));
        let foot = Outline::from_place(at(-0.08, 0.0))
            .curve(at(-0.08, 0.05), at(0.08, 0.05), at(0.08, 0.0))
            .close();
        let pool = at(0.0, 0.3);
        canvas.glow(pool, 0.42, clear(mix(self.colors.accent, Color::WHITE, 0.5), 0.75));
        canvas.line(stem, 0.014, self.colors.near);
        self.body(canvas, foot, self.colors.near, 0.08);
        self.body(canvas, shade, mix(self.colors.accent, Color::WHITE, 0.35), 0.15);
    }

    fn parcel(&self, canvas: &mut Canvas) {
        let at = |right, up| self.point_at(canvas, right, up);
        let front =
            Outline::polygon(&[at(-0.13, 0.0), at(0.13, 0.0), at(0.13, 0.22), at(-0.13, 0.22)]);
        let lid = Outline::polygon(&[
            at(-0.145, 0.22),
            at(0.145, 0.22),
            at(0.145, 0.28),
            at(-0.145, 0.28),
        ]);
        let ribbon =
            Outline::polygon(&[at(-0.022, 0.0), at(0.022, 0.0), at(0.022, 0.28), at(-0.022, 0.28)]);
        let loops = [-1.0, 1.0].map(|side: f32| {
            Outline::from_place(at(0.0, 0.28))
                .curve(at(side * 0.04, 0.4), at(side * 0.15, 0.38), at(side * 0.1, 0.31))
                .curve(at(side * 0.08, 0.29), at(side * 0.03, 0.29), at(0.0, 0.28))
                .close()
        });
        self.body(canvas, front, self.colors.middle, 0.13);
        self.body(canvas, lid, mix(self.colors.middle, self.colors.near, 0.25), 0.145);
        canvas.paint(ribbon, self.colors.accent);
        for outline in loops {
            self.body(canvas, outline, self.colors.accent, 0.1);
        }
    }

    fn bread(&self, canvas: &mut Canvas) {
        let at = |right, up: f32| self.point_at(canvas, right, up - 0.014);
        let loaf = Outline::from_place(at(-0.17, 0.05))
            .curve(at(-0.19, 0.2), at(-0.1, 0.24), at(0.0, 0.24))
            .curve(at(0.1, 0.24), at(0.19, 0.2), at(0.17, 0.05))
            .curve(at(0.16, 0.0), at(-0.16, 0.0), at(-0.17, 0.05))
            .close();
        let cuts = [-0.09, -0.01, 0.07].map(|right| {
            Outline::from_place(at(right, 0.2)).curve(
                at(right + 0.04, 0.19),
                at(right + 0.05, 0.12),
                at(right + 0.04, 0.09),
            )
        });
        let crust = Color::from_rgba8(196, 132, 74, 255);
        self.body(canvas, loaf, crust, 0.17);
        for cut in cuts {
            canvas.line(cut, 0.013, Color::from_rgba8(244, 214, 168, 255));
        }
    }

    fn phone(&self, canvas: &mut Canvas) {
        let at = |right, up| self.point_at(canvas, right, up);
        let rounded = |half: f32, low: f32, high: f32, round: f32| {
            Outline::from_place(at(-half + round, low))
                .line_to(at(half - round, low))
                .curve(at(half, low), at(half, low), at(half, low + round))
                .line_to(at(half, high - round))
                .curve(at(half, high), at(half, high), at(half - round, high))
                .line_to(at(-half + round, high))
                .curve(at(-half, high), at(-half, high), at(-half, high - round))
                .line_to(at(-half, low + round))
                .curve(at(-half, low), at(-half, low), at(-half + round, low))
                .close()
        };
        let (case, screen) = (rounded(0.12, 0.0, 0.47, 0.035), rounded(0.108, 0.012, 0.458, 0.026));
        let card = rounded(0.09, 0.29, 0.42, 0.018);
        let rows = [(0.24, 0.075), (0.2, 0.05), (0.16, 0.065), (0.12, 0.04)]
            .map(|(up, right)| Outline::from_place(at(-0.08, up)).line_to(at(right, up)));
        let button = rounded(0.06, 0.04, 0.078, 0.018);
        let chart = Outline::from_place(at(-0.07, 0.32)).curve(
            at(-0.02, 0.4),
            at(0.02, 0.29),
            at(0.07, 0.39),
        );
        self.body(canvas, case, self.colors.near, 0.12);
        canvas.paint(screen, mix(self.colors.bottom, Color::WHITE, 0.6));
        self.body(canvas, card, self.colors.middle, 0.09);
        canvas.line(chart, 0.009, Color::WHITE);
        for row in rows {
            canvas.line(row, 0.011, clear(self.colors.near, 0.28));
        }
        canvas.paint(button, self.colors.accent);
    }
}
