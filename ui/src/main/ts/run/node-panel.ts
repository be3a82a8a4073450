import { html, nothing, type TemplateResult } from 'lit';
import type { Attempt, Parameter, RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import { chip, phaseChip, phaseLook, sign, stateLook } from '../base/phase';
import { Resource } from '../base/resource';
import { resumeNode } from './actions';
import './artifacts';
import { MAIN, containersOf, podOf } from './containers';
import './explain';
import './log-view';
import { nodePhase, shortName, type RunTree } from './tree';

type Tab = 'summary' | 'log' | 'artifacts' | 'why';

const LONG_VALUE = 120;

const value = (text: string): TemplateResult =>
    text.length > LONG_VALUE || text.includes('\n')
        ? html`<details class="long-value">
              <summary><code>${text.slice(0, 60).split('\n')[0]}…</code></summary>
              <pre tabindex="0">${text}</pre>
          </details>`
        : html`<code>${text === '' ? '(empty)' : text}</code>`;

function parameters(title: string, list: Parameter[] | undefined) {
    return list && list.length > 0
        ? html`<section>
              <h3>${title}</h3>
              <dl class="facts">
                  ${list.map(
                      (parameter) =>
                          html`<dt>${parameter.name}</dt>
                              <dd>
                                  ${value(parameter.value)}
                                  <t-copy .text=${parameter.value} label="Copy ${parameter.name}"></t-copy>
                              </dd>`,
                  )}
              </dl>
          </section>`
        : nothing;
}

/** Everything about one node of a run. */
class NodePanel extends LightElement {
    static override properties = { tree: { attribute: false }, node: { attribute: false }, tab: {} };
    declare tree: RunTree;
    declare node: RunNode;
    declare tab: string;
    /** The attempt whose log is shown; the last one unless the reader chose. */
    private chosen: string | undefined;
    private chosenFor = '';
    /** The container whose log is shown, where there are several; empty unless the reader chose. */
    private container = '';
    private containersFor = '';
    private readonly containers = new Resource<Map<string, string[]>>(
        this,
        (signal) => containersOf(this.tree.run, signal),
        () => false,
    );

    override willUpdate(): void {
        if (this.chosenFor !== this.node.id) {
            this.chosenFor = this.node.id;
            this.chosen = undefined;
            this.container = '';
        }
        if (this.tab === 'log' && this.containersFor !== this.tree.run.uid) {
            this.containersFor = this.tree.run.uid;
            this.containers.restart();
        }
    }

    private tell(type: string, detail: string): void {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }

    /** A retried step has a node for each attempt; a plain one keeps its attempts itself. */
    private attempts(): { node: RunNode; attempt: Attempt }[] {
        const pod = podOf(this.tree, this.node);
        const nodes = this.tree.attemptsOf.get(pod.id) ?? [pod];
        return nodes.flatMap((node) => node.attempts.map((attempt) => ({ node, attempt })));
    }

    private attemptRow(node: RunNode, attempt: Attempt, number: number) {
        const failed = attempt.state === 'exited' && attempt.exitCode !== null && attempt.exitCode !== 0;
        const look = failed ? { ...stateLook('failed'), word: `Exit ${attempt.exitCode}` } : stateLook(attempt.state);
        return html`<li>
            <span class="number">#${number}</span>${chip(look)}
            <span class="muted"><t-duration .from=${attempt.startedAt} .to=${attempt.finishedAt}></t-duration></span>
            <button class="plain push" @click=${() => this.showLog(attempt.id)}>${icon('terminal', 14)} Log</button>
            ${node.message ? html`<p class="muted small attempt-message">${node.message}</p>` : nothing}
        </li>`;
    }

    private showLog(attempt: string): void {
        this.chosen = attempt;
        this.tell('tab', 'log');
        this.requestUpdate();
    }

    private summary() {
        const { node, tree } = this;
        const process = tree.process(node);
        const image = node.image || process.image;
        const program = node.program || process.program;
        const attempts = this.attempts();
        const phase = nodePhase(node);
        const look = phaseLook(phase);
        const message = process.message || node.message;
        return html`${
                message
                    ? html`<p
                          class="notice ${look.key === 'bad' || look.key === 'err' || look.key === 'wait' || look.key === 'hold' ? look.key : ''}"
                          data-testid="node-message"
                      >
                          ${sign(look)}<span
                              >${message}${node.message && node.message !== message ? html`<br />${node.message}` : nothing}</span
                          >
                      </p>`
                    : nothing
            }
            ${
                phase === 'Suspended'
                    ? html`<button
                          class="primary"
                          data-testid="resume-node"
                          @click=${() => void resumeNode(tree.run, shortName(node))}
                      >
                          ${icon('play', 14)} Resume this step
                      </button>`
                    : nothing
            }
            <dl class="facts">
                <dt>Type</dt>
                <dd>${node.type}</dd>
                ${
                    node.template
                        ? html`<dt>Template</dt>
                              <dd>${node.template}</dd>`
                        : nothing
                }
                <dt>Started</dt>
                <dd><t-time .at=${node.startedAt}></t-time></dd>
                <dt>Finished</dt>
                <dd><t-time .at=${node.finishedAt}></t-time></dd>
                <dt>Duration</dt>
                <dd><t-duration .from=${node.startedAt} .to=${node.finishedAt}></t-duration></dd>
                ${
                    process.podName
                        ? html`<dt>Pod</dt>
                              <dd>
                                  <code>${process.podName}</code>
                                  <t-copy .text=${process.podName} label="Copy the pod’s name"></t-copy>
                              </dd>`
                        : nothing
                }
                ${
                    image
                        ? html`<dt>Image</dt>
                              <dd data-testid="node-image">
                                  <code>${image}</code
                                  >${program ? html` <span class="muted">runs as</span> <code>${program}</code>` : nothing}
                              </dd>`
                        : nothing
                }
                <dt>Node</dt>
                <dd><code>${node.id}</code> <t-copy .text=${node.id} label="Copy the node’s id"></t-copy></dd>
            </dl>
            ${parameters('Inputs', node.inputs.parameters?.length ? node.inputs.parameters : process.inputs.parameters)}
            ${parameters('Outputs', node.outputs.parameters)}
            ${
                node.outputs.result !== undefined && node.outputs.result !== ''
                    ? html`<section>
                          <h3>Result</h3>
                          <p>
                              ${value(node.outputs.result)}
                              <t-copy .text=${node.outputs.result} label="Copy the result"></t-copy>
                          </p>
                      </section>`
                    : nothing
            }
            ${
                attempts.length > 0
                    ? html`<section>
                          <h3>Attempts</h3>
                          <ol class="attempts" data-testid="attempts">
                              ${attempts.map((each, index) => this.attemptRow(each.node, each.attempt, index + 1))}
                          </ol>
                      </section>`
                    : nothing
            }
            ${this.children_()}`;
    }

    private children_() {
        const { node, tree } = this;
        const children = node.children.map((id) => tree.byId.get(id)).filter((child) => child !== undefined);
        if (children.length === 0 || node.type === 'Retry') {
            return nothing;
        }
        const shown = [...children]
            .sort((a, b) => Number(b.phase === 'Failed') - Number(a.phase === 'Failed'))
            .slice(0, 12);
        return html`<section>
            <h3>Leads to</h3>
            <ul class="run-list">
                ${shown.map(
                    (child) =>
                        html`<li>
                            <button class="link" @click=${() => this.tell('open', child.id)}>
                                ${sign(phaseLook(nodePhase(child)), 14)} ${shortName(child)}
                            </button>
                        </li>`,
                )}
            </ul>
            ${children.length > shown.length ? html`<p class="muted">and ${children.length - shown.length} more</p>` : nothing}
        </section>`;
    }

    private log() {
        const attempts = this.attempts();
        const current = attempts.find((each) => each.attempt.id === this.chosen) ?? attempts[attempts.length - 1];
        if (!current) {
            return html`<p class="log-more">This node has no process of its own, and so no log.</p>`;
        }
        const { namespace, name } = this.tree.run;
        const others = this.containers.value?.get(current.node.template) ?? [];
        const own = this.node.type === 'Container' ? shortName(this.node) : MAIN;
        const container = this.container || own;
        const place = {
            namespace,
            run: name,
            node: current.node.id,
            attempt: current.attempt.number,
            container: container === MAIN ? '' : container,
        };
        return html`${
                attempts.length > 1
                    ? html`<label class="attempt-choice"
                          ><span>Attempt</span
                          ><select @change=${(event: Event) => this.showLog((event.target as HTMLSelectElement).value)}>
                              ${attempts.map(
                                  (each, index) =>
                                      html`<option value=${each.attempt.id} ?selected=${each === current}>
                                          ${index + 1} of ${attempts.length} ·
                                          ${each.attempt.state}${each.attempt.state === 'exited' ? ` ${each.attempt.exitCode ?? ''}` : ''}
                                      </option>`,
                              )}
                          </select></label
                      >`
                    : nothing
            }
            ${
                others.length > 0
                    ? html`<label class="attempt-choice"
                          ><span>Container</span
                          ><select
                              data-testid="log-container"
                              @change=${(event: Event) => {
                                  this.container = (event.target as HTMLSelectElement).value;
                                  this.requestUpdate();
                              }}
                          >
                              ${[MAIN, ...others].map(
                                  (each) =>
                                      html`<option value=${each} ?selected=${each === container}>${each}</option>`,
                              )}
                          </select></label
                      >`
                    : nothing
            } <t-log .place=${place} .live=${current.attempt.state === 'running'}></t-log>`;
    }

    override render() {
        const { node, tree } = this;
        const tab = (['summary', 'log', 'artifacts', 'why'].includes(this.tab) ? this.tab : 'summary') as Tab;
        const tabs: [Tab, string][] = [
            ['summary', 'Summary'],
            ['log', 'Log'],
            ['artifacts', 'Artifacts'],
            ['why', 'Why'],
        ];
        return html`<aside
            class="panel ${tab === 'log' || tab === 'artifacts' ? 'with-log' : ''}"
            aria-label="Step ${shortName(node)}"
            data-testid="node-panel"
        >
            <header>
                <div class="panel-title">
                    <p class="panel-phase">${phaseChip(nodePhase(node))}</p>
                    <h2>${shortName(node)}</h2>
                </div>
                <button
                    class="plain"
                    aria-label="Close panel"
                    data-testid="panel-close"
                    @click=${() => this.tell('close', '')}
                >
                    ${icon('close')}
                </button>
            </header>
            <div class="panel-tabs segments" role="group" aria-label="About this step">
                ${tabs.map(
                    ([id, word]) =>
                        html`<button
                            aria-pressed=${String(tab === id)}
                            data-testid="node-tab-${id}"
                            @click=${() => this.tell('tab', id)}
                        >
                            ${word}
                        </button>`,
                )}
            </div>
            ${
                tab === 'log'
                    ? html`<div class="panel-log">${this.log()}</div>`
                    : html`<div class="panel-body" tabindex="-1">
                          ${
                              tab === 'summary'
                                  ? this.summary()
                                  : tab === 'artifacts'
                                    ? html`<t-artifacts
                                          .run=${tree.run}
                                          .nodes=${[...new Set([node.id, tree.process(node).id])]}
                                      ></t-artifacts>`
                                    : html`<t-explain
                                          .namespace=${tree.run.namespace}
                                          .run=${tree.run.name}
                                          .uid=${tree.run.uid}
                                          .node=${node.id}
                                      ></t-explain>`
                          }
                      </div>`
            }
        </aside>`;
    }
}
customElements.define('t-node-panel', NodePanel);
