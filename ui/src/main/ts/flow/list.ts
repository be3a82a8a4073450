import { html, nothing } from 'lit';
import type { Flow } from '../api/types';
import { phaseLook, shownPhase, sign } from '../base/phase';
import { runHref } from '../base/router';
import { busId, sensorId, triggerId } from './model';

const ready = (yes: boolean) =>
    html`${sign(phaseLook(yes ? 'Succeeded' : 'Error'))}<span class="unseen">${yes ? 'ready' : 'not ready'}</span>`;

/** The flow as nested lists: for small screens, and for whoever does not see the drawing. */
export function flowList(flows: Flow[], open: (id: string) => void) {
    const entry = (id: string, ok: boolean, name: string, message: string) =>
        html`<button class="flow-entry" data-row @click=${() => open(id)}>
            ${ready(ok)}<strong>${name}</strong><span class="muted clip">${message}</span>
        </button>`;
    return html`<div class="flow-list" data-testid="flow-list">
        ${flows.map(
            (flow) =>
                html`<section class="card">
                    <h2>${flow.namespace}</h2>
                    <h3>Event bus</h3>
                    ${entry(busId(flow.namespace), flow.bus.ready, flow.bus.name, flow.bus.present ? flow.bus.message : 'there is none')}
                    <h3>Event sources</h3>
                    <ul>
                        ${flow.sources.map(
                            (source) =>
                                html`<li>
                                    ${entry(
                                        `source:${flow.namespace}/${source.eventSource}/${source.eventName}`,
                                        source.ready,
                                        `${source.eventSource}/${source.eventName}`,
                                        source.message || `${source.events.total} events · ${source.address}`,
                                    )}
                                </li>`,
                        )}
                    </ul>
                    <h3>Sensors and triggers</h3>
                    <ul>
                        ${flow.sensors.map(
                            (sensor) =>
                                html`<li>
                                    ${entry(sensorId(flow.namespace, sensor.name), sensor.ready, sensor.name, sensor.message || sensor.dependencies.map((d) => `${d.eventSource}/${d.eventName}`).join(', '))}
                                    <ul class="deeper">
                                        ${sensor.triggers.map(
                                            (trigger) =>
                                                html`<li>
                                                    ${entry(
                                                        triggerId(flow.namespace, sensor.name, trigger.name),
                                                        trigger.failed === 0 && sensor.ready,
                                                        trigger.name,
                                                        `fired ${trigger.fired}, filtered ${trigger.filtered}, failed ${trigger.failed}`,
                                                    )}
                                                    ${
                                                        trigger.runs.length > 0
                                                            ? html`<ul class="deeper">
                                                                  ${trigger.runs.map(
                                                                      (run) =>
                                                                          html`<li>
                                                                              <a
                                                                                  class="run-link"
                                                                                  data-row
                                                                                  href=${runHref(run.namespace, run.name)}
                                                                                  >${sign(phaseLook(shownPhase(run)))}<span
                                                                                      >${run.name}</span
                                                                                  ></a
                                                                              >
                                                                          </li>`,
                                                                  )}
                                                              </ul>`
                                                            : nothing
                                                    }
                                                </li>`,
                                        )}
                                    </ul>
                                </li>`,
                        )}
                    </ul>
                </section>`,
        )}
    </div>`;
}
