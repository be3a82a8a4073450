import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError, api } from '../api/client';
import type { Run, Template } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { counted } from '../base/page';
import { phaseChip, shownPhase } from '../base/phase';
import { Resource } from '../base/resource';
import { namespace, restoreScroll, route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { TIME_FILTERS, timeFilter, timeRange } from '../base/time-range';
import { status } from '../shell/status';
import { batchBar } from './batch';
import { columnMenu, columns, shownColumns, wantsLabels, type Column } from './columns';
import { given } from './run-table';

const PHASES = ['Running', 'Pending', 'Succeeded', 'Failed', 'Error'];
const PAGE = 50;
const TYPING_MS = 250;
const FILTERS = ['phase', 'search', 'template', 'labels', 'before', ...TIME_FILTERS];
/** Among how many workflows the server sorts. */
const SORTED = '1,000';

/** All workflows, newest first. What is shown is in the address. */
class RunsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private readonly status = new Watch(this, status);
    private shown = '';
    private typing = 0;
    private readonly chosen = new Set<string>();
    private templates: Template[] = [];
    private templatesOf: string | undefined;
    private readonly page = new Resource(
        this,
        (signal) => {
            const query = this.route.value.query;
            const value = (name: string) => (query.get(name) ?? '').trim();
            return api.runs(
                {
                    namespace: namespace(),
                    phase: value('phase'),
                    template: value('template'),
                    search: value('search'),
                    labels: value('labels'),
                    showLabels: wantsLabels() || this.menuOpen ? 'true' : '',
                    sort: value('sort'),
                    before: value('before'),
                    ...timeRange(),
                    limit: PAGE,
                },
                signal,
            );
        },
        (change) => change.stream.startsWith('run') && (namespace() === '' || change.namespace === namespace()),
    );
    private menuOpen = false;

    constructor() {
        super();
        new Watch(this, shownColumns);
        new Keys(this, 'Workflows', [
            ...listShortcuts(() => this),
            searchShortcut(() => this),
            { keys: 'x', what: 'Choose the row', run: () => this.chooseFocused() },
        ]);
    }

    override willUpdate(): void {
        const query = this.route.value.query;
        const asked = `${namespace()}?${query}#${wantsLabels()}`;
        if (asked !== this.shown && this.isConnected) {
            this.shown = asked;
            this.page.reload();
        }
        if (this.templatesOf !== namespace()) {
            this.templatesOf = namespace();
            this.chosen.clear();
            void api
                .templates(namespace())
                .then((found) => {
                    this.templates = found.items;
                    this.requestUpdate();
                })
                .catch(() => undefined); // the filter then offers only what the rows name
        }
        document.title = 'Workflows · Tiphys';
    }

    override updated(): void {
        if (this.page.value && !this.page.asked) {
            restoreScroll(this);
        }
    }

    private get runs(): Run[] {
        return this.page.value?.items ?? [];
    }

    private search(event: Event, name: string): void {
        const text = (event.target as HTMLInputElement).value;
        clearTimeout(this.typing);
        this.typing = window.setTimeout(() => setQuery({ [name]: text, before: '' }), TYPING_MS);
    }

    private choose(uid: string, on: boolean): void {
        if (on) {
            this.chosen.add(uid);
        } else {
            this.chosen.delete(uid);
        }
        this.requestUpdate();
    }

    private chooseFocused(): void {
        const uid = document.activeElement?.closest<HTMLElement>('tr[data-uid]')?.dataset['uid'];
        if (uid) {
            this.choose(uid, !this.chosen.has(uid));
        }
    }

    /** A press anywhere else closes the menu. */
    private readonly pressed = (event: Event) => {
        if (!(event.target as HTMLElement).closest('.menu')) {
            this.showMenu(false);
        }
    };

    private showMenu(open: boolean): void {
        if (this.menuOpen === open) {
            return;
        }
        this.menuOpen = open;
        if (open) {
            document.addEventListener('pointerdown', this.pressed);
            this.page.reload(); // with the labels there are to choose from
        } else {
            document.removeEventListener('pointerdown', this.pressed);
        }
        this.requestUpdate();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.showMenu(false);
    }

    private togglePhase(name: string): void {
        const phases = (this.route.value.query.get('phase') ?? '').split(',').filter(Boolean);
        const next = phases.includes(name) ? phases.filter((each) => each !== name) : [...phases, name];
        setQuery({ phase: next.join(','), before: '' });
    }

    private filters() {
        const query = this.route.value.query;
        const phases = (query.get('phase') ?? '').split(',').filter(Boolean);
        const template = query.get('template') ?? '';
        const templates = new Set([
            ...this.templates.map((each) => each.name),
            ...this.runs.map((run) => run.template).filter(Boolean),
            ...(template ? [template] : []),
        ]);
        return html`<div class="filters many" role="search">
            <label class="search"
                >${icon('search')}<span class="unseen">Search workflows</span
                ><input
                    type="search"
                    placeholder="Search name or message   /"
                    data-testid="runs-search"
                    .value=${query.get('search') ?? ''}
                    @input=${(event: Event) => this.search(event, 'search')}
            /></label>
            <div class="segments" role="group" aria-label="Phases" data-testid="runs-phase">
                <button aria-pressed=${String(phases.length === 0)} @click=${() => setQuery({ phase: '', before: '' })}>
                    All
                </button>
                ${PHASES.map(
                    (name) =>
                        html`<button
                            aria-pressed=${String(phases.includes(name))}
                            @click=${() => this.togglePhase(name)}
                        >
                            ${name}
                        </button>`,
                )}
            </div>
            <select
                aria-label="Workflow template"
                data-testid="runs-template"
                @change=${(event: Event) => setQuery({ template: (event.target as HTMLSelectElement).value, before: '' })}
            >
                <option value="" ?selected=${!template}>All templates</option>
                ${[...templates].sort().map((name) => html`<option value=${name} ?selected=${name === template}>${name}</option>`)}
            </select>
            <input
                type="text"
                class="labels"
                placeholder="team=ml,tier!=gold"
                aria-label="Labels"
                title="A label selector, as kubectl takes it"
                data-testid="runs-labels"
                .value=${query.get('labels') ?? ''}
                @input=${(event: Event) => this.search(event, 'labels')}
            />
            ${timeFilter()}
            <div
                class="menu"
                @focusout=${(event: FocusEvent) => {
                    const next = event.relatedTarget as Node | null;
                    const menu = event.currentTarget as HTMLElement;
                    if (next && !menu.contains(next) && !next.contains(menu)) {
                        this.showMenu(false);
                    }
                }}
                @keydown=${(event: KeyboardEvent) => {
                    if (event.key === 'Escape' && this.menuOpen) {
                        event.stopPropagation();
                        this.showMenu(false);
                        this.querySelector<HTMLElement>('[data-testid="columns-open"]')?.focus();
                    }
                }}
            >
                <button
                    data-testid="columns-open"
                    aria-expanded=${String(this.menuOpen)}
                    aria-controls="columns"
                    @click=${() => this.showMenu(!this.menuOpen)}
                >
                    ${icon('columns', 14)} Columns
                </button>
                <div id="columns">${this.menuOpen ? columnMenu(this.runs) : nothing}</div>
            </div>
        </div>`;
    }

    private row(run: Run, shown: Column[]) {
        const phase = shownPhase(run);
        const why = run.message && run.phase !== 'Succeeded' ? run.message : '';
        return html`<tr
            data-testid="run-row"
            data-run=${run.name}
            data-uid=${run.uid}
            class=${this.chosen.has(run.uid) ? 'chosen' : ''}
        >
            <td class="choose">
                <input
                    type="checkbox"
                    aria-label="Choose ${run.name}"
                    data-testid="choose"
                    .checked=${this.chosen.has(run.uid)}
                    @change=${(event: Event) => this.choose(run.uid, (event.target as HTMLInputElement).checked)}
                />
            </td>
            <td>${phaseChip(phase)}</td>
            <td class="grow">
                <a class="row" data-row href=${runHref(run.namespace, run.name)} title=${run.name}>${run.name}</a>
                ${
                    run.parameters.some((parameter) => parameter.fallback)
                        ? html` <span class="tag warn" title="A parameter fell back to its default">default used</span>`
                        : nothing
                }
                ${
                    why || run.parameters.length > 0
                        ? html`<span class="sub clip ${why ? 'bad-text' : ''}" title=${why || given(run)}
                              >${why || given(run)}</span
                          >`
                        : nothing
                }
            </td>
            ${shown.map((column) => html`<td class="${placed(column)} ${column.right ? 'number' : ''}">${column.cell(run)}</td>`)}
            <td class="right muted"><t-time .at=${run.createdAt}></t-time></td>
        </tr>`;
    }

    /** A head that sorts: pressed once by it, twice the other way round, a third time as before. */
    private head(word: string, sort: string, classes: string, first: 'up' | 'down' = 'up') {
        if (!sort) {
            return html`<th scope="col" class=${classes}>${word}</th>`;
        }
        const sorted = this.route.value.query.get('sort') || '-created';
        const up = sorted === sort;
        const down = sorted === `-${sort}`;
        const ways = first === 'up' ? [sort, `-${sort}`] : [`-${sort}`, sort];
        const next = sorted === ways[0] ? ways[1] : sorted === ways[1] ? '' : ways[0];
        return html`<th scope="col" class=${classes} aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
            <button
                class="sort"
                data-testid="sort-${sort}"
                @click=${() => setQuery({ sort: next === '-created' ? '' : (next ?? ''), before: '' })}
            >
                ${word}${up ? icon('up', 11) : down ? icon('down', 11) : nothing}
            </button>
        </th>`;
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
                      value.next ? 'No workflow matches among those looked at' : 'No workflow matches',
                      html`<p>
                          ${
                              value.next
                                  ? html`<button @click=${() => setQuery({ before: value.next }, 'push')}>
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
                : empty(
                      'play',
                      namespace() ? `No workflows in ${namespace()} yet` : 'No workflows yet',
                      html`<p>
                              A workflow starts when an event fires a sensor’s trigger, when you submit a template, or
                              from a file:
                          </p>
                          ${command('tiphys submit examples/hello.yaml')}
                          <p>Or go to <a href="/workflow-templates">Workflow Templates</a>.</p>`,
                  );
        }
        const shown = columns(namespace() !== '');
        const uids = value.items.map((run) => run.uid);
        const all = uids.every((uid) => this.chosen.has(uid));
        return html`<table class="table tall choosable" data-testid="runs" aria-label="Workflows">
                <thead>
                    <tr>
                        <th scope="col" class="choose">
                            <input
                                type="checkbox"
                                aria-label="Choose all that are shown"
                                .checked=${all}
                                .indeterminate=${!all && uids.some((uid) => this.chosen.has(uid))}
                                @change=${(event: Event) => {
                                    const on = (event.target as HTMLInputElement).checked;
                                    uids.forEach((uid) => this.choose(uid, on));
                                }}
                            />
                        </th>
                        ${this.head('Phase', 'phase', '')} ${this.head('Name', 'name', '')}
                        ${shown.map((column) => this.head(column.word, column.sort, placed(column), column.sort === 'template' ? 'up' : 'down'))}
                        ${this.head('Created', 'created', 'right', 'down')}
                    </tr>
                </thead>
                <tbody>
                    ${repeat(
                        value.items,
                        (run) => run.uid,
                        (run) => this.row(run, shown),
                    )}
                </tbody>
            </table>
            ${pager(query.get('before') ?? '', value.next, this.hint(value.items.length))}`;
    }

    /** How much of how much is shown, and in which order. */
    private hint(count: number): string {
        const query = this.route.value.query;
        const sort = query.get('sort') ?? '';
        const known = this.status.value;
        const filtered = namespace() !== '' || FILTERS.some((name) => query.get(name));
        const total =
            !filtered && known && !(known instanceof ApiError) ? ` of ${counted(known.runs.total, 'workflow')}` : '';
        const order = sort ? `sorted among the latest ${SORTED} that match` : 'newest first';
        return `${count} shown${total}, ${order}.`;
    }

    override render() {
        const chosen = this.runs.filter((run) => this.chosen.has(run.uid));
        return html`<header class="bar">
                <h1>Workflows</h1>
                ${this.filters()}
            </header>
            ${
                chosen.length > 0
                    ? batchBar(
                          chosen,
                          () => {
                              this.chosen.clear();
                              this.requestUpdate();
                          },
                          (done) => {
                              done.forEach((run) => this.chosen.delete(run.uid));
                              this.page.reload();
                          },
                      )
                    : nothing
            }
            ${this.page.value ? stale(this.page.error) : nothing}
            <div class="page-body" tabindex="-1" aria-busy=${String(this.page.asked)}>${this.body()}</div>`;
    }
}

const placed = (column: Column) => `wide ${column.roomy ? 'roomy' : ''} ${column.right ? 'right' : ''}`;

/** Newest and older: a page begins before a place, so it does not move while new rows arrive. */
export function pager(before: string, next: string | number, hint = '') {
    return html`<nav class="pager" aria-label="Pages of the list">
        ${
            before
                ? html`<button @click=${() => setQuery({ before: '' }, 'push')}>${icon('left', 14)} First page</button>`
                : nothing
        }
        ${
            next
                ? html`<button data-testid="older" @click=${() => setQuery({ before: String(next) }, 'push')}>
                      More ${icon('right', 14)}
                  </button>`
                : nothing
        }
        <span data-testid="pager-hint"
            >${hint || (next ? '' : 'That is all.')} ${hint && !next ? 'That is all.' : ''}</span
        >
    </nav>`;
}

customElements.define('t-runs', RunsPage);
