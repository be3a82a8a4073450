import {
    eventRow,
    runRow,
    wholeCron,
    wholeCronDetail,
    wholeEvent,
    wholeFlow,
    wholeItems,
    wholeRun,
    wholeTemplate,
} from './shape';
import type {
    ApiObject,
    ArtifactItem,
    Arrivals,
    Cron,
    CronDetail,
    EventDetail,
    EventRow,
    Explanation,
    Flow,
    Run,
    RunArtifact,
    RunDetail,
    ReplayPlan,
    ReplayStep,
    RunRef,
    Status,
    Template,
} from './types';

export const BASE = '/tiphys/v1';
const PATIENCE_MS = 30_000;
const MOST_OBJECTS = 500;

/** A request that was refused or never answered, with the server's own words. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        readonly hint: string,
        readonly runs: string[] = [],
    ) {
        super(message);
    }
}

/** Only what has a value goes into a query. */
export function query(values: Record<string, string | number | undefined>): string {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(values)) {
        if (value !== undefined && value !== '' && value !== 0) {
            search.set(key, String(value));
        }
    }
    const text = search.toString();
    return text ? `?${text}` : '';
}

const part = encodeURIComponent;

async function refusal(response: Response): Promise<ApiError> {
    let body: { code?: string; message?: string; hint?: string; runs?: string[] } = {};
    try {
        body = await response.json();
    } catch {
        // a proxy or an old server answered without our body: its status must do
    }
    const message = body.message || `The server answered ${response.status} ${response.statusText}.`;
    return new ApiError(response.status, body.code ?? '', message, body.hint ?? '', body.runs ?? []);
}

/** Sends a request and gives the response when it is a good one; throws an ApiError otherwise. */
export async function send(path: string, init: RequestInit = {}, bounded = true): Promise<Response> {
    const signals = [init.signal, bounded ? AbortSignal.timeout(PATIENCE_MS) : null].filter((s) => s != null);
    let response: Response;
    try {
        response = await fetch(BASE + path, { ...init, signal: AbortSignal.any(signals) });
    } catch (failure) {
        if (init.signal?.aborted) {
            throw failure;
        }
        throw new ApiError(0, '', 'The server does not answer.', 'Is it running? See `tiphys status`.');
    }
    if (!response.ok) {
        throw await refusal(response);
    }
    return response;
}

async function get<T>(path: string, signal?: AbortSignal, whole: (answer: T) => T = (answer) => answer): Promise<T> {
    const response = await send(path, signal ? { signal } : {});
    return whole((await response.json()) as T);
}

async function post<T>(path: string, body: unknown): Promise<T> {
    const response = await send(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
    });
    return (await response.json()) as T;
}

export interface EventQuery {
    namespace: string;
    eventSource?: string;
    sensor?: string;
    verdict?: string;
    search?: string;
    from?: string;
    to?: string;
    before?: string;
    limit: number;
}

/** Which events a replay is about. */
export interface ReplayedEvents {
    namespace: string;
    eventSource: string;
    sensor: string;
    verdict: string;
    search: string;
    from: string;
    to: string;
    /** The replay's name, if events that fired are meant, too: each fires once for a name. */
    again: string;
}

export interface RunQuery {
    namespace: string;
    /** One phase, or several with commas between; the same for templates. */
    phase?: string;
    template?: string;
    search?: string;
    /** A label selector. */
    labels?: string;
    showLabels?: string;
    from?: string;
    to?: string;
    sort?: string;
    before?: string;
    limit: number;
}

export type RunAction = 'stop' | 'terminate' | 'suspend' | 'resume' | 'retry';

const runPath = (namespace: string, name: string) => `/namespaces/${part(namespace)}/runs/${part(name)}`;

export interface LogQuery {
    attempt?: number | undefined;
    offset?: number | undefined;
    tail?: number | undefined;
    follow?: string | undefined;
    download?: string | undefined;
    /** One of several containers; absent for `main`. */
    container?: string | undefined;
}

export function logPath(namespace: string, run: string, node: string, options: LogQuery): string {
    const { attempt, ...rest } = options;
    const search = new URLSearchParams(query({ ...rest }));
    if (attempt !== undefined) {
        search.set('attempt', String(attempt));
    }
    return `${runPath(namespace, run)}/nodes/${part(node)}/log?${search}`;
}

/** Where the bytes of an artifact are, or those of one file in it. */
export function artifactPath(
    run: RunRef,
    artifact: RunArtifact,
    options: { part?: string; download?: string },
): string {
    return `${artifactRoot(run, artifact)}${query({ ...options })}`;
}

const artifactRoot = (run: RunRef, { node, side, name }: RunArtifact) =>
    `${runPath(run.namespace, run.name)}/nodes/${part(node)}/artifacts/${side}/${part(name)}`;

