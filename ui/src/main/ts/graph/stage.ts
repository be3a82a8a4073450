import { html } from 'lit';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import type { Direction, Point, Rect } from './geometry';
import { Painter } from './painter';
import { readPalette, type Palette } from './palette';

/** Something that is drawn on a stage. */
export interface Scene {
    readonly bounds: Rect;
    draw(painter: Painter, selected: string, hovered: string): void;
    /** What is at a point; empty when nothing is. */
    at(x: number, y: number): string;
    box(id: string): Rect | undefined;
    /** What an arrow key leads to; from nothing, the first. */
    next(id: string, direction: Direction): string;
    /** What a screen reader says of it. */
    describe(id: string): string;
}

const LEAST_SCALE = 0.02;
const MOST_SCALE = 2.5;
const MARGIN = 32;
const GLIDE_MS = 260;
const CLICK_DISTANCE = 4;
const TURN_MS = 50;
const COUNT_MS = 1000;
const OPENING_MS = 1500;
const KEYS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

interface View {
    x: number;
    y: number;
    scale: number;
}

/**
 * A canvas that is moved and zoomed by mouse, touch and keyboard. It draws a scene when something changed, and each
 * frame only while something moves. Tells `pick` on a click, `step` when an arrow key moves the selection, `open` on Enter
 * and a double click.
 */
export class Stage extends LightElement {
    static override properties = {
        scene: { attribute: false },
        selected: {},
        label: {},
        leastFit: { attribute: false },
        high: { type: Boolean },
    };
    declare scene: Scene | undefined;
    declare selected: string;
    declare label: string;
    /** Fitting zooms out no further than this: what is unreadable is of no use. */
    declare leastFit: number;
    /** Puts a small scene near the top instead of in the middle. */
    declare high: boolean;

    private view: View = { x: 0, y: 0, scale: 1 };
    private glide: { from: View; to: View; start: number } | undefined;
    private palette: Palette | undefined;
    private frame = 0;
    private turnTimer = 0;
    private hovered = '';
    private fitted = false;
    /** The reader has moved the view: from then on it is theirs. */
    private moved = false;
    private since = 0;
    private selectedAtFirst = '';
    /** The selection has just gone, and with it what was open beside. */
    private closed = false;
    private readonly pointers = new Map<number, Point>();
    private pressed: { x: number; y: number; moved: boolean } | undefined;
    private watcher: ResizeObserver | undefined;
    private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

    constructor() {
        super();
        this.selected = '';
        this.label = 'Graph';
        this.leastFit = 0.45;
        this.high = false;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.since = performance.now();
        this.selectedAtFirst = this.selected;
        window.addEventListener('tiphys-colours', this.recolour);
        this.watcher = new ResizeObserver(() => this.resized());
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        window.removeEventListener('tiphys-colours', this.recolour);
        this.watcher?.disconnect();
        cancelAnimationFrame(this.frame);
        clearTimeout(this.turnTimer);
        this.frame = 0;
    }

    override firstUpdated(): void {
        const canvas = this.canvas;
        this.watcher?.observe(canvas);
        canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    }

    override updated(changed: Map<string, unknown>): void {
        if (changed.has('scene') && this.scene && !this.fitted) {
            this.fit(false);
        }
        if (changed.has('scene') && this.fitted && !this.moved && !this.selected && this.grown(changed.get('scene'))) {
            this.fit();
        }
        if (changed.has('selected')) {
            // a panel that closes gives room back, and the drawing stays as it is, too
            this.closed = !this.selected && Boolean(changed.get('selected'));
            if (this.selected) {
                this.keepInSight(this.selected);
            }
        }
        this.redraw();
    }

    private grown(before: unknown): boolean {
        const old = (before as Scene | undefined)?.bounds;
        const now = this.scene?.bounds;
        return old?.w !== now?.w || old?.h !== now?.h;
    }

    /** Draws again soon. */
    redraw(): void {
        this.frame ||= requestAnimationFrame((time) => this.paint(time));
    }

