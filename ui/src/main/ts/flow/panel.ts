import { html, nothing, type TemplateResult } from 'lit';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import { phaseLook, shownPhase, sign } from '../base/phase';
import { href, runHref, sensorHref, sourceHref, templateHref } from '../base/router';
import { sendTestEvent } from '../events/send';
import { curl } from '../sources/curl';
import './manifest';
import type { FlowBox } from './model';

const fact = (name: string, value: TemplateResult | string | number) =>
    html`<dt>${name}</dt>
        <dd>${value}</dd>`;

const state = (ready: boolean, message: string) =>
    ready
        ? message
            ? html`<p class="notice"><span>${message}</span></p>`
            : nothing
        : html`<p class="notice err">${icon('bang', 16)}<span>${message || 'Not ready.'}</span></p>`;

/** What is known of one part of the flow, and its manifest. */
class FlowPanel extends LightElement {
    static override properties = { box: { attribute: false } };
    declare box: FlowBox;

    private heading(): { kind: string; name: string; object: [string, string] | undefined } {
        const { box: part } = this;
        switch (part.kind) {
            case 'source':
                return {
                    kind: 'Event source',
                    name: `${part.source.eventSource}/${part.source.eventName}`,
                    object: ['EventSource', part.source.eventSource],
                };
            case 'missing':
                return { kind: 'Event source', name: part.name, object: undefined };
            case 'bus':
                return {
                    kind: 'Event bus',
                    name: part.bus.name,
                    object: part.bus.present ? ['EventBus', part.bus.name] : undefined,
                };
            case 'sensor':
                return { kind: 'Sensor', name: part.sensor.name, object: ['Sensor', part.sensor.name] };
            case 'group':
                return { kind: 'Sensors', name: part.source, object: undefined };
            case 'trigger':
            case 'runs':
            case 'run':
                return {
                    kind: 'Trigger',
                    name: part.kind === 'run' ? part.run.name : part.trigger.name,
                    object: part.kind === 'trigger' ? ['Sensor', part.sensor.name] : undefined,
                };
        }
    }

