import { html, nothing } from 'lit';
import type { Flow } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { Resource } from '../base/resource';
import { namespace, navigate, route, runHref, setQuery } from '../base/router';
import { Watch } from '../base/signal';
import { sendTestEvent } from '../events/send';
import '../graph/stage';
import type { Stage } from '../graph/stage';
import { flows } from './flows';
import { flowList } from './list';
import { flowModel, searched, sensorId, triggerId } from './model';
import './panel';
import { FlowScene } from './scene';

const NARROW_PX = 600;
const STEP_MS = 700;
const MANY_SENSORS = 20;
/** What happens to a run as a whole, not to one of its nodes. */
const OF_WHOLE_RUNS = /^run\.(observed|started|suspend-changed|shutdown-wanted|restarted|ended|object-gone)$/;

const ruler = document.createElement('canvas').getContext('2d');

/** How wide a text is on the canvas. */
function measure(text: string, size: number, weight: number): number {
    if (!ruler) {
        return text.length * size * 0.6;
    }
    ruler.font = `${weight} ${size}px ${getComputedStyle(document.documentElement).getPropertyValue('--font')}`;
    return ruler.measureText(text).width;
}

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
            searchShortcut(() => this),
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
        const value = this.list.value;
        if (value && this.drawn !== `${this.search} ${this.bySource} ${[...this.open_].join()}`) {
            this.draw(value);
        }
    }

    private arrived(value: Flow[]): void {
        this.draw(value);
        this.light(value);
        this.previous = value;
    }

    private get search(): string {
        return this.route.value.query.get('search') ?? '';
    }

    /** Whether the sensors of one source are drawn as one: as the reader wants it, else when there are many. */
    private get bySource(): boolean {
        const wanted = this.route.value.query.get('sensors');
        const count = (this.list.value ?? []).reduce((sum, flow) => sum + flow.sensors.length, 0);
        return wanted ? wanted === 'source' : count > MANY_SENSORS;
    }

    private get open_(): Set<string> {
        return new Set((this.route.value.query.get('open') ?? '').split(',').filter(Boolean));
    }

    private draw(value: Flow[]): void {
        this.drawn = `${this.search} ${this.bySource} ${[...this.open_].join()}`;
        this.scene = new FlowScene(
            flowModel(searched(value, this.search), { bySource: this.bySource, open: this.open_ }, measure),
            this.scene,
        );
    }

    private drawn = '';

    /** Opens a group of sensors, or closes it. */
    private fold(key: string): void {
        const open = this.open_;
        if (!open.delete(key)) {
            open.add(key);
        }
        setQuery({ open: [...open].join(',') });
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
        } else if (part?.kind === 'group') {
            this.fold(`${part.namespace}/${part.source}`);
        } else if (id) {
            this.pick(id);
        }
    }

    private clicked(id: string): void {
        const part = this.scene?.part(id);
        if (part?.kind === 'run' || part?.kind === 'group') {
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
                    An EventSource receives events, a Sensor decides about them, and its triggers start workflows. Apply
                    the example:
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
                    ? html`<div class="page-body">
                          ${flowList(searched(present, this.search), (id) => this.pick(id))}
                      </div>`
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
                part && part.kind !== 'run' && part.kind !== 'runs' && part.kind !== 'group'
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
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search the flow</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            data-testid="flow-search"
                            .value=${this.search}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                    ${
                        this.asList
                            ? nothing
                            : html`<div class="segments" role="group" aria-label="Sensors">
                                  <button
                                      aria-pressed=${String(!this.bySource)}
                                      @click=${() => setQuery({ sensors: 'each', open: '' })}
                                  >
                                      Each sensor
                                  </button>
                                  <button
                                      aria-pressed=${String(this.bySource)}
                                      data-testid="flow-by-source"
                                      title="Draws the sensors of one event source as one"
                                      @click=${() => setQuery({ sensors: 'source', open: '' })}
                                  >
                                      By source
                                  </button>
                              </div>`
                    }
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
