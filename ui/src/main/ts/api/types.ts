/** The shapes of /tiphys/v1, as docs/api.md gives them. Instants are RFC 3339 texts; an unknown one is empty. */

export interface Status {
    version: string;
    startedAt: string;
    dataDirectory: string;
    uptimeSeconds: number;
    head: number;
    objectVersion: number;
    runs: { live: number; total: number };
    events: { total: number };
    /** What retention takes within a day, and what it leaves although it is past its limits; older servers do not say it. */
    retention?: {
        leaving: { source: string; why: string; number: number }[];
        kept: { events: number; by: string[] };
        problems: string[];
    };
    executor: { kind: string; running: number; waiting: number; runnerPid: number };
    namespaces: string[];
    /** What failed, or ended the server twice, and is not tried until somebody repairs it. */
    quarantined?: { stream: string; namespace: string; run: string; reason: string }[];
    /** Only where it was asked for, for it takes time to measure. */
    disk?: { databaseBytes: number; logBytes: number; freeBytes: number };
}

/** How many events became, or would become, what. */
export interface ReplayCounts {
    fired: number;
    waiting: number;
    filtered: number;
    failed: number;
    firedBefore: number;
    toCome: number;
    doneBefore: number;
}

export interface ReplayPlan {
    events: number;
    head: number;
    complete: boolean;
    upTo: string;
    triggers: { sensor: string; trigger: string; events: number; counts: ReplayCounts; message: string }[];
}

export interface ReplayStep {
    next: number;
    heldBack: boolean;
    events: number;
    refused: number;
    at: string;
    counts: ReplayCounts;
}

export interface Condition {
    type: string;
    status: string;
    reason?: string;
    message?: string;
    lastTransitionTime?: string;
}

type Json = Record<string, unknown>;

/** An object of the API as it is, with as much of its form as pages need. */
export interface ApiObject {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        uid?: string;
        creationTimestamp?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    spec?: Json;
    status?: Json & { conditions?: Condition[] };
}

export type RunPhase = '' | 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Error';
export type NodePhase = RunPhase | 'Skipped' | 'Omitted';
export type NodeType =
    'Pod' | 'DAG' | 'Steps' | 'StepGroup' | 'TaskGroup' | 'Retry' | 'Skipped' | 'Suspend' | 'Container';
export type Verdict = 'fired' | 'waiting' | 'filtered' | 'failed' | 'unheard';

export interface Parameter {
    name: string;
    value: string;
    /** Of a run's parameter: why it has its default; empty when it was given. */
    fallback?: string;
}

export interface RunRef {
    namespace: string;
    name: string;
    uid: string;
    phase: RunPhase;
}

export interface Run extends RunRef {
    message: string;
    createdAt: string;
    startedAt: string;
    finishedAt: string;
    progress: string;
    template: string;
    event: string;
    parameters: Parameter[];
    suspended: boolean;
    shutdown: string;
    /** Only where they were asked for. */
    labels?: Record<string, string>;
}

export interface Attempt {
    id: string;
    number: number;
    startedAt: string;
    finishedAt: string;
    state: 'waiting' | 'running' | 'exited' | 'lost' | 'cancelled';
    /** Unknown when nobody saw the end. */
    exitCode: number | null;
    /** Not counted in very large runs. */
    logBytes: number | null;
}

export interface RunNode {
    id: string;
    name: string;
    displayName: string;
    type: NodeType;
    template: string;
    phase: NodePhase;
    message: string;
    startedAt: string;
    finishedAt: string;
    boundary: string;
    children: string[];
    podName: string;
    attempts: Attempt[];
    inputs: { parameters?: Parameter[] };
    outputs: { parameters?: Parameter[]; result?: string; exitCode?: string };
    image: string;
    program: string;
}

/** A file or directory that a step took or gave. */
export interface RunArtifact {
    node: string;
    nodeName: string;
    side: 'inputs' | 'outputs';
    name: string;
    /** Where the step has it. */
    path: string;
    /** What keeps it: `local`, `s3`, …; empty when that is not said. */
    place: string;
    key: string;
    /** What a file with its bytes, as they are kept, is called. */
    file: string;
    deleted: boolean;
}

/** What is in an artifact. A directory's path ends in a slash; an empty path is the artifact itself. */
export interface ArtifactItem {
    path: string;
    bytes: number | null;
}

export interface RunDetail extends Run {
    nodes: RunNode[];
    /** The run is set aside, because its story could not be followed; the message says why. */
    quarantined: boolean;
    executor: string;
    images: { image: string; program: string }[];
    /** What the controller's settings have shown beside it. */
    links: { name: string; url: string; target: string }[];
}

