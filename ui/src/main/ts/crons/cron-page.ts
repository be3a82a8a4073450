import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { CronDetail } from '../api/types';
import { LightElement } from '../base/element';
import { failure, skeleton, stale } from '../base/feedback';
import { Keys } from '../base/keys';
import { fact, pageHead } from '../base/page';
import { chip } from '../base/phase';
import { Resource } from '../base/resource';
import { href, namespace, navigate, runHref } from '../base/router';
import '../flow/manifest';
import { cronButtons, cronLook } from './actions';
import { concernsCrons } from './crons-page';

/** One CronWorkflow: when it is due, and what became of the times before. */
class CronPage extends LightElement {
    static override properties = { namespace: {}, name: {} };
    declare namespace: string;
    declare name: string;
    private shown = '';
    private readonly cron: Resource<CronDetail> = new Resource<CronDetail>(
        this,
        (signal) => api.cron(this.namespace, this.name, signal),
        concernsCrons,
    );

    constructor() {
        super();
        new Keys(this, 'Cron Workflow', [
            {
                keys: 'Escape',
                what: 'Back to the cron workflows',
                run: () => navigate(href('/cron-workflows', { namespace: namespace() })),
            },
        ]);
    }

    override willUpdate(): void {
        document.title = `${this.name} · Tiphys`;
        const asked = `${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.cron.restart();
        }
    }

    private history(cron: CronDetail) {
        return html`<section class="card">
            <h2>What became of the last times</h2>
            ${
                cron.history.length === 0
                    ? html`<p class="muted">Nothing was due yet.</p>`
                    : html`<div class="scroll-x" tabindex="0" role="group" aria-label="Decisions">
                          <table class="table" data-testid="cron-history">
                              <thead>
                                  <tr>
                                      <th scope="col">Due</th>
                                      <th scope="col">Decision</th>
                                      <th scope="col">Why</th>
                                  </tr>
                              </thead>
                              <tbody>
                                  ${cron.history.map(
                                      (one) =>
                                          html`<tr>
                                              <td><t-time .at=${one.due || one.at}></t-time></td>
                                              <td>${one.verdict}</td>
                                              <td>${one.text}</td>
                                          </tr>`,
                                  )}
                              </tbody>
                          </table>
                      </div>`
            }
        </section>`;
    }

    private facts(cron: CronDetail) {
        const deadline = cron.startingDeadlineSeconds;
        return html`<section class="card">
            <h2>Schedule</h2>
            ${cron.message ? html`<p class="notice bad"><span>${cron.message}</span></p>` : nothing}
            <dl class="facts">
                ${fact(
                    'When',
                    html`<ul>
                        ${cron.schedules.map((schedule) => html`<li><code>${schedule}</code></li>`)}
                    </ul>`,
                )}
                ${fact('Time zone', cron.timezone || cron.zone)} ${fact('Only if', cron.when)}
                ${fact('Stops when', cron.stopStrategy)} ${fact('Concurrency', cron.concurrencyPolicy)}
                ${fact('Deadline', deadline ? `${deadline}s after it was due` : '')}
                ${fact('Last', html`<t-time .at=${cron.lastScheduledTime}></t-time>`)}
                ${fact('Running', cron.active.length > 0 ? html`${activeRuns(cron)}` : '')}
                ${fact('Ended', `${cron.succeeded} succeeded, ${cron.failed} failed`)}
            </dl>
        </section>`;
    }

    private next(cron: CronDetail) {
        const silent = cron.suspended || cron.phase === 'Stopped';
        return html`<section class="card">
            <h2>Next times</h2>
            ${silent ? html`<p class="muted">No run starts while it is ${cron.suspended ? 'suspended' : 'stopped'}.</p>` : nothing}
            <ol class="cron-times" data-testid="cron-next">
                ${cron.next.map(
                    (at) =>
                        html`<li>
                            <span class="number">${inZone(at, cron.zone)}</span>
                            <span class="muted"><t-time .at=${at}></t-time></span>
                        </li>`,
                )}
            </ol>
            ${cron.clockChanges.map((text) => html`<p class="notice wait"><span>${text}</span></p>`)}
        </section>`;
    }

    override render() {
        const { value, error } = this.cron;
        const head = pageHead(
            { path: '/cron-workflows', word: 'the cron workflows' },
            this.name,
            value ? chip(cronLook(value)) : nothing,
            value ? html`${value.namespace}` : nothing,
            value ? cronButtons(value, () => this.cron.reload()) : nothing,
        );
        if (!value) {
            return html`${head}
                <div class="page-body">${error ? failure(error, () => this.cron.reload()) : skeleton(8)}</div>`;
        }
        return html`${head} ${stale(error)}
            <div class="page-body pad" tabindex="0">
                <div class="run-parameters">
                    <div>${this.facts(value)} ${this.history(value)}</div>
                    ${this.next(value)}
                </div>
                <section class="cron-manifest">
                    <h2>Manifest</h2>
                    <t-manifest kind="CronWorkflow" .namespace=${this.namespace} .name=${this.name}></t-manifest>
                </section>
            </div>`;
    }
}
customElements.define('t-cron', CronPage);

/** An instant by the clock of a zone, as its schedule is meant: `Mon 30 Nov 2026, 02:00`. */
function inZone(at: string, zone: string): string {
    const form = {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
    } as const;
    try {
        return new Intl.DateTimeFormat('en-GB', { ...form, timeZone: zone || 'UTC' }).format(new Date(at));
    } catch {
        // a zone that this browser does not know: the instant itself is right, too
        return at;
    }
}

/** The runs of a CronWorkflow that are under way. */
const activeRuns = (cron: CronDetail) =>
    cron.active.map((name) => html`<a href=${runHref(cron.namespace, name)}>${name}</a> `);
