import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client';
import type { ApiObject, Run, Template, TemplateParameter } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon, type Icon } from '../base/icons';
import { Keys, listShortcuts } from '../base/keys';
import { counted, fact, pageHead } from '../base/page';
import { Resource } from '../base/resource';
import {
    clusterWide,
    href,
    namespace as chosenNamespace,
    navigate,
    route,
    setQuery,
    templateName,
} from '../base/router';
import { Watch } from '../base/signal';
import { yaml, yamlView } from '../base/yaml';
import '../flow/manifest';
import '../graph/stage';
import type { Stage } from '../graph/stage';
import { runTable } from '../runs/run-table';
import { planOf, runs, type Plan, type PlanNode, type WorkflowSpec } from './plan';
import { PlanScene } from './plan-scene';
import { submitTemplate } from './submit';

type View = 'graph' | 'steps' | 'parameters' | 'runs' | 'manifest';

const VIEWS: { id: View; word: string; sign: Icon }[] = [
    { id: 'graph', word: 'Graph', sign: 'graph' },
    { id: 'steps', word: 'Steps', sign: 'list' },
    { id: 'parameters', word: 'Parameters', sign: 'sliders' },
    { id: 'runs', word: 'Workflows', sign: 'play' },
    { id: 'manifest', word: 'Manifest', sign: 'file' },
];
const SHOWN_RUNS = 50;
const NARROW_PX = 600;
const DESCRIPTION = 'workflows.argoproj.io/description';
const TITLE = 'workflows.argoproj.io/title';

interface Known {
    object: ApiObject;
    template: Template | undefined;
    runs: Run[];
    more: boolean;
}

