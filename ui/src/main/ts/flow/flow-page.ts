import { html, nothing } from 'lit';
import type { Flow } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts } from '../base/keys';
import { Resource } from '../base/resource';
import { namespace, navigate, route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { sendTestEvent } from '../events/send';
import '../graph/stage';
import type { Stage } from '../graph/stage';
import { flows } from './flows';
import { flowList } from './list';
import { flowModel, sensorId, triggerId } from './model';
import './panel';
import { FlowScene } from './scene';

const NARROW_PX = 600;
const STEP_MS = 700;
/** What happens to a run as a whole, not to one of its nodes. */
const OF_WHOLE_RUNS = /^run\.(observed|started|suspend-changed|shutdown-wanted|restarted|ended|object-gone)$/;

/** The way of events from their sources to runs, live. */
class FlowPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private scene: FlowScene | undefined;
    private previous: Flow[] = [];
    private readonly list = new Resource<Flow[]>(
        this,
        (signal) => flows(namespace(), signal),
        (change) => !change.stream.startsWith('run/') || OF_WHOLE_RUNS.test(change.type),
        (value) => this.arrived(value),
    );

    constructor() {
        super();
        new Keys(this, 'Event Flow', [
            { keys: 'l', what: 'Graph or list', run: () => this.changeView() },
            { keys: 's', what: 'Send test event', run: () => sendTestEvent() },
            { keys: 'Escape', what: 'Close panel', run: () => setQuery({ selected: '' }) },
            { keys: '0', what: 'Fit the graph', run: () => this.stage?.fit() },
            ...listShortcuts(() => this),
        ]);
    }

    private get stage(): Stage | null {
        return this.querySelector<Stage>('t-stage');
    }

    private get asList(): boolean {
        const view = this.route.value.query.get('view');
        return view ? view === 'list' : window.innerWidth < NARROW_PX;
    }

    private changeView(): void {
        setQuery({ view: this.asList ? 'graph' : 'list' });
    }

    override willUpdate(): void {
        document.title = 'Event Flow · Tiphys';
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.previous = [];
            this.scene = undefined;
            this.list.restart();
        }
    }

    private arrived(value: Flow[]): void {
        this.scene = new FlowScene(flowModel(value), this.scene);
        this.light(value);
        this.previous = value;
    }

    /** Compares with what was read before: what has grown, something has passed through. */
    private light(after: Flow[]): void {
        for (const flow of after) {
            const old = this.previous.find((each) => each.namespace === flow.namespace);
            if (!old) {
                continue;
            }
            for (const sensor of flow.sensors) {
                const me = sensorId(flow.namespace, sensor.name);
                for (const dependency of sensor.dependencies) {
                    const same = (each: { eventSource: string; eventName: string }) =>
                        each.eventSource === dependency.eventSource && each.eventName === dependency.eventName;
                    if ((flow.sources.find(same)?.events.total ?? 0) > (old.sources.find(same)?.events.total ?? 0)) {
                        this.scene?.pulse(
                            `source:${flow.namespace}/${dependency.eventSource}/${dependency.eventName}`,
                            me,
                            0,
                        );
                    }
                }
                for (const trigger of sensor.triggers) {
                    const id = triggerId(flow.namespace, sensor.name, trigger.name);
                    const was = old.sensors
                        .find((each) => each.name === sensor.name)
                        ?.triggers.find((each) => each.name === trigger.name);
                    if (
                        was &&
                        trigger.fired + trigger.failed + trigger.filtered > was.fired + was.failed + was.filtered
                    ) {
                        this.scene?.pulse(me, id, STEP_MS);
                    }
                    const known = new Set((was?.runs ?? []).map((run) => run.uid));
                    trigger.runs
                        .filter((run) => was && !known.has(run.uid))
                        .forEach((run) => this.scene?.pulse(id, `run:${run.namespace}/${run.name}`, STEP_MS * 2));
                }
            }
        }
    }

    private pick(id: string): void {
        setQuery({ selected: id });
    }

    private open(id: string): void {
        const part = this.scene?.part(id);
        if (part?.kind === 'run') {
            navigate(runHref(part.run.namespace, part.run.name));
        } else if (id) {
            this.pick(id);
        }
    }

    private clicked(id: string): void {
        const part = this.scene?.part(id);
        if (part?.kind === 'run') {
            this.open(id);
        } else {
            this.pick(part?.kind === 'runs' ? '' : id);
        }
    }

    private nothingYet() {
        return empty(
            'flow',
            namespace() ? `Nothing listens in ${namespace()} yet` : 'Nothing listens yet',
            html`<p>
                    An EventSource receives events, a Sensor decides about them, and its triggers start runs. Apply the
                    example:
                </p>
                ${command('tiphys apply -f examples/ml-pipeline/')}
                <p>or, with kubectl and the address that <code>tiphys up</code> has printed:</p>
                ${command('kubectl apply -n argo-events -f examples/ml-pipeline/')}
                <p>Then send an event:</p>
                ${command(`curl -d '{"model":"resnet","dataset":"imagenet"}' -H 'Content-Type: application/json' http://localhost:12000/trigger`)}`,
        );
    }

    private body(value: Flow[]) {
        const present = value.filter((flow) => flow.sources.length > 0 || flow.sensors.length > 0 || flow.bus.present);
        if (present.length === 0) {
            return html`<div class="page-body">${this.nothingYet()}</div>`;
        }
        const selected = this.route.value.query.get('selected') ?? '';
        const part = this.scene?.part(selected);
        return html`<div class="split">
            ${
                this.asList
                    ? html`<div class="page-body">${flowList(present, (id) => this.pick(id))}</div>`
                    : html`<t-stage
                          label="Event Flow"
                          data-testid="flow-graph"
                          .scene=${this.scene}
                          .selected=${selected}
                          .leastFit=${0.6}
                          high
                          @pick=${(event: CustomEvent<string>) => this.clicked(event.detail)}
                          @step=${(event: CustomEvent<string>) => this.pick(event.detail)}
                          @open=${(event: CustomEvent<string>) => this.open(event.detail)}
                      ></t-stage>`
            }
            ${
                part && part.kind !== 'run' && part.kind !== 'runs'
                    ? html`<t-flow-panel .box=${part} @close=${() => this.pick('')}></t-flow-panel>`
                    : nothing
            }
        </div>`;
    }

    override render() {
        const { value, error } = this.list;
        return html`<header class="bar">
                <h1>Event Flow</h1>
                <div class="segments" role="group" aria-label="View">
                    <button
                        aria-pressed=${String(!this.asList)}
                        data-testid="view-graph"
                        @click=${() => setQuery({ view: 'graph' })}
                    >
                        Graph
                    </button>
                    <button
                        aria-pressed=${String(this.asList)}
                        data-testid="view-list"
                        @click=${() => setQuery({ view: 'list' })}
                    >
                        List
                    </button>
                </div>
                <button class="push" data-testid="send-event" @click=${() => sendTestEvent()}>
                    ${icon('send', 14)} Send test event
                </button>
            </header>
            ${value ? stale(error) : nothing}
            ${
                value
                    ? this.body(value)
                    : html`<div class="page-body">
                          ${error ? failure(error, () => this.list.reload()) : skeleton()}
                      </div>`
            }`;
    }
}
customElements.define('t-flow', FlowPage);
