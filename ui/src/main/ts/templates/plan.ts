import type { Icon } from '../base/icons';
import type { Point, Rect } from '../graph/geometry';
import { layered } from '../graph/layered';

type Json = Record<string, unknown>;

export interface Task {
    name?: string;
    template?: string;
    templateRef?: { name?: string; template?: string; clusterScope?: boolean };
    inline?: TemplateSpec;
    dependencies?: string[];
    depends?: string;
    when?: string;
    withItems?: unknown[];
    withParam?: string;
    withSequence?: Json;
    arguments?: { parameters?: { name?: string; value?: unknown }[] };
}

export interface TemplateSpec extends Json {
    name?: string;
    dag?: { tasks?: Task[] };
    steps?: (Task[] | { steps?: Task[] })[];
    container?: Json;
    script?: Json;
    suspend?: { duration?: unknown };
    retryStrategy?: { limit?: unknown };
    inputs?: { parameters?: Json[]; artifacts?: Json[] };
    outputs?: { parameters?: Json[]; artifacts?: Json[] };
}

export interface WorkflowSpec {
    entrypoint?: string;
    onExit?: string;
    arguments?: { parameters?: { name?: string }[] };
    templates?: TemplateSpec[];
}

/** One step of a template before any run: what it is called, what runs there, and when. */
export interface PlanNode {
    id: string;
    name: string;
    /** The name of the template that it runs; of another object, `object/template`. */
    template: string;
    spec: TemplateSpec | undefined;
    task: Task | undefined;
    kind: string;
    sign: Icon;
    /** What it does, in a few words. */
    line: string;
    /** Loops, conditions and retries, in a few words. */
    notes: string[];
    depth: number;
    exit: boolean;
    /** Only joins steps that wait for several others. */
    joint: boolean;
}

export interface PlanBox extends Rect {
    node: PlanNode;
}

export interface Plan {
    nodes: PlanNode[];
    boxes: PlanBox[];
    edges: { from: PlanBox; to: PlanBox; points: Point[]; exit: boolean }[];
    /** Whether there was more than can be shown. */
    cut: boolean;
}

const MOST_NODES = 400;
const MOST_DEPTH = 6;
const SIZE = { w: 210, h: 50 };
const JOINT = { w: 16, h: 16 };

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : String(value));
const firstLine = (lines: string): string => lines.trim().split('\n')[0] ?? '';

const KINDS: [field: string, kind: string, sign: Icon][] = [
    ['container', 'Container', 'terminal'],
    ['script', 'Script', 'terminal'],
    ['dag', 'DAG', 'graph'],
    ['steps', 'Steps', 'list'],
    ['suspend', 'Suspend', 'pause'],
    ['resource', 'Resource', 'sliders'],
    ['http', 'HTTP', 'send'],
    ['data', 'Data', 'bars'],
    ['containerSet', 'Container set', 'terminal'],
    ['plugin', 'Plugin', 'plus'],
];

function line(spec: TemplateSpec): string {
    if (spec.container || spec.script) {
        return text((spec.container ?? spec.script)?.['image']);
    }
    if (spec.suspend) {
        return spec.suspend.duration ? `waits ${text(spec.suspend.duration)}` : 'waits to be resumed';
    }
    if (spec.dag) {
        const count = spec.dag.tasks?.length ?? 0;
        return `${count} ${count === 1 ? 'task' : 'tasks'}`;
    }
    if (spec.steps) {
        const count = groups(spec).flat().length;
        return `${count} ${count === 1 ? 'step' : 'steps'}`;
    }
    const resource = spec['resource'] as Json | undefined;
    const http = spec['http'] as Json | undefined;
    return resource ? text(resource['action']) : http ? `${text(http['method']) || 'GET'} ${text(http['url'])}` : '';
}

function notes(task: Task | undefined, spec: TemplateSpec | undefined): string[] {
    const all: string[] = [];
    if (task?.withItems) {
        all.push(`×${task.withItems.length}`);
    } else if (task?.withParam) {
        all.push('for each');
    } else if (task?.withSequence) {
        const count = task.withSequence['count'];
        all.push(count !== undefined && !text(count).includes('{{') ? `×${text(count)}` : 'for each');
    }
    if (task?.when) {
        all.push('if');
    }
    if (spec?.retryStrategy) {
        all.push('retries');
    }
    return all;
}

/** The groups of a steps template: the steps of one group run beside each other. */
const groups = (spec: TemplateSpec): Task[][] =>
    (spec.steps ?? []).map((group) => (Array.isArray(group) ? group : (group.steps ?? [])));

/** The tasks that a task waits for. */
function waitsFor(task: Task, names: Set<string>): string[] {
    if (task.dependencies) {
        return task.dependencies;
    }
    const found = (task.depends ?? '').match(/[\w-]+(?:\.\w+)?/g) ?? [];
    return [...new Set(found.map((word) => word.split('.')[0] ?? '').filter((name) => names.has(name)))];
}

class Builder {
    private readonly nodes: PlanNode[] = [];
    private readonly edges: { from: number; to: number; exit: boolean }[] = [];
    private readonly templates: Map<string, TemplateSpec>;
    private cut = false;

    constructor(private readonly spec: WorkflowSpec) {
        this.templates = new Map((spec.templates ?? []).map((each) => [each.name ?? '', each]));
    }

