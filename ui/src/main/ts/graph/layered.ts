import type { Point } from './geometry';
import { place } from './placement';

export interface LayoutInput {
    sizes: { w: number; h: number }[];
    /** Pairs of places in `sizes`. */
    edges: [number, number][];
}

export interface Layout {
    /** Left upper corners. */
    positions: Point[];
    /** For each edge the points it passes between its ends. */
    bends: Point[][];
}

const COLUMN_GAP = 56;
const ROW_GAP = 14;
const BEND_SIZE = 10;
const SMALL = 1500;
/** Beyond this, long edges run straight: their bends would cost more than they help. */
const MOST_BENDS = 12_000;

/**
 * Draws a directed graph from left to right in layers (Sugiyama's method): the layer of a node is the longest way to
 * it, long edges get a bend in each layer between, the order in each layer follows the neighbours' mean, and so do the
 * heights. Linear in nodes and edges but for the sorting, so 10,000 nodes take well under a second. Edges that close a
 * cycle are drawn and otherwise ignored.
 */
export function layered(input: LayoutInput): Layout {
    const graph = new LayerGraph(input);
    graph.order();
    graph.assignHeights();
    return graph.result();
}

class LayerGraph {
    private readonly layerOf: number[];
    private readonly layers: number[][] = [];
    private readonly before: number[][] = [];
    private readonly after: number[][] = [];
    private readonly heights: number[];
    private readonly widths: number[];
    private readonly centre: Float64Array;
    private readonly chains: number[][];
    private readonly real: number;

    constructor(private readonly input: LayoutInput) {
        this.real = input.sizes.length;
        this.heights = input.sizes.map((size) => size.h);
        this.widths = input.sizes.map((size) => size.w);
        this.layerOf = longestWays(this.real, input.edges);
        for (let i = 0; i < this.real; i++) {
            this.before.push([]);
            this.after.push([]);
        }
        let bends = 0;
        for (const [from, to] of input.edges) {
            bends += Math.max(0, this.layer(to) - this.layer(from) - 1);
        }
        this.chains = input.edges.map(([from, to]) => this.join(from, to, bends <= MOST_BENDS));
        this.centre = new Float64Array(this.heights.length);
        this.fillLayers();
    }

    private layer(node: number): number {
        return this.layerOf[node] ?? 0;
    }

    private join(from: number, to: number, bend: boolean): number[] {
        const chain: number[] = [];
        let last = from;
        if (bend) {
            for (let layer = this.layer(from) + 1; layer < this.layer(to); layer++) {
                const point = this.heights.length;
                this.heights.push(BEND_SIZE);
                this.widths.push(0);
                this.layerOf.push(layer);
                this.before.push([]);
                this.after.push([]);
                this.link(last, point);
                chain.push(point);
                last = point;
            }
        }
        if (this.layer(to) > this.layer(from)) {
            this.link(last, to);
        }
        return chain;
    }

    private link(from: number, to: number): void {
        this.after[from]?.push(to);
        this.before[to]?.push(from);
    }

    /** Depth first, so that what belongs together starts together. */
    private fillLayers(): void {
        const seen = new Uint8Array(this.heights.length);
        const visit = (start: number) => {
            const stack = [start];
            while (stack.length > 0) {
                const node = stack.pop() as number;
                if (seen[node]) {
                    continue;
                }
                seen[node] = 1;
                (this.layers[this.layer(node)] ??= []).push(node);
                const next = this.after[node] ?? [];
                for (let i = next.length - 1; i >= 0; i--) {
                    stack.push(next[i] as number);
                }
            }
        };
        for (let i = 0; i < this.real; i++) {
            if (this.before[i]?.length === 0) {
                visit(i);
            }
        }
        for (let i = 0; i < this.heights.length; i++) {
            visit(i);
        }
    }

    order(): void {
        const rank = new Float64Array(this.heights.length);
        const key = new Float64Array(this.heights.length);
        const renumber = (layer: number[]) => layer.forEach((node, index) => (rank[node] = index));
        this.layers.forEach(renumber);
        const sweeps = this.heights.length <= SMALL ? 8 : 3;
        for (let sweep = 0; sweep < sweeps; sweep++) {
            const forward = sweep % 2 === 0;
            const neighbours = forward ? this.before : this.after;
            const layers = forward ? this.layers : [...this.layers].reverse();
            for (const layer of layers) {
                for (const node of layer) {
                    key[node] = mean(neighbours[node] as number[], rank, rank[node] as number);
                }
                layer.sort((a, b) => (key[a] as number) - (key[b] as number));
                renumber(layer);
            }
        }
    }

    assignHeights(): void {
        for (const layer of this.layers) {
            let y = 0;
            for (const node of layer) {
                const height = this.heights[node] ?? 0;
                this.centre[node] = y + height / 2;
                y += height + ROW_GAP;
            }
        }
        const sweeps = this.heights.length <= SMALL ? 10 : 4;
        for (let sweep = 0; sweep < sweeps; sweep++) {
            const forward = sweep % 2 === 0;
            const layers = forward ? this.layers : [...this.layers].reverse();
            for (const layer of layers) {
                this.settle(layer, forward ? this.before : this.after, sweep === sweeps - 1);
            }
        }
    }

    private settle(layer: number[], neighbours: number[][], both: boolean): void {
        const wanted = layer.map((node) => {
            const near = mean(neighbours[node] as number[], this.centre, this.centre[node] as number);
            return both ? (near + mean(this.after[node] as number[], this.centre, near)) / 2 : near;
        });
        const sizes = layer.map((node) => this.heights[node] as number);
        place(wanted, sizes, ROW_GAP).forEach((y, index) => (this.centre[layer[index] as number] = y));
    }

    result(): Layout {
        const left: number[] = [];
        let x = 0;
        for (let layer = 0; layer < this.layers.length; layer++) {
            left.push(x);
            const widest = (this.layers[layer] ?? []).reduce((most, node) => Math.max(most, this.widths[node] ?? 0), 0);
            x += widest + COLUMN_GAP;
        }
        const at = (node: number): Point => ({ x: left[this.layer(node)] ?? 0, y: this.centre[node] ?? 0 });
        const positions = this.input.sizes.map((size, node) => {
            const point = at(node);
            return { x: point.x, y: point.y - size.h / 2 };
        });
        return { positions, bends: this.chains.map((chain) => chain.map(at)) };
    }
}

function mean(nodes: readonly number[], values: Float64Array, otherwise: number): number {
    if (nodes.length === 0) {
        return otherwise;
    }
    let sum = 0;
    for (let i = 0; i < nodes.length; i++) {
        sum += values[nodes[i] as number] as number;
    }
    return sum / nodes.length;
}

function longestWays(count: number, edges: [number, number][]): number[] {
    const layer = new Array<number>(count).fill(0);
    const waiting = new Int32Array(count);
    const after: number[][] = Array.from({ length: count }, () => []);
    for (const [from, to] of edges) {
        after[from]?.push(to);
        waiting[to] = (waiting[to] ?? 0) + 1;
    }
    const ready: number[] = [];
    for (let i = 0; i < count; i++) {
        if (waiting[i] === 0) {
            ready.push(i);
        }
    }
    for (let head = 0; head < ready.length; head++) {
        const node = ready[head] as number;
        for (const next of after[node] ?? []) {
            layer[next] = Math.max(layer[next] ?? 0, (layer[node] ?? 0) + 1);
            waiting[next] = (waiting[next] ?? 0) - 1;
            if (waiting[next] === 0) {
                ready.push(next);
            }
        }
    }
    return layer;
}
