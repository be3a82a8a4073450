import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, Arrivals, Flow, FlowSource } from '../api/types';
import { readiness, readyChip } from '../base/conditions';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { counted } from '../base/page';
import { Resource } from '../base/resource';
import { href, namespace, route, setQuery, sourceHref } from '../base/router';
import { Watch } from '../base/signal';
import { spark } from '../base/spark';
import { flows } from '../flow/flows';
import { sendTestEvent } from '../events/send';

interface Source {
    object: ApiObject;
    events: FlowSource[];
    sensors: string[];
    /** How many events came in each span of the last hour. */
    lastHour: number[];
}

/** The event sources with what comes in through them. */
class SourcesPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private readonly list = new Resource<Source[]>(
        this,
        async (signal) => {
            const [objects, known] = await Promise.all([
                api.objects('EventSource', namespace(), signal),
                flows(namespace(), signal),
            ]);
            const arrived = await Promise.all(
                known.map(async (flow) => (await api.arrivals(flow.namespace, '', signal)).items),
            );
            const arrivals = new Map(known.map((flow, index) => [flow.namespace, arrived[index] ?? []]));
            return objects.items.map((object) => join(object, known, arrivals));
        },
        (change) => change.stream.startsWith('object') || change.stream.startsWith('source'),
    );

    constructor() {
        super();
        new Keys(this, 'Event Sources', [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    override willUpdate(): void {
        document.title = 'Event Sources · Tiphys';
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.list.restart();
        }
    }

    private row({ object, events, sensors, lastHour: hour }: Source) {
        const { name, namespace: space = '' } = object.metadata;
        const state = readiness(object);
        const total = events.reduce((sum, each) => sum + each.events.total, 0);
        const last = events.map((each) => each.events.lastAt).reduce((a, b) => (a > b ? a : b), '');
        const inHour = hour.reduce((sum, each) => sum + each, 0);
        return html`<tr data-testid="source-row" data-source=${name}>
            <td>${readyChip(state)}</td>
            <td class="grow">
                <a class="row" data-row href=${sourceHref(space, name)}>${name}</a>
                ${
                    state.why
                        ? html`<span class="sub bad-text">${state.why}</span>`
                        : html`<span class="sub"
                              >${events.map((each) => each.eventName).join(', ') || 'no events'}</span
                          >`
                }
            </td>
            <td class="wide">
                <ul class="stack">
                    ${events.map((each) => html`<li><code>${each.address || each.type}</code></li>`)}
                </ul>
            </td>
            ${namespace() ? nothing : html`<td class="wide muted">${space}</td>`}
            <td class="wide">
                ${hour.length > 0 ? spark(hour, `${counted(inHour, 'event')} in the last hour`) : nothing}
            </td>
            <td class="right number">
                <a href=${href('/events', { namespace: space, eventSource: name })}>${total.toLocaleString('en')}</a>
            </td>
            <td class="right muted wide"><t-time .at=${last}></t-time></td>
            <td class="right number wide">
                ${sensors.length > 0 ? sensors.length : html`<span class="tag warn" title="No sensor listens to it">none</span>`}
            </td>
        </tr>`;
    }

    private body() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton();
        }
        const search = (this.route.value.query.get('search') ?? '').toLowerCase();
        const items = value.filter(({ object, events }) =>
            `${object.metadata.name} ${events.map((each) => `${each.eventName} ${each.address}`).join(' ')}`
                .toLowerCase()
                .includes(search),
        );
        if (items.length === 0) {
            return search
                ? empty('search', 'No event source matches', '')
                : empty(
                      'source',
                      namespace() ? `No event sources in ${namespace()} yet` : 'No event sources yet',
                      html`<p>An EventSource opens an address where events come in. Apply one, with an EventBus:</p>
                          ${command('tiphys apply -f examples/ml-pipeline/eventbus.yaml')}
                          ${command('tiphys apply -f examples/ml-pipeline/event-source.yaml')}`,
                  );
        }
        return html`<table class="table tall" data-testid="sources" aria-label="Event Sources">
            <thead>
                <tr>
                    <th scope="col">State</th>
                    <th scope="col">Event source</th>
                    <th scope="col" class="wide">Address</th>
                    ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                    <th scope="col" class="wide">Last hour</th>
                    <th scope="col" class="right">Events</th>
                    <th scope="col" class="right wide">Last event</th>
                    <th scope="col" class="right wide">Sensors</th>
                </tr>
            </thead>
            <tbody>
                ${items.map((source) => this.row(source))}
            </tbody>
        </table>`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Event Sources</h1>
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search event sources</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            .value=${this.route.value.query.get('search') ?? ''}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                </div>
                <button class="push" data-testid="send-event" @click=${() => sendTestEvent()}>
                    ${icon('send', 14)} Send test event
                </button>
            </header>
            ${this.list.value ? stale(this.list.error) : nothing}
            <div class="page-body" tabindex="-1">${this.body()}</div>`;
    }
}
customElements.define('t-sources', SourcesPage);

/** An EventSource with its events and listeners as the flow of its namespace has them. */
function join(object: ApiObject, known: Flow[], arrivals: Map<string, Arrivals[]>): Source {
    const { name, namespace: space } = object.metadata;
    const flow = known.find((each) => each.namespace === space);
    return {
        object,
        events: flow?.sources.filter((each) => each.eventSource === name) ?? [],
        sensors: (flow?.sensors ?? [])
            .filter((sensor) => sensor.dependencies.some((each) => each.eventSource === name))
            .map((sensor) => sensor.name),
        lastHour: sumOf(
            (arrivals.get(space ?? '') ?? []).filter((each) => each.eventSource === name).map((each) => each.counts),
        ),
    };
}

/** Lists of numbers of one length, added place by place. */
function sumOf(lists: number[][]): number[] {
    const [first = [], ...rest] = lists.filter((list) => list.length > 0);
    return first.map((number, index) => rest.reduce((sum, list) => sum + (list[index] ?? 0), number));
}
