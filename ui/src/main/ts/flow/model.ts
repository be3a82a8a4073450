import type { Flow, FlowSensor, FlowSource, FlowTrigger, Run } from '../api/types';
import type { Point, Rect } from '../graph/geometry';
import { place } from '../graph/placement';

/** The parts of the flow as boxes with places, and the ways between them. */
export type Part =
    | { kind: 'source'; source: FlowSource }
    | { kind: 'missing'; name: string }
    | { kind: 'bus'; bus: Flow['bus'] }
    | { kind: 'sensor'; sensor: FlowSensor }
    | { kind: 'trigger'; sensor: FlowSensor; trigger: FlowTrigger }
    | { kind: 'run'; run: Run }
    | { kind: 'runs'; trigger: FlowTrigger };

export type FlowBox = Rect & Part & { id: string; namespace: string };

export interface Edge {
    id: string;
    from: string;
    to: string;
    points: Point[];
    /** A way on which nothing can pass now. */
    broken: boolean;
}

export interface FlowModel {
    boxes: FlowBox[];
    edges: Edge[];
    titles: { text: string; x: number; y: number }[];
}

const WIDTHS = { source: 204, bus: 40, sensor: 186, trigger: 232, runs: 300 };
export const COLUMNS = { source: 0, bus: 244, sensor: 326, trigger: 552, runs: 826 };
const ROW = 26;
const HEAD = 34;
const BETWEEN = 16;
const BETWEEN_FLOWS = 56;
const HEIGHTS = { source: 70, sensor: 60, trigger: 84, run: 24, bus: 124 };

const sourceId = (namespace: string, eventSource: string, eventName: string) =>
    `source:${namespace}/${eventSource}/${eventName}`;
export const busId = (namespace: string) => `bus:${namespace}`;
export const sensorId = (namespace: string, sensor: string) => `sensor:${namespace}/${sensor}`;
export const triggerId = (namespace: string, sensor: string, trigger: string) =>
    `trigger:${namespace}/${sensor}/${trigger}`;

export function flowModel(flows: Flow[]): FlowModel {
    const model: FlowModel = { boxes: [], edges: [], titles: [] };
    let top = 0;
    for (const flow of flows) {
        top = addFlow(model, flow, top, flows.length > 1) + BETWEEN_FLOWS;
    }
    return model;
}

function addFlow(model: FlowModel, flow: Flow, top: number, titled: boolean): number {
    const { namespace } = flow;
    let start = top;
    if (titled) {
        model.titles.push({ text: namespace, x: 0, y: start + 8 });
        start += 28;
    }
    const first = model.boxes.length;
    const add = (box: FlowBox) => model.boxes.push(box);
    let y = start + HEAD;

    // triggers and their runs set the heights; all else is placed beside what it leads to
    const sensorCentres: number[] = [];
    for (const sensor of flow.sensors) {
        const sensorTop = y;
        for (const trigger of sensor.triggers) {
            const id = triggerId(namespace, sensor.name, trigger.name);
            const rows = Math.max(1, trigger.runs.length);
            const height = Math.max(HEIGHTS.trigger, rows * ROW);
            const middle = y + height / 2;
            add({
                kind: 'trigger',
                sensor,
                trigger,
                id,
                namespace,
                x: COLUMNS.trigger,
                y: middle - HEIGHTS.trigger / 2,
                w: WIDTHS.trigger,
                h: HEIGHTS.trigger,
            });
            if (trigger.runs.length === 0) {
                add({
                    kind: 'runs',
                    trigger,
                    id: `runs:${id}`,
                    namespace,
                    x: COLUMNS.runs,
                    y: middle - HEIGHTS.run / 2,
                    w: WIDTHS.runs,
                    h: HEIGHTS.run,
                });
            }
            trigger.runs.forEach((run, row) =>
                add({
                    kind: 'run',
                    run,
                    id: `run:${run.namespace}/${run.name}`,
                    namespace,
                    x: COLUMNS.runs,
                    y: middle - (rows * ROW) / 2 + row * ROW + 1,
                    w: WIDTHS.runs,
                    h: HEIGHTS.run,
                }),
            );
            y += height + BETWEEN;
        }
        if (sensor.triggers.length === 0) {
            y += HEIGHTS.sensor + BETWEEN;
        }
        sensorCentres.push((sensorTop + y - BETWEEN) / 2);
    }
    flow.sensors.forEach((sensor, index) =>
        add({
            kind: 'sensor',
            sensor,
            id: sensorId(namespace, sensor.name),
            namespace,
            x: COLUMNS.sensor,
            y: (sensorCentres[index] ?? 0) - HEIGHTS.sensor / 2,
            w: WIDTHS.sensor,
            h: HEIGHTS.sensor,
        }),
    );
    addSources(flow, start + HEAD, sensorCentres, add);
    const mine = model.boxes.slice(first);
    const bottom = Math.max(start + HEAD + HEIGHTS.bus, ...mine.map((box) => box.y + box.h));
    const highest = Math.min(...mine.map((box) => box.y), start + HEAD);
    add({
        kind: 'bus',
        bus: flow.bus,
        id: busId(namespace),
        namespace,
        x: COLUMNS.bus,
        y: highest - 4,
        w: WIDTHS.bus,
        h: bottom - highest + 8,
    });
    connect(model, flow, first);
    return bottom;
}

