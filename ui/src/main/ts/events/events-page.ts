import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api/client';
import type { EventRow, Flow, Verdict } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts } from '../base/keys';
import { phaseLook, sign, verdictChip, verdictLook } from '../base/phase';
import { Resource } from '../base/resource';
import { eventHref, namespace, restoreScroll, route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { flows } from '../flow/flows';
import { pager } from '../runs/runs-page';
import { sendTestEvent } from './send';

const VERDICTS: Verdict[] = ['fired', 'waiting', 'filtered', 'failed', 'unheard'];
const PAGE = 50;
const SHOWN_RUNS = 2;

/** Ids begin with the time and end with chance: both ends tell events apart. */
const shortId = (id: string) => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

/** All events that were accepted, newest first, with what became of each. */
class EventsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private shownNamespace: string | undefined;
    private readonly page = new Resource(
        this,
        (signal) => {
            const query = this.route.value.query;
            return api.events(
                {
                    namespace: namespace(),
                    eventSource: query.get('eventSource') ?? '',
                    verdict: query.get('verdict') ?? '',
                    before: query.get('before') ?? '',
                    limit: PAGE,
                },
                signal,
            );
        },
        (change) => change.eventId !== '' || change.stream.startsWith('source') || change.stream.startsWith('trigger'),
    );
    private readonly flows = new Resource<Flow[]>(
        this,
        (signal) => flows(namespace(), signal),
        (change) => change.stream.startsWith('object'),
    );

    constructor() {
        super();
        new Keys(this, 'Events', [
            ...listShortcuts(() => this),
            { keys: 's', what: 'Send test event', run: () => this.send() },
        ]);
    }

    override willUpdate(): void {
        document.title = 'Events · Tiphys';
        const asked = `${namespace()}?${this.route.value.query}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.page.reload();
        }
        if (namespace() !== this.shownNamespace) {
            this.shownNamespace = namespace();
            this.flows.reload();
        }
    }

    override updated(): void {
        if (this.page.value && !this.page.asked) {
            restoreScroll(this);
        }
    }

    private send(): void {
        sendTestEvent();
    }

    private filters() {
        const query = this.route.value.query;
        const verdict = query.get('verdict') ?? '';
        const chosen = query.get('eventSource') ?? '';
        const sources = new Set((this.flows.value ?? []).flatMap((flow) => flow.sources.map((s) => s.eventSource)));
        if (chosen) {
            sources.add(chosen);
        }
        return html`<div class="filters" role="search">
            <div class="segments" role="group" aria-label="Verdict" data-testid="events-verdict">
                <button aria-pressed=${String(!verdict)} @click=${() => setQuery({ verdict: '', before: '' })}>
                    All
                </button>
                ${VERDICTS.map(
                    (name) =>
                        html`<button
                            aria-pressed=${String(verdict === name)}
                            @click=${() => setQuery({ verdict: verdict === name ? '' : name, before: '' })}
                        >
                            ${verdictLook(name).word}
                        </button>`,
                )}
            </div>
            <select
                aria-label="Event source"
                data-testid="events-source"
                @change=${(event: Event) =>
                    setQuery({ eventSource: (event.target as HTMLSelectElement).value, before: '' })}
            >
                <option value="" ?selected=${!chosen}>All event sources</option>
                ${[...sources].map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
            </select>
        </div>`;
    }

    private row(event: EventRow) {
        return html`<tr data-testid="event-row" data-event=${event.id}>
            <td>${verdictChip(event.verdict)}</td>
            <td>
                <a class="row" data-row href=${eventHref(event.id)}>${event.eventSource}/${event.eventName}</a>
                <span class="sub wide"
                    >${event.type} · <span class="mono" title=${event.id}>${shortId(event.id)}</span></span
                >
            </td>
            <td class="grow wide" title=${event.summary}>${event.summary}</td>
            <td class="wide">
                <div class="run-stack">
                    ${event.runs
                        .slice(0, SHOWN_RUNS)
                        .map(
                            (run) =>
                                html`<a
                                    class="run-link"
                                    href=${runHref(run.namespace, run.name)}
                                    title=${run.phase || 'Pending'}
                                    >${sign(phaseLook(run.phase), 14)}<span>${run.name}</span></a
                                >`,
                        )}
                    ${
                        event.runs.length > SHOWN_RUNS
                            ? html`<span class="muted small">and ${event.runs.length - SHOWN_RUNS} more</span>`
                            : nothing
                    }
                    ${event.runs.length === 0 ? html`<span class="muted">–</span>` : nothing}
                </div>
            </td>
            ${namespace() ? nothing : html`<td class="wide muted">${event.namespace}</td>`}
            <td class="right muted"><t-time .at=${event.at}></t-time></td>
        </tr>`;
    }

    private nothingYet() {
        const source = (this.flows.value ?? []).flatMap((flow) => flow.sources).find((each) => each.address);
        return empty(
            'bolt',
            'No events yet',
            source
                ? html`<p>Event source <strong>${source.eventSource}/${source.eventName}</strong> is listening:</p>
                      ${command(`curl -d '{"model":"resnet"}' -H 'Content-Type: application/json' ${source.address}`)}
                      <p>
                          <button class="primary" @click=${() => this.send()}>
                              ${icon('send', 14)} Send test event
                          </button>
                      </p>`
                : html`<p>Nothing listens here yet. Apply an EventBus, an EventSource and a Sensor:</p>
                      ${command('tiphys apply -f examples/ml-pipeline/')}`,
        );
    }

    private body() {
        const { value, error } = this.page;
        if (!value) {
            return error ? failure(error, () => this.page.reload()) : skeleton(8);
        }
        const query = this.route.value.query;
        if (value.items.length === 0) {
            return ['verdict', 'eventSource', 'before'].some((name) => query.get(name))
                ? empty(
                      'search',
                      'No event matches',
                      html`<p>
                          <button @click=${() => setQuery({ verdict: '', eventSource: '', before: '' }, 'push')}>
                              Clear the filters
                          </button>
                      </p>`,
                  )
                : this.nothingYet();
        }
        return html`<table class="table" data-testid="events" aria-label="Events">
                <thead>
                    <tr>
                        <th scope="col">Verdict</th>
                        <th scope="col">Event</th>
                        <th scope="col" class="wide">What happened</th>
                        <th scope="col" class="wide">Runs</th>
                        ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                        <th scope="col" class="right">Received</th>
                    </tr>
                </thead>
                <tbody>
                    ${repeat(
                        value.items,
                        (event) => event.id,
                        (event) => this.row(event),
                    )}
                </tbody>
            </table>
            ${pager(query.get('before') ?? '', value.next)}`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Events</h1>
                ${this.filters()}
                <button class="push" data-testid="send-event" @click=${() => this.send()}>
                    ${icon('send', 14)} Send test event
                </button>
            </header>
            ${this.page.value ? stale(this.page.error) : nothing}
            <div class="page-body" tabindex="-1" aria-busy=${String(this.page.asked)}>${this.body()}</div>`;
    }
}
customElements.define('t-events', EventsPage);
