import type { FlowTrigger } from '../api/types';
import { phaseLook, shownPhase } from '../base/phase';
import { relative } from '../base/time';
import { around, inside, neighbour, overlaps, type Direction, type Rect } from '../graph/geometry';
import { along, type Painter } from '../graph/painter';
import type { Scene } from '../graph/stage';
import { counted } from '../base/page';
import type { Edge, FlowBox, FlowModel } from './model';

const PULSE_MS = 850;
const GLOW_MS = 900;
/** The head of each column, and what stands in it. */
const HEADS: [string, keyof FlowModel['columns'], ...FlowBox['kind'][]][] = [
    ['Event sources', 'source', 'source', 'missing'],
    ['Bus', 'bus', 'bus'],
    ['Sensors', 'sensor', 'sensor', 'group'],
    ['Triggers', 'trigger', 'trigger'],
    ['Last workflows', 'runs', 'run', 'runs'],
];

/** The one thing to know of a trigger: what is wrong, else what it waits for, else what it does. */
function triggerLine(trigger: FlowTrigger): { text: string; phase: string } {
    if (trigger.message) {
        return { text: trigger.message, phase: 'Error' };
    }
    if (trigger.heldBack || trigger.backlog > 1) {
        return { text: `${trigger.heldBack ? 'held back, ' : ''}${trigger.backlog} events behind`, phase: 'Pending' };
    }
    if (trigger.waiting.length > 0) {
        return { text: `waits for ${trigger.waiting.join(', ')}`, phase: 'Pending' };
    }
    const goal = `${trigger.operation} ${trigger.kind}${trigger.template ? ` · ${trigger.template}` : ''}`;
    return { text: trigger.conditions ? `when ${trigger.conditions}` : goal, phase: '' };
}

interface Pulse {
    edge: Edge;
    start: number;
}

/** What an event's way through the flow looks like, with a light that runs along it when one passes. */
export class FlowScene implements Scene {
    readonly bounds: Rect;
    private readonly boxes: Map<string, FlowBox>;
    private readonly edges: Map<string, Edge>;
    private pulses: Pulse[] = [];
    private readonly glows = new Map<string, number>();

    constructor(
        private readonly model: FlowModel,
        before?: FlowScene,
    ) {
        this.boxes = new Map(model.boxes.map((box) => [box.id, box]));
        this.edges = new Map(model.edges.map((edge) => [edge.id, edge]));
        const all = around(model.boxes);
        this.bounds = { x: all.x, y: all.y - 30, w: all.w, h: all.h + 30 };
        if (before) {
            this.continue(before);
        }
    }

    /** Lights that are under way go on when the flow is read again. */
    private continue(before: FlowScene): void {
        this.pulses = before.pulses.flatMap((pulse) => {
            const edge = this.edges.get(pulse.edge.id);
            return edge ? [{ edge, start: pulse.start }] : [];
        });
        before.glows.forEach((start, id) => this.glows.set(id, start));
    }

    /** Sends a light along the way from one box to another, after a delay. */
    pulse(from: string, to: string, delay: number): void {
        const edge = this.edges.get(`${from}>${to}`);
        const start = performance.now() + delay;
        if (edge) {
            this.pulses.push({ edge, start });
        }
        this.glows.set(to, start + PULSE_MS);
    }

    box(id: string): Rect | undefined {
        return this.boxes.get(id);
    }

    part(id: string): FlowBox | undefined {
        return this.boxes.get(id);
    }

    at(x: number, y: number): string {
        return this.model.boxes.find((box) => inside(box, x, y))?.id ?? '';
    }

    next(id: string, direction: Direction): string {
        const from = this.boxes.get(id);
        return from ? (neighbour(from, this.model.boxes, direction)?.id ?? '') : (this.model.boxes[0]?.id ?? '');
    }

