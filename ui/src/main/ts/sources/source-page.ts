import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, Arrivals, EventRow, Flow, FlowSensor, FlowSource } from '../api/types';
import { conditionList, readiness, readyChip } from '../base/conditions';
import { LightElement } from '../base/element';
import { failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts } from '../base/keys';
import { counted, fact, pageHead } from '../base/page';
import { phaseLook, sign } from '../base/phase';
import { Resource } from '../base/resource';
import { href, namespace as chosenNamespace, navigate, sensorHref } from '../base/router';
import { spark } from '../base/spark';
import { eventTable } from '../events/event-rows';
import { sendTestEvent } from '../events/send';
import '../flow/manifest';
import { curl } from './curl';

const RECENT = 15;
const MINUTES = 60;

interface Known {
    object: ApiObject;
    flow: Flow;
    recent: EventRow[];
    failed: EventRow[];
    arrivals: Arrivals[];
}

/** How many came in a minute, over the last hour. */
function rate(lastHour: number[]): string {
    const count = lastHour.reduce((sum, each) => sum + each, 0);
    const perMinute = count / MINUTES;
    return perMinute >= 1 ? `${perMinute.toFixed(1)} a minute` : counted(count, 'event');
}

/** What did not become an event, with the last reason. */
function lost(label: string, what: FlowSource['refused']) {
    return what && what.total > 0
        ? fact(
              label,
              html`<span data-testid="source-lost"
                  >${what.total.toLocaleString('en')}, last <t-time .at=${what.lastAt}></t-time>: ${what.message}</span
              >`,
          )
        : nothing;
}

function isHttp(source: FlowSource): boolean {
    return source.address.startsWith('http://') || source.address.startsWith('https://');
}

/** One event source: where events come in, who listens, and what came last. */
class SourcePage extends LightElement {
    static override properties = { namespace: {}, name: {} };
    declare namespace: string;
    declare name: string;
    private shown = '';
    private readonly known = new Resource<Known>(
        this,
        async (signal) => {
            const { namespace, name: eventSource } = this;
            const [object, flow, recent, failed, arrivals] = await Promise.all([
                api.object('EventSource', namespace, eventSource, signal),
                api.flow(namespace, signal),
                api.events({ namespace, eventSource, limit: RECENT }, signal),
                api.events({ namespace, eventSource, verdict: 'failed', limit: 1 }, signal),
                api.arrivals(namespace, eventSource, signal),
            ]);
            return { object, flow, recent: recent.items, failed: failed.items, arrivals: arrivals.items };
        },
        (change) =>
            change.stream.startsWith('object') ||
            change.stream.startsWith('trigger') ||
            (change.stream.startsWith('source') && change.name === this.name),
    );

    constructor() {
        super();
        new Keys(this, 'Event Source', [
            { keys: 's', what: 'Send test event', run: () => this.send() },
            { keys: 'Escape', what: 'Back to the event sources', run: () => this.back() },
            ...listShortcuts(() => this),
        ]);
    }

    private back(): void {
        navigate(href('/event-sources', { namespace: chosenNamespace() }));
    }

    private sources(): FlowSource[] {
        return (this.known.value?.flow.sources ?? []).filter((each) => each.eventSource === this.name);
    }

    private send(source = this.sources()[0]): void {
        sendTestEvent(source ? `${this.namespace}/${source.eventSource}/${source.eventName}` : '');
    }