function addSources(flow: Flow, top: number, sensorCentres: number[], add: (box: FlowBox) => void): void {
    const { namespace } = flow;
    const wishes = new Map<string, number[]>();
    const parts = new Map<string, Part>();
    for (const source of flow.sources) {
        const id = sourceId(namespace, source.eventSource, source.eventName);
        parts.set(id, { kind: 'source', source });
        wishes.set(id, []);
    }
    flow.sensors.forEach((sensor, index) =>
        sensor.dependencies.forEach((dependency) => {
            const id = sourceId(namespace, dependency.eventSource, dependency.eventName);
            if (!parts.has(id)) {
                parts.set(id, { kind: 'missing', name: `${dependency.eventSource}/${dependency.eventName}` });
                wishes.set(id, []);
            }
            wishes.get(id)?.push(sensorCentres[index] ?? 0);
        }),
    );
    const middle = (id: string) => {
        const near = wishes.get(id) ?? [];
        return near.length === 0 ? Infinity : near.reduce((sum, value) => sum + value, 0) / near.length;
    };
    const ids = [...parts.keys()].sort((a, b) => middle(a) - middle(b) || 0);
    const lowest = top + HEIGHTS.source / 2;
    const wanted = ids.map((id) => (Number.isFinite(middle(id)) ? middle(id) : Math.max(lowest, ...sensorCentres)));
    const centres = place(
        wanted,
        ids.map(() => HEIGHTS.source),
        BETWEEN,
    );
    ids.forEach((id, index) =>
        add({
            ...(parts.get(id) as Part),
            id,
            namespace,
            x: COLUMNS.source,
            y: (centres[index] ?? 0) - HEIGHTS.source / 2,
            w: WIDTHS.source,
            h: HEIGHTS.source,
        }),
    );
}

function connect(model: FlowModel, flow: Flow, first: number): void {
    const boxes = new Map(model.boxes.slice(first).map((box) => [box.id, box]));
    const join = (from: string, to: string, broken: boolean, through?: number) => {
        const a = boxes.get(from);
        const b = boxes.get(to);
        if (a && b) {
            const start = { x: a.x + a.w, y: a.y + a.h / 2 };
            const end = { x: b.x, y: b.y + b.h / 2 };
            // through the rail the way runs level, so that it is seen to pass the bus
            const rail = through === undefined ? [] : [{ x: through, y: start.y }];
            model.edges.push({ id: `${from}>${to}`, from, to, points: [start, ...rail, end], broken });
        }
    };
    for (const sensor of flow.sensors) {
        const me = sensorId(flow.namespace, sensor.name);
        for (const dependency of sensor.dependencies) {
            const from = sourceId(flow.namespace, dependency.eventSource, dependency.eventName);
            const source = boxes.get(from);
            const dead = source?.kind !== 'source' || !source.source.ready || !flow.bus.ready || !sensor.ready;
            join(from, me, dead, COLUMNS.bus + WIDTHS.bus);
        }
        for (const trigger of sensor.triggers) {
            const id = triggerId(flow.namespace, sensor.name, trigger.name);
            join(me, id, !sensor.ready);
            trigger.runs.forEach((run) => join(id, `run:${run.namespace}/${run.name}`, false));
        }
    }
}
