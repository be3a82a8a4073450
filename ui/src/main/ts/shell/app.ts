import { html, nothing, svg, type TemplateResult } from 'lit';
import { feed, type Connection } from '../api/feed';
import { ApiError } from '../api/client';
import { announce, announceFailure } from '../base/announce';
import { openDialog } from '../base/dialog';
import { LightElement } from '../base/element';
import { icon, type Icon } from '../base/icons';
import { Keys, shortcutGroups, type Group } from '../base/keys';
import { chooseNamespace, href, namespace, navigate, route } from '../base/router';
import { Watch } from '../base/signal';
import { nextTheme, theme } from '../base/theme';
import { openPalette } from './palette';
import { repair, status } from './status';

interface Page {
    path: string;
    title: string;
    /** What it is called where there is little room. */
    short: string;
    sign: Icon;
    key: string;
}

/** In the order of an event's way. */
const PAGES: Page[] = [
    { path: '/flow', title: 'Event Flow', short: 'Flow', sign: 'flow', key: 'f' },
    { path: '/event-sources', title: 'Event Sources', short: 'Sources', sign: 'source', key: 's' },
    { path: '/sensors', title: 'Sensors', short: 'Sensors', sign: 'sensor', key: 'n' },
    { path: '/events', title: 'Events', short: 'Events', sign: 'bolt', key: 'e' },
    { path: '/workflow-templates', title: 'Workflow Templates', short: 'Templates', sign: 'file', key: 't' },
    { path: '/cron-workflows', title: 'Cron Workflows', short: 'Cron', sign: 'clock', key: 'c' },
    { path: '/workflows', title: 'Workflows', short: 'Workflows', sign: 'play', key: 'w' },
];

const LISTS: Record<string, () => TemplateResult> = {
    flow: () => html`<t-flow></t-flow>`,
    'event-sources': () => html`<t-sources></t-sources>`,
    sensors: () => html`<t-sensors></t-sensors>`,
    events: () => html`<t-events></t-events>`,
    'workflow-templates': () => html`<t-templates></t-templates>`,
    'cron-workflows': () => html`<t-crons></t-crons>`,
    workflows: () => html`<t-runs></t-runs>`,
    about: () => html`<t-about></t-about>`,
};

const PARTS: Record<string, (part: string) => TemplateResult | undefined> = {
    events: (id) => html`<t-event .eventId=${id}></t-event>`,
    workflows: (part) => (part === 'compare' ? html`<t-compare></t-compare>` : undefined),
};

const OBJECTS: Record<string, (namespace: string, name: string) => TemplateResult> = {
    'event-sources': (namespace, name) => html`<t-source .namespace=${namespace} .name=${name}></t-source>`,
    sensors: (namespace, name) => html`<t-sensor .namespace=${namespace} .name=${name}></t-sensor>`,
    'workflow-templates': (namespace, name) => html`<t-template .namespace=${namespace} .name=${name}></t-template>`,
    'cron-workflows': (namespace, name) => html`<t-cron .namespace=${namespace} .name=${name}></t-cron>`,
    workflows: (namespace, name) => html`<t-run .namespace=${namespace} .name=${name}></t-run>`,
};

const unknown = html`<section class="empty">
    <h1>There is no such page</h1>
    <div>
        <p>Go to <a href="/flow">Event Flow</a> or <a href="/workflows">Workflows</a>.</p>
    </div>
</section>`;

const connectionWord = (connection: Connection): string => {
    switch (connection.kind) {
        case 'live':
            return 'Live';
        case 'connecting':
            return 'Connecting…';
        case 'waiting':
            return 'Reconnecting';
        case 'resting':
            return 'Paused';
        case 'denied':
            return 'Session ended';
    }
};

/** Seconds to the next try; not for screen readers, which would say each of them. */
const countdown = (connection: Connection): string =>
    connection.kind === 'waiting' ? ` in ${Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1000))}s` : '';

const go = (path: string) => navigate(href(path, { namespace: namespace() }));

class App extends LightElement {
    private readonly connection = new Watch(this, feed.connection);
    private readonly status = new Watch(this, status);
    private readonly route = new Watch(this, route);
    private readonly theme = new Watch(this, theme);