    describe(id: string): string {
        const box = this.boxes.get(id);
        switch (box?.kind) {
            case 'source':
                return `Event source ${box.source.eventSource}/${box.source.eventName}, ${box.source.ready ? 'ready' : `not ready: ${box.source.message}`}, ${box.source.events.total} events`;
            case 'missing':
                return `No event source serves ${box.name}`;
            case 'bus':
                return box.bus.present
                    ? `Event bus ${box.bus.name}, ${box.bus.ready ? 'ready' : `not ready: ${box.bus.message}`}`
                    : 'There is no event bus';
            case 'sensor':
                return `Sensor ${box.sensor.name}, ${box.sensor.ready ? 'ready' : `not ready: ${box.sensor.message}`}`;
            case 'group':
                return `${box.sensors.length} sensors of ${box.source}, ${box.open ? 'open' : 'closed'}`;
            case 'trigger':
                return `Trigger ${box.trigger.name}: fired ${box.trigger.fired}, filtered ${box.trigger.filtered}, failed ${box.trigger.failed}`;
            case 'run':
                return `Workflow ${box.run.name}, ${shownPhase(box.run) || 'Pending'}`;
            case 'runs':
                return 'No workflows yet';
            case undefined:
                return '';
        }
    }

    draw(painter: Painter, selected: string, hovered: string): void {
        this.drawHeads(painter);
        this.model.boxes
            .filter((box) => box.kind === 'bus')
            .forEach((box) => this.drawBus(painter, box, selected, hovered));
        this.drawEdges(painter, selected);
        for (const box of this.model.boxes) {
            if (box.kind !== 'bus' && overlaps(box, painter.view)) {
                this.drawBox(painter, box, selected === box.id, hovered === box.id);
            }
        }
        this.drawPulses(painter);
    }

    private drawHeads(painter: Painter): void {
        painter.font(11, 500);
        const kinds = new Set(this.model.boxes.map((box) => box.kind));
        for (const [text, column, ...drawn] of HEADS) {
            if (!drawn.some((kind) => kinds.has(kind))) {
                continue;
            }
            const x = this.model.columns[column];
            const middle = text === 'Bus' ? 20 : 0;
            painter.text(text, x + middle, this.bounds.y + 6, 200, painter.palette.text3, middle ? 'center' : 'left');
        }
        painter.font(12, 600);
        this.model.titles.forEach((title) =>
            painter.text(title.text, title.x, title.y + 4, 240, painter.palette.text2),
        );
    }

    private drawBus(painter: Painter, box: FlowBox, selected: string, hovered: string): void {
        if (box.kind !== 'bus') {
            return;
        }
        const { palette, canvas } = painter;
        const look = phaseLook(box.bus.ready ? 'Succeeded' : box.bus.present ? 'Pending' : 'Failed');
        const line = selected === box.id ? palette.accent : hovered === box.id ? palette.text3 : palette.lineStrong;
        painter.canvas.setLineDash(box.bus.present ? [] : [5, 4]);
        painter.box(box, 10, palette.sunken, line, selected === box.id ? 2 : 1);
        painter.canvas.setLineDash([]);
        painter.sign(look, box.x + 12, box.y + 9, 16);
        canvas.save();
        canvas.translate(box.x + box.w / 2, box.y + box.h / 2);
        canvas.rotate(-Math.PI / 2);
        painter.font(12, 500);
        const word = box.bus.present ? `${box.bus.name}${box.bus.ready ? '' : ' · not ready'}` : 'no event bus';
        canvas.fillStyle = palette.sunken;
        painter.text(word, 0, 0, box.h - 70, box.bus.present ? palette.text2 : palette.ink(look), 'center');
        canvas.restore();
    }

    private drawEdges(painter: Painter, selected: string): void {
        const { canvas, palette } = painter;
        for (const edge of this.model.edges) {
            const near = edge.from === selected || edge.to === selected;
            canvas.beginPath();
            painter.trace(edge.points);
            canvas.setLineDash(edge.broken ? [4, 4] : []);
            canvas.strokeStyle = near ? palette.accent : palette.lineStrong;
            canvas.lineWidth = near ? 1.8 : 1.3;
            canvas.stroke();
        }
        canvas.setLineDash([]);
    }

