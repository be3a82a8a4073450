import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { ApiObject, EventRow, Flow, FlowTrigger } from '../api/types';
import { conditionList, readiness, readyChip } from '../base/conditions';
import { LightElement } from '../base/element';
import { failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts } from '../base/keys';
import { counted, fact, pageHead } from '../base/page';
import { phaseLook, shownPhase, sign } from '../base/phase';
import { Resource } from '../base/resource';
import { href, namespace as chosenNamespace, navigate, runHref, sourceHref, templateHref } from '../base/router';
import { eventTable } from '../events/event-rows';
import { sendTestEvent } from '../events/send';
import '../flow/manifest';
import {
    conditionWords,
    does,
    filterWords,
    originWords,
    type DependencySpec,
    type TriggerParameter,
    type TriggerSpec,
} from './words';

const RECENT = 15;

interface Known {
    object: ApiObject;
    flow: Flow;
    recent: EventRow[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The value at a path such as `spec.arguments.parameters.0`. */
function at(value: unknown, path: string): unknown {
    return path
        .split('.')
        .reduce<unknown>(
            (inner, key) =>
                typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
            value,
        );
}

/** One sensor: what it listens to, what passes, what it makes of it, and how it decided last. */
class SensorPage extends LightElement {
    static override properties = { namespace: {}, name: {} };
    declare namespace: string;
    declare name: string;
    private shown = '';
    private readonly known = new Resource<Known>(
        this,
        async (signal) => {
            const { namespace, name: sensor } = this;
            const [object, flow, recent] = await Promise.all([
                api.object('Sensor', namespace, sensor, signal),
                api.flow(namespace, signal),
                api.events({ namespace, sensor, limit: RECENT }, signal),
            ]);
            return { object, flow, recent: recent.items };
        },
        (change) =>
            change.stream.startsWith('object') ||
            change.stream.startsWith('source') ||
            (change.stream.startsWith('trigger') && change.name === this.name) ||
            change.type === 'run.ended',
    );

    constructor() {
        super();
        new Keys(this, 'Sensor', [
            {
                keys: 'Escape',
                what: 'Back to the sensors',
                run: () => navigate(href('/sensors', { namespace: chosenNamespace() })),
            },
            ...listShortcuts(() => this),
        ]);
    }

    override willUpdate(): void {
        document.title = `${this.name} · Sensors · Tiphys`;
        const asked = `${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.known.restart();
        }
    }

    private dependency(dependency: DependencySpec, flow: Flow) {
        const { eventSourceName, eventName } = dependency;
        const source = flow.sources.find(
            (each) => each.eventSource === eventSourceName && each.eventName === eventName,
        );
        return html`<section class="card" data-testid="dependency" aria-label="Dependency ${dependency.name}">
            <div class="card-head">
                <h2>${dependency.name}</h2>
                <span class="muted with-sign"
                    >${sign(phaseLook(source?.ready ? 'Succeeded' : 'Error'), 14)}
                    ${
                        source
                            ? html`<a href=${sourceHref(this.namespace, eventSourceName)}
                                  >${eventSourceName}/${eventName}</a
                              >`
                            : html`${eventSourceName}/${eventName}`
                    }</span
                >
            </div>
            ${
                source
                    ? source.ready
                        ? nothing
                        : html`<p class="notice err">${icon('bang')}<span>${source.message}</span></p>`
                    : html`<p class="notice err">
                          ${icon('bang')}<span
                              >No event source serves this. Apply an EventSource <code>${eventSourceName}</code> with an
                              event <code>${eventName}</code>, or mend the dependency.</span
                          >
                      </p>`
            }
            <div class="words" data-testid="filters">${filterWords(dependency)}</div>
        </section>`;
    }

    private trigger(spec: TriggerSpec, dependencies: DependencySpec[], state: FlowTrigger | undefined) {
        const name = spec.template?.name ?? '';
        const resource = spec.template?.k8s?.source?.resource;
        const template = text(at(resource, 'spec.workflowTemplateRef.name'));
        const kind = Object.keys(spec.template ?? {}).find(
            (key) => !['name', 'conditions', 'conditionsReset'].includes(key),
        );
        const parameters = [...(spec.template?.k8s?.parameters ?? []), ...(spec.parameters ?? [])];
        return html`<section class="card" data-testid="trigger" aria-label="Trigger ${name}">
            <div class="card-head">
                <h2>${icon('bolt', 15)} ${name}</h2>
                <span class="muted number counts"
                    >${state ? this.count('fired', state.fired) : nothing}
                    ${state ? this.count('filtered', state.filtered) : nothing}
                    ${state ? this.count('failed', state.failed) : nothing}</span
                >
            </div>
            ${state?.message ? html`<p class="notice err">${icon('bang')}<span>${state.message}</span></p>` : nothing}
            ${
                state && (state.heldBack || state.backlog > 1)
                    ? html`<p class="notice wait">
                          ${icon('pause')}<span
                              >${state.heldBack ? 'Held back, because many workflows are under way: ' : ''}${counted(state.backlog, 'event')}
                              behind.</span
                          >
                      </p>`
                    : nothing
            }
            <p class="words">${conditionWords(spec, dependencies)}</p>
            ${
                state && state.waiting.length > 0
                    ? html`<p class="notice wait">
                          ${icon('dots')}<span>Now waits for <code>${state.waiting.join(', ')}</code>.</span>
                      </p>`
                    : nothing
            }
            <p class="words">
                ${
                    resource
                        ? html`Then it <strong>${does(spec.template?.k8s?.operation ?? '')}</strong> a
                              <strong>${text(at(resource, 'kind')) || 'resource'}</strong> named
                              <code
                                  >${text(at(resource, 'metadata.name')) || `${text(at(resource, 'metadata.generateName'))}…`}</code
                              >${
                                  template
                                      ? html` of
                                            <a
                                                href=${templateHref(this.namespace, template)}
                                                data-testid="trigger-template"
                                                >${template}</a
                                            >`
                                      : nothing
                              }`
                        : html`Then it acts as a <strong>${kind}</strong> trigger`
                }${spec.retryStrategy?.steps ? html`, trying up to ${spec.retryStrategy.steps} times` : nothing}${
                    spec.rateLimit?.requestsPerUnit
                        ? html`, at most ${spec.rateLimit.requestsPerUnit} a
                          ${(spec.rateLimit.unit ?? 'Second').toLowerCase()}`
                        : nothing
                }.
            </p>
            ${parameters.length > 0 ? this.parameters(parameters, resource) : nothing}
            ${
                state && state.runs.length > 0
                    ? html`<ul class="run-list">
                          ${state.runs.map(
                              (run) =>
                                  html`<li>
                                      <a class="run-link" href=${runHref(run.namespace, run.name)}
                                          >${sign(phaseLook(shownPhase(run)), 14)}<span>${run.name}</span></a
                                      ><span class="muted"><t-time .at=${run.createdAt}></t-time></span>
                                  </li>`,
                          )}
                      </ul>`
                    : nothing
            }
        </section>`;
    }

    private count(verdict: 'fired' | 'filtered' | 'failed', number: number) {
        const words = html`<strong>${number.toLocaleString('en')}</strong> ${verdict}`;
        return number === 0
            ? html`<span>${words}</span>`
            : html`<a
                  class=${verdict === 'failed' ? 'bad-text' : ''}
                  href=${href('/events', { namespace: this.namespace, sensor: this.name, verdict })}
                  >${words}</a
              >`;
    }

    private parameters(parameters: TriggerParameter[], resource: unknown) {
        return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Parameters">
            <table class="small-table" aria-label="Parameters">
                <thead>
                    <tr>
                        <th scope="col">Sets</th>
                        <th scope="col">From</th>
                    </tr>
                </thead>
                <tbody>
                    ${parameters.map((parameter) => {
                        const dest = parameter.dest ?? '';
                        const name = /\.value$/.test(dest) ? text(at(resource, dest.replace(/\.value$/, '.name'))) : '';
                        return html`<tr>
                            <td title=${dest}>
                                ${name ? html`<code>${name}</code>` : html`<code>${dest}</code>`}
                                ${parameter.operation && parameter.operation !== 'overwrite' ? html`<span class="tag">${parameter.operation}</span>` : nothing}
                            </td>
                            <td>${originWords(parameter)}</td>
                        </tr>`;
                    })}
                </tbody>
            </table>
        </div>`;
    }

    private recent(recent: EventRow[]) {
        return html`<section class="card flush" data-testid="deliveries">
            <div class="card-head">
                <h2>Last deliveries</h2>
                <a href=${href('/events', { namespace: this.namespace, sensor: this.name })}>All its events</a>
            </div>
            ${
                recent.length === 0
                    ? html`<div class="inset">
                          <p class="muted">No event has been given to this sensor yet.</p>
                          <p>
                              <button @click=${() => sendTestEvent()}>${icon('send', 14)} Send test event</button>
                          </p>
                      </div>`
                    : eventTable(recent, {
                          source: true,
                          namespace: false,
                          sensor: this.name,
                          label: 'Last deliveries',
                      })
            }
        </section>`;
    }

    override render() {
        const { value, error } = this.known;
        if (!value) {
            return html`<h1 class="unseen">${this.name}</h1>
                <div class="page-body">${error ? failure(error, () => this.known.reload()) : skeleton(8)}</div>`;
        }
        const { object, flow, recent } = value;
        const state = readiness(object);
        const spec = object.spec ?? {};
        const dependencies = (spec['dependencies'] ?? []) as DependencySpec[];
        const triggers = (spec['triggers'] ?? []) as TriggerSpec[];
        const known = flow.sensors.find((each) => each.name === this.name);
        return html`${pageHead(
                { path: '/sensors', word: 'the sensors' },
                this.name,
                readyChip(state),
                html`Sensor in ${this.namespace}`,
            )}
            ${stale(error)}
            <div class="page-body columns" tabindex="-1" data-testid="sensor-page">
                <div class="main-column">
                    ${state.why ? html`<p class="notice err" role="status">${icon('bang')}<span>${state.why}</span></p>` : nothing}
                    <h2 class="column-head">Dependencies</h2>
                    ${dependencies.map((dependency) => this.dependency(dependency, flow))}
                    <h2 class="column-head">Triggers</h2>
                    ${triggers.map((trigger) =>
                        this.trigger(
                            trigger,
                            dependencies,
                            known?.triggers.find((each) => each.name === trigger.template?.name),
                        ),
                    )}
                    ${this.recent(recent)}
                </div>
                <aside class="side-column" aria-label="About this sensor">
                    <section class="card">
                        <h2>About</h2>
                        <dl class="facts">
                            ${fact('Namespace', this.namespace)}
                            ${fact('Service account', text(at(spec, 'template.serviceAccountName')) || 'default')}
                            ${fact('Event bus', text(spec['eventBusName']) || 'default')}
                            ${fact('Created', html`<t-time .at=${object.metadata.creationTimestamp ?? ''}></t-time>`)}
                            ${fact(state.why ? 'Not ready since' : 'Ready since', html`<t-time .at=${state.since}></t-time>`)}
                        </dl>
                    </section>
                    ${conditionList(object)}
                    <section class="card">
                        <h2>Manifest</h2>
                        <t-manifest kind="Sensor" .namespace=${this.namespace} .name=${this.name}></t-manifest>
                    </section>
                </aside>
            </div>`;
    }
}
customElements.define('t-sensor', SensorPage);