    private body(): TemplateResult | typeof nothing {
        const { box: part } = this;
        switch (part.kind) {
            case 'source': {
                const { source } = part;
                const text = curl(source);
                return html`${state(source.ready, source.message)}
                    <dl class="facts">
                        ${fact('Type', source.type)}
                        ${source.address ? fact(source.type === 'webhook' ? 'Listens at' : 'Comes from', html`<code>${source.address}</code>`) : nothing}
                        ${fact('Events', html`<a href=${href('/events', { namespace: part.namespace, eventSource: source.eventSource })}>${source.events.total}</a>`)}
                        ${fact('Last event', html`<t-time .at=${source.events.lastAt}></t-time>`)}
                    </dl>
                    <button
                        data-testid="panel-send"
                        @click=${() => sendTestEvent(`${part.namespace}/${source.eventSource}/${source.eventName}`)}
                    >
                        ${icon('send', 14)} Send test event
                    </button>
                    ${
                        source.type === 'webhook' && source.address
                            ? html`<div class="command">
                                  <code>${text}</code><t-copy .text=${text} label="Copy command"></t-copy>
                              </div>`
                            : nothing
                    }`;
            }
            case 'missing':
                return html`<p class="notice err">
                    ${icon('bang')}<span
                        >A sensor depends on this, and no event source serves it. Apply an EventSource with this name
                        and event, or mend the sensor’s dependency.</span
                    >
                </p>`;
            case 'bus':
                return part.bus.present
                    ? state(part.bus.ready, part.bus.message)
                    : html`<p class="notice err">
                          ${icon('bang')}<span
                              >No EventBus named “${part.bus.name}” is in ${part.namespace}, so no event source listens.
                              Apply one.</span
                          >
                      </p>`;
            case 'sensor': {
                const { sensor } = part;
                return html`${state(sensor.ready, sensor.message)}
                    <section>
                        <h3>Dependencies</h3>
                        <ul class="plain-list">
                            ${sensor.dependencies.map(
                                (dependency) =>
                                    html`<li>
                                        <code>${dependency.name}</code>
                                        <span class="muted">${dependency.eventSource}/${dependency.eventName}</span>
                                    </li>`,
                            )}
                        </ul>
                    </section>
                    <section>
                        <h3>Triggers</h3>
                        <ul class="plain-list">
                            ${sensor.triggers.map(
                                (trigger) =>
                                    html`<li>
                                        ${trigger.name}
                                        <span class="muted"
                                            >fired ${trigger.fired}, filtered ${trigger.filtered}, failed
                                            ${trigger.failed}</span
                                        >
                                    </li>`,
                            )}
                        </ul>
                    </section>`;
            }
            case 'trigger': {
                const { trigger, sensor } = part;
                return html`${state(sensor.ready, sensor.message)}
                    ${trigger.message ? html`<p class="notice err">${icon('bang')}<span>${trigger.message}</span></p>` : nothing}
                    ${
                        trigger.heldBack
                            ? html`<p class="notice wait">
                                  ${icon('pause')}<span>Held back until fewer of its workflows are under way.</span>
                              </p>`
                            : nothing
                    }
                    ${
                        trigger.waiting.length > 0
                            ? html`<p class="notice wait">
                                  ${icon('dots')}<span>Waits for ${trigger.waiting.join(', ')}.</span>
                              </p>`
                            : nothing
                    }
                    <dl class="facts">
                        ${fact('Does', `${trigger.operation} ${trigger.kind}`)}
                        ${trigger.template ? fact('Template', html`<a href=${templateHref(part.namespace, trigger.template)}>${trigger.template}</a>`) : nothing}
                        ${fact('Condition', trigger.conditions ? html`<code>${trigger.conditions}</code>` : 'all dependencies')}
                        ${fact('Fired', html`<a href=${href('/events', { namespace: part.namespace, sensor: sensor.name, verdict: 'fired' })}>${trigger.fired}</a>`)}
                        ${fact('Filtered', html`<a href=${href('/events', { namespace: part.namespace, sensor: sensor.name, verdict: 'filtered' })}>${trigger.filtered}</a>`)}
                        ${fact('Failed', html`<a href=${href('/events', { namespace: part.namespace, sensor: sensor.name, verdict: 'failed' })}>${trigger.failed}</a>`)}
                        ${trigger.backlog > 0 ? fact('Behind', `${trigger.backlog} events`) : nothing}
                        ${fact('Last fired', html`<t-time .at=${trigger.lastAt}></t-time>`)}
                    </dl>
                    ${
                        trigger.runs.length > 0
                            ? html`<section>
                                  <h3>Last workflows</h3>
                                  <ul class="run-list">
                                      ${trigger.runs.map(
                                          (run) =>
                                              html`<li>
                                                  <a class="run-link" href=${runHref(run.namespace, run.name)}
                                                      >${sign(phaseLook(shownPhase(run)))}<span>${run.name}</span></a
                                                  ><span class="muted"><t-time .at=${run.createdAt}></t-time></span>
                                              </li>`,
                                      )}
                                  </ul>
                              </section>`
                            : nothing
                    }`;
            }
            case 'run':
            case 'runs':
            case 'group':
                return nothing;
        }
    }

    override render() {
        const { kind, name, object } = this.heading();
        const page =
            object?.[0] === 'EventSource'
                ? sourceHref(this.box.namespace, object[1])
                : object?.[0] === 'Sensor'
                  ? sensorHref(this.box.namespace, object[1])
                  : '';
        return html`<aside class="panel" aria-label="${kind} ${name}" data-testid="flow-panel">
            <header>
                <div class="panel-title">
                    <p class="muted small">${kind} · ${this.box.namespace}</p>
                    <h2>
                        ${page ? html`<a href=${page} data-testid="panel-open" title="Open its page">${name} ${icon('right', 13)}</a>` : name}
                    </h2>
                </div>
                <button
                    class="plain"
                    aria-label="Close panel"
                    data-testid="panel-close"
                    @click=${() => this.dispatchEvent(new CustomEvent('close'))}
                >
                    ${icon('close')}
                </button>
            </header>
            <div class="panel-body" tabindex="-1">
                ${this.body()}
                ${
                    object
                        ? html`<section>
                              <h3>Manifest of ${object[0]} ${object[1]}</h3>
                              <t-manifest
                                  .kind=${object[0]}
                                  .namespace=${this.box.namespace}
                                  .name=${object[1]}
                              ></t-manifest>
                          </section>`
                        : nothing
                }
            </div>
        </aside>`;
    }
}
customElements.define('t-flow-panel', FlowPanel);
