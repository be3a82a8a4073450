import type { Flow, FlowSensor, FlowSource, FlowTrigger, Run } from '../api/types';
import type { Point, Rect } from '../graph/geometry';
import { place } from '../graph/placement';

/** The parts of the flow as boxes with places, and the ways between them. */
export type Part =
    | { kind: 'source'; source: FlowSource }
    | { kind: 'missing'; name: string }
    | { kind: 'bus'; bus: Flow['bus'] }
    | { kind: 'sensor'; sensor: FlowSensor }
    | { kind: 'group'; source: string; sensors: FlowSensor[]; open: boolean }
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

interface Columns {
    source: number;
    bus: number;
    sensor: number;
    trigger: number;
    runs: number;
}

export interface FlowModel {
    boxes: FlowBox[];
    edges: Edge[];
    titles: { text: string; x: number; y: number }[];
    /** Where each column begins. */
    columns: Columns;
    widths: Columns;
}

/** How wide a text is, in the letters of the canvas. */
export type Measure = (text: string, size: number, weight: number) => number;

/** Which sensors are drawn together as one. */
export interface Grouping {
    bySource: boolean;
    /** The groups that are open all the same, as `namespace/source`. */
    open: ReadonlySet<string>;
}

const LEAST: Columns = { source: 190, bus: 40, sensor: 170, trigger: 232, runs: 250 };
const MOST: Columns = { source: 340, bus: 40, sensor: 320, trigger: 340, runs: 420 };
const GAPS = { source: 40, bus: 42, sensor: 40, trigger: 42 };
const ROW = 26;
const HEAD = 34;
const BETWEEN = 16;
const BETWEEN_FLOWS = 56;
const HEIGHTS = { source: 70, sensor: 60, trigger: 84, run: 24, bus: 124, group: 60, head: 28 };

/** The widths that the longest names want, within reason. */
function widthsOf(flows: Flow[], bySource: boolean, measure: Measure): Columns {
    const widest = (column: keyof Columns, texts: number[]) =>
        Math.ceil(
            Math.min(
                MOST[column],
                texts.reduce((a, b) => Math.max(a, b), LEAST[column]),
            ),
        );
    const name = (text: string) => measure(text, 13, 600) + 23 + 26;
    const small = (text: string) => measure(text, 11.5, 400) + 26;
    const sensors = flows.flatMap((flow) => flow.sensors);
    const triggers = sensors.flatMap((sensor) => sensor.triggers);
    return {
        source: widest(
            'source',
            flows.flatMap((flow) => [
                ...flow.sources.flatMap((each) => [name(`${each.eventSource}/${each.eventName}`), small(each.address)]),
                ...flow.sensors.flatMap((sensor) =>
                    sensor.dependencies.map((each) => name(`${each.eventSource}/${each.eventName}`)),
                ),
            ]),
        ),
        bus: LEAST.bus,
        sensor: widest('sensor', [
            ...sensors.map((each) => name(each.name)),
            ...(bySource ? sensors.map((each) => name(`${sensors.length} sensors of ${sourceOf(each)}`)) : []),
        ]),
        trigger: widest(
            'trigger',
            triggers.flatMap((each) => [
                name(each.name),
                small(
                    each.conditions ? `when ${each.conditions}` : `${each.operation} ${each.kind} · ${each.template}`,
                ),
            ]),
        ),
        runs: widest(
            'runs',
            triggers.flatMap((trigger) => trigger.runs.map((run) => measure(run.name, 12, 500) + 29 + 66)),
        ),
    };
}

function columnsOf(widths: Columns): Columns {
    const bus = widths.source + GAPS.source;
    const sensor = bus + widths.bus + GAPS.bus;
    const trigger = sensor + widths.sensor + GAPS.sensor;
    return { source: 0, bus, sensor, trigger, runs: trigger + widths.trigger + GAPS.trigger };
}

const sourceId = (namespace: string, eventSource: string, eventName: string) =>
    `source:${namespace}/${eventSource}/${eventName}`;
export const busId = (namespace: string) => `bus:${namespace}`;
export const sensorId = (namespace: string, sensor: string) => `sensor:${namespace}/${sensor}`;
export const triggerId = (namespace: string, sensor: string, trigger: string) =>
    `trigger:${namespace}/${sensor}/${trigger}`;

const groupId = (namespace: string, source: string) => `group:${namespace}/${source}`;

/** The source that a sensor belongs to when sensors are grouped. */
const sourceOf = (sensor: FlowSensor): string => sensor.dependencies[0]?.eventSource ?? '';

export function flowModel(flows: Flow[], grouping: Grouping, measure: Measure): FlowModel {
    const widths = widthsOf(flows, grouping.bySource, measure);
    const model: FlowModel = { boxes: [], edges: [], titles: [], columns: columnsOf(widths), widths };
    let top = 0;
    for (const flow of flows) {
        top = new FlowPlacer(model, flow, grouping).place(top, flows.length > 1) + BETWEEN_FLOWS;
    }
    return model;
}

