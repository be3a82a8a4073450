import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Cron } from '../api/types';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { chip } from '../base/phase';
import { Resource } from '../base/resource';
import { cronHref, namespace, route, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { cronButtons, cronLook } from './actions';

/** Whether a change may be one of CronWorkflows: of their objects, their schedules, or what they started. */
export const concernsCrons = (change: { stream: string }): boolean =>
    change.stream.startsWith('object') || change.stream.startsWith('cron') || change.stream.startsWith('run');

/** The CronWorkflows with when they are due. */
class CronsPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private readonly list = new Resource<Cron[]>(
        this,
        async (signal) => (await api.crons(namespace(), signal)).items,
        concernsCrons,
    );

    constructor() {
        super();
        new Keys(this, 'Cron Workflows', [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    override willUpdate(): void {
        document.title = 'Cron Workflows · Tiphys';
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.list.restart();
        }
    }

    private row(cron: Cron) {
        const [next = '', ...later] = cron.suspended || cron.phase === 'Stopped' ? [] : cron.next;
        return html`<tr data-testid="cron-row" data-cron=${cron.name}>
            <td>${chip(cronLook(cron))}</td>
            <td class="grow">
                <a class="row" data-row href=${cronHref(cron.namespace, cron.name)}>${cron.name}</a>
                ${
                    cron.message
                        ? html`<span class="sub bad-text">${cron.message}</span>`
                        : html`<span class="sub"
                              >${cron.active.length > 0 ? `${cron.active.length} running` : cron.concurrencyPolicy}</span
                          >`
                }
            </td>
            <td class="wide">
                <ul class="stack">
                    ${cron.schedules.map((schedule) => html`<li><code>${schedule}</code></li>`)}
                </ul>
                ${cron.timezone ? html`<span class="sub">${cron.timezone}</span>` : nothing}
            </td>
            ${namespace() ? nothing : html`<td class="wide muted">${cron.namespace}</td>`}
            <td>
                <t-time .at=${next}></t-time>
                ${later[0] ? html`<span class="sub wide">then <t-time .at=${later[0]}></t-time></span>` : nothing}
            </td>
            <td class="muted wide"><t-time .at=${cron.lastScheduledTime}></t-time></td>
            <td class="right number wide">${cron.succeeded.toLocaleString('en')}</td>
            <td class="right number wide ${cron.failed > 0 ? 'bad-text' : ''}">${cron.failed.toLocaleString('en')}</td>
            <td class="right">
                <span class="actions cron-actions">${cronButtons(cron, () => this.list.reload())}</span>
            </td>
        </tr>`;
    }

    private body() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton();
        }
        const search = (this.route.value.query.get('search') ?? '').toLowerCase();
        const items = value.filter((cron) =>
            `${cron.name} ${cron.schedules.join(' ')} ${cron.timezone}`.toLowerCase().includes(search),
        );
        if (items.length === 0) {
            return search
                ? empty('search', 'No cron workflow matches', '')
                : empty(
                      'clock',
                      namespace() ? `No cron workflows in ${namespace()} yet` : 'No cron workflows yet',
                      html`<p>A CronWorkflow starts runs at the times of its schedules. Apply one with</p>
                          <p><code>tiphys apply -f FILE</code></p>`,
                  );
        }
        return html`<table class="table tall" data-testid="crons" aria-label="Cron Workflows">
            <thead>
                <tr>
                    <th scope="col">State</th>
                    <th scope="col">Cron workflow</th>
                    <th scope="col" class="wide">Schedule</th>
                    ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                    <th scope="col">Next</th>
                    <th scope="col" class="wide">Last</th>
                    <th scope="col" class="right wide">Succeeded</th>
                    <th scope="col" class="right wide">Failed</th>
                    <th scope="col" class="right"><span class="unseen">Actions</span></th>
                </tr>
            </thead>
            <tbody>
                ${items.map((cron) => this.row(cron))}
            </tbody>
        </table>`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Cron Workflows</h1>
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search cron workflows</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            .value=${this.route.value.query.get('search') ?? ''}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                </div>
            </header>
            ${this.list.value ? stale(this.list.error) : nothing}
            <div class="page-body" tabindex="-1">${this.body()}</div>`;
    }
}
customElements.define('t-crons', CronsPage);
