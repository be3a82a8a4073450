import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Flow, Verdict } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { verdictLook } from '../base/phase';
import { Resource } from '../base/resource';
import { namespace, restoreScroll, route, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { TIME_FILTERS, timeFilter, timeRange } from '../base/time-range';
import { flows } from '../flow/flows';
import { pager } from '../runs/runs-page';
import { eventTable } from './event-rows';
import { replayRange } from './replay-range';
import { sendTestEvent } from './send';

const VERDICTS: Verdict[] = ['fired', 'waiting', 'filtered', 'failed', 'unheard'];
const PAGE = 50;
const TYPING_MS = 300;
const FILTERS = ['verdict', 'eventSource', 'sensor', 'search', 'before', ...TIME_FILTERS];

/** All events that were accepted, newest first, with what became of each. */
class EventsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private shownNamespace: string | undefined;
    private typing = 0;
    private readonly page = new Resource(
        this,
        (signal) => {
            const query = this.route.value.query;
            return api.events(
                {
                    namespace: namespace(),
                    eventSource: query.get('eventSource') ?? '',
                    sensor: query.get('sensor') ?? '',
                    search: (query.get('search') ?? '').trim(),
                    ...timeRange(),
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
            searchShortcut(() => this),
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

    private replay(): void {
        const query = this.route.value.query;
        const text = (name: string) => query.get(name) ?? '';
        replayRange({
            namespace: namespace(),
            eventSource: text('eventSource'),
            sensor: text('sensor'),
            verdict: text('verdict'),
            search: text('search').trim(),
            ...timeRange(),
            again: '',
        });
    }

    private search(event: Event): void {
        const text = (event.target as HTMLInputElement).value;
        clearTimeout(this.typing);
        this.typing = window.setTimeout(() => setQuery({ search: text, before: '' }), TYPING_MS);
    }

    private choice(parameter: string, word: string, names: Iterable<string>) {
        const chosen = this.route.value.query.get(parameter) ?? '';
        const all = [...new Set([...names, ...(chosen ? [chosen] : [])])];
        return html`<select
            aria-label=${word}
            data-testid="events-${parameter}"
            @change=${(event: Event) => setQuery({ [parameter]: (event.target as HTMLSelectElement).value, before: '' })}
        >
            <option value="" ?selected=${!chosen}>All ${word.toLowerCase()}s</option>
            ${all.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
        </select>`;
    }

    private filters() {
        const query = this.route.value.query;
        const verdict = query.get('verdict') ?? '';
        const flows = this.flows.value ?? [];
        return html`<div class="filters many" role="search">
            <label class="search wider"
                >${icon('search')}<span class="unseen">Search payloads</span
                ><input
                    type="search"
                    placeholder="resnet, or body.model=resnet   /"
                    title="Words in the payload, or PATH=VALUE for one field of it; several must all hold"
                    data-testid="events-search"
                    .value=${query.get('search') ?? ''}
                    @input=${(event: Event) => this.search(event)}
            /></label>
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
            ${this.choice(
                'eventSource',
                'Event source',
                flows.flatMap((flow) => flow.sources.map((source) => source.eventSource)),
            )}
            ${this.choice(
                'sensor',
                'Sensor',
                flows.flatMap((flow) => flow.sensors.map((sensor) => sensor.name)),
            )}
            ${timeFilter()}
        </div>`;
    }

    private nothingYet() {
        const source = (this.flows.value ?? [])
            .flatMap((flow) => flow.sources)
            .find((each) => each.type === 'webhook' && each.address);
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
            return FILTERS.some((name) => query.get(name))
                ? empty(
                      'search',
                      value.next ? 'No event matches among those looked at' : 'No event matches',
                      html`<p>
                          ${
                              value.next
                                  ? html`<button @click=${() => setQuery({ before: String(value.next) }, 'push')}>
                                        Look at older ones
                                    </button>`
                                  : nothing
                          }
                          <button
                              @click=${() => setQuery(Object.fromEntries(FILTERS.map((name) => [name, ''])), 'push')}
                          >
                              Clear the filters
                          </button>
                      </p>`,
                  )
                : this.nothingYet();
        }
        return html`${eventTable(value.items, {
            source: true,
            namespace: namespace() === '',
            sensor: query.get('sensor') ?? '',
            label: 'Events',
        })}
        ${pager(query.get('before') ?? '', value.next)}`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Events</h1>
                ${this.filters()}
                <button
                    class="push"
                    data-testid="replay-range"
                    ?disabled=${!this.page.value?.items.length}
                    @click=${() => this.replay()}
                >
                    ${icon('replay', 14)} Replay these…
                </button>
                <button data-testid="send-event" @click=${() => this.send()}>
                    ${icon('send', 14)} Send test event
                </button>
            </header>
            ${this.page.value ? stale(this.page.error) : nothing}
            <div class="page-body" tabindex="-1" aria-busy=${String(this.page.asked)}>${this.body()}</div>`;
    }
}
customElements.define('t-events', EventsPage);