/** Descriptions may be written in Markdown; here they are read as plain text. */
const plain = (markdown: string | undefined): string =>
    (markdown ?? '').replace(/[*_`]{1,3}(\S[^*_`]*)[*_`]{1,3}/g, '$1').trim();

/** One workflow template: what it would run, what it wants to know, and what was run of it. */
class TemplatePage extends LightElement {
    static override properties = { namespace: {}, name: {} };
    declare namespace: string;
    declare name: string;
    private readonly route = new Watch(this, route);
    private shown = '';
    private plan: Plan | undefined;
    private scene: PlanScene | undefined;
    private planned = '';
    private readonly known = new Resource<Known>(
        this,
        async (signal) => {
            const namespace = clusterWide(this.namespace) ? '' : this.namespace;
            const name = templateName(this.namespace, this.name);
            const [object, templates, found] = await Promise.all([
                api.object(this.kind, this.namespace, this.name, signal),
                api.templates(namespace, signal),
                api.runs({ namespace, template: name, limit: SHOWN_RUNS }, signal),
            ]);
            return {
                object,
                template: templates.items.find((each) => each.name === name),
                runs: found.items,
                more: found.next !== '',
            };
        },
        (change) => change.stream.startsWith('object') || /^run\.(observed|started|ended)$/.test(change.type),
        (value) => this.arrived(value),
    );

    constructor() {
        super();
        new Keys(this, 'Workflow Template', [
            ...VIEWS.map((view, index) => ({
                keys: String(index + 1),
                what: view.word,
                run: () => setQuery({ view: view.id }),
            })),
            { keys: 's', what: 'Submit', run: () => this.submit() },
            { keys: '0', what: 'Fit the graph', run: () => this.querySelector<Stage>('t-stage')?.fit() },
            { keys: 'Escape', what: 'Close panel, or back to the templates', run: () => this.escape() },
            ...listShortcuts(() => this),
        ]);
    }

    private get kind(): string {
        return clusterWide(this.namespace) ? 'ClusterWorkflowTemplate' : 'WorkflowTemplate';
    }

    private get current(): View {
        const asked = this.route.value.query.get('view') as View | null;
        return VIEWS.find((view) => view.id === asked)?.id ?? (window.innerWidth < NARROW_PX ? 'steps' : 'graph');
    }

    private escape(): void {
        if (this.route.value.query.get('step')) {
            setQuery({ step: '' });
        } else {
            navigate(href('/workflow-templates', { namespace: chosenNamespace() }));
        }
    }

    private submit(): void {
        const template = this.known.value?.template;
        if (template) {
            submitTemplate(template);
        }
    }

    override willUpdate(): void {
        document.title = `${this.name} · Workflow Templates · Tiphys`;
        const asked = `${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.planned = '';
            this.known.restart();
        }
    }

    /** The graph is drawn anew only when the template has changed. */
    private arrived({ object }: Known): void {
        const planned = JSON.stringify(object.spec);
        if (planned !== this.planned) {
            this.planned = planned;
            this.plan = planOf((object.spec ?? {}) as WorkflowSpec);
            this.scene = this.plan ? new PlanScene(this.plan) : undefined;
        }
    }

    private pick(id: string): void {
        setQuery({ step: id });
    }

    private panel(node: PlanNode) {
        const { task, spec } = node;
        const inputs = spec?.inputs?.parameters ?? [];
        const process = spec?.container ?? spec?.script;
        const loop = task?.withItems
            ? yaml(task.withItems)
            : task?.withParam
              ? task.withParam
              : task?.withSequence
                ? yaml(task.withSequence)
                : '';
        return html`<div class="side-panel">
            <aside class="panel" aria-label="Step ${node.name}" data-testid="plan-panel">
                <header>
                    <div class="panel-title">
                        <p class="muted small">${node.kind}${node.exit ? ', when all else has ended' : ''}</p>
                        <h2>${node.name}</h2>
                    </div>
                    <button
                        class="plain"
                        aria-label="Close panel"
                        data-testid="panel-close"
                        @click=${() => this.pick('')}
                    >
                        ${icon('close')}
                    </button>
                </header>
                <div class="panel-body" tabindex="-1">
                    <dl class="facts">
                        ${fact('Template', node.template)}
                        ${fact('Image', process ? html`<code>${String(process['image'] ?? '')}</code>` : '')}
                        ${fact('Runs', runs(spec ?? {}) ? html`<code>${runs(spec ?? {})}</code>` : '')}
                        ${fact('When', task?.when ? html`<code>${task.when}</code>` : '')}
                        ${fact('Depends on', task?.depends ? html`<code>${task.depends}</code>` : (task?.dependencies?.join(', ') ?? ''))}
                        ${fact('For each', loop ? html`<code class="pre">${loop.trim()}</code>` : '')}
                        ${fact('Retries', spec?.retryStrategy ? `up to ${String(spec.retryStrategy.limit ?? '∞')}` : '')}
                    </dl>
                    ${
                        (task?.arguments?.parameters ?? []).length > 0
                            ? html`<section>
                                  <h3>Is given</h3>
                                  <dl class="facts">
                                      ${task?.arguments?.parameters?.map((each) =>
                                          fact(each.name ?? '', html`<code>${String(each.value ?? '')}</code>`),
                                      )}
                                  </dl>
                              </section>`
                            : inputs.length > 0
                              ? html`<section>
                                    <h3>Inputs</h3>
                                    <dl class="facts">
                                        ${inputs.map((each) =>
                                            fact(
                                                String(each['name'] ?? ''),
                                                each['value'] !== undefined
                                                    ? html`<code>${String(each['value'])}</code>`
                                                    : html`<span class="muted">must be given</span>`,
                                            ),
                                        )}
                                    </dl>
                                </section>`
                              : nothing
                    }
                    ${
                        spec
                            ? html`<section>
                                  <h3>Template</h3>
                                  <div class="manifest">${yamlView(yaml(spec))}</div>
                              </section>`
                            : nothing
                    }
                </div>
            </aside>
        </div>`;
    }

    private graph(plan: Plan) {
        const selected = this.route.value.query.get('step') ?? '';
        const node = plan.nodes.find((each) => each.id === selected);
        return html`<div class="split" id="view" role="tabpanel" aria-labelledby="tab-graph">
            <t-stage
                label="Graph of the template"
                data-testid="plan-graph"
                .scene=${this.scene}
                .selected=${selected}
                .leastFit=${0.8}
                high
                @pick=${(event: CustomEvent<string>) => this.pick(event.detail)}
                @step=${(event: CustomEvent<string>) => this.pick(event.detail)}
                @open=${(event: CustomEvent<string>) => this.pick(event.detail)}
            ></t-stage>
            ${node ? this.panel(node) : nothing}
        </div>`;
    }

    private steps(plan: Plan) {
        return html`<ol class="plan-list" data-testid="plan-steps">
            ${plan.nodes.map(
                (node) =>
                    html`<li class="depth-${Math.min(node.depth, 6)}">
                        <button class="flow-entry" data-row @click=${() => setQuery({ view: 'graph', step: node.id })}>
                            ${icon(node.sign, 15)}<strong>${node.name}</strong>
                            <span class="muted clip"
                                >${node.template !== node.name && node.spec ? `${node.template} · ` : ''}${node.line}</span
                            >
                            ${node.task?.when ? html`<span class="tag" title=${node.task.when}>if</span>` : nothing}
                            ${node.notes
                                .filter((note) => note !== 'if')
                                .map((note) => html`<span class="tag">${note}</span>`)}
                        </button>
                    </li>`,
            )}
        </ol>`;
    }

    private parameters(list: TemplateParameter[]) {
        return list.length === 0
            ? html`<p class="muted pad">It has no parameters.</p>`
            : html`<div class="pad">
                  <div class="card flush scroll-x" tabindex="0" role="region" aria-label="Parameters">
                      <table class="table plain-rows" data-testid="template-parameters" aria-label="Parameters">
                          <thead>
                              <tr>
                                  <th scope="col">Parameter</th>
                                  <th scope="col">Default</th>
                                  <th scope="col">Allowed</th>
                                  <th scope="col">Description</th>
                              </tr>
                          </thead>
                          <tbody>
                              ${list.map(
                                  (each) =>
                                      html`<tr>
                                          <td><code>${each.name}</code></td>
                                          <td class="wrap">
                                              ${
                                                  each.value === undefined || each.value === null
                                                      ? html`<span class="tag warn">must be given</span>`
                                                      : html`<code>${each.value === '' ? '(empty)' : each.value}</code>`
                                              }
                                          </td>
                                          <td class="wrap">
                                              ${each.enum && each.enum.length > 0 ? each.enum.map((one) => html`<span class="tag">${one}</span> `) : html`<span class="muted">anything</span>`}
                                          </td>
                                          <td class="wrap grow-text">
                                              ${each.description || (each.declared === false ? 'Used by its steps, though the template does not declare it.' : html`<span class="muted">–</span>`)}
                                          </td>
                                      </tr>`,
                              )}
                          </tbody>
                      </table>
                  </div>
              </div>`;
    }

    private workflows({ runs, more }: Known) {
        return html`<div class="page-body" tabindex="-1">
            ${
                runs.length === 0
                    ? empty(
                          'play',
                          'No workflow of it yet',
                          html`<p>Press Submit, let a sensor’s trigger start one, or:</p>
                              ${command(clusterWide(this.namespace) ? `tiphys submit cwft/${this.name}` : `tiphys submit ${this.name} -n ${this.namespace}`)}`,
                      )
                    : runTable(runs, `Workflows of ${this.name}`)
            }
            ${
                more
                    ? html`<p class="pager">
                          The latest ${SHOWN_RUNS}.
                          <a
                              href=${href('/workflows', {
                                  namespace: clusterWide(this.namespace) ? '' : this.namespace,
                                  template: templateName(this.namespace, this.name),
                              })}
                              >All of them</a
                          >
                      </p>`
                    : nothing
            }
        </div>`;
    }

    private content(known: Known): TemplateResult {
        const { plan } = this;
        const view = this.current;
        if (view === 'graph' && plan) {
            return this.graph(plan);
        }
        const inner = () => {
            switch (view) {
                case 'graph':
                case 'steps':
                    return plan
                        ? html`<div class="page-body" tabindex="-1">${this.steps(plan)}</div>`
                        : html`<div class="page-body">
                              ${empty('graph', 'It has no entrypoint', html`<p>Other workflows use its templates by <code>templateRef</code>.</p>`)}
                          </div>`;
                case 'parameters':
                    return html`<div class="page-body" tabindex="-1">
                        ${this.parameters(known.template?.parameters ?? [])}
                    </div>`;
                case 'runs':
                    return this.workflows(known);
                case 'manifest':
                    return html`<div class="page-body pad" tabindex="-1">
                        <t-manifest kind=${this.kind} .namespace=${this.namespace} .name=${this.name}></t-manifest>
                    </div>`;
            }
        };
        return html`<div class="split" id="view" role="tabpanel" aria-labelledby="tab-${view}">${inner()}</div>`;
    }

    override render() {
        const { value, error } = this.known;
        if (!value) {
            return html`<h1 class="unseen">${this.name}</h1>
                <div class="page-body">${error ? failure(error, () => this.known.reload()) : skeleton(8)}</div>`;
        }
        const { metadata, spec } = value.object;
        const description = plain(metadata.annotations?.[DESCRIPTION]);
        const title = plain(metadata.annotations?.[TITLE]);
        const current = this.current;
        const count: Partial<Record<View, number>> = {
            parameters: value.template?.parameters.length ?? 0,
            runs: value.template?.runs ?? value.runs.length,
        };
        return html`${pageHead(
                { path: '/workflow-templates', word: 'the workflow templates' },
                this.name,
                nothing,
                html`${clusterWide(this.namespace) ? 'Cluster Workflow Template' : `Workflow Template in ${this.namespace}`}
                    · created <t-time .at=${metadata.creationTimestamp ?? ''}></t-time>`,
                html`<button
                    class="primary"
                    data-testid="submit"
                    aria-label="Submit"
                    ?disabled=${!value.template?.entrypoint}
                    @click=${() => this.submit()}
                >
                    ${icon('play', 14)} <span>Submit</span>
                </button>`,
            )}
            ${stale(error)}
            ${
                title || description
                    ? html`<div class="page-note" data-testid="template-description">
                          ${title ? html`<strong>${title}.</strong>` : nothing} ${description}
                      </div>`
                    : nothing
            }
            <div class="tabs" role="tablist" aria-label="Views of the template" data-testid="template-page">
                ${VIEWS.map(
                    (view) =>
                        html`<button
                            role="tab"
                            id="tab-${view.id}"
                            aria-selected=${String(view.id === current)}
                            aria-controls="view"
                            data-testid="tab-${view.id}"
                            @click=${() => setQuery({ view: view.id, step: '' })}
                        >
                            ${icon(view.sign, 15)} ${view.word}
                            ${count[view.id] ? html`<span class="tag">${count[view.id]}</span>` : nothing}
                        </button>`,
                )}
                <span class="tabs-note muted small"
                    >${spec?.['entrypoint'] ? html`starts at <code>${String(spec['entrypoint'])}</code>` : nothing}${this.plan ? ` · ${counted(this.plan.nodes.length, 'step')}${this.plan.cut ? ' and more' : ''}` : ''}</span
                >
            </div>
            ${this.content(value)}`;
    }
}
customElements.define('t-template', TemplatePage);
