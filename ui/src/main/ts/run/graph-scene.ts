import type { RunNode } from '../api/types';
import { phaseLook, type Look } from '../base/phase';
import { duration, elapsed } from '../base/time';
import { around, inside, neighbour, overlaps, type Direction, type Rect } from '../graph/geometry';
import type { Painter } from '../graph/painter';
import type { Scene } from '../graph/stage';
import {
    cellAt,
    cellRect,
    GROUP_HEAD,
    itemsOf,
    type Cells,
    type GraphBox,
    type GraphEdge,
    type GraphModel,
} from './graph-model';
import { nodePhase, shortName, type RunTree } from './tree';

/** Below these scales words, then signs, are too small to draw. */
const WORDS = 0.42;
const SIGNS = 0.2;
const ORDER = ['Succeeded', 'Running', 'Suspended', 'Failed', 'Error', 'Pending', 'Skipped', 'Omitted'];
const FAR_EDGES = 1500;

export function countPhases(nodes: readonly RunNode[]): [string, number][] {
    const counts = new Map<string, number>();
    for (const node of nodes) {
        const phase = nodePhase(node) || 'Pending';
        counts.set(phase, (counts.get(phase) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => ORDER.indexOf(a[0]) - ORDER.indexOf(b[0]));
}

const look = (node: RunNode | undefined): Look => phaseLook(node ? nodePhase(node) : '');

/** A run's graph. Phases are read from the tree each time, so a new tree of the same shape needs no new layout. */
export class RunScene implements Scene {
    readonly bounds: Rect;
    private readonly columns: { left: number; right: number; boxes: GraphBox[] }[] = [];
    private readonly countsOf = new Map<string, [string, number][]>();

    constructor(
        readonly model: GraphModel,
        private readonly tree: RunTree,
    ) {
        this.bounds = around(model.boxes);
        this.index();
    }

    /** The boxes by their column and height: what is in sight is found without looking at the rest. */
    private index(): void {
        const byLeft = new Map<number, GraphBox[]>();
        for (const box of this.model.boxes) {
            const column = byLeft.get(box.x) ?? [];
            column.push(box);
            byLeft.set(box.x, column);
        }
        for (const [left, boxes] of [...byLeft].sort((a, b) => a[0] - b[0])) {
            boxes.sort((a, b) => a.y - b.y);
            this.columns.push({ left, right: left + Math.max(...boxes.map((box) => box.w)), boxes });
        }
    }

    private *inSight(view: Rect): Generator<GraphBox> {
        for (const column of this.columns) {
            if (column.right < view.x || column.left > view.x + view.w) {
                continue;
            }
            let low = 0;
            let high = column.boxes.length;
            while (low < high) {
                const middle = (low + high) >> 1;
                const box = column.boxes[middle] as GraphBox;
                if (box.y + box.h < view.y) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            for (let i = low; i < column.boxes.length; i++) {
                const box = column.boxes[i] as GraphBox;
                if (box.y > view.y + view.h) {
                    break;
                }
                yield box;
            }
        }
    }

    private current(box: GraphBox): RunNode | undefined {
        return this.tree.byId.get(box.id);
    }

    private members(box: GraphBox): RunNode[] {
        return (box.group?.members ?? []).map((member) => this.tree.byId.get(member.id) ?? member);
    }

    private counts(box: GraphBox): [string, number][] {
        let counts = this.countsOf.get(box.id);
        if (!counts) {
            counts = countPhases(this.members(box));
            this.countsOf.set(box.id, counts);
        }
        return counts;
    }

    box(id: string): Rect | undefined {
        const box = this.model.byId.get(this.model.boxOf.get(id) ?? id);
        if (box?.cells && box.id !== id) {
            const index = box.group?.members.findIndex((member) => member.id === id) ?? -1;
            return index >= 0 ? cellRect(box, box.cells, index) : box;
        }
        return box;
    }

    at(x: number, y: number): string {
        for (const box of this.inSight({ x, y, w: 0, h: 0 })) {
            if (inside(box, x, y)) {
                const cell = box.cells ? cellAt(box, box.cells, x, y) : -1;
                return cell >= 0 ? (box.group?.members[cell]?.id ?? box.id) : box.id;
            }
        }
        return '';
    }

    next(id: string, direction: Direction): string {
        const start = this.model.byId.get(this.model.boxOf.get(id) ?? id);
        if (!start) {
            return this.model.boxes[0]?.id ?? '';
        }
        if (start.cells && start.group && id !== start.id) {
            const index = start.group.members.findIndex((member) => member.id === id);
            const step = { left: -1, right: 1, up: -start.cells.columns, down: start.cells.columns }[direction];
            const to = start.group.members[index + step];
            if (to) {
                return to.id;
            }
        }
        return neighbour(start, this.model.boxes, direction)?.id ?? '';
    }

    describe(id: string): string {
        const box = this.model.byId.get(id);
        if (box?.group) {
            const counts = this.counts(box).map(([phase, count]) => `${count} ${phase}`);
            return `${box.group.name}, ${box.group.members.length} items: ${counts.join(', ')}`;
        }
        const node = this.tree.byId.get(id);
        return node
            ? `${shortName(node)}, ${nodePhase(node) || 'Pending'}${node.message ? `: ${node.message}` : ''}`
            : '';
    }

    draw(painter: Painter, selected: string, hovered: string): void {
        const chosen = this.model.boxOf.get(selected) ?? selected;
        this.drawEdges(painter, chosen);
        if (painter.scale < SIGNS) {
            this.drawFar(painter, chosen);
            return;
        }
        for (const box of this.inSight(painter.view)) {
            const mine = chosen === box.id;
            const over = hovered === box.id;
            if (box.kind === 'group') {
                this.drawGroup(painter, box, mine, over, selected, hovered);
            } else if (box.kind === 'joint') {
                this.drawJoint(painter, box, mine, over);
            } else {
                this.drawStep(painter, box, mine, over);
            }
        }
    }

    private drawEdges(painter: Painter, selected: string): void {
        const { canvas, palette, view, scale } = painter;
        const near: GraphEdge[] = [];
        canvas.beginPath();
        const stride = Math.ceil(this.model.edges.length / FAR_EDGES);
        let number = 0;
        for (const edge of this.model.edges) {
            const a = edge.points[0];
            const b = edge.points[edge.points.length - 1];
            if (!a || !b || b.x < view.x || a.x > view.x + view.w) {
                continue;
            }
            if (edge.points.length === 2 && Math.max(a.y, b.y) < view.y) {
                continue;
            }
            if (edge.points.length === 2 && Math.min(a.y, b.y) > view.y + view.h) {
                continue;
            }
            if (edge.from.id === selected || edge.to.id === selected) {
                near.push(edge);
            } else if (scale < SIGNS) {
                // from far away some of very many lines look like all
                if (number++ % stride === 0) {
                    canvas.moveTo(a.x, a.y);
                    canvas.lineTo(b.x, b.y);
                }
            } else {
                painter.trace(edge.points);
            }
        }
        canvas.strokeStyle = palette.lineStrong;
        canvas.lineWidth = scale < SIGNS ? 0.8 / scale : 1.3;
        canvas.globalAlpha = scale < SIGNS ? 0.5 : 1;
        canvas.stroke();
        canvas.globalAlpha = 1;
        if (near.length > 0) {
            canvas.beginPath();
            near.forEach((edge) => painter.trace(edge.points));
            canvas.strokeStyle = palette.accent;
            canvas.lineWidth = 1.8;
            canvas.stroke();
        }
    }

    /** From far away a box is a spot of its colour; spots of one colour are filled at once. */
    private drawFar(painter: Painter, selected: string): void {
        const { canvas, palette } = painter;
        const spots = new Map<string, Rect[]>();
        for (const box of this.inSight(painter.view)) {
            if (box.kind === 'group') {
                this.drawGroup(painter, box, selected === box.id, false, '', '');
            } else {
                addSpot(spots, palette.fill(look(this.current(box))), box);
            }
        }
        fillSpots(canvas, spots);
        const box = this.model.byId.get(selected);
        if (box) {
            painter.box(
                { x: box.x - 6, y: box.y - 6, w: box.w + 12, h: box.h + 12 },
                8,
                '',
                palette.accent,
                3 / painter.scale,
            );
        }
    }

    private frame(painter: Painter, box: GraphBox, mine: boolean, over: boolean, seen: Look): void {
        const { palette } = painter;
        const serious = seen.key === 'bad' || seen.key === 'err';
        const idle = seen.key === 'idle' || seen.key === 'wait';
        const line = mine ? palette.accent : serious ? palette.fill(seen) : over ? palette.text3 : palette.line;
        const fill = serious ? palette.soft(seen) : idle ? palette.sunken : over ? palette.hover : palette.raised;
        if (box.hidden > 0 && box.kind === 'part') {
            painter.box({ x: box.x + 4, y: box.y + 4, w: box.w, h: box.h }, 8, palette.raised, palette.line);
        }
        if (seen.key === 'idle') {
            painter.canvas.setLineDash([4, 3]);
        }
        painter.box(box, 8, fill, line, mine ? 2 : 1);
        painter.canvas.setLineDash([]);
    }

    private drawStep(painter: Painter, box: GraphBox, mine: boolean, over: boolean): void {
        const { palette, scale } = painter;
        const node = this.current(box);
        const seen = look(node);
        this.frame(painter, box, mine, over, seen);
        if (!node) {
            return;
        }
        painter.sign(seen, box.x + 11, box.y + 15, 16);
        if (scale < WORDS) {
            return;
        }
        const room = box.w - 46 - (box.canClose ? 20 : 0);
        const attempts = this.tree.attemptsOf.get(node.id)?.length ?? 0;
        painter.font(13, 500);
        painter.text(shortName(node), box.x + 35, box.y + 16, room - (attempts > 1 ? 26 : 0), palette.text);
        if (attempts > 1) {
            painter.font(11, 600);
            painter.text(`×${attempts}`, box.x + box.w - 10, box.y + 16, 30, palette.text3, 'right');
        }
        painter.font(11.5);
        const { text, bad } = this.detail(painter, node, box);
        painter.text(text, box.x + 35, box.y + 32, room, bad ? palette.ink(seen) : palette.text3);
        if (box.canClose) {
            painter.icon(box.hidden > 0 ? 'plus' : 'minus', box.x + box.w - 24, box.y + 15, 14, palette.text3);
        }
    }

    private detail(painter: Painter, node: RunNode, box: GraphBox): { text: string; bad: boolean } {
        const serious = node.phase === 'Failed' || node.phase === 'Error';
        if (serious && node.message) {
            return { text: this.tree.process(node).message || node.message, bad: true };
        }
        if (node.phase === 'Skipped' || node.phase === 'Omitted' || node.phase === 'Pending' || node.phase === '') {
            return { text: node.message || node.phase || 'Pending', bad: false };
        }
        if (node.type === 'Suspend' && node.phase === 'Running') {
            return { text: node.message || 'waits to be resumed', bad: false };
        }
        if (!node.finishedAt) {
            painter.turning = true;
        }
        const took = elapsed(node.startedAt, node.finishedAt);
        const time = duration(node.finishedAt ? took : Math.floor(took / 1000) * 1000);
        const kind =
            box.hidden > 0
                ? `${box.hidden} nodes`
                : node.template && node.template !== shortName(node)
                  ? node.template
                  : '';
        return { text: kind ? `${time} · ${kind}` : time, bad: false };
    }

    private drawJoint(painter: Painter, box: GraphBox, mine: boolean, over: boolean): void {
        const { palette } = painter;
        const node = this.current(box);
        const seen = look(node);
        const line = mine ? palette.accent : over ? palette.text3 : palette.lineStrong;
        painter.box(
            box,
            11,
            seen.key === 'ok' || seen.key === 'run' ? palette.soft(seen) : palette.sunken,
            line,
            mine ? 2 : 1,
        );
        if (painter.scale >= WORDS && node) {
            painter.font(11, 500);
            const text =
                node.type === 'StepGroup'
                    ? shortName(node)
                    : `×${itemsOf(node, this.tree).length || node.children.length}`;
            painter.text(text, box.x + box.w / 2, box.y + box.h / 2 + 0.5, box.w - 6, palette.text2, 'center');
        }
    }

    private drawGroup(
        painter: Painter,
        box: GraphBox,
        mine: boolean,
        over: boolean,
        selected: string,
        hovered: string,
    ): void {
        const { palette, scale } = painter;
        const counts = this.counts(box);
        const failed = counts.some(([phase]) => phase === 'Failed' || phase === 'Error');
        const line = mine
            ? palette.accent
            : failed
              ? palette.fill(phaseLook('Failed'))
              : over
                ? palette.text3
                : palette.lineStrong;
        painter.box(box, 10, palette.raised, line, mine ? 2 : 1);
        if (scale >= WORDS) {
            painter.font(13, 600);
            const title = `${box.group?.name ?? ''}  ×${(box.group?.members.length ?? 0).toLocaleString('en')}`;
            painter.text(title, box.x + 12, box.y + 19, box.w - 46, palette.text);
            painter.icon(box.cells ? 'minus' : 'plus', box.x + box.w - 25, box.y + 12, 14, palette.text3);
        }
        if (box.cells) {
            this.drawCells(painter, box, box.cells, selected, hovered);
        } else {
            this.drawSummary(painter, box, counts);
        }
    }

    private drawSummary(painter: Painter, box: GraphBox, counts: [string, number][]): void {
        const { palette, canvas } = painter;
        const total = box.group?.members.length ?? 1;
        const width = box.w - 24;
        let x = box.x + 12;
        canvas.save();
        canvas.beginPath();
        canvas.roundRect(x, box.y + GROUP_HEAD - 4, width, 6, 3);
        canvas.clip();
        for (const [phase, count] of counts) {
            const part = (count / total) * width;
            canvas.fillStyle = palette.fill(phaseLook(phase));
            canvas.fillRect(x, box.y + GROUP_HEAD - 4, part, 6);
            x += part;
        }
        canvas.restore();
        if (painter.scale >= WORDS) {
            let left = box.x + 12;
            for (const [phase, count] of counts.slice(0, 4)) {
                painter.sign(phaseLook(phase), left, box.y + 45, 13);
                painter.font(11.5, 500);
                const text = count.toLocaleString('en');
                painter.text(text, left + 17, box.y + 52, 60, palette.text2);
                left += 17 + canvas.measureText(text).width + 12;
            }
        }
    }

    private drawCells(painter: Painter, box: GraphBox, cells: Cells, selected: string, hovered: string): void {
        const { canvas, palette, view } = painter;
        const members = box.group?.members ?? [];
        const spots = new Map<string, Rect[]>();
        const pitch = cells.height + cells.gap;
        const first = Math.max(0, Math.floor((view.y - box.y - GROUP_HEAD) / pitch)) * cells.columns;
        const last = Math.min(
            members.length,
            (Math.floor((view.y + view.h - box.y - GROUP_HEAD) / pitch) + 1) * cells.columns,
        );
        let marked: Rect | undefined;
        for (let i = first; i < last; i++) {
            const member = members[i] as RunNode;
            const node = this.tree.byId.get(member.id) ?? member;
            const rect = cellRect(box, cells, i);
            if (!overlaps(rect, view)) {
                continue;
            }
            const seen = look(node);
            if (node.id === selected || node.id === hovered) {
                marked = rect;
            }
            if (cells.named && painter.scale >= WORDS) {
                const serious = seen.key === 'bad' || seen.key === 'err';
                painter.box(
                    rect,
                    5,
                    serious ? palette.soft(seen) : palette.sunken,
                    node.id === selected ? palette.accent : '',
                );
                painter.sign(seen, rect.x + 5, rect.y + 5, 14);
                painter.font(12);
                painter.text(itemName(node), rect.x + 24, rect.y + 12.5, rect.w - 30, palette.text);
            } else {
                addSpot(spots, palette.fill(seen), rect);
            }
        }
        fillSpots(canvas, spots);
        if (marked && !cells.named) {
            painter.box({ x: marked.x - 1, y: marked.y - 1, w: marked.w + 2, h: marked.h + 2 }, 3, '', palette.text, 2);
        }
    }
}

function addSpot(spots: Map<string, Rect[]>, colour: string, rect: Rect): void {
    const known = spots.get(colour);
    if (known) {
        known.push(rect);
    } else {
        spots.set(colour, [rect]);
    }
}

/** Single rectangles are much cheaper to fill than one path of many. */
function fillSpots(canvas: CanvasRenderingContext2D, spots: Map<string, Rect[]>): void {
    for (const [colour, rects] of spots) {
        canvas.fillStyle = colour;
        for (const rect of rects) {
            canvas.fillRect(rect.x, rect.y, rect.w, rect.h);
        }
    }
}

/** Of `train(3:lr=0.1)` the part that tells it from its siblings. */
function itemName(node: RunNode): string {
    const name = shortName(node);
    const at = name.indexOf('(');
    return at > 0 ? name.slice(at + 1, name.endsWith(')') ? -1 : undefined) : name;
}
