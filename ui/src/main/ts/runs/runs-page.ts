import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api/client';
import type { Run } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { phaseChip, shownPhase } from '../base/phase';
import { Resource } from '../base/resource';
import { eventHref, href, namespace, restoreScroll, route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { progressBar } from './progress';

const PHASES = ['Running', 'Pending', 'Succeeded', 'Failed', 'Error'];
const PAGE = 50;
const TYPING_MS = 250;

const given = (run: Run) => run.parameters.map((parameter) => `${parameter.name}=${parameter.value}`).join('  ');

/** All runs, newest first. What is shown is in the address. */
class RunsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown = '';
    private typing = 0;
    private readonly page = new Resource(
        this,
        (signal) => {
            const query = this.route.value.query;
            return api.runs(
                {
                    namespace: namespace(),
                    phase: query.get('phase') ?? '',
                    template: query.get('template') ?? '',
                    search: (query.get('search') ?? '').trim(),
                    before: query.get('before') ?? '',
                    limit: PAGE,
                },
                signal,
            );
        },
        (change) => change.stream.startsWith('run') && (namespace() === '' || change.namespace === namespace()),
    );

    constructor() {
        super();
        new Keys(this, 'Runs', [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    override willUpdate(): void {
        const query = this.route.value.query;
        const asked = `${namespace()}?${query}`;
        if (asked !== this.shown && this.isConnected) {
            this.shown = asked;
            this.page.reload();
        }
        document.title = 'Runs · Tiphys';
    }

    override updated(): void {
        if (this.page.value && !this.page.asked) {
            restoreScroll(this);
        }
    }

    private search(event: Event): void {
        const text = (event.target as HTMLInputElement).value;
        clearTimeout(this.typing);
        this.typing = window.setTimeout(() => setQuery({ search: text, before: '' }), TYPING_MS);
    }

    private filters() {
        const query = this.route.value.query;
        const phase = query.get('phase') ?? '';
        const template = query.get('template') ?? '';
        return html`<div class="filters" role="search">
            <label class="search"
                >${icon('search')}<span class="unseen">Search runs</span
                ><input
                    type="search"
                    placeholder="Search name or message   /"
                    data-testid="runs-search"
                    .value=${query.get('search') ?? ''}
                    @input=${(event: Event) => this.search(event)}
            /></label>
            <div class="segments" role="group" aria-label="Phase" data-testid="runs-phase">
                <button aria-pressed=${String(!phase)} @click=${() => setQuery({ phase: '', before: '' })}>All</button>
                ${PHASES.map(
                    (name) =>
                        html`<button
                            aria-pressed=${String(phase === name)}
                            @click=${() => setQuery({ phase: phase === name ? '' : name, before: '' })}
                        >
                            ${name}
                        </button>`,
                )}
            </div>
            ${
                template
                    ? html`<button
                          title="Show runs of all templates"
                          aria-label="Remove filter: template ${template}"
                          @click=${() => setQuery({ template: '', before: '' })}
                      >
                          Template: ${template} ${icon('close', 12)}
                      </button>`
                    : nothing
            }
        </div>`;
    }

    private row(run: Run) {
        const phase = shownPhase(run);
        return html`<tr data-testid="run-row" data-run=${run.name}>
            <td>${phaseChip(phase)}</td>
            <td class="grow">
                <a class="row" data-row href=${runHref(run.namespace, run.name)}>${run.name}</a>
                ${
                    run.message && run.phase !== 'Succeeded'
                        ? html`<span class="message" title=${run.message}> · ${run.message}</span>`
                        : run.parameters.length > 0
                          ? html`<span class="message" title="Parameters"> · ${given(run)}</span>`
                          : nothing
                }
                ${
                    run.parameters.some((parameter) => parameter.fallback)
                        ? html` <span class="tag warn" title="A parameter fell back to its default">default used</span>`
                        : nothing
                }
            </td>
            <td class="wide">
                ${
                    run.template
                        ? html`<a href=${href('/runs', { namespace: namespace(), template: run.template })}
                              >${run.template}</a
                          >`
                        : html`<span class="muted">–</span>`
                }
            </td>
            ${namespace() ? nothing : html`<td class="wide muted">${run.namespace}</td>`}
            <td class="wide">
                ${run.event ? html`<a href=${eventHref(run.event)} title=${run.event}>event</a>` : html`<span class="muted">by hand</span>`}
            </td>
            <td class="wide">${progressBar(run.progress, phase)}</td>
            <td class="right number wide"><t-duration .from=${run.startedAt} .to=${run.finishedAt}></t-duration></td>
            <td class="right muted"><t-time .at=${run.createdAt}></t-time></td>
        </tr>`;
    }

    private body() {
        const { value, error } = this.page;
        if (!value) {
            return error ? failure(error, () => this.page.reload()) : skeleton(8);
        }
        const query = this.route.value.query;
        if (value.items.length === 0) {
            const filtered = ['phase', 'search', 'template', 'before'].some((name) => query.get(name));
            return filtered
                ? empty(
                      'search',
                      'No run matches',
                      html`<p>
                          <button @click=${() => setQuery({ phase: '', search: '', template: '', before: '' }, 'push')}>
                              Clear the filters
                          </button>
                      </p>`,
                  )
                : empty(
                      'play',
                      namespace() ? `No runs in ${namespace()} yet` : 'No runs yet',
                      html`<p>
                              A run starts when an event fires a sensor’s trigger, when you submit a template, or from a
                              file:
                          </p>
                          ${command('tiphys submit examples/hello.yaml')}
                          <p>Or go to <a href="/templates">Templates</a>.</p>`,
                  );
        }
        return html`<table class="table" data-testid="runs" aria-label="Runs">
                <thead>
                    <tr>
                        <th scope="col">Phase</th>
                        <th scope="col">Run</th>
                        <th scope="col" class="wide">Template</th>
                        ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                        <th scope="col" class="wide">Started by</th>
                        <th scope="col" class="wide">Progress</th>
                        <th scope="col" class="right wide">Duration</th>
                        <th scope="col" class="right">Created</th>
                    </tr>
                </thead>
                <tbody>
                    ${repeat(
                        value.items,
                        (run) => run.uid,
                        (run) => this.row(run),
                    )}
                </tbody>
            </table>
            ${pager(query.get('before') ?? '', value.next)}`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Runs</h1>
                ${this.filters()}
            </header>
            ${this.page.value ? stale(this.page.error) : nothing}
            <div class="page-body" tabindex="-1" aria-busy=${String(this.page.asked)}>${this.body()}</div>`;
    }
}

/** Newest and older: a page begins before a place, so it does not move while new rows arrive. */
export function pager(before: string, next: string | number) {
    return before || next
        ? html`<nav class="pager" aria-label="Pages of the list">
              ${
                  before
                      ? html`<button @click=${() => setQuery({ before: '' }, 'push')}>
                            ${icon('left', 14)} Newest
                        </button>`
                      : nothing
              }
              ${
                  next
                      ? html`<button data-testid="older" @click=${() => setQuery({ before: String(next) }, 'push')}>
                            Older ${icon('right', 14)}
                        </button>`
                      : html`<span>That is all.</span>`
              }
          </nav>`
        : nothing;
}

customElements.define('t-runs', RunsPage);
