import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, Arrivals, Flow, FlowSource } from '../api/types';
import { readiness, readyChip } from '../base/conditions';
import { command } from '../base/copy';
import { icon } from '../base/icons';
import { ListPage } from '../base/list-page';
import { counted } from '../base/page';
import { Resource } from '../base/resource';
import { href, namespace, sourceHref } from '../base/router';
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
class SourcesPage extends ListPage<Source> {
    protected readonly list = new Resource<Source[]>(
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
        super({
            title: 'Event Sources',
            many: 'event sources',
            one: 'event source',
            icon: 'source',
            testid: 'sources',
        });
    }

    protected row({ object, events, sensors, lastHour: hour }: Source) {
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

    protected text({ object, events }: Source): string {
        return `${object.metadata.name} ${events.map((each) => `${each.eventName} ${each.address}`).join(' ')}`;
    }

    protected heads() {
        return html`<th scope="col">State</th>
            <th scope="col">Event source</th>
            <th scope="col" class="wide">Address</th>
            ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
            <th scope="col" class="wide">Last hour</th>
            <th scope="col" class="right">Events</th>
            <th scope="col" class="right wide">Last event</th>
            <th scope="col" class="right wide">Sensors</th>`;
    }

    protected introduction() {
        return html`<p>
                An EventSource takes events in: at an address, by the clock, from a directory. Apply one, with an
                EventBus:
            </p>
            ${command('tiphys apply -f examples/ml-pipeline/eventbus.yaml')}
            ${command('tiphys apply -f examples/ml-pipeline/event-source.yaml')}`;
    }

    protected override action() {
        return html`<button class="push" data-testid="send-event" @click=${() => sendTestEvent()}>
            ${icon('send', 14)} Send test event
        </button>`;
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