export interface EventRow {
    id: string;
    sequence: number;
    at: string;
    namespace: string;
    eventSource: string;
    eventName: string;
    type: string;
    verdict: Verdict;
    summary: string;
    /** What each trigger made of it, in short. */
    deliveries: ShortDelivery[];
    runs: RunRef[];
}

export interface ShortDelivery {
    sensor: string;
    trigger: string;
    verdict: Verdict;
    /** Why, in a few words; empty when it fired. */
    reason: string;
    at: string;
    /** What it made; empty if nothing. */
    object: string;
}

export interface Clause {
    what: string;
    actual: string;
    result: boolean;
    error: string;
    children: Clause[];
}

export interface FiringParameter {
    dest: string;
    value: string;
    origin: string;
    fallback: boolean;
}

export interface Firing {
    id: string;
    state: 'done' | 'failed' | 'running';
    message: string;
    attempts: number;
    object: { kind: string; namespace: string; name: string; uid: string } | null;
    /** `k8s` makes an object; everything else is done elsewhere, and answered. */
    action?: string;
    answer?: { status: string; text: string };
    parameters: FiringParameter[];
}

export interface Delivery {
    sensor: string;
    trigger: string;
    verdict: Verdict;
    at: string;
    replay: number;
    clauses: Clause[];
    condition: { text: string; result: boolean; holds: Record<string, boolean> } | null;
    firing: Firing | null;
}

export interface EventDetail extends Omit<EventRow, 'deliveries'> {
    context: Record<string, unknown>;
    data: unknown;
    deliveries: Delivery[];
}

export interface FlowSource {
    eventSource: string;
    eventName: string;
    type: string;
    address: string;
    /** The HTTP method it takes; empty where that says nothing. */
    method: string;
    ready: boolean;
    message: string;
    /** Whether a request needs a bearer token. */
    token: boolean;
    events: { total: number; lastAt: string };
    /** `running`, `backing off`, `stopped` or `not started`; empty from an older server. */
    state?: string;
    since?: string;
    lastError?: { at: string; message: string };
    /** Requests that were turned away: of other pages, or with a wrong signature. */
    refused?: { total: number; lastAt: string; message: string };
    /** What the source's own filter did not let through. */
    filtered?: { total: number; lastAt: string; message: string };
}

/** How many events came in each of the last spans of time, oldest first. */
export interface Arrivals {
    eventSource: string;
    eventName: string;
    spanSeconds: number;
    counts: number[];
}

export interface FlowTrigger {
    name: string;
    conditions: string;
    kind: string;
    operation: string;
    fired: number;
    filtered: number;
    failed: number;
    waiting: string[];
    /** Events that it has still to look at. */
    backlog: number;
    /** It waits until fewer of its runs are under way. */
    heldBack: boolean;
    /** Why it does nothing any more; empty when it works. */
    message: string;
    lastAt: string;
    template: string;
    runs: Run[];
}

export interface FlowSensor {
    name: string;
    ready: boolean;
    message: string;
    dependencies: { name: string; eventSource: string; eventName: string }[];
    triggers: FlowTrigger[];
}

export interface Flow {
    namespace: string;
    bus: { name: string; present: boolean; ready: boolean; message: string };
    sources: FlowSource[];
    sensors: FlowSensor[];
}

export interface TemplateParameter {
    name: string;
    value?: string | null;
    description?: string;
    enum?: string[];
    /** False where a step uses it though the template does not declare it. */
    declared?: boolean;
}

export interface Template {
    namespace: string;
    name: string;
    createdAt: string;
    entrypoint: string;
    description: string;
    parameters: TemplateParameter[];
    runs: number;
}

/** A CronWorkflow with when it is due. */
export interface Cron {
    namespace: string;
    name: string;
    uid: string;
    createdAt: string;
    schedules: string[];
    /** As it was written; empty if it was not. */
    timezone: string;
    /** Whose clock counts. */
    zone: string;
    suspended: boolean;
    phase: string;
    concurrencyPolicy: string;
    startingDeadlineSeconds: number;
    lastScheduledTime: string;
    next: string[];
    /** The names of its runs that are under way. */
    active: string[];
    succeeded: number;
    failed: number;
    message: string;
}

export interface CronDetail extends Cron {
    when: string;
    stopStrategy: string;
    /** What the zone's clock does to the schedule. */
    clockChanges: string[];
    history: { at: string; due: string; verdict: string; text: string }[];
}

export interface Explanation {
    sequence: number;
    at: string;
    what: string;
    facts: Record<string, unknown>;
}

/** A hint of the feed: something changed, read it again. */
export interface Change {
    sequence: number;
    at: string;
    stream: string;
    type: string;
    namespace: string;
    name: string;
    uid: string;
    eventId: string;
}
