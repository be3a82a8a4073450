import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Cron } from '../api/types';
import { ListPage } from '../base/list-page';
import { chip } from '../base/phase';
import { Resource } from '../base/resource';
import { cronHref, namespace } from '../base/router';
import { cronButtons, cronLook } from './actions';

/** Whether a change may be one of CronWorkflows: of their objects, their schedules, or what they started. */
export const concernsCrons = (change: { stream: string }): boolean =>
    change.stream.startsWith('object') || change.stream.startsWith('cron') || change.stream.startsWith('run');

/** The CronWorkflows with when they are due. */
class CronsPage extends ListPage<Cron> {
    protected readonly list = new Resource<Cron[]>(
        this,
        async (signal) => (await api.crons(namespace(), signal)).items,
        concernsCrons,
    );

    constructor() {
        super({
            title: 'Cron Workflows',
            many: 'cron workflows',
            one: 'cron workflow',
            icon: 'clock',
            testid: 'crons',
        });
    }

    protected row(cron: Cron) {
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

    protected text(cron: Cron): string {
        return `${cron.name} ${cron.schedules.join(' ')} ${cron.timezone}`;
    }

    protected heads() {
        return html`<th scope="col">State</th>
            <th scope="col">Cron workflow</th>
            <th scope="col" class="wide">Schedule</th>
            ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
            <th scope="col">Next</th>
            <th scope="col" class="wide">Last</th>
            <th scope="col" class="right wide">Succeeded</th>
            <th scope="col" class="right wide">Failed</th>
            <th scope="col" class="right"><span class="unseen">Actions</span></th>`;
    }

    protected introduction() {
        return html`<p>A CronWorkflow starts runs at the times of its schedules. Apply one with</p>
            <p><code>tiphys apply -f FILE</code></p>`;
    }
}
customElements.define('t-crons', CronsPage);
