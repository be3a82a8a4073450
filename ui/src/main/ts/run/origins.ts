import { html, nothing } from 'lit';
import { ApiError, api } from '../api/client';
import type { ApiObject, EventDetail, RunDetail } from '../api/types';
import { eventHref, templateHref } from '../base/router';

/** Where the value of a run's parameter comes from. */
export type Origin =
    | { kind: 'event'; event: string; words: string }
    | { kind: 'trigger'; sensor: string }
    | { kind: 'given' }
    | { kind: 'default'; template: string };

const SENSOR = 'events.argoproj.io/sensor';
const DEST = /^spec\.arguments\.parameters\.(\d+)\.value$/;

interface Argument {
    name?: string;
}

const argumentsOf = (workflow: ApiObject): Argument[] =>
    ((workflow.spec?.['arguments'] as { parameters?: Argument[] } | undefined)?.parameters ?? []) as Argument[];

/** What the firing that made a run put into its parameters, by their names. */
function fired(event: EventDetail, run: RunDetail, given: Argument[]): Map<string, string> {
    const parameters = event.deliveries
        .filter((delivery) => delivery.firing?.object?.name === run.name)
        .flatMap((delivery) => delivery.firing?.parameters ?? []);
    const found = new Map<string, string>();
    for (const { dest, origin } of parameters) {
        const name = given[Number(DEST.exec(dest)?.[1] ?? -1)]?.name;
        if (name) {
            found.set(name, origin.replace(/ of event [0-9a-f-]+/, ''));
        }
    }
    return found;
}

/** Absent is what retention has taken: the rest is told all the same. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
        return await asked;
    } catch (failure) {
        if (failure instanceof ApiError && failure.status === 404) {
            return undefined;
        }
        throw failure;
    }
}

/** Where each of a run's parameters comes from; those of which nothing is known any more are left out. */
export async function originsOf(run: RunDetail, signal: AbortSignal): Promise<Map<string, Origin>> {
    const [workflow, event] = await Promise.all([
        orNothing(api.object('Workflow', run.namespace, run.name, signal)),
        run.event ? orNothing(api.event(run.event, signal)) : undefined,
    ]);
    const origins = new Map<string, Origin>();
    if (!workflow || workflow.metadata.uid !== run.uid) {
        return origins;
    }
    const given = argumentsOf(workflow);
    const fromEvent = event ? fired(event, run, given) : new Map<string, string>();
    const sensor = workflow.metadata.labels?.[SENSOR] ?? '';
    for (const { name } of run.parameters) {
        const words = fromEvent.get(name);
        if (words !== undefined) {
            origins.set(name, { kind: 'event', event: run.event, words });
        } else if (given.some((each) => each.name === name)) {
            origins.set(name, sensor ? { kind: 'trigger', sensor } : { kind: 'given' });
        } else {
            origins.set(name, { kind: 'default', template: run.template });
        }
    }
    return origins;
}

/** An origin in words. */
export function originWords(origin: Origin | undefined, namespace: string) {
    switch (origin?.kind) {
        case 'event':
            return html`<span class="muted small"
                >${origin.words} of <a href=${eventHref(origin.event)}>the event</a></span
            >`;
        case 'trigger':
            return html`<span class="muted small">as the trigger of ${origin.sensor} says</span>`;
        case 'given':
            return html`<span class="muted small">given at the start</span>`;
        case 'default':
            return html`<span class="muted small"
                >default${origin.template ? html` of <a href=${templateHref(namespace, origin.template)}>${origin.template}</a>` : nothing}</span
            >`;
        case undefined:
            return nothing;
    }
}
