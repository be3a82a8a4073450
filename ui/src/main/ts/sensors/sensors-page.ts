import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, FlowSensor } from '../api/types';
import { readiness, readyChip } from '../base/conditions';
import { command } from '../base/copy';
import { ListPage } from '../base/list-page';
import { Resource } from '../base/resource';
import { href, namespace, sensorHref, sourceHref } from '../base/router';
import { flows } from '../flow/flows';

interface Known {
    object: ApiObject;
    sensor: FlowSensor | undefined;
    /** The events that are served in its namespace, as `source/event`. */
    served: Set<string>;
}

/** The sensors with what they listen to and what they made. */
class SensorsPage extends ListPage<Known> {
    protected readonly list = new Resource<Known[]>(
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
        super({
            title: 'Sensors',
            many: 'sensors',
            one: 'sensor',
            icon: 'sensor',
            testid: 'sensors',
        });
    }

    protected row({ object, sensor, served }: Known) {
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

    protected text({ object, sensor }: Known): string {
        return `${object.metadata.name} ${(sensor?.triggers ?? []).map((trigger) => trigger.name).join(' ')} ${(sensor?.dependencies ?? []).map((each) => `${each.eventSource}/${each.eventName}`).join(' ')}`;
    }

    protected heads() {
        return html`<th scope="col">State</th>
            <th scope="col">Sensor</th>
            <th scope="col" class="wide">Listens to</th>
            ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
            <th scope="col" class="right">Fired</th>
            <th scope="col" class="right wide">Filtered</th>
            <th scope="col" class="right">Failed</th>
            <th scope="col" class="right wide">Last fired</th>`;
    }

    protected introduction() {
        return html`<p>A Sensor listens to event sources, decides about each event, and starts workflows. Apply one:</p>
            ${command('tiphys apply -f examples/ml-pipeline/sensor.yaml')}`;
    }
}
customElements.define('t-sensors', SensorsPage);
