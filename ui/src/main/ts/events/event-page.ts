import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client';
import type { Clause, Delivery, EventDetail } from '../api/types';
import { LightElement } from '../base/element';
import { failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys } from '../base/keys';
import { phaseLook, sign, stateLook, chip, verdictChip } from '../base/phase';
import { Resource } from '../base/resource';
import { href, navigate, namespace, runHref } from '../base/router';
import { replay } from './replay';

/** One clause of a filter, what it saw, and the clauses inside. */
function clauseView(clause: Clause): TemplateResult {
    const look = clause.error ? stateLook('lost') : clause.result ? stateLook('done') : stateLook('failed');
    return html`<li>
        <div class="clause">
            ${sign(look, 14)}<span class="unseen"
                >${clause.error ? 'error' : clause.result ? 'holds' : 'does not hold'}:</span
            >
            <code>${clause.what}</code>
            ${clause.actual !== '' ? html`<span class="actual">was <code>${clause.actual}</code></span>` : nothing}
            ${clause.error ? html`<span class="clause-error">${clause.error}</span>` : nothing}
        </div>
        ${
            clause.children.length > 0
                ? html`<ul>
                      ${clause.children.map(clauseView)}
                  </ul>`
                : nothing
        }
    </li>`;
}

/** One event: what came in, what each trigger made of it, and why. */
class EventPage extends LightElement {
    static override properties = { eventId: {} };
    declare eventId: string;
    private shown = '';
    private readonly event: Resource<EventDetail> = new Resource<EventDetail>(
        this,
        (signal) => api.event(this.eventId, signal),
        (change) =>
            change.eventId === this.eventId ||
            change.stream.startsWith('trigger') ||
            (this.event.value?.runs ?? []).some((run) => run.uid === change.uid),
    );

    constructor() {
        super();
        new Keys(this, 'Event', [
            { keys: 'R', what: 'Replay', run: () => void replay(this.eventId) },
            {
                keys: 'Escape',
                what: 'Back to events',
                run: () => navigate(href('/events', { namespace: namespace() })),
            },
        ]);
    }

    override willUpdate(): void {
        if (this.eventId !== this.shown) {
            this.shown = this.eventId;
            this.event.restart();
        }
        document.title = `Event ${this.event.value?.eventName ?? ''} · Tiphys`;
    }

    private firing(delivery: Delivery) {
        const firing = delivery.firing;
        if (!firing) {
            return nothing;
        }
        const made = firing.object?.name ? firing.object : undefined;
        const run =
            made && (made.kind === 'Workflow' || this.event.value?.runs.some((each) => each.name === made.name));
        return html`<section class="firing">
            <h3>Firing ${chip(stateLook(firing.state))}</h3>
            ${
                firing.message
                    ? html`<p class="notice ${firing.state === 'failed' ? 'bad' : ''}">${firing.message}</p>`
                    : nothing
            }
            <p class="firing-object">
                ${
                    made
                        ? html`${made.kind}
                          ${
                              run
                                  ? html`<a href=${runHref(made.namespace, made.name)} data-testid="firing-run"
                                        >${made.name}</a
                                    >`
                                  : html`<strong>${made.name}</strong>`
                          }`
                        : firing.action && firing.action !== 'k8s'
                          ? html`<strong>${firing.action}</strong> <span class="muted"
                                    >${firing.answer?.status ? `answered ${firing.answer.status}` : ''}</span
                                >`
                          : html`<span class="muted"
                              >${firing.state === 'running' ? `Making a ${firing.object?.kind || 'object'}…` : 'No object was made'}</span
                          >`
                }
                ${
                    firing.attempts > 0
                        ? html`<span class="muted"
                              >after ${firing.attempts} ${firing.attempts === 1 ? 'attempt' : 'attempts'}</span
                          >`
                        : nothing
                }
            </p>
            ${firing.answer?.text ? html`<pre class="answer">${firing.answer.text}</pre>` : nothing}
            ${
                firing.parameters.length > 0
                    ? html`<div class="scroll-x" tabindex="0" role="region" aria-label="Parameters of the firing">
                          <table class="small-table" aria-label="Parameters">
                              <thead>
                                  <tr>
                                      <th scope="col">Parameter</th>
                                      <th scope="col">Value</th>
                                      <th scope="col">Origin</th>
                                  </tr>
                              </thead>
                              <tbody>
                                  ${firing.parameters.map(
                                      (parameter) =>
                                          html`<tr class=${parameter.fallback ? 'fallback' : ''}>
                                              <td><code>${parameter.dest}</code></td>
                                              <td><code>${parameter.value}</code></td>
                                              <td>
                                                  ${
                                                      parameter.fallback
                                                          ? html`<span class="tag warn">default used</span> `
                                                          : nothing
                                                  }${parameter.origin.replace(`event ${this.eventId}`, 'this event')}
                                              </td>
                                          </tr>`,
                                  )}
                              </tbody>
                          </table>
                      </div>`
                    : nothing
            }
        </section>`;
    }

