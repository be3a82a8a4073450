import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { RunDetail, RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon, type Icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { phaseChip, shownPhase } from '../base/phase';
import { Resource } from '../base/resource';
import { eventHref, href, namespace as chosenNamespace, navigate, route, setQuery, templateHref } from '../base/router';
import { Watch } from '../base/signal';
import '../flow/manifest';
import '../graph/stage';
import type { Stage } from '../graph/stage';
import { progressBar } from '../runs/progress';
import { actionButtons, possibleActions } from './actions';
import './artifacts';
import './explain';
import './failure-card';
import { graphModel, shapeOf, type GraphModel } from './graph-model';
import { RunScene } from './graph-scene';
import './node-panel';
import { originsOf, type Origin } from './origins';
import { parametersView } from './parameters';
import { retryRun } from './retry';
import './steps';
import './timeline';
import { RunTree } from './tree';

type View = 'graph' | 'timeline' | 'steps' | 'parameters' | 'why' | 'manifest' | 'artifacts';

const VIEWS: { id: View; word: string; sign: Icon }[] = [
    { id: 'graph', word: 'Graph', sign: 'graph' },
    { id: 'timeline', word: 'Timeline', sign: 'bars' },
    { id: 'steps', word: 'Steps', sign: 'list' },
    { id: 'parameters', word: 'Parameters', sign: 'sliders' },
    { id: 'why', word: 'Why', sign: 'question' },
    { id: 'manifest', word: 'Manifest', sign: 'file' },
    { id: 'artifacts', word: 'Artifacts', sign: 'box' },
];
const NARROW_PX = 600;

/** One run: what it does now, and what became of it. */
class RunPage extends LightElement {
    static override properties = { namespace: {}, name: {} };
    declare namespace: string;
    declare name: string;
    private readonly route = new Watch(this, route);
    private shown = '';
    private tree: RunTree | undefined;
    private scene: RunScene | undefined;
    private model: GraphModel | undefined;
    private shape = '';
    private readonly folding = new Map<string, 'open' | 'closed'>();
    private readonly run: Resource<RunDetail> = new Resource<RunDetail>(
        this,
        (signal) => api.run(this.namespace, this.name, signal),
        (change) => (this.run.value ? change.uid === this.run.value.uid : change.name === this.name),
        (value) => this.arrived(value),
    );

    /** Where its parameters come from; this does not change any more. */
    private readonly origins = new Resource<Map<string, Origin>>(
        this,
        (signal) => (this.run.value ? originsOf(this.run.value, signal) : Promise.resolve(new Map<string, Origin>())),
        () => false,
    );
    private originsOf = '';

    constructor() {
        super();
        new Keys(this, 'Workflow', [
            ...VIEWS.map((view, index) => ({
                keys: String(index + 1),
                what: view.word,
                run: () => this.view(view.id),
            })),
            { keys: 'f', what: 'Go to the step that failed', run: () => this.toFailure() },
            { keys: '0', what: 'Fit the graph', run: () => this.stage?.fit() },
            { keys: 'L', what: 'Log of the selected step', run: () => setQuery({ panel: 'log' }) },
            { keys: 'R', what: 'Retry', run: () => this.retry() },
            { keys: 'Escape', what: 'Close panel, or back to the workflows', run: () => this.escape() },
            ...listShortcuts(() => this),
            searchShortcut(() => this),
        ]);
    }

    private get stage(): Stage | null {
        return this.querySelector<Stage>('t-stage');
    }

    private get current(): View {
        const asked = this.route.value.query.get('view') as View | null;
        return VIEWS.some((view) => view.id === asked)
            ? (asked as View)
            : window.innerWidth < NARROW_PX
              ? 'steps'
              : 'graph';
    }

    private view(id: View): void {
        setQuery({ view: id });
    }

    private escape(): void {
        if (this.route.value.query.get('node')) {
            setQuery({ node: '', panel: '' });
        } else {
            navigate(href('/workflows', { namespace: chosenNamespace() }));
        }
    }

    private retry(): void {
        const run = this.run.value;
        if (run && possibleActions(run).includes('retry')) {
            void retryRun(run);
        }
    }

    private toFailure(): void {
        const first = this.tree?.failures()[0];
        if (first) {
            this.open(first.id);
        }
    }

    override willUpdate(): void {
        const asked = `${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.tree = undefined;
            this.scene = undefined;
            this.shape = '';
            this.folding.clear();
            this.run.restart();
        }
        const phase = this.run.value ? shownPhase(this.run.value) || 'Pending' : '';
        document.title = `${phase ? `${phase}: ` : ''}${this.name} · Tiphys`;
    }

    private arrived(value: RunDetail): void {
        this.tree = new RunTree(value);
        if (value.uid !== this.originsOf && value.parameters.length > 0) {
            this.originsOf = value.uid;
            this.origins.restart();
        }
        this.draw();
    }

    private draw(): void {
        if (!this.tree) {
            return;
        }
        const shape = shapeOf(this.tree, this.folding);
        if (shape !== this.shape || !this.model) {
            this.shape = shape;
            this.model = graphModel(this.tree, this.folding);
        }
        this.scene = new RunScene(this.model, this.tree);
        this.requestUpdate();
    }

    private fold(id: string): void {
        const box = this.model?.byId.get(id);
        if (!box?.canClose) {
            return;
        }
        const open = box.kind === 'group' ? box.cells !== undefined : box.hidden === 0;
        this.folding.set(id, open ? 'closed' : 'open');
        this.draw();
        void this.updateComplete.then(() => this.stage?.keepInSight(id));
    }

    private pick(id: string): void {
        const { tree } = this;
        setQuery({ node: tree?.byId.has(id) ? id : '' });
    }

    private clicked(id: string): void {
        const box = this.model?.byId.get(id);
        if (box?.kind === 'group') {
            this.fold(id);
        } else {
            this.pick(id);
        }
    }

    private opened(id: string): void {
        const box = this.model?.byId.get(id);
        if (box?.canClose) {
            this.fold(id);
        } else if (id) {
            this.pick(id);
        }
    }

    /** Selects a step and brings it into sight. */
    private open(id: string): void {
        this.pick(id);
        void this.updateComplete.then(() => this.stage?.reveal(id));
    }

    private head(run: RunDetail) {
        const phase = shownPhase(run);
        return html`<header class="bar run-head">
                <a
                    class="button plain"
                    href=${href('/workflows', { namespace: chosenNamespace() })}
                    aria-label="Back to the workflows"
                    >${icon('left')}</a
                >
                <h1 class="clip" title=${run.name}>${run.name}</h1>
                <t-copy .text=${run.name} label="Copy the workflow’s name"></t-copy>
                <span role="status" data-testid="run-phase">${phaseChip(phase)}</span>
                <div class="push">${actionButtons(run)}</div>
            </header>
            <div class="run-facts">
                ${progressBar(run.progress, phase)}
                <span title="Duration"><t-duration .from=${run.startedAt} .to=${run.finishedAt}></t-duration></span>
                <span><t-time .at=${run.createdAt}></t-time></span>
                <span class="muted">${run.namespace}</span>
                ${run.template ? html`<a href=${templateHref(run.namespace, run.template)}>${run.template}</a>` : nothing}
                ${run.event ? html`<a href=${eventHref(run.event)} data-testid="run-event">${icon('bolt', 14)} from an event</a>` : html`<span class="muted">started by hand</span>`}
                ${run.links.map(
                    (link) =>
                        html`<a href=${link.url} target=${link.target || '_blank'} rel="noopener noreferrer" data-testid="run-link"
                            >${link.name}</a
                        >`,
                )}
                ${run.quarantined ? html`<span class="tag bad" title=${run.message}>quarantined</span>` : nothing}
                ${run.shutdown ? html`<span class="tag warn">${run.shutdown}</span>` : nothing}
                ${
                    run.parameters.some((parameter) => parameter.fallback)
                        ? html`<button class="link-tag" @click=${() => this.view('parameters')}>
                              <span class="tag warn">a default was used</span>
                          </button>`
                        : nothing
                }
            </div>`;
    }

    private tabs() {
        return html`<div class="tabs" role="tablist" aria-label="Views of the workflow">
            ${VIEWS.map(
                (view) =>
                    html`<button
                        role="tab"
                        id="tab-${view.id}"
                        aria-selected=${String(this.current === view.id)}
                        aria-controls="run-view"
                        data-testid="tab-${view.id}"
                        @click=${() => this.view(view.id)}
                    >
                        ${icon(view.sign, 14)}<span>${view.word}</span>
                    </button>`,
            )}
        </div>`;
    }

    private content(run: RunDetail, tree: RunTree, selected: string) {
        const query = this.route.value.query;
        const pick = (event: CustomEvent<string>) => this.pick(event.detail);
        switch (this.current) {
            case 'graph':
                if (run.nodes.length === 0) {
                    return html`<div class="page-body">
                        ${empty('dots', run.finishedAt ? 'No step was started' : 'No step has started yet', run.message)}
                    </div>`;
                }
                return html`<t-stage
                    label="Graph of the workflow"
                    data-testid="run-graph"
                    .leastFit=${0.7}
                    .scene=${this.scene}
                    .selected=${selected}
                    @pick=${(event: CustomEvent<string>) => this.clicked(event.detail)}
                    @step=${(event: CustomEvent<string>) => this.stepTo(event.detail)}
                    @open=${(event: CustomEvent<string>) => this.opened(event.detail)}
                ></t-stage>`;
            case 'timeline':
                return html`<t-timeline class="pane" .tree=${tree} .selected=${selected} @pick=${pick}></t-timeline>`;
            case 'steps':
                return html`<t-steps
                    class="pane"
                    .tree=${tree}
                    .selected=${selected}
                    .phase=${query.get('steps') ?? ''}
                    .search=${query.get('find') ?? ''}
                    @pick=${pick}
                    @phase=${(event: CustomEvent<string>) => setQuery({ steps: event.detail })}
                    @search=${(event: CustomEvent<string>) => setQuery({ find: event.detail })}
                ></t-steps>`;
            case 'parameters':
                return html`<div class="page-body pad" tabindex="0">${parametersView(run, this.origins.value)}</div>`;
            case 'why':
                return html`<div class="page-body pad" tabindex="0">
                    <t-explain .namespace=${run.namespace} .run=${run.name} .uid=${run.uid} .node=${''}></t-explain>
                </div>`;
            case 'artifacts':
                return html`<div class="page-body pad" tabindex="0">
                    <t-artifacts class="all-artifacts" .run=${run} .nodes=${[]} @pick=${pick}></t-artifacts>
                </div>`;
            case 'manifest':
                return html`<div class="page-body pad">
                    <t-manifest kind="Workflow" .namespace=${run.namespace} .name=${run.name}></t-manifest>
                </div>`;
        }
    }

    /** Arrow keys also rest on a loop's box, which has no panel. */
    private stepTo(id: string): void {
        this.resting = this.tree?.byId.has(id) ? '' : id;
        if (this.resting) {
            this.requestUpdate();
        } else {
            this.pick(id);
        }
    }

    private resting = '';

    private body(run: RunDetail, tree: RunTree) {
        const asked = this.route.value.query.get('node') ?? '';
        const node: RunNode | undefined = tree.shown(asked);
        const failed = run.phase === 'Failed' || run.phase === 'Error';
        return html`${this.head(run)} ${stale(this.run.error)}
            ${failed && !node && (this.current === 'graph' || this.current === 'steps') ? html`<t-failure .tree=${tree} .origins=${this.origins.value} @open=${(event: CustomEvent<string>) => this.open(event.detail)}></t-failure>` : nothing}
            ${this.tabs()}
            <div class="split" role="tabpanel" id="run-view" aria-labelledby="tab-${this.current}">
                ${this.content(run, tree, this.resting || (node?.id ?? ''))}
                ${
                    node
                        ? html`<t-node-panel
                              .tree=${tree}
                              .node=${node}
                              .tab=${this.route.value.query.get('panel') ?? ''}
                              @tab=${(event: CustomEvent<string>) => setQuery({ panel: event.detail === 'summary' ? '' : event.detail })}
                              @open=${(event: CustomEvent<string>) => this.open(event.detail)}
                              @close=${() => setQuery({ node: '', panel: '' })}
                          ></t-node-panel>`
                        : nothing
                }
            </div>`;
    }

    override render() {
        const { value, error } = this.run;
        if (!value || !this.tree) {
            return html`<h1 class="unseen">${this.name}</h1>
                <div class="page-body">${error ? failure(error, () => this.run.reload()) : skeleton(8)}</div>`;
        }
        return this.body(value, this.tree);
    }
}
customElements.define('t-run', RunPage);