    constructor() {
        super();
        new Keys(this, 'Anywhere', [
            ...PAGES.map((page) => ({ keys: `g ${page.key}`, what: page.title, run: () => go(page.path) })),
            { keys: 'g r', what: 'Workflows', run: () => go('/workflows') },
            { keys: 'g a', what: 'About', run: () => go('/about') },
            { keys: 'Ctrl+k', what: 'Commands', run: openPalette },
            { keys: '?', what: 'Keyboard shortcuts', run: () => this.showShortcuts() },
            { keys: 'T', what: 'Change theme', run: () => announce(`Theme: ${nextTheme()}`) },
        ]);
        setInterval(() => this.connection.value.kind === 'waiting' && this.requestUpdate(), 1000);
    }

    /** After a change of page the focus would be on an element that is gone. */
    override updated(): void {
        const { path } = this.route.value;
        if (path !== this.path) {
            const first = this.path === '';
            this.path = path;
            if (!first && (document.activeElement === document.body || document.activeElement === null)) {
                this.querySelector('main')?.focus({ preventScroll: true });
            }
        }
    }

    private path = '';

    override willUpdate(): void {
        const [page] = this.route.value.segments;
        if (!page) {
            queueMicrotask(() => navigate(href('/flow'), 'replace'));
        }
    }

    private showShortcuts(): void {
        openDialog(
            'Keyboard shortcuts',
            'shortcuts',
            (close) =>
                html`<div class="dialog-body">
                        <div class="shortcuts">
                            ${[...shortcutGroups()].reverse().map(
                                (group) =>
                                    html`<section>
                                        <h3>${group.title}</h3>
                                        <ul>
                                            ${meanings(group).map(
                                                ([what, ways]) =>
                                                    html`<li>
                                                        <span>${what}</span>
                                                        <span
                                                            >${ways.map((keys, index) => [
                                                                index > 0 ? ' or ' : '',
                                                                keys
                                                                    .split(' ')
                                                                    .map((key) => html`<kbd>${keyName(key)}</kbd>`),
                                                            ])}</span
                                                        >
                                                    </li>`,
                                            )}
                                        </ul>
                                    </section>`,
                            )}
                        </div>
                    </div>
                    <footer><button @click=${close} autofocus>Close</button></footer>`,
        );
    }

    private page() {
        const { segments } = this.route.value;
        const [page = '', first = '', second = ''] = segments;
        const found =
            segments.length === 1
                ? LISTS[page]?.()
                : segments.length === 2
                  ? PARTS[page]?.(first)
                  : segments.length === 3
                    ? OBJECTS[page]?.(first, second)
                    : undefined;
        return found ?? (page === '' ? nothing : unknown);
    }

    private navigation() {
        const here = this.route.value.segments[0];
        const known = this.status.value;
        const live = known && !(known instanceof ApiError) ? known.runs.live : 0;
        return html`<nav aria-label="Pages">
            <ul>
                ${PAGES.map(
                    (page) =>
                        html`<li>
                            <a
                                href=${href(page.path, { namespace: namespace() })}
                                aria-current=${`/${here}` === page.path ? 'page' : nothing}
                                data-testid="nav${page.path.replace('/', '-')}"
                                >${icon(page.sign)}<span class="long">${page.title}</span
                                ><span class="short" aria-hidden="true">${page.short}</span>${
                                    page.path === '/workflows' && live
                                        ? html`<span class="count live" title="Workflows under way">${live} live</span>`
                                        : nothing
                                }</a
                            >
                        </li>`,
                )}
            </ul>
        </nav>`;
    }

    private spaces() {
        const known = this.status.value;
        const names = known && !(known instanceof ApiError) ? known.namespaces : [];
        const chosen = namespace();
        const all = chosen && !names.includes(chosen) ? [...names, chosen] : names;
        return html`<label class="space"
            ><span>Namespace</span
            ><select
                aria-label="Namespace"
                data-testid="namespace"
                @change=${(event: Event) => chooseNamespace((event.target as HTMLSelectElement).value)}
            >
                <option value="" ?selected=${chosen === ''}>All namespaces</option>
                ${all.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
            </select></label
        >`;
    }