    private delivery(delivery: Delivery) {
        const { condition } = delivery;
        return html`<article class="delivery" data-testid="delivery">
            <header>
                ${verdictChip(delivery.verdict)}
                <h2 class="clip">${delivery.sensor}<span class="muted">/</span>${delivery.trigger}</h2>
                ${delivery.replay > 0 ? html`<span class="tag">replay ${delivery.replay}</span>` : nothing}
                <span class="push muted"><t-time .at=${delivery.at}></t-time></span>
            </header>
            ${
                delivery.clauses.length > 0
                    ? html`<section>
                          <h3>Filters</h3>
                          <ul class="clauses">
                              ${delivery.clauses.map(clauseView)}
                          </ul>
                      </section>`
                    : html`<section><p class="muted">No filters: every event of this dependency passes.</p></section>`
            }
            ${
                condition
                    ? html`<section>
                          <h3>Condition</h3>
                          <div class="clause">
                              ${sign(stateLook(condition.result ? 'done' : 'waiting'), 14)}<code
                                  >${condition.text}</code
                              >
                          </div>
                          <ul class="holds">
                              ${Object.entries(condition.holds).map(
                                  ([name, holds]) =>
                                      html`<li>
                                          ${sign(stateLook(holds ? 'done' : 'waiting'), 14)}<code>${name}</code>
                                          <span class="muted">${holds ? 'arrived' : 'not yet'}</span>
                                      </li>`,
                              )}
                          </ul>
                      </section>`
                    : nothing
            }
            ${this.firing(delivery)}
        </article>`;
    }

    private deliveries(event: EventDetail) {
        if (event.deliveries.length > 0) {
            return event.deliveries.map((delivery) => this.delivery(delivery));
        }
        return html`<article class="delivery">
            <header>${verdictChip(event.verdict)}</header>
            <section>
                <p>
                    No sensor listened to <strong>${event.eventSource}/${event.eventName}</strong> when this event came.
                    It is kept: apply a Sensor with a dependency on it, then replay.
                </p>
            </section>
        </article>`;
    }

    private content(event: EventDetail) {
        return html`<header class="bar event-head">
                <a class="button plain" href=${href('/events', { namespace: namespace() })} aria-label="Back to events"
                    >${icon('left')}</a
                >
                <h1 class="clip">${event.eventSource}/${event.eventName}</h1>
                ${verdictChip(event.verdict)}
                <span class="muted mono clip event-id">${event.id}</span>
                <t-copy .text=${event.id} label="Copy the event’s id"></t-copy>
                <span class="muted"><t-time .at=${event.at}></t-time></span>
                <button class="push" data-testid="replay" @click=${() => void replay(event.id)}>
                    ${icon('replay', 14)} Replay
                </button>
            </header>
            ${stale(this.event.error)}
            <div class="page-body columns">
                <div class="main-column">
                    <p class="event-summary" aria-live="polite" data-testid="event-summary">${event.summary}</p>
                    ${
                        event.runs.length > 0
                            ? html`<section class="card">
                                  <h2>Workflows</h2>
                                  <ul class="run-list">
                                      ${event.runs.map(
                                          (run) =>
                                              html`<li>
                                                  <a
                                                      class="run-link"
                                                      href=${runHref(run.namespace, run.name)}
                                                      data-testid="event-run"
                                                      >${sign(phaseLook(run.phase))}<span>${run.name}</span></a
                                                  ><span class="muted">${run.phase || 'Pending'}</span>
                                              </li>`,
                                      )}
                                  </ul>
                              </section>`
                            : nothing
                    }
                    ${this.deliveries(event)}
                </div>
                <aside class="side-column" aria-label="What came in">
                    <section class="card">
                        <h2>
                            Payload <t-copy .text=${JSON.stringify(event.data, null, 2)} label="Copy payload"></t-copy>
                        </h2>
                        <t-json .value=${event.data} data-testid="payload"></t-json>
                    </section>
                    <section class="card">
                        <h2>Context</h2>
                        <t-json .value=${event.context}></t-json>
                    </section>
                    <section class="card">
                        <h2>In the terminal</h2>
                        <div class="commands">
                            <div class="command">
                                <code>tiphys explain ${event.id}</code
                                ><t-copy .text=${`tiphys explain ${event.id}`} label="Copy command"></t-copy>
                            </div>
                            <div class="command">
                                <code>tiphys events replay ${event.id}</code
                                ><t-copy .text=${`tiphys events replay ${event.id}`} label="Copy command"></t-copy>
                            </div>
                        </div>
                    </section>
                </aside>
            </div>`;
    }

    override render() {
        const { value, error } = this.event;
        if (!value) {
            return html`<h1 class="unseen">Event ${this.eventId}</h1>
                ${error ? failure(error, () => this.event.reload()) : skeleton(8)}`;
        }
        return this.content(value);
    }
}
customElements.define('t-event', EventPage);