/** Sensors in the order in which they are drawn, those of one group beside each other. */
function groupsOf(flow: Flow, bySource: boolean): { source: string; sensors: FlowSensor[] }[] {
    if (!bySource) {
        return flow.sensors.map((sensor) => ({ source: '', sensors: [sensor] }));
    }
    const groups = new Map<string, FlowSensor[]>();
    for (const sensor of flow.sensors) {
        const source = sourceOf(sensor);
        groups.set(source, [...(groups.get(source) ?? []), sensor]);
    }
    return [...groups].map(([source, sensors]) => ({ source, sensors }));
}

/** Places the parts of one namespace: triggers and their runs set the heights, all else stands beside what it leads to. */
class FlowPlacer {
    private readonly columns: Columns;
    private readonly widths: Columns;
    /** The middle of what stands for each sensor, by its name. */
    private readonly centres = new Map<string, number>();
    /** What stands for each sensor: its own box, or that of its group. */
    private readonly standsFor = new Map<string, string>();
    private readonly first: number;
    private y = 0;

    constructor(
        private readonly model: FlowModel,
        private readonly flow: Flow,
        private readonly grouping: Grouping,
    ) {
        this.columns = model.columns;
        this.widths = model.widths;
        this.first = model.boxes.length;
    }

    place(top: number, titled: boolean): number {
        const { namespace } = this.flow;
        let start = top;
        if (titled) {
            this.model.titles.push({ text: namespace, x: 0, y: start + 8 });
            start += 28;
        }
        this.y = start + HEAD;
        for (const { source, sensors } of groupsOf(this.flow, this.grouping.bySource)) {
            this.group(source, sensors);
        }
        addSources(this.flow, start + HEAD, this.centres, this.columns.source, this.widths.source, (box) =>
            this.model.boxes.push(box),
        );
        const mine = this.model.boxes.slice(this.first);
        const bottom = Math.max(start + HEAD + HEIGHTS.bus, ...mine.map((box) => box.y + box.h));
        const highest = Math.min(...mine.map((box) => box.y), start + HEAD);
        this.model.boxes.push({
            kind: 'bus',
            bus: this.flow.bus,
            id: busId(namespace),
            namespace,
            x: this.columns.bus,
            y: highest - 4,
            w: this.widths.bus,
            h: bottom - highest + 8,
        });
        this.connect();
        return bottom;
    }

    private group(source: string, sensors: FlowSensor[]): void {
        const { namespace } = this.flow;
        const id = groupId(namespace, source);
        const grouped = this.grouping.bySource && sensors.length > 1;
        const open = !grouped || this.grouping.open.has(`${namespace}/${source}`);
        if (grouped) {
            const h = open ? HEIGHTS.head : HEIGHTS.group;
            this.model.boxes.push({
                kind: 'group',
                source,
                sensors,
                open,
                id,
                namespace,
                x: this.columns.sensor,
                y: this.y,
                w: this.widths.sensor,
                h,
            });
            if (!open) {
                sensors.forEach((sensor) => {
                    this.centres.set(sensor.name, this.y + h / 2);
                    this.standsFor.set(sensor.name, id);
                });
            }
            this.y += h + (open ? BETWEEN / 2 : BETWEEN);
        }
        if (open) {
            sensors.forEach((sensor) => this.sensor(sensor));
        }
    }

    private sensor(sensor: FlowSensor): void {
        const { namespace } = this.flow;
        const top = this.y;
        sensor.triggers.forEach((trigger) => this.trigger(sensor, trigger));
        if (sensor.triggers.length === 0) {
            this.y += HEIGHTS.sensor + BETWEEN;
        }
        const centre = (top + this.y - BETWEEN) / 2;
        const id = sensorId(namespace, sensor.name);
        this.centres.set(sensor.name, centre);
        this.standsFor.set(sensor.name, id);
        this.model.boxes.push({
            kind: 'sensor',
            sensor,
            id,
            namespace,
            x: this.columns.sensor,
            y: centre - HEIGHTS.sensor / 2,
            w: this.widths.sensor,
            h: HEIGHTS.sensor,
        });
    }

    private trigger(sensor: FlowSensor, trigger: FlowTrigger): void {
        const { namespace } = this.flow;
        const id = triggerId(namespace, sensor.name, trigger.name);
        const rows = Math.max(1, trigger.runs.length);
        const height = Math.max(HEIGHTS.trigger, rows * ROW);
        const middle = this.y + height / 2;
        const runs = { namespace, x: this.columns.runs, w: this.widths.runs, h: HEIGHTS.run };
        this.model.boxes.push({
            kind: 'trigger',
            sensor,
            trigger,
            id,
            namespace,
            x: this.columns.trigger,
            y: middle - HEIGHTS.trigger / 2,
            w: this.widths.trigger,
            h: HEIGHTS.trigger,
        });
        if (trigger.runs.length === 0) {
            this.model.boxes.push({ kind: 'runs', trigger, id: `runs:${id}`, y: middle - HEIGHTS.run / 2, ...runs });
        }
        trigger.runs.forEach((run, row) =>
            this.model.boxes.push({
                kind: 'run',
                run,
                id: `run:${run.namespace}/${run.name}`,
                y: middle - (rows * ROW) / 2 + row * ROW + 1,
                ...runs,
            }),
        );
        this.y += height + BETWEEN;
    }

