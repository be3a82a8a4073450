import { html, nothing } from 'lit';
import type { RunDetail, RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import { nodePhase, shortName, type RunTree } from './tree';
import { phaseChip } from '../base/phase';
import { lineView } from './ansi';
import { LogSource } from './log-source';
import { originWords, type Origin } from './origins';

const LINES = 20;
const INPUTS = 6;

/** What shows the same in the terminal. */
const commandOf = (run: RunDetail, node: RunNode): string =>
    `tiphys logs -n ${run.namespace} ${run.name}/${shortName(node)}`;

/** The first thing to see of a failed run: which step, why, and the end of its log. */
class FailureCard extends LightElement {
    static override properties = { tree: { attribute: false }, origins: { attribute: false } };
    declare tree: RunTree;
    declare origins: Map<string, Origin> | undefined;
    private at = 0;
    private shown = '';
    private log: LogSource | undefined;

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.log?.close();
        this.shown = '';
    }

    override willUpdate(): void {
        const failures = this.tree.failures();
        this.at = Math.min(this.at, Math.max(0, failures.length - 1));
        const node = failures[this.at];
        const process = node && this.tree.process(node);
        const attempt = process?.attempts[process.attempts.length - 1];
        const asked = attempt && process ? `${process.id}/${attempt.number}` : '';
        if (asked !== this.shown) {
            this.shown = asked;
            this.log?.close();
            const { namespace, name } = this.tree.run;
            this.log =
                process && attempt
                    ? new LogSource(
                          { namespace, run: name, node: process.id, attempt: attempt.number, container: '' },
                          LINES,
                          false,
                          () => this.requestUpdate(),
                      ).start()
                    : undefined;
        }
    }

    private open(id: string): void {
        this.dispatchEvent(new CustomEvent('open', { detail: id }));
    }

    override render() {
        const { run } = this.tree;
        const failures = this.tree.failures();
        const node = failures[this.at];
        if (!node) {
            return html`<section class="failure" data-testid="failure-card">
                <div class="failure-why"><p class="failure-message">${run.message || 'The run failed.'}</p></div>
            </section>`;
        }
        const process = this.tree.process(node);
        const attempts = this.tree.attemptsOf.get(node.id)?.length ?? node.attempts.length;
        const last = process.attempts[process.attempts.length - 1];
        const inputs = (
            node.inputs.parameters?.length ? node.inputs.parameters : (process.inputs.parameters ?? [])
        ).slice(0, INPUTS);
        const lines = this.log?.lines.slice(-LINES) ?? [];
        return html`<section class="failure" aria-label="What failed" data-testid="failure-card">
            <div class="failure-why">
                <p class="failure-head">
                    ${phaseChip(nodePhase(node))}
                    <strong data-testid="failed-step">${shortName(node)}</strong>
                </p>
                <p class="failure-message" data-testid="failure-message">
                    ${process.message || node.message || run.message}
                </p>
                <p class="muted small">
                    ${last?.state === 'exited' && last.exitCode !== null ? html`exit code <strong class="number">${last.exitCode}</strong>` : last ? last.state : 'it had no process'}
                    ${attempts > 1 ? html` · ${attempts} attempts` : nothing} ·
                    <t-duration .from=${node.startedAt} .to=${node.finishedAt}></t-duration>
                    ${process.message && node.message && process.message !== node.message ? html` · ${node.message}` : nothing}
                </p>
                ${
                    inputs.length > 0
                        ? html`<section>
                              <h2>Inputs of the step</h2>
                              <dl class="facts">
                                  ${inputs.map((input) => this.value(input.name, input.value, nothing))}
                              </dl>
                          </section>`
                        : nothing
                }
                ${
                    run.parameters.length > 0
                        ? html`<section>
                              <h2>Parameters of the workflow</h2>
                              <dl class="facts" data-testid="failure-parameters">
                                  ${run.parameters
                                      .slice(0, INPUTS)
                                      .map((each) =>
                                          this.value(
                                              each.name,
                                              each.value,
                                              each.fallback
                                                  ? html`<span class="tag warn" title=${each.fallback}
                                                        >default used</span
                                                    >`
                                                  : originWords(this.origins?.get(each.name), run.namespace),
                                          ),
                                      )}
                                  ${
                                      run.parameters.length > INPUTS
                                          ? html`<dt></dt>
                                                <dd class="muted">and ${run.parameters.length - INPUTS} more</dd>`
                                          : nothing
                                  }
                              </dl>
                          </section>`
                        : nothing
                }
                <p class="failure-links">
                    <button data-testid="open-failed" @click=${() => this.open(node.id)}>Open step</button>
                    ${
                        failures.length > 1
                            ? html`<span class="failure-pages"
                                  ><button
                                      class="plain"
                                      aria-label="Previous failed step"
                                      ?disabled=${this.at === 0}
                                      @click=${() => this.turn(-1)}
                                  >
                                      ${icon('left', 14)}</button
                                  ><span class="number muted" role="status"
                                      >${this.at + 1} of ${failures.length} failed</span
                                  ><button
                                      class="plain"
                                      aria-label="Next failed step"
                                      ?disabled=${this.at === failures.length - 1}
                                      @click=${() => this.turn(1)}
                                  >
                                      ${icon('right', 14)}
                                  </button></span
                              >`
                            : nothing
                    }
                </p>
            </div>
            <div class="failure-output">
                <p class="copy-command" data-testid="failure-command">
                    <span class="muted small">Last lines</span>
                    <code class="clip">${commandOf(run, node)}</code
                    ><t-copy .text=${commandOf(run, node)} label="Copy command"></t-copy>
                </p>
                <div
                    class="failure-log"
                    tabindex="0"
                    role="region"
                    aria-label="Last lines of the log"
                    data-testid="failure-log"
                >
                    ${
                        this.log
                            ? lines.length > 0
                                ? html`<pre>${lines.map((line) => html`${lineView(line, '', false)}${'\n'}`)}</pre>`
                                : html`<p class="muted">
                                      ${this.log.error ? this.log.error.message : this.log.ended ? 'It printed nothing.' : 'Reading…'}
                                  </p>`
                            : html`<p class="muted">It has no log.</p>`
                    }
                </div>
            </div>
        </section>`;
    }

    private value(name: string, value: string, more: ReturnType<typeof originWords>) {
        return html`<dt>${name}</dt>
            <dd>
                <span class="failure-value"
                    ><code class="clip" title=${value}>${value === '' ? '(empty)' : value}</code
                    ><t-copy .text=${value} label="Copy ${name}"></t-copy
                ></span>
                ${more}
            </dd>`;
    }

    private turn(step: number): void {
        this.at += step;
        this.requestUpdate();
    }
}
customElements.define('t-failure', FailureCard);
