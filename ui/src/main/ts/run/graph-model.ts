import type { RunNode } from '../api/types';
import type { Point, Rect } from '../graph/geometry';
import { layered } from '../graph/layered';
import type { NodeGroup, RunTree } from './tree';

/** A loop's items as small cells inside one box. */
export interface Cells {
    columns: number;
    width: number;
    height: number;
    gap: number;
    named: boolean;
}

export interface GraphBox extends Rect {
    id: string;
    kind: 'step' | 'part' | 'joint' | 'group';
    node: RunNode | undefined;
    group: NodeGroup | undefined;
    cells: Cells | undefined;
    /** How many nodes are inside, when they are not shown. */
    hidden: number;
    canClose: boolean;
}

export interface GraphEdge {
    from: GraphBox;
    to: GraphBox;
    points: Point[];
}

export interface GraphModel {
    boxes: GraphBox[];
    byId: Map<string, GraphBox>;
    edges: GraphEdge[];
    /** The box that shows a node, for every node. */
    boxOf: Map<string, string>;
    layoutMs: number;
}

/** What the reader has opened or closed, by id; what is not named follows the rules of size. */
export type Folding = ReadonlyMap<string, 'open' | 'closed'>;

const STEP = { w: 196, h: 46 };
const JOINT = { w: 38, h: 22 };
const GROUP = { w: 232, h: 66 };
export const GROUP_HEAD = 38;
const GROUP_PADDING = 10;
const NAMED_CELLS = 24;
const OPEN_CELLS = 600;
/** More nodes than this in a dag or steps template are closed at first, when the whole is large. */
const LARGE = 400;
const MOST_INSIDE = 60;

function cellsFor(count: number): Cells {
    if (count <= NAMED_CELLS) {
        return { columns: count <= 8 ? 1 : 2, width: 168, height: 24, gap: 4, named: true };
    }
    const size = count <= 100 ? 18 : count <= OPEN_CELLS ? 13 : 9;
    return {
        columns: Math.ceil(Math.sqrt(count * 1.8)),
        width: size,
        height: size,
        gap: count <= OPEN_CELLS ? 3 : 2,
        named: false,
    };
}

function groupSize(count: number, cells: Cells | undefined): { w: number; h: number } {
    if (!cells) {
        return GROUP;
    }
    const rows = Math.ceil(count / cells.columns);
    const w = cells.columns * (cells.width + cells.gap) - cells.gap + GROUP_PADDING * 2;
    return { w: Math.max(GROUP.w, w), h: GROUP_HEAD + rows * (cells.height + cells.gap) - cells.gap + GROUP_PADDING };
}

export const cellRect = (box: GraphBox, cells: Cells, index: number): Rect => ({
    x: box.x + GROUP_PADDING + (index % cells.columns) * (cells.width + cells.gap),
    y: box.y + GROUP_HEAD + Math.floor(index / cells.columns) * (cells.height + cells.gap),
    w: cells.width,
    h: cells.height,
});

/** The number of the cell at a point, or -1. */
export function cellAt(box: GraphBox, cells: Cells, x: number, y: number): number {
    const column = Math.floor((x - box.x - GROUP_PADDING) / (cells.width + cells.gap));
    const row = Math.floor((y - box.y - GROUP_HEAD) / (cells.height + cells.gap));
    const index = row * cells.columns + column;
    const inside = column >= 0 && column < cells.columns && row >= 0 && index < (box.group?.members.length ?? 0);
    return inside ? index : -1;
}

/** Tells whether the shape of the drawing is the same, so that only colours and words have to be drawn anew. */
export function shapeOf(tree: RunTree, folding: Folding): string {
    let hash = 17;
    for (const node of tree.run.nodes) {
        hash =
            (Math.imul(hash, 31) + node.id.length + node.children.length * 7 + node.id.charCodeAt(node.id.length - 1)) |
            0;
    }
    const folds = [...folding].map(([id, state]) => `${id}=${state}`).join();
    return `${tree.run.nodes.length}:${hash}:${folds}`;
}

/** The items of a loop. Its other children follow when all of them have ended. */
export const itemsOf = (node: RunNode, tree: RunTree): string[] =>
    node.type === 'TaskGroup'
        ? node.children.filter((child) => tree.byId.get(child)?.name.startsWith(`${node.name}(`))
        : [];

class Builder {
    private readonly boxes = new Map<string, GraphBox>();
    private readonly representatives = new Map<string, string>();
    private readonly large: boolean;
    private insides: Map<string, RunNode[]> | undefined;

    constructor(
        private readonly tree: RunTree,
        private readonly folding: Folding,
    ) {
        const grouped = tree.groups.reduce((sum, group) => sum + group.members.length, 0);
        this.large = tree.run.nodes.length - grouped > LARGE;
    }

    private closed(node: RunNode): boolean {
        if (node === this.tree.root || (node.type !== 'DAG' && node.type !== 'Steps')) {
            return false;
        }
        const chosen = this.folding.get(node.id);
        return chosen ? chosen === 'closed' : this.large && (this.tree.insideOf.get(node.id) ?? 0) > MOST_INSIDE;
    }

    /** The box that shows a node: its own, or that of the closed part, the loop or the retried step it is inside of. */
    private representative(id: string): string {
        const known = this.representatives.get(id);
        if (known !== undefined) {
            return known;
        }
        this.representatives.set(id, id);
        const answer = this.outermost(id);
        this.representatives.set(id, answer);
        return answer;
    }

