import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Status } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { failure, skeleton, stale } from '../base/feedback';
import { counted, fact } from '../base/page';
import { Resource } from '../base/resource';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `12.4 MiB`. */
function bytes(count: number): string {
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** What becomes of events within a day if nothing is done, in words. */
function leaving({ retention }: Status): string[] {
    if (!retention) {
        return [];
    }
    const old = retention.leaving.filter((one) => one.why === 'age').reduce((sum, one) => sum + one.number, 0);
    return [
        ...(old > 0 ? [`${old.toLocaleString('en')} get too old within a day, and go`] : []),
        ...retention.leaving.flatMap((one) =>
            one.why === 'count'
                ? [`${one.source} holds as many as are kept: each new one lets the oldest go`]
                : one.why === 'bytes'
                  ? [`those of ${one.source} take ${bytes(one.number)}, nearly as much as is kept`]
                  : [],
        ),
        ...(retention.kept.events > 0
            ? [`${retention.kept.events.toLocaleString('en')} past their limits stay for ${retention.kept.by.join(', ')}`]
            : []),
        ...retention.problems,
    ];
}

/** This server: what it is, where it keeps things, and how to reach it otherwise. */
class AboutPage extends LightElement {
    private readonly status = new Resource<Status>(
        this,
        (signal) => api.sizes(signal),
        () => false,
    );

    override connectedCallback(): void {
        super.connectedCallback();
        this.status.reload();
    }

    override willUpdate(): void {
        document.title = 'About · Tiphys';
    }

    private body(value: Status) {
        const { executor, disk } = value;
        const kubeconfig = `${value.dataDirectory}/kubeconfig`;
        return html`<div class="columns" data-testid="about">
            <div class="main-column">
                <section class="card">
                    <h2>Server</h2>
                    <dl class="facts">
                        ${fact('Version', value.version)}
                        ${fact('Started', html`<t-time .at=${value.startedAt}></t-time>`)}
                        ${fact('Address', html`<code>${location.origin}</code>`)}
                        ${fact('Data directory', html`<code>${value.dataDirectory}</code> <t-copy .text=${value.dataDirectory} label="Copy the data directory’s path"></t-copy>`)}
                        ${fact('Executor', `${executor.kind}: ${executor.running} running, ${executor.waiting} waiting${executor.runnerPid ? `; runner ${executor.runnerPid}` : ''}`)}
                    </dl>
                </section>
                <section class="card">
                    <h2>What it keeps</h2>
                    <dl class="facts">
                        ${fact('Workflows', `${value.runs.total.toLocaleString('en')}, ${value.runs.live.toLocaleString('en')} under way`)}
                        ${fact('Events', value.events.total.toLocaleString('en'))}
                        ${leaving(value).map((line) => fact('Events, soon', line))}
                        ${fact('Namespaces', value.namespaces.join(', '))}
                        ${fact('Entries', value.head.toLocaleString('en'))}
                        ${
                            disk
                                ? html`${fact('Database', bytes(disk.databaseBytes))}
                                  ${fact('Logs', bytes(disk.logBytes))} ${fact('Free on disk', bytes(disk.freeBytes))}`
                                : nothing
                        }
                    </dl>
                </section>
            </div>
            <aside class="side-column" aria-label="Other ways in">
                <section class="card">
                    <h2>With kubectl</h2>
                    <p class="muted">The kubeconfig holds the token of this server: keep it to yourself.</p>
                    ${command(`export KUBECONFIG=${kubeconfig}`)} ${command(`kubectl get workflows -A`)}
                </section>
                <section class="card">
                    <h2>With tiphys</h2>
                    ${command(`tiphys status --data ${value.dataDirectory}`)}
                    ${command(`tiphys doctor --data ${value.dataDirectory}`)}
                    ${command(`tiphys open --data ${value.dataDirectory}`)}
                </section>
            </aside>
        </div>`;
    }

    override render() {
        const { value, error } = this.status;
        return html`<header class="bar">
                <h1>About this server</h1>
                <span class="muted">${value ? counted(value.namespaces.length, 'namespace') : nothing}</span>
            </header>
            ${value ? stale(error) : nothing}
            <div class="page-body" tabindex="-1">
                ${value ? this.body(value) : error ? failure(error, () => this.status.reload()) : skeleton(8)}
            </div>`;
    }
}
customElements.define('t-about', AboutPage);