    /** Shows all of the scene, or as much of its beginning as stays readable. */
    fit(smooth = true): void {
        const { clientWidth: width, clientHeight: height } = this.canvas;
        const bounds = this.scene?.bounds;
        if (!bounds || width === 0) {
            return;
        }
        this.fitted = true;
        const wide = Math.min((width - 2 * MARGIN) / (bounds.w || 1), 1);
        const whole = Math.min((height - 2 * MARGIN) / (bounds.h || 1), wide);
        // what is too high to be read as a whole begins at its top, as wide as it can be
        const wanted = this.high && whole < this.leastFit && !this.atRest() ? wide : whole;
        const scale = Math.max(wanted, smooth && this.atRest() ? LEAST_SCALE : this.leastFit);
        const fitsWide = bounds.w * scale <= width - 2 * MARGIN + 1;
        const fitsHigh = bounds.h * scale <= height - 2 * MARGIN + 1;
        const to = {
            scale,
            x: fitsWide ? (width - bounds.w * scale) / 2 - bounds.x * scale : MARGIN - bounds.x * scale,
            y: fitsHigh
                ? Math.min((height - bounds.h * scale) / 2, this.high ? MARGIN : height) - bounds.y * scale
                : this.high
                  ? MARGIN - bounds.y * scale
                  : height / 2 - (bounds.y + bounds.h / 2) * scale,
        };
        this.goTo(to, smooth);
    }

    /** Pressing "fit" twice shows everything, however small. */
    private atRest(): boolean {
        return this.view.scale <= this.leastFit + 0.001;
    }

    /** Brings a thing into the middle, zooming in when it is too small to read. */
    reveal(id: string, smooth = true): void {
        const box = this.scene?.box(id);
        const { clientWidth: width, clientHeight: height } = this.canvas;
        if (!box || width === 0) {
            return;
        }
        this.fitted = true;
        const scale = Math.max(this.view.scale, 0.7);
        this.moved = true;
        const middle = { x: box.x + Math.min(box.w, width) / 2, y: box.y + Math.min(box.h, height) / 2 };
        this.goTo({ scale, x: width / 2 - middle.x * scale, y: height / 2 - middle.y * scale }, smooth);
    }

    /** Moves just so far that a thing is in sight. */
    keepInSight(id: string, smooth = true): void {
        const box = this.scene?.box(id);
        const { clientWidth: width, clientHeight: height } = this.canvas;
        if (!box || width === 0) {
            return;
        }
        const view = this.glide?.to ?? this.view;
        const shift = (start: number, size: number, room: number) =>
            start < MARGIN || size > room - 2 * MARGIN ? MARGIN - start : Math.min(0, room - MARGIN - start - size);
        const dx = shift(box.x * view.scale + view.x, box.w * view.scale, width);
        const dy = shift(box.y * view.scale + view.y, box.h * view.scale, height);
        if (dx !== 0 || dy !== 0) {
            this.goTo({ ...view, x: view.x + dx, y: view.y + dy }, smooth);
        }
    }

    /** How large the scene is drawn, once what glides has come to rest. */
    get scale(): number {
        return (this.glide?.to ?? this.view).scale;
    }

    zoom(factor: number): void {
        this.moved = true;
        const { clientWidth: width, clientHeight: height } = this.canvas;
        this.goTo(this.zoomed(this.glide?.to ?? this.view, factor, width / 2, height / 2), true);
    }

    private get canvas(): HTMLCanvasElement {
        return this.querySelector('canvas') as HTMLCanvasElement;
    }

