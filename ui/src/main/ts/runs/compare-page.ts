import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client';
import type { RunDetail, RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { Keys, listShortcuts } from '../base/keys';
import { pageHead } from '../base/page';
import { phaseChip, phaseLook, shownPhase, sign } from '../base/phase';
import { css } from '../base/properties';
import { Resource } from '../base/resource';
import { route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { duration, elapsed } from '../base/time';

interface Two {
    a: RunDetail;
    b: RunDetail;
}

interface Pair {
    name: string;
    a: RunNode | undefined;
    b: RunNode | undefined;
}

const split = (text: string | null): [string, string] => {
    const [namespace = '', name = ''] = (text ?? '').split('/');
    return [namespace, name];
};

/** A node's name without its run's, so that the same step of two runs has the same. */
const stepName = (run: RunDetail, node: RunNode): string =>
    node.name === run.name
        ? ''
        : node.name.startsWith(`${run.name}.`)
          ? node.name.slice(run.name.length + 1)
          : node.name;

/** The steps of two runs, those of the same name beside each other, in the order in which they began. */
function pairs({ a, b }: Two): Pair[] {
    const found = new Map<string, Pair>();
    const own = (node: RunNode) =>
        node.type === 'Pod' || node.type === 'Suspend' || node.type === 'Retry' || node.type === 'Skipped';
    const sorted = (run: RunDetail) =>
        [...run.nodes].filter(own).sort((x, y) => (x.startedAt || '9').localeCompare(y.startedAt || '9'));
    for (const node of sorted(a)) {
        found.set(stepName(a, node), { name: stepName(a, node), a: node, b: undefined });
    }
    for (const node of sorted(b)) {
        const name = stepName(b, node);
        found.set(name, { name, a: found.get(name)?.a, b: node });
    }
    // tries of a retried step tell nothing that the step itself does not
    return [...found.values()].filter(({ name }) => !/\(\d+\)$/.test(name) || !found.has(name.replace(/\(\d+\)$/, '')));
}

const ran = (node: RunNode | undefined): number | undefined =>
    node?.startedAt && node.phase !== 'Skipped' && node.phase !== 'Omitted'
        ? elapsed(node.startedAt, node.finishedAt)
        : undefined;

/** Two workflows side by side: their parameters, how long each step took, and what came out. */
class ComparePage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown = '';
    private readonly two: Resource<Two> = new Resource<Two>(
        this,
        async (signal) => {
            const { query } = this.route.value;
            const [one, other] = await Promise.all([
                api.run(...split(query.get('a')), signal),
                api.run(...split(query.get('b')), signal),
            ]);
            return { a: one, b: other };
        },
        (change) => change.uid === this.two.value?.a.uid || change.uid === this.two.value?.b.uid,
    );

    constructor() {
        super();
        new Keys(
            this,
            'Compare',
            listShortcuts(() => this),
        );
    }

    override willUpdate(): void {
        document.title = 'Compare · Workflows · Tiphys';
        const { query } = this.route.value;
        const asked = `${query.get('a')} ${query.get('b')}`;
        if (asked !== this.shown && query.get('a') && query.get('b')) {
            this.shown = asked;
            this.two.restart();
        }
    }

    private get onlyDifferent(): boolean {
        return this.route.value.query.get('only') === 'different';
    }

    private run(run: RunDetail, letter: string) {
        return html`<div class="compared">
            <span class="letter">${letter}</span>
            <div>
                <a href=${runHref(run.namespace, run.name)} class="compared-name">${run.name}</a>
                <p class="muted">
                    ${phaseChip(shownPhase(run))}
                    <t-duration .from=${run.startedAt} .to=${run.finishedAt}></t-duration> ·
                    <t-time .at=${run.createdAt}></t-time>
                    ${run.template ? html`· ${run.template}` : nothing}
                </p>
            </div>
        </div>`;
    }

    private values(title: string, testid: string, rows: [string, string | undefined, string | undefined][]) {
        const shown = this.onlyDifferent ? rows.filter(([, a, b]) => a !== b) : rows;
        const value = (text: string | undefined) =>
            text === undefined
                ? html`<span class="muted">not there</span>`
                : html`<code class="pre">${text === '' ? '(empty)' : text}</code>`;
        return html`<section class="card flush">
            <div class="card-head"><h2>${title}</h2></div>
            ${
                shown.length === 0
                    ? html`<p class="muted inset">${rows.length === 0 ? 'Neither has any.' : 'They are the same.'}</p>`
                    : html`<table class="table plain-rows thirds" data-testid=${testid} aria-label=${title}>
                          <thead>
                              <tr>
                                  <th scope="col">Name</th>
                                  <th scope="col">A</th>
                                  <th scope="col">B</th>
                              </tr>
                          </thead>
                          <tbody>
                              ${shown.map(
                                  ([name, a, b]) =>
                                      html`<tr class=${a === b ? '' : 'different'}>
                                          <td class="wrap">
                                              ${name}${a === b ? nothing : html`<span class="unseen"> (different)</span>`}
                                          </td>
                                          <td class="wrap">${value(a)}</td>
                                          <td class="wrap">${value(b)}</td>
                                      </tr>`,
                              )}
                          </tbody>
                      </table>`
            }
        </section>`;
    }

    private steps(list: Pair[]) {
        const longest = Math.max(1, ...list.flatMap(({ a, b }) => [ran(a) ?? 0, ran(b) ?? 0]));
        const shown = this.onlyDifferent ? list.filter(({ a, b }) => a?.phase !== b?.phase) : list;
        const bar = (node: RunNode | undefined): TemplateResult => {
            const ms = ran(node);
            return node === undefined
                ? html`<span class="muted">not there</span>`
                : html`<span class="compare-bar"
                      >${sign(phaseLook(node.phase), 14)}<span class="unseen">${phaseLook(node.phase).word}</span
                      ><span class="track"
                          ><span
                              class="fill ${phaseLook(node.phase).key}"
                              ${css({ width: `${((ms ?? 0) / longest) * 100}%` })}
                          ></span></span
                      ><span class="number">${ms === undefined ? phaseLook(node.phase).word : duration(ms)}</span></span
                  >`;
        };
        return html`<section class="card flush">
            <div class="card-head"><h2>Steps</h2></div>
            ${
                shown.length === 0
                    ? html`<p class="muted inset">
                          ${list.length === 0 ? 'Neither has started a step.' : 'All ended alike.'}
                      </p>`
                    : html`<table class="table plain-rows thirds" data-testid="compare-steps" aria-label="Steps">
                          <thead>
                              <tr>
                                  <th scope="col">Step</th>
                                  <th scope="col">A</th>
                                  <th scope="col">B</th>
                                  <th scope="col" class="right wide">B − A</th>
                              </tr>
                          </thead>
                          <tbody>
                              ${shown.map(({ name, a, b }) => {
                                  const one = ran(a);
                                  const other = ran(b);
                                  const more = one !== undefined && other !== undefined ? other - one : undefined;
                                  return html`<tr class=${a?.phase === b?.phase ? '' : 'different'}>
                                      <td class="wrap">${name || 'the whole'}</td>
                                      <td>${bar(a)}</td>
                                      <td>${bar(b)}</td>
                                      <td class="right number wide">
                                          ${more === undefined ? '–' : `${more < 0 ? '−' : '+'}${duration(Math.abs(more))}`}
                                      </td>
                                  </tr>`;
                              })}
                          </tbody>
                      </table>`
            }
        </section>`;
    }

    private body(two: Two) {
        const { a, b } = two;
        const names = [...new Set([...a.parameters, ...b.parameters].map((each) => each.name))];
        const valueOf = (run: RunDetail, name: string) => run.parameters.find((each) => each.name === name)?.value;
        const steps = pairs(two);
        const outputs: [string, string | undefined, string | undefined][] = steps.flatMap(
            ({ name, a: one, b: other }) => {
                const all = (node: RunNode | undefined): Record<string, string> => ({
                    ...Object.fromEntries((node?.outputs.parameters ?? []).map((each) => [each.name, each.value])),
                    ...(node?.outputs.result ? { result: node.outputs.result } : {}),
                });
                const left = all(one);
                const right = all(other);
                return [...new Set([...Object.keys(left), ...Object.keys(right)])].map(
                    (key): [string, string | undefined, string | undefined] => [
                        `${name}: ${key}`,
                        left[key],
                        right[key],
                    ],
                );
            },
        );
        return html`<div class="compare" data-testid="compare">
            <div class="compare-heads">${this.run(a, 'A')} ${this.run(b, 'B')}</div>
            ${this.values(
                'Parameters',
                'compare-parameters',
                names.map((name) => [name, valueOf(a, name), valueOf(b, name)]),
            )}
            ${this.steps(steps)} ${this.values('Outputs', 'compare-outputs', outputs)}
        </div>`;
    }

    override render() {
        const { value, error } = this.two;
        const { query } = this.route.value;
        const asked = query.get('a') && query.get('b');
        return html`${pageHead(
                { path: '/workflows', word: 'the workflows' },
                'Compare two workflows',
                nothing,
                nothing,
                html`<label class="check"
                    ><input
                        type="checkbox"
                        .checked=${this.onlyDifferent}
                        data-testid="only-different"
                        @change=${(event: Event) => setQuery({ only: (event.target as HTMLInputElement).checked ? 'different' : '' })}
                    />Only what differs</label
                >`,
            )}
            ${value ? stale(error) : nothing}
            <div class="page-body" tabindex="-1">
                ${
                    !asked
                        ? empty(
                              'compare',
                              'Choose two workflows',
                              html`<p>Tick two rows in <a href="/workflows">Workflows</a>, then press Compare.</p>`,
                          )
                        : value
                          ? this.body(value)
                          : error
                            ? failure(error, () => this.two.reload())
                            : skeleton(8)
                }
            </div>`;
    }
}
customElements.define('t-compare', ComparePage);