    private drawPulses(painter: Painter): void {
        const { canvas, palette, now } = painter;
        this.pulses = this.pulses.filter((pulse) => now - pulse.start < PULSE_MS);
        for (const { edge, start } of this.pulses) {
            painter.moving = true;
            const t = (now - start) / PULSE_MS;
            if (t <= 0 || painter.calm) {
                continue;
            }
            // a short tail behind the head
            for (let tail = 6; tail >= 0; tail--) {
                const at = along(edge.points, Math.max(0, t - tail * 0.018));
                canvas.globalAlpha = 1 - tail / 7;
                canvas.beginPath();
                canvas.arc(at.x, at.y, 3.6 - tail * 0.35, 0, Math.PI * 2);
                canvas.fillStyle = palette.accent;
                canvas.fill();
            }
            canvas.globalAlpha = 1;
        }
    }

    private drawBox(painter: Painter, box: FlowBox, selected: boolean, hovered: boolean): void {
        const { palette, canvas } = painter;
        const glow = this.glowOf(painter, box.id);
        if (glow > 0) {
            canvas.globalAlpha = glow * 0.5;
            painter.box({ x: box.x - 3, y: box.y - 3, w: box.w + 6, h: box.h + 6 }, 11, '', palette.accent, 4);
            canvas.globalAlpha = 1;
        }
        const line = selected ? palette.accent : hovered ? palette.text3 : palette.line;
        const fill = hovered && !selected ? palette.hover : palette.raised;
        if (box.kind === 'missing') {
            canvas.setLineDash([5, 4]);
        }
        const bare = box.kind === 'run' || box.kind === 'runs';
        if (box.kind === 'group' && !box.open) {
            painter.box({ x: box.x + 4, y: box.y + 4, w: box.w, h: box.h }, 8, palette.raised, palette.line);
        }
        painter.box(
            box,
            bare ? 6 : 8,
            bare ? (selected || hovered ? fill : '') : fill,
            bare && !selected ? '' : line,
            selected ? 2 : 1,
        );
        canvas.setLineDash([]);
        this.drawContent(painter, box);
    }

    private glowOf(painter: Painter, id: string): number {
        const start = this.glows.get(id);
        if (start === undefined) {
            return 0;
        }
        const t = (painter.now - start) / GLOW_MS;
        painter.moving = true;
        if (t >= 1) {
            this.glows.delete(id);
            return 0;
        }
        return t < 0 ? 0 : 1 - t;
    }