const cronPath = (namespace: string, name: string) => `/namespaces/${part(namespace)}/cronworkflows/${part(name)}`;

export const api = {
    status: (signal?: AbortSignal) => get<Status>('/status', signal),
    sizes: (signal?: AbortSignal) => get<Status>('/status?sizes=true', signal),
    flow: (namespace: string, signal?: AbortSignal) => get<Flow>(`/flow${query({ namespace })}`, signal, wholeFlow),
    events: (filter: EventQuery, signal?: AbortSignal) =>
        get<{ items: EventRow[]; next: number }>(`/events${query({ ...filter })}`, signal, wholeItems(eventRow)),
    arrivals: (namespace: string, eventSource: string, signal?: AbortSignal) =>
        get<{ items: Arrivals[] }>(`/arrivals${query({ namespace, eventSource })}`, signal),
    event: (id: string, signal?: AbortSignal) => get<EventDetail>(`/events/${part(id)}`, signal, wholeEvent),
    replay: (id: string, confirmed: boolean) =>
        post<{ triggers: string[] }>(`/events/${part(id)}/replay`, { confirmed }),
    planReplay: (events: ReplayedEvents) => post<ReplayPlan>('/replays/plan', events),
    replayStep: (step: ReplayedEvents & { head: number; after: number; most: number }) =>
        post<ReplayStep>('/replays/step', step),
    sendEvent: (namespace: string, eventSource: string, eventName: string, body: unknown) =>
        post<{ id: string }>(
            `/namespaces/${part(namespace)}/eventsources/${part(eventSource)}/${part(eventName)}/send`,
            body,
        ),
    runs: (filter: RunQuery, signal?: AbortSignal) =>
        get<{ items: Run[]; next: string }>(`/runs${query({ ...filter })}`, signal, wholeItems(runRow)),
    run: (namespace: string, name: string, signal?: AbortSignal) =>
        get<RunDetail>(runPath(namespace, name), signal, wholeRun),
    artifacts: (run: RunRef, node: string, signal?: AbortSignal) =>
        get<{ items: RunArtifact[] }>(`${runPath(run.namespace, run.name)}/artifacts${query({ node })}`, signal),
    artifactItems: (run: RunRef, artifact: RunArtifact, signal?: AbortSignal) =>
        get<{ items: ArtifactItem[] }>(`${artifactRoot(run, artifact)}/items`, signal),
    explain: (namespace: string, name: string, node: string, signal?: AbortSignal) =>
        get<{ items: Explanation[] }>(`${runPath(namespace, name)}/explain${query({ node })}`, signal),
    act: (run: RunRef, action: RunAction, body: { message?: string; selector?: string }) =>
        post<object>(`${runPath(run.namespace, run.name)}/${action}`, body),
    submit: (namespace: string, template: string, parameters: Record<string, string>) =>
        post<Run>(`/namespaces/${part(namespace)}/runs`, { template, parameters }),
    templates: (namespace: string, signal?: AbortSignal) =>
        get<{ items: Template[] }>(`/templates${query({ namespace })}`, signal, wholeItems(wholeTemplate)),
    crons: (namespace: string, signal?: AbortSignal) =>
        get<{ items: Cron[] }>(`/cronworkflows${query({ namespace })}`, signal, wholeItems(wholeCron)),
    cron: (namespace: string, name: string, signal?: AbortSignal) =>
        get<CronDetail>(cronPath(namespace, name), signal, wholeCronDetail),
    holdCron: (cron: Cron, verb: 'suspend' | 'resume') =>
        post<object>(`${cronPath(cron.namespace, cron.name)}/${verb}`, {}),
    triggerCron: (cron: Cron) =>
        post<{ namespace: string; name: string; uid: string }>(`${cronPath(cron.namespace, cron.name)}/trigger`, {}),
    repair: (stream: string) => post<object>('/repair', { stream }),
    object: (kind: string, namespace: string, name: string, signal?: AbortSignal) =>
        get<ApiObject>(`/objects/${part(kind)}/${part(namespace)}/${part(name)}`, signal),
    objects: (kind: string, namespace: string, signal?: AbortSignal) =>
        get<{ items: ApiObject[]; next: string }>(
            `/objects/${part(kind)}${query({ namespace, limit: MOST_OBJECTS })}`,
            signal,
            (list) => ({ ...list, items: list.items ?? [] }),
        ),
    resubmit: (run: RunRef, parameters: Record<string, string>) =>
        post<Run>(`${runPath(run.namespace, run.name)}/resubmit`, { parameters }),
    deleteRun: (run: RunRef) => send(runPath(run.namespace, run.name), { method: 'DELETE' }),
};