    private outermost(id: string): string {
        const { tree } = this;
        const node = tree.byId.get(id);
        if (!node) {
            return id;
        }
        const boundary = node.boundary ? tree.byId.get(node.boundary) : undefined;
        if (boundary) {
            const outer = this.representative(boundary.id);
            if (outer !== boundary.id) {
                return outer;
            }
            if (this.closed(boundary)) {
                return boundary.id;
            }
        }
        const group = tree.groupOf.get(id);
        if (group) {
            return group.id;
        }
        const retry = tree.retryOf.get(id);
        return retry ? this.representative(retry) : id;
    }

    build(): GraphModel {
        const started = performance.now();
        const boxOf = new Map<string, string>();
        for (const node of this.tree.run.nodes) {
            const id = this.representative(node.id);
            boxOf.set(node.id, id);
            if (id === node.id && !this.boxes.has(id)) {
                this.addNode(node);
            }
        }
        for (const group of this.tree.groups) {
            if (group.members.some((member) => boxOf.get(member.id) === group.id)) {
                this.addGroup(group);
            }
        }
        const boxes = [...this.boxes.values()];
        const pairs = this.pairs(boxOf, new Map(boxes.map((box, index) => [box.id, index])));
        const layout = layered({ sizes: boxes, edges: pairs });
        boxes.forEach((box, index) => Object.assign(box, layout.positions[index]));
        const edges = pairs.map(([a, b], index) => {
            const from = boxes[a] as GraphBox;
            const to = boxes[b] as GraphBox;
            const start = { x: from.x + from.w, y: from.y + from.h / 2 };
            const end = { x: to.x, y: to.y + to.h / 2 };
            return { from, to, points: [start, ...(layout.bends[index] ?? []), end] };
        });
        return { boxes, byId: this.boxes, edges, boxOf, layoutMs: performance.now() - started };
    }

    private addNode(node: RunNode): void {
        const part = node.type === 'DAG' || node.type === 'Steps';
        const joint = node.type === 'StepGroup' || node.type === 'TaskGroup';
        const size = joint ? JOINT : STEP;
        const inside = this.tree.insideOf.get(node.id) ?? 0;
        this.boxes.set(node.id, {
            id: node.id,
            kind: joint ? 'joint' : part ? 'part' : 'step',
            node,
            group: undefined,
            cells: undefined,
            hidden: part && this.closed(node) ? inside : 0,
            canClose: part && node !== this.tree.root && inside > 0,
            x: 0,
            y: 0,
            ...size,
        });
    }

    private addGroup(group: NodeGroup): void {
        const chosen = this.folding.get(group.id);
        const open = chosen ? chosen === 'open' : group.members.length <= OPEN_CELLS;
        const cells = open ? cellsFor(group.members.length) : undefined;
        this.boxes.set(group.id, {
            id: group.id,
            kind: 'group',
            node: this.tree.byId.get(group.id),
            group,
            cells,
            hidden: open ? 0 : group.members.length,
            canClose: true,
            x: 0,
            y: 0,
            ...groupSize(group.members.length, cells),
        });
    }

    private pairs(boxOf: Map<string, string>, places: Map<string, number>): [number, number][] {
        const seen = new Set<number>();
        const pairs: [number, number][] = [];
        const count = places.size;
        const add = (fromId: string | undefined, toId: string | undefined) => {
            const from = places.get(fromId ?? '');
            const to = places.get(toId ?? '');
            if (from !== undefined && to !== undefined && from !== to && !seen.has(from * count + to)) {
                seen.add(from * count + to);
                pairs.push([from, to]);
            }
        };
        for (const node of this.tree.run.nodes) {
            const open =
                (node.type === 'DAG' || node.type === 'Steps') && boxOf.get(node.id) === node.id && !this.closed(node);
            const items = itemsOf(node, this.tree);
            for (const child of node.children) {
                const onward = open && this.tree.byId.get(child)?.boundary !== node.id;
                const after = items.length > 0 && !items.includes(child);
                const ends = onward
                    ? this.ends(node.id)
                    : after
                      ? items.flatMap((item) => {
                            const inner = this.ends(item);
                            return inner.length > 0 ? inner : [item];
                        })
                      : [];
                (ends.length > 0 ? ends : [node.id]).forEach((from) => add(boxOf.get(from), boxOf.get(child)));
            }
        }
        return pairs;
    }

    /** The last nodes inside an open part: what comes after the part comes after them. */
    private ends(part: string): string[] {
        let inside = this.insides;
        if (!inside) {
            inside = new Map();
            for (const node of this.tree.run.nodes) {
                const known = inside.get(node.boundary);
                if (known) {
                    known.push(node);
                } else {
                    inside.set(node.boundary, [node]);
                }
            }
            this.insides = inside;
        }
        const { byId } = this.tree;
        return (inside.get(part) ?? [])
            .filter((node) => node.children.every((child) => byId.get(child)?.boundary !== part))
            .flatMap((node) => {
                const inner = this.closed(node) ? [] : this.ends(node.id);
                return inner.length > 0 ? inner : [node.id];
            });
    }
}

export const graphModel = (tree: RunTree, folding: Folding): GraphModel => new Builder(tree, folding).build();