    private drawContent(painter: Painter, box: FlowBox): void {
        const { palette } = painter;
        const left = box.x + 12;
        const width = box.w - 24;
        const title = (text: string, ready: boolean) => {
            painter.sign(phaseLook(ready ? 'Succeeded' : 'Error'), left, box.y + 11, 16);
            painter.font(13, 600);
            painter.text(text, left + 23, box.y + 19.5, width - 23, palette.text);
        };
        const line = (text: string, row: number, colour = palette.text3) => {
            painter.font(11.5);
            painter.text(text, left, box.y + 40 + row * 17, width, colour);
        };
        switch (box.kind) {
            case 'source': {
                const { source } = box;
                title(`${source.eventSource}/${source.eventName}`, source.ready);
                line(
                    source.ready ? source.address || source.type : source.message,
                    0,
                    source.ready ? palette.text3 : palette.ink(phaseLook('Error')),
                );
                const last = source.events.lastAt ? ` · ${relative(Date.parse(source.events.lastAt), Date.now())}` : '';
                line(
                    `${source.events.total} ${source.events.total === 1 ? 'event' : 'events'}${last}`,
                    1,
                    palette.text2,
                );
                return;
            }
            case 'missing':
                title(box.name, false);
                line('No event source serves this', 0, palette.ink(phaseLook('Error')));
                return;
            case 'sensor': {
                const { sensor } = box;
                title(sensor.name, sensor.ready);
                const count = sensor.dependencies.length;
                line(
                    sensor.ready ? `${count} ${count === 1 ? 'dependency' : 'dependencies'}` : sensor.message,
                    0,
                    sensor.ready ? palette.text3 : palette.ink(phaseLook('Error')),
                );
                return;
            }
            case 'group': {
                const middle = box.y + (box.open ? box.h / 2 : 19.5);
                painter.icon(box.open ? 'down' : 'right', left, middle - 6.5, 13, palette.text2);
                painter.font(13, 600);
                const count = counted(box.sensors.length, 'sensor');
                painter.text(
                    box.open ? `${count} of ${box.source}` : count,
                    left + 23,
                    middle,
                    width - 23,
                    palette.text,
                );
                if (!box.open) {
                    const triggers = box.sensors.flatMap((sensor) => sensor.triggers);
                    const sum = (verdict: 'fired' | 'failed') =>
                        triggers.reduce((all, trigger) => all + trigger[verdict], 0);
                    const broken = box.sensors.filter((sensor) => !sensor.ready).length;
                    const failed = sum('failed') > 0 || broken > 0;
                    line(
                        `${sum('fired')} fired · ${sum('failed')} failed${broken > 0 ? ` · ${broken} not ready` : ''}`,
                        0,
                        failed ? palette.ink(phaseLook('Failed')) : palette.text3,
                    );
                }
                return;
            }
            case 'trigger':
                this.drawTrigger(painter, box, left, width);
                return;
            case 'run':
                painter.sign(phaseLook(shownPhase(box.run)), box.x + 6, box.y + 4, 16);
                painter.font(12, 500);
                painter.text(box.run.name, box.x + 29, box.y + 12.5, box.w - 82, palette.text);
                painter.font(11);
                painter.text(
                    relative(Date.parse(box.run.createdAt), Date.now()),
                    box.x + box.w - 6,
                    box.y + 12.5,
                    50,
                    palette.text3,
                    'right',
                );
                return;
            case 'runs':
                painter.font(11.5);
                painter.text(
                    box.trigger.kind === 'Workflow' ? 'No workflows yet' : `Makes a ${box.trigger.kind}`,
                    box.x + 6,
                    box.y + 12.5,
                    box.w,
                    palette.text3,
                );
                return;
            case 'bus':
        }
    }

    private drawTrigger(painter: Painter, box: FlowBox, left: number, width: number): void {
        if (box.kind !== 'trigger') {
            return;
        }
        const { palette } = painter;
        const { trigger } = box;
        painter.icon('bolt', left, box.y + 12, 15, palette.text2);
        painter.font(13, 600);
        painter.text(trigger.name, left + 23, box.y + 19.5, width - 23, palette.text);
        painter.font(11.5);
        const { text, phase } = triggerLine(trigger);
        painter.text(text, left, box.y + 41, width, phase ? palette.ink(phaseLook(phase)) : palette.text3);
        const counts: [string, number, string][] = [
            ['fired', trigger.fired, palette.ink(phaseLook('Succeeded'))],
            ['filtered', trigger.filtered, palette.text3],
            ['failed', trigger.failed, trigger.failed > 0 ? palette.ink(phaseLook('Failed')) : palette.text3],
        ];
        let x = left;
        for (const [word, count, colour] of counts) {
            painter.font(12, 600);
            painter.text(String(count), x, box.y + 64, 60, count > 0 ? colour : palette.text3);
            x += painter.canvas.measureText(String(count)).width + 4;
            painter.font(11.5);
            painter.text(word, x, box.y + 64, 60, palette.text3);
            x += painter.canvas.measureText(word).width + 14;
        }
    }
}