    private foot() {
        const known = this.status.value;
        const { kind } = this.connection.value;
        const themeIcon: Icon = { system: 'screen', light: 'sun', dark: 'moon' }[this.theme.value] as Icon;
        return html`<div class="foot">
            ${
                known && !(known instanceof ApiError)
                    ? html`<a class="machine" href="/about" data-testid="nav-about">
                          <span title="Steps that run, and steps that wait for a place"
                              >${known.executor.running} running, ${known.executor.waiting} waiting ·
                              ${known.executor.kind}</span
                          >
                          <span>Tiphys ${known.version} · About</span>
                      </a>`
                    : nothing
            }
            <button class="find" data-testid="palette-open" @click=${openPalette}>
                ${icon('search', 14)}<span>Find or do…</span><kbd>Ctrl K</kbd>
            </button>
            <div class="tools">
                <button
                    class="connection ${kind}"
                    title="Connection to the server; click to try again"
                    data-testid="connection"
                    @click=${() => feed.retryNow()}
                >
                    <span class="dot"></span
                    ><span class="clip"
                        ><span role="status">${connectionWord(this.connection.value)}</span
                        ><span aria-hidden="true">${countdown(this.connection.value)}</span></span
                    >
                </button>
                <button
                    class="plain"
                    title="Theme: ${this.theme.value}"
                    aria-label="Theme: ${this.theme.value}. Change theme"
                    data-testid="theme"
                    @click=${() => nextTheme()}
                >
                    ${icon(themeIcon)}
                </button>
                <button
                    class="plain"
                    title="Keyboard shortcuts (?)"
                    aria-label="Keyboard shortcuts"
                    data-testid="help"
                    @click=${() => this.showShortcuts()}
                >
                    ${icon('keyboard')}
                </button>
                <a class="button plain narrow" href="/about" aria-label="About this server">${icon('info')}</a>
            </div>
        </div>`;
    }

    override render() {
        return html`<a class="skip button" href="#main" @click=${(event: Event) => this.skip(event)}>Skip to content</a>
            <header class="side">
                <div class="topline">
                    <a class="brand" href="/flow" aria-label="Tiphys">${mark}<span>Tiphys</span></a>
                    ${this.spaces()}
                </div>
                ${this.navigation()} ${this.foot()}
            </header>
            <main id="main" tabindex="-1">${this.aside()}${this.page()}</main>
            <t-notes></t-notes>`;
    }

    /** What is set aside is said on every page: nobody would look for it. */
    private aside(): TemplateResult | typeof nothing {
        const known = this.status.value;
        const all = known && !(known instanceof ApiError) ? (known.quarantined ?? []) : [];
        return all.length === 0
            ? nothing
            : html`<div class="set-aside" role="alert" data-testid="set-aside">
                  ${all.map(
                      (one) =>
                          html`<p>
                              <span
                                  ><strong>${one.run ? `Run ${one.run}` : one.stream}</strong> is ${one.reason}. The
                                  others go on; <code>tiphys repair ${one.stream}</code> tries it again.</span
                              >
                              <button
                                  data-testid="repair"
                                  aria-label="Try ${one.run ? `run ${one.run}` : one.stream} again"
                                  @click=${() => void tryAgain(one.stream)}
                              >
                                  ${icon('replay', 14)} Try again
                              </button>
                          </p>`,
                  )}
              </div>`;
    }

    private skip(event: Event): void {
        event.preventDefault();
        this.querySelector('main')?.focus();
    }
}

async function tryAgain(stream: string): Promise<void> {
    try {
        await repair(stream);
        announce(`${stream} is tried again`);
    } catch (failure) {
        announceFailure(failure);
    }
}

/** What can be done, each with all the ways to do it. */
function meanings(group: Group): [string, string[]][] {
    const ways = new Map<string, string[]>();
    for (const { what, keys } of group.shortcuts) {
        ways.set(what, [...(ways.get(what) ?? []), keys]);
    }
    return [...ways];
}

const keyName = (key: string) =>
    ({ ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', ' ': 'Space' })[key] ?? key;

/** A helm: Tiphys steered the Argo. */
const mark = html`<svg class="icon" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
    ${svg`<circle cx="11" cy="11" r="5.6" /><circle cx="11" cy="11" r="1.6" />
    <path d="M11 1.5 V9.4 M11 12.6 V20.5 M1.5 11 H9.4 M12.6 11 H20.5 M4.3 4.3 9.9 9.9 M12.1 12.1 17.7 17.7 M4.3 17.7 9.9 12.1 M12.1 9.9 17.7 4.3" />`}
</svg>`;

customElements.define('t-app', App);