    private connect(): void {
        const { model, flow } = this;
        const boxes = new Map(model.boxes.slice(this.first).map((box) => [box.id, box]));
        const known = new Map<string, Edge>();
        const join = (from: string, to: string, broken: boolean, through?: number) => {
            const a = boxes.get(from);
            const b = boxes.get(to);
            const id = `${from}>${to}`;
            const same = known.get(id);
            if (same) {
                same.broken &&= broken; // of several ways drawn as one, one that is open is enough
            } else if (a && b) {
                const start = { x: a.x + a.w, y: a.y + a.h / 2 };
                const end = { x: b.x, y: b.y + b.h / 2 };
                // through the rail the way runs level, so that it is seen to pass the bus
                const rail = through === undefined ? [] : [{ x: through, y: start.y }];
                const edge = { id, from, to, points: [start, ...rail, end], broken };
                known.set(id, edge);
                model.edges.push(edge);
            }
        };
        for (const sensor of flow.sensors) {
            const me = this.standsFor.get(sensor.name) ?? '';
            for (const dependency of sensor.dependencies) {
                const from = sourceId(flow.namespace, dependency.eventSource, dependency.eventName);
                const source = boxes.get(from);
                const dead = source?.kind !== 'source' || !source.source.ready || !flow.bus.ready || !sensor.ready;
                join(from, me, dead, this.columns.bus + this.widths.bus);
            }
            for (const trigger of sensor.triggers) {
                const id = triggerId(flow.namespace, sensor.name, trigger.name);
                join(me, id, !sensor.ready);
                trigger.runs.forEach((run) => join(id, `run:${run.namespace}/${run.name}`, false));
            }
        }
    }
}

function addSources(
    flow: Flow,
    top: number,
    sensorCentres: Map<string, number>,
    x: number,
    width: number,
    add: (box: FlowBox) => void,
): void {
    const { namespace } = flow;
    const wishes = new Map<string, number[]>();
    const parts = new Map<string, Part>();
    for (const source of flow.sources) {
        const id = sourceId(namespace, source.eventSource, source.eventName);
        parts.set(id, { kind: 'source', source });
        wishes.set(id, []);
    }
    flow.sensors.forEach((sensor) =>
        sensor.dependencies.forEach((dependency) => {
            const id = sourceId(namespace, dependency.eventSource, dependency.eventName);
            if (!parts.has(id)) {
                parts.set(id, { kind: 'missing', name: `${dependency.eventSource}/${dependency.eventName}` });
                wishes.set(id, []);
            }
            wishes.get(id)?.push(sensorCentres.get(sensor.name) ?? 0);
        }),
    );
    const middle = (id: string) => {
        const near = wishes.get(id) ?? [];
        return near.length === 0 ? Infinity : near.reduce((sum, value) => sum + value, 0) / near.length;
    };
    const ids = [...parts.keys()].sort((a, b) => middle(a) - middle(b) || 0);
    const lowest = top + HEIGHTS.source / 2;
    const wanted = ids.map((id) =>
        Number.isFinite(middle(id)) ? middle(id) : Math.max(lowest, ...sensorCentres.values()),
    );
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
            x,
            y: (centres[index] ?? 0) - HEIGHTS.source / 2,
            w: width,
            h: HEIGHTS.source,
        }),
    );
}

/** What of the flows has a text in a name: sensors with their triggers, and the sources that lead to them. */
export function searched(flows: Flow[], text: string): Flow[] {
    const wanted = text.trim().toLowerCase();
    if (!wanted) {
        return flows;
    }
    const has = (...names: string[]) => names.some((name) => name.toLowerCase().includes(wanted));
    return flows.map((flow) => {
        const sensors = flow.sensors.filter((sensor) =>
            has(
                sensor.name,
                ...sensor.dependencies.map((each) => `${each.eventSource}/${each.eventName}`),
                ...sensor.triggers.flatMap((each) => [each.name, each.template, ...each.runs.map((run) => run.name)]),
            ),
        );
        const led = new Set(
            sensors.flatMap((sensor) => sensor.dependencies.map((each) => `${each.eventSource}/${each.eventName}`)),
        );
        const sources = flow.sources.filter((each) => {
            const name = `${each.eventSource}/${each.eventName}`;
            return led.has(name) || has(name, each.address);
        });
        return { ...flow, sensors, sources };
    });
}
