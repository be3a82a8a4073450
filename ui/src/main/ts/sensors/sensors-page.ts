import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, FlowSensor } from '../api/types';
import { readiness, readyChip } from '../base/conditions';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { Resource } from '../base/resource';
import { href, namespace, route, sensorHref, setQuery, sourceHref } from '../base/router';
import { Watch } from '../base/signal';
import { flows } from '../flow/flows';

interface Known {
    object: ApiObject;
    sensor: FlowSensor | undefined;
    /** The events that are served in its namespace, as `source/event`. */
    served: Set<string>;
}

/** The sensors with what they listen to and what they made. */
class SensorsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private readonly list = new Resource<Known[]>(
        this,
        async (signal) => {
            const [objects, known] = await Promise.all([
                api.objects('Sensor', namespace(), signal),
                flows(namespace(), signal),
            ]);
            return objects.items.map((object) => {
                const flow = known.find((each) => each.namespace === object.metadata.namespace);
                return {
                    object,
                    sensor: flow?.sensors.find((each) => each.name === object.metadata.name),
                    served: new Set(flow?.sources.map((each) => `${each.eventSource}/${each.eventName}`)),
                };
            });
        },
        (change) => change.stream.startsWith('object') || change.stream.startsWith('trigger'),
    );

    constructor() {
        super();
        new Keys(this, 'Sensors', [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    override willUpdate(): void {
        document.title = 'Sensors · Tiphys';
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.list.restart();
        }
    }

    private row({ object, sensor, served }: Known) {
        const { name, namespace: space = '' } = object.metadata;
        const state = readiness(object);
        const triggers = sensor?.triggers ?? [];
        const stuck = triggers.find((trigger) => trigger.message);
        const sum = (count: 'fired' | 'filtered' | 'failed' | 'backlog') =>
            triggers.reduce((all, trigger) => all + trigger[count], 0);
        const last = triggers.map((trigger) => trigger.lastAt).reduce((a, b) => (a > b ? a : b), '');
        const count = (verdict: 'fired' | 'filtered' | 'failed') => {
            const number = sum(verdict);
            return number === 0
                ? html`<span class="muted">0</span>`
                : html`<a
                      class=${verdict === 'failed' ? 'bad-text' : ''}
                      href=${href('/events', { namespace: space, sensor: name, verdict })}
                      >${number.toLocaleString('en')}</a
                  >`;
        };
        const why = state.why || stuck?.message || '';
        return html`<tr data-testid="sensor-row" data-sensor=${name}>
            <td>${readyChip(state)}</td>
            <td class="grow">
                <a class="row" data-row href=${sensorHref(space, name)}>${name}</a>
                ${
                    why
                        ? html`<span class="sub bad-text">${why}</span>`
                        : html`<span class="sub">${triggers.map((trigger) => trigger.name).join(', ')}</span>`
                }
            </td>
            <td class="wide">
                <ul class="stack">
                    ${(sensor?.dependencies ?? []).map((each) => {
                        const known = served.has(`${each.eventSource}/${each.eventName}`);
                        return html`<li>
                            ${
                                known
                                    ? html`<a href=${sourceHref(space, each.eventSource)}
                                          >${each.eventSource}/${each.eventName}</a
                                      >`
                                    : html`${each.eventSource}/${each.eventName}
                                          <span class="tag bad" title="No event source serves this">missing</span>`
                            }
                        </li>`;
                    })}
                </ul>
            </td>
            ${namespace() ? nothing : html`<td class="wide muted">${space}</td>`}
            <td class="right number">${count('fired')}</td>
            <td class="right number wide">${count('filtered')}</td>
            <td class="right number">${count('failed')}</td>
            <td class="right muted wide"><t-time .at=${last}></t-time></td>
        </tr>`;
    }

    private body() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton();
        }
        const search = (this.route.value.query.get('search') ?? '').toLowerCase();
        const items = value.filter(({ object, sensor }) =>
            `${object.metadata.name} ${(sensor?.triggers ?? []).map((trigger) => trigger.name).join(' ')} ${(sensor?.dependencies ?? []).map((each) => `${each.eventSource}/${each.eventName}`).join(' ')}`
                .toLowerCase()
                .includes(search),
        );
        if (items.length === 0) {
            return search
                ? empty('search', 'No sensor matches', '')
                : empty(
                      'sensor',
                      namespace() ? `No sensors in ${namespace()} yet` : 'No sensors yet',
                      html`<p>
                              A Sensor listens to event sources, decides about each event, and starts workflows. Apply
                              one:
                          </p>
                          ${command('tiphys apply -f examples/ml-pipeline/sensor.yaml')}`,
                  );
        }
        return html`<table class="table tall" data-testid="sensors" aria-label="Sensors">
            <thead>
                <tr>
                    <th scope="col">State</th>
                    <th scope="col">Sensor</th>
                    <th scope="col" class="wide">Listens to</th>
                    ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                    <th scope="col" class="right">Fired</th>
                    <th scope="col" class="right wide">Filtered</th>
                    <th scope="col" class="right">Failed</th>
                    <th scope="col" class="right wide">Last fired</th>
                </tr>
            </thead>
            <tbody>
                ${items.map((known) => this.row(known))}
            </tbody>
        </table>`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Sensors</h1>
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search sensors</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            .value=${this.route.value.query.get('search') ?? ''}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                </div>
            </header>
            ${this.list.value ? stale(this.list.error) : nothing}
            <div class="page-body" tabindex="-1">${this.body()}</div>`;
    }
}
customElements.define('t-sensors', SensorsPage);