    override willUpdate(): void {
        document.title = `${this.name} · Event Sources · Tiphys`;
        const asked = `${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.known.restart();
        }
    }

    private event(source: FlowSource) {
        const text = curl(source);
        const lastHour = this.known.value?.arrivals.find((each) => each.eventName === source.eventName)?.counts ?? [];
        return html`<section class="card" data-testid="source-event" aria-label="Event ${source.eventName}">
            <div class="card-head">
                <h2>
                    ${sign(phaseLook(source.ready ? 'Succeeded' : 'Error'))}<span class="unseen"
                        >${source.ready ? 'ready:' : 'not ready:'}</span
                    >
                    ${source.eventName} <span class="tag">${source.type}</span>
                </h2>
                ${lastHour.length > 0 ? spark(lastHour, `${rate(lastHour)} in the last hour`) : nothing}
            </div>
            ${source.ready ? nothing : html`<p class="notice err">${icon('bang')}<span>${source.message}</span></p>`}
            <dl class="facts">
                ${
                    source.state
                        ? fact(
                              'State',
                              html`${source.state}${
                                  source.since ? html` since <t-time .at=${source.since}></t-time>` : nothing
                              }`,
                          )
                        : nothing
                }
                ${fact(isHttp(source) ? 'Listens at' : 'Comes from', source.address ? html`<code>${source.address}</code>` : '')}
                ${fact(
                    'Events',
                    html`<a href=${href('/events', { namespace: this.namespace, eventSource: source.eventSource })}
                        >${source.events.total.toLocaleString('en')}</a
                    >`,
                )}
                ${fact('Last hour', lastHour.length > 0 ? rate(lastHour) : '')}
                ${fact(
                    'Last event',
                    source.events.lastAt ? html`<t-time .at=${source.events.lastAt}></t-time>` : 'none yet',
                )}
                ${lost('Refused', source.refused)} ${lost('Filtered out', source.filtered)}
                ${
                    source.lastError?.message
                        ? fact(
                              'Last error',
                              html`<t-time .at=${source.lastError.at}></t-time> ${source.lastError.message}`,
                          )
                        : nothing
                }
            </dl>
            ${
                source.type === 'webhook' && source.address
                    ? html`<div class="command" data-testid="source-curl">
                          <code>${text}</code
                          ><t-copy .text=${text} label="Copy the command that posts an event"></t-copy>
                      </div>`
                    : nothing
            }
        </section>`;
    }

    private listeners(flow: Flow) {
        const found = flow.sensors.flatMap((sensor) =>
            sensor.dependencies
                .filter((dependency) => dependency.eventSource === this.name)
                .map((dependency) => ({ sensor, dependency })),
        );
        return html`<section class="card">
            <h2>Sensors that listen</h2>
            ${
                found.length === 0
                    ? html`<p class="muted">
                          No sensor depends on this event source: its events are kept, and nothing fires. Apply a Sensor
                          with <code>eventSourceName: ${this.name}</code>.
                      </p>`
                    : html`<ul class="rows-list" data-testid="source-sensors">
                          ${found.map(({ sensor, dependency }) => this.listener(sensor, dependency))}
                      </ul>`
            }
        </section>`;
    }

    private listener(sensor: FlowSensor, dependency: { name: string; eventName: string }) {
        const sum = (count: 'fired' | 'filtered' | 'failed') =>
            sensor.triggers.reduce((all, trigger) => all + trigger[count], 0);
        return html`<li>
            ${sign(phaseLook(sensor.ready ? 'Succeeded' : 'Error'), 14)}
            <a href=${sensorHref(this.namespace, sensor.name)} data-row>${sensor.name}</a>
            <span class="muted clip">${dependency.eventName} as <code>${dependency.name}</code></span>
            <span class="push muted number"
                >${sum('fired')} fired · ${sum('filtered')} filtered ·
                <span class=${sum('failed') > 0 ? 'bad-text' : ''}>${sum('failed')} failed</span></span
            >
        </li>`;
    }

    private recent(recent: EventRow[]) {
        return html`<section class="card flush">
            <div class="card-head">
                <h2>Recent events</h2>
                <a href=${href('/events', { namespace: this.namespace, eventSource: this.name })}>All events</a>
            </div>
            ${
                recent.length === 0
                    ? html`<p class="muted inset">No event has come in yet. Post one with the command above.</p>`
                    : eventTable(recent, { source: false, namespace: false, sensor: '', label: 'Recent events' })
            }
        </section>`;
    }

    private side({ object, failed }: Known) {
        const state = readiness(object);
        const [last] = failed;
        return html`<aside class="side-column" aria-label="About this event source">
            <section class="card">
                <h2>About</h2>
                <dl class="facts">
                    ${fact('Namespace', this.namespace)}
                    ${fact('Created', html`<t-time .at=${object.metadata.creationTimestamp ?? ''}></t-time>`)}
                    ${fact(state.why ? 'Not ready since' : 'Ready since', html`<t-time .at=${state.since}></t-time>`)}
                    ${fact(
                        'Last failure',
                        last
                            ? html`<a href="/events/${last.id}"><t-time .at=${last.at}></t-time></a>:
                                  ${last.deliveries.find((each) => each.verdict === 'failed')?.reason || last.summary}`
                            : 'none',
                    )}
                </dl>
            </section>
            ${conditionList(object)}
            <section class="card">
                <h2>Manifest</h2>
                <t-manifest kind="EventSource" .namespace=${this.namespace} .name=${this.name}></t-manifest>
            </section>
        </aside>`;
    }

    override render() {
        const { value, error } = this.known;
        if (!value) {
            return html`<h1 class="unseen">${this.name}</h1>
                <div class="page-body">${error ? failure(error, () => this.known.reload()) : skeleton(8)}</div>`;
        }
        const state = readiness(value.object);
        const sources = this.sources();
        return html`${pageHead(
                { path: '/event-sources', word: 'the event sources' },
                this.name,
                readyChip(state),
                html`Event Source in ${this.namespace}`,
                html`<button
                    data-testid="send-event"
                    aria-label="Send test event"
                    ?disabled=${sources.length === 0}
                    @click=${() => this.send()}
                >
                    ${icon('send', 14)} <span>Send test event</span>
                </button>`,
            )}
            ${stale(error)}
            <div class="page-body columns" tabindex="-1" data-testid="source-page">
                <div class="main-column">
                    ${state.why && !sources.some((each) => each.message === state.why) ? html`<p class="notice err" role="status">${icon('bang')}<span>${state.why}</span></p>` : nothing}
                    ${sources.map((source) => this.event(source))} ${this.listeners(value.flow)}
                    ${this.recent(value.recent)}
                </div>
                ${this.side(value)}
            </div>`;
    }
}
customElements.define('t-source', SourcePage);