    private zoomed(view: View, factor: number, x: number, y: number): View {
        const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, view.scale * factor));
        const real = scale / view.scale;
        return { scale, x: x - (x - view.x) * real, y: y - (y - view.y) * real };
    }

    private goTo(to: View, smooth: boolean): void {
        if (smooth && !this.calm.matches) {
            this.glide = { from: { ...this.view }, to, start: performance.now() };
        } else {
            this.glide = undefined;
            this.view = to;
        }
        this.redraw();
    }

    private readonly recolour = () => {
        this.palette = undefined;
        this.redraw();
    };

    private resized(): void {
        const canvas = this.canvas;
        const ratio = devicePixelRatio || 1;
        canvas.width = Math.round(canvas.clientWidth * ratio);
        canvas.height = Math.round(canvas.clientHeight * ratio);
        // a panel beside that opens later takes room, but leaves the drawing as it is: only what is chosen is kept in sight
        const opening = performance.now() - this.since < OPENING_MS && this.selected === this.selectedAtFirst;
        if (!this.moved && (opening || (!this.selected && !this.closed))) {
            this.fit(false);
        }
        this.closed = false;
        if (this.selected) {
            this.keepInSight(this.selected, false);
        }
        cancelAnimationFrame(this.frame);
        this.frame = 0;
        this.paint(performance.now());
    }

    private paint(time: number): void {
        this.frame = 0;
        const canvas = this.canvas;
        const context = canvas?.getContext('2d');
        if (!context || !this.scene || !this.isConnected) {
            return;
        }
        this.palette ??= readPalette();
        this.advance(time);
        const ratio = devicePixelRatio || 1;
        const { x, y, scale } = this.view;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, canvas.width, canvas.height);
        context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
        const seen = { x: -x / scale, y: -y / scale, w: canvas.clientWidth / scale, h: canvas.clientHeight / scale };
        const painter = new Painter(context, this.palette, seen, scale, time, this.calm.matches);
        this.scene.draw(painter, this.selected, this.hovered);
        if (this.glide || (painter.moving && !this.calm.matches)) {
            this.redraw();
        } else if (painter.turning) {
            this.turn(this.calm.matches ? COUNT_MS : TURN_MS);
        }
    }

    private turn(pause: number): void {
        clearTimeout(this.turnTimer);
        this.turnTimer = window.setTimeout(() => this.redraw(), pause);
    }

    private advance(time: number): void {
        if (!this.glide) {
            return;
        }
        const { from, to, start } = this.glide;
        const t = Math.min(1, Math.max(0, (time - start) / GLIDE_MS));
        const eased = 1 - (1 - t) ** 3;
        const mix = (a: number, b: number) => a + (b - a) * eased;
        this.view = { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: mix(from.scale, to.scale) };
        if (t === 1) {
            this.glide = undefined;
        }
    }

    private point(event: MouseEvent): Point {
        const box = this.canvas.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    }

    private idAt(point: Point): string {
        const { x, y, scale } = this.view;
        return this.scene?.at((point.x - x) / scale, (point.y - y) / scale) ?? '';
    }

    private wheel(event: WheelEvent): void {
        event.preventDefault();
        this.moved = true;
        const point = this.point(event);
        // a mouse wheel comes in large whole steps and zooms; a touch pad moves, and zooms by pinching (which sets ctrl)
        const mouse = event.deltaMode !== 0 || (event.deltaX === 0 && Math.abs(event.deltaY) >= 100);
        if (event.ctrlKey || event.metaKey || mouse) {
            const step = mouse && !event.ctrlKey ? Math.sign(event.deltaY) * 0.18 : event.deltaY * 0.01;
            this.goTo(this.zoomed(this.glide?.to ?? this.view, Math.exp(-step), point.x, point.y), mouse);
        } else {
            this.glide = undefined;
            this.view = { ...this.view, x: this.view.x - event.deltaX, y: this.view.y - event.deltaY };
            this.redraw();
        }
    }

    private down(event: PointerEvent): void {
        if (event.button !== 0) {
            return;
        }
        this.canvas.setPointerCapture(event.pointerId);
        this.pointers.set(event.pointerId, this.point(event));
        this.pressed = { ...this.point(event), moved: this.pointers.size > 1 };
        this.glide = undefined;
    }

    private move(event: PointerEvent): void {
        const point = this.point(event);
        const before = this.pointers.get(event.pointerId);
        if (!before || !this.pressed) {
            this.hover(event.pointerType === 'mouse' ? this.idAt(point) : '');
            return;
        }
        if (Math.hypot(point.x - this.pressed.x, point.y - this.pressed.y) > CLICK_DISTANCE) {
            this.pressed.moved = true;
            this.moved = true;
        }
        if (this.pointers.size === 2) {
            const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
            const factor =
                Math.hypot(point.x - other.x, point.y - other.y) /
                Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
            this.view = this.zoomed(this.view, factor, other.x, other.y);
        } else if (this.pressed.moved) {
            this.view = { ...this.view, x: this.view.x + point.x - before.x, y: this.view.y + point.y - before.y };
        }
        this.pointers.set(event.pointerId, point);
        this.redraw();
    }

    private up(event: PointerEvent): void {
        this.pointers.delete(event.pointerId);
        if (this.pressed && !this.pressed.moved && event.type === 'pointerup') {
            this.tell('pick', this.idAt(this.point(event)));
        }
        if (this.pointers.size === 0) {
            this.pressed = undefined;
        }
    }

    private hover(id: string): void {
        if (id !== this.hovered) {
            this.hovered = id;
            this.canvas.style.cursor = id ? 'pointer' : '';
            this.canvas.title = id ? (this.scene?.describe(id) ?? '') : '';
            this.redraw();
        }
    }

    private key(event: KeyboardEvent): void {
        const direction = KEYS[event.key];
        if (direction && !event.shiftKey) {
            const id = this.scene?.next(this.selected, direction) ?? '';
            if (id) {
                this.tell('step', id);
                this.keepInSight(id);
            }
        } else if (direction) {
            const step = 80;
            const dx = direction === 'left' ? step : direction === 'right' ? -step : 0;
            const dy = direction === 'up' ? step : direction === 'down' ? -step : 0;
            this.goTo({ ...this.view, x: this.view.x + dx, y: this.view.y + dy }, false);
        } else if (event.key === 'Enter' || event.key === ' ') {
            this.tell('open', this.selected);
        } else if (event.key === '+' || event.key === '=') {
            this.zoom(1.25);
        } else if (event.key === '-') {
            this.zoom(0.8);
        } else if (event.key === '0') {
            this.fit();
        } else {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
    }

    private tell(type: 'pick' | 'step' | 'open', id: string): void {
        this.dispatchEvent(new CustomEvent(type, { detail: id }));
    }

    override render() {
        const said = this.selected ? (this.scene?.describe(this.selected) ?? '') : '';
        return html`<canvas
                tabindex="0"
                role="img"
                aria-roledescription="graph"
                aria-label="${this.label}. Arrow keys move between its parts, Enter opens, plus and minus zoom, 0 fits."
                data-testid="canvas"
                @pointerdown=${this.down}
                @pointermove=${this.move}
                @pointerup=${this.up}
                @pointercancel=${this.up}
                @pointerleave=${() => this.hover('')}
                @dblclick=${(event: MouseEvent) => this.tell('open', this.idAt(this.point(event)))}
                @keydown=${this.key}
            ></canvas>
            <p class="unseen" aria-live="polite">${said}</p>
            <div class="stage-tools" role="group" aria-label="Zoom">
                <button class="plain" title="Zoom in (+)" aria-label="Zoom in" @click=${() => this.zoom(1.25)}>
                    ${icon('plus', 14)}
                </button>
                <button class="plain" title="Zoom out (−)" aria-label="Zoom out" @click=${() => this.zoom(0.8)}>
                    ${icon('minus', 14)}
                </button>
                <button
                    class="plain"
                    title="Fit (0); again for everything"
                    aria-label="Fit the graph"
                    data-testid="fit"
                    @click=${() => this.fit()}
                >
                    ${icon('fit', 14)}
                </button>
            </div>`;
    }
}
customElements.define('t-stage', Stage);