    build(entrypoint: string): Plan {
        const ends = this.add({ name: entrypoint, template: entrypoint }, entrypoint, [], 0, new Set());
        if (this.spec.onExit) {
            const first = this.nodes.length;
            this.add({ name: 'onExit', template: this.spec.onExit }, 'onExit', [], 0, new Set());
            for (let i = first; i < this.nodes.length; i++) {
                (this.nodes[i] as PlanNode).exit = true;
            }
            ends.forEach((end) => this.edges.push({ from: end, to: first, exit: true }));
        }
        const layout = layered({
            sizes: this.nodes.map((node) => (node.joint ? JOINT : SIZE)),
            edges: this.edges.map(({ from, to }) => [from, to]),
        });
        const boxes = this.nodes.map((node, index) => ({
            node,
            ...(layout.positions[index] ?? { x: 0, y: 0 }),
            ...(node.joint ? JOINT : SIZE),
        }));
        return {
            nodes: this.nodes.filter((node) => !node.joint),
            boxes,
            edges: this.edges.map(({ from, to, exit }, index) => {
                const a = boxes[from] as PlanBox;
                const b = boxes[to] as PlanBox;
                return {
                    from: a,
                    to: b,
                    exit,
                    points: [
                        { x: a.x + a.w, y: a.y + a.h / 2 },
                        ...(layout.bends[index] ?? []),
                        { x: b.x, y: b.y + b.h / 2 },
                    ],
                };
            }),
            cut: this.cut,
        };
    }

    /** Adds a task with what is inside it, and gives the last nodes of it. */
    private add(task: Task, id: string, before: number[], depth: number, around: Set<string>): number[] {
        if (this.nodes.length >= MOST_NODES) {
            this.cut = true;
            return before;
        }
        const ref = task.templateRef;
        const template = ref ? `${ref.name}/${ref.template}` : (task.template ?? '');
        const spec = task.inline ?? (ref ? undefined : this.templates.get(template));
        const [, kind, sign] = KINDS.find(([field]) => spec?.[field] !== undefined) ?? [
            '',
            ref ? 'Template of another object' : 'Unknown template',
            ref ? ('right' as Icon) : ('question' as Icon),
        ];
        const again = around.has(template);
        const index = this.nodes.length;
        this.nodes.push({
            id,
            name: task.name ?? template,
            template: task.inline ? '(inline)' : template,
            spec,
            task: depth === 0 && task.name === template ? undefined : task,
            kind,
            sign,
            line: again ? 'calls itself' : spec ? line(spec) : ref ? template : `there is no template ${template}`,
            notes: notes(task, spec),
            depth,
            exit: false,
            joint: false,
        });
        before.forEach((from) => this.edges.push({ from, to: index, exit: false }));
        if (!spec || again || depth >= MOST_DEPTH) {
            this.cut ||= depth >= MOST_DEPTH && (spec?.dag !== undefined || spec?.steps !== undefined);
            return [index];
        }
        const inside = new Set([...around, template]);
        return spec.dag
            ? this.dag(spec.dag.tasks ?? [], id, index, depth, inside)
            : spec.steps
              ? this.steps(groups(spec), id, index, depth, inside)
              : [index];
    }

    private dag(tasks: Task[], id: string, start: number, depth: number, around: Set<string>): number[] {
        const names = new Set(tasks.map((task) => task.name ?? ''));
        const ends = new Map<string, number[]>();
        const followed = new Set<string>();
        const begun = new Set<string>();
        const byName = new Map(tasks.map((task) => [task.name ?? '', task]));
        const visit = (task: Task): number[] => {
            const name = task.name ?? '';
            const known = ends.get(name);
            if (known || begun.has(name)) {
                return known ?? [];
            }
            begun.add(name);
            const waits = waitsFor(task, names);
            waits.forEach((each) => followed.add(each));
            const before = waits.flatMap((each) => {
                const other = byName.get(each);
                return other ? visit(other) : [];
            });
            const mine = this.add(task, `${id}.${name}`, before.length > 0 ? before : [start], depth + 1, around);
            ends.set(name, mine);
            return mine;
        };
        tasks.forEach(visit);
        const last = tasks
            .filter((task) => !followed.has(task.name ?? ''))
            .flatMap((task) => ends.get(task.name ?? '') ?? []);
        return last.length > 0 ? last : [start];
    }

    private steps(all: Task[][], id: string, start: number, depth: number, around: Set<string>): number[] {
        let before = [start];
        for (const [number, group] of all.entries()) {
            const from = before.length > 1 && group.length > 1 ? [this.join(before, `${id}[${number}]`)] : before;
            const ends = group.flatMap((step) =>
                this.add(step, `${id}[${number}].${step.name}`, from, depth + 1, around),
            );
            before = ends.length > 0 ? ends : before;
        }
        return before;
    }

    private join(before: number[], id: string): number {
        const index = this.nodes.length;
        this.nodes.push({
            id,
            name: '',
            template: '',
            spec: undefined,
            task: undefined,
            kind: '',
            sign: 'dots',
            line: '',
            notes: [],
            depth: 0,
            exit: false,
            joint: true,
        });
        before.forEach((from) => this.edges.push({ from, to: index, exit: false }));
        return index;
    }
}

/** The steps of a template in the order in which they may run, with the templates that they call opened. */
export const planOf = (spec: WorkflowSpec): Plan | undefined =>
    spec.entrypoint ? new Builder(spec).build(spec.entrypoint) : undefined;

/** What a step runs, for reading: its image, and its command or the first line of its script. */
export function runs(spec: TemplateSpec): string {
    const process = spec.container ?? spec.script;
    if (!process) {
        return '';
    }
    const words = [...((process['command'] as unknown[]) ?? []), ...((process['args'] as unknown[]) ?? [])].map(text);
    return spec.script ? `${words.join(' ')} ${firstLine(text(process['source']))}`.trim() : words.join(' ');
}
