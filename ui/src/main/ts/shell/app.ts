import { html, nothing, svg } from 'lit';
import { feed, type Connection } from '../api/feed';
import { ApiError } from '../api/client';
import { announce } from '../base/announce';
import { openDialog } from '../base/dialog';
import { LightElement } from '../base/element';
import { icon, type Icon } from '../base/icons';
import { Keys, shortcutGroups, type Group } from '../base/keys';
import { chooseNamespace, href, namespace, navigate, route } from '../base/router';
import { Watch } from '../base/signal';
import { nextTheme, theme } from '../base/theme';
import { openPalette } from './palette';
import { status } from './status';

const PAGES: { path: string; title: string; sign: Icon; key: string }[] = [
    { path: '/flow', title: 'Event flow', sign: 'flow', key: 'f' },
    { path: '/events', title: 'Events', sign: 'bolt', key: 'e' },
    { path: '/templates', title: 'Templates', sign: 'file', key: 't' },
    { path: '/runs', title: 'Runs', sign: 'play', key: 'r' },
];

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
                                                                keys.split(' ').map((key) => html`<kbd>${keyName(key)}</kbd>`),
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
        const [page, first, second] = segments;
        if (page === 'flow' && segments.length === 1) {
            return html`<t-flow></t-flow>`;
        }
        if (page === 'events') {
            return first === undefined
                ? html`<t-events></t-events>`
                : html`<t-event .eventId=${first}></t-event>`;
        }
        if (page === 'templates') {
            return html`<t-templates></t-templates>`;
        }
        if (page === 'runs' && first === undefined) {
            return html`<t-runs></t-runs>`;
        }
        if (page === 'runs' && first !== undefined && second !== undefined) {
            return html`<t-run .namespace=${first} .name=${second}></t-run>`;
        }
        return page === undefined
            ? nothing
            : html`<section class="empty">
                  <h1>There is no such page</h1>
                  <div><p>Go to <a href="/flow">Event flow</a> or <a href="/runs">Runs</a>.</p></div>
              </section>`;
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
                                >${icon(page.sign)}<span>${page.title}</span>${page.path === '/runs' && live
                                    ? html`<span class="count live" title="Runs under way">${live} live</span>`
                                    : nothing}</a
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
            ${known && !(known instanceof ApiError)
                ? html`<div class="machine">
                      <span class="clip" title=${known.dataDirectory}>${known.dataDirectory}</span>
                      <span
                          >${known.executor.running} running, ${known.executor.waiting} waiting ·
                          ${known.executor.kind}</span
                      >
                      <span>Tiphys ${known.version}</span>
                  </div>`
                : nothing}
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
                    <span class="dot"></span><span class="clip"
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
            <main id="main" tabindex="-1">${this.page()}</main>
            <t-notes></t-notes>`;
    }

    private skip(event: Event): void {
        event.preventDefault();
        this.querySelector('main')?.focus();
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
