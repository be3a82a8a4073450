import { PATHS, type Icon } from '../base/icons';
import type { Look } from '../base/phase';
import type { Point, Rect } from './geometry';
import type { Palette } from './palette';

const drawings = new Map<Icon, Path2D>();
const MOST_TEXTS = 5000;
const SPIN_MS = 1000;

function drawing(name: Icon): Path2D {
    let path = drawings.get(name);
    if (!path) {
        path = new Path2D(PATHS[name]);
        drawings.set(name, path);
    }
    return path;
}

/** What a scene draws with: the canvas in the scene's own coordinates, what of it is in sight, and the time. */
export class Painter {
    /** Set by what glides, so that the next frame is drawn too. */
    moving = false;
    /** Set by what only turns or counts: some frames a second are enough for it. */
    turning = false;
    private static readonly clipped = new Map<string, string>();

    constructor(
        readonly canvas: CanvasRenderingContext2D,
        readonly palette: Palette,
        readonly view: Rect,
        readonly scale: number,
        readonly now: number,
        readonly calm: boolean,
    ) {}

    box(rect: Rect, radius: number, fill: string, line = '', width = 1): void {
        const { canvas } = this;
        canvas.beginPath();
        canvas.roundRect(rect.x, rect.y, rect.w, rect.h, radius);
        if (fill) {
            canvas.fillStyle = fill;
            canvas.fill();
        }
        if (line) {
            canvas.strokeStyle = line;
            canvas.lineWidth = width;
            canvas.stroke();
        }
    }

    font(size: number, weight = 400, mono = false): void {
        this.canvas.font = `${weight} ${size}px ${mono ? this.palette.mono : this.palette.font}`;
    }

    /** One line of text that fits, its middle at a height; the end is cut with an ellipsis. */
    text(text: string, x: number, y: number, width: number, colour: string, align: CanvasTextAlign = 'left'): void {
        const { canvas } = this;
        canvas.fillStyle = colour;
        canvas.textAlign = align;
        canvas.textBaseline = 'middle';
        canvas.fillText(this.clip(text, width), x, y);
    }

    private clip(text: string, width: number): string {
        const key = `${this.canvas.font}|${Math.round(width)}|${text}`;
        const known = Painter.clipped.get(key);
        if (known !== undefined) {
            return known;
        }
        let shown = text;
        if (this.canvas.measureText(text).width > width) {
            let low = 0;
            let high = text.length;
            while (low < high) {
                const middle = (low + high + 1) >> 1;
                if (this.canvas.measureText(`${text.slice(0, middle)}…`).width <= width) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            shown = `${text.slice(0, low)}…`;
        }
        if (Painter.clipped.size > MOST_TEXTS) {
            Painter.clipped.clear();
        }
        Painter.clipped.set(key, shown);
        return shown;
    }

    icon(name: Icon, x: number, y: number, size: number, colour: string, width = 1.4): void {
        const { canvas } = this;
        canvas.save();
        canvas.translate(x, y);
        canvas.scale(size / 16, size / 16);
        canvas.strokeStyle = colour;
        canvas.lineWidth = width;
        canvas.lineCap = 'round';
        canvas.lineJoin = 'round';
        canvas.stroke(drawing(name));
        canvas.restore();
    }

    /** The same sign as the style sheets draw for a phase. */
    sign(look: Look, x: number, y: number, size: number): void {
        const { canvas, palette } = this;
        const colour = palette.ink(look);
        canvas.save();
        canvas.translate(x, y);
        canvas.scale(size / 16, size / 16);
        canvas.lineCap = 'round';
        canvas.lineJoin = 'round';
        canvas.beginPath();
        canvas.arc(8, 8, 6.2, 0, Math.PI * 2);
        canvas.fillStyle = palette.soft(look);
        canvas.fill();
        canvas.strokeStyle = colour;
        canvas.lineWidth = 1.4;
        canvas.globalAlpha = look.sign === 'arc' ? 0.25 : 1;
        canvas.stroke();
        canvas.globalAlpha = 1;
        if (look.sign === 'arc') {
            canvas.lineWidth = 1.8;
            canvas.translate(8, 8);
            canvas.rotate(this.calm ? 0 : ((this.now % SPIN_MS) / SPIN_MS) * Math.PI * 2);
            canvas.translate(-8, -8);
            this.turning = true;
        } else if (look.sign === 'dots') {
            canvas.lineWidth = 2;
        }
        canvas.stroke(drawing(look.sign));
        canvas.restore();
    }

    /** Traces a soft line from left to right through points; begins no path of its own, so many make one stroke. */
    trace(points: readonly Point[]): void {
        const { canvas } = this;
        const [first, ...rest] = points;
        if (!first) {
            return;
        }
        canvas.moveTo(first.x, first.y);
        let last = first;
        for (const point of rest) {
            const bend = Math.max(16, (point.x - last.x) / 2);
            canvas.bezierCurveTo(last.x + bend, last.y, point.x - bend, point.y, point.x, point.y);
            last = point;
        }
    }
}

/** A place on such a line, from 0 to 1. */
export function along(points: readonly Point[], t: number): Point {
    const parts = points.length - 1;
    const index = Math.min(parts - 1, Math.floor(t * parts));
    const from = points[index] ?? { x: 0, y: 0 };
    const to = points[index + 1] ?? from;
    const u = t * parts - index;
    const bend = Math.max(16, (to.x - from.x) / 2);
    const mix = (a: number, b: number, c: number, d: number) =>
        a * (1 - u) ** 3 + 3 * b * (1 - u) ** 2 * u + 3 * c * (1 - u) * u ** 2 + d * u ** 3;
    return { x: mix(from.x, from.x + bend, to.x - bend, to.x), y: mix(from.y, from.y, to.y, to.y) };
}
