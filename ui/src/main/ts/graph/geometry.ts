export interface Point {
    x: number;
    y: number;
}

export interface Rect extends Point {
    w: number;
    h: number;
}

export const inside = (rect: Rect, x: number, y: number): boolean =>
    x >= rect.x && x <= rect.x + rect.w && y >= rect.y && y <= rect.y + rect.h;

export const overlaps = (a: Rect, b: Rect): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The smallest rectangle around all; an empty one when there are none. */
export function around(rects: Iterable<Rect>): Rect {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (const rect of rects) {
        left = Math.min(left, rect.x);
        top = Math.min(top, rect.y);
        right = Math.max(right, rect.x + rect.w);
        bottom = Math.max(bottom, rect.y + rect.h);
    }
    return left > right ? { x: 0, y: 0, w: 0, h: 0 } : { x: left, y: top, w: right - left, h: bottom - top };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The rectangle that somebody means who presses an arrow key: near, and more ahead than aside. */
export function neighbour<T extends Rect>(from: Rect, all: Iterable<T>, direction: Direction): T | undefined {
    const fx = from.x + from.w / 2;
    const fy = from.y + from.h / 2;
    let best: T | undefined;
    let least = Infinity;
    for (const rect of all) {
        const dx = rect.x + rect.w / 2 - fx;
        const dy = rect.y + rect.h / 2 - fy;
        const ahead = direction === 'left' ? -dx : direction === 'right' ? dx : direction === 'up' ? -dy : dy;
        const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
        if (ahead > 4 && ahead + aside * 2 < least) {
            least = ahead + aside * 2;
            best = rect;
        }
    }
    return best;
}
