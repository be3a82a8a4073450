import type {
    Clause,
    Cron,
    CronDetail,
    Delivery,
    EventDetail,
    EventRow,
    Flow,
    Run,
    RunDetail,
    RunNode,
    Template,
} from './types';

/** Lists that a server leaves out when they are empty become empty lists here, so that no page has to ask. */

const wholeNode = (node: RunNode): RunNode => ({
    ...node,
    children: node.children ?? [],
    attempts: node.attempts ?? [],
    inputs: node.inputs ?? {},
    outputs: node.outputs ?? {},
    message: node.message ?? '',
    displayName: node.displayName ?? node.name,
    boundary: node.boundary ?? '',
});

export const runRow = (run: Run): Run => ({
    ...run,
    message: run.message ?? '',
    progress: run.progress ?? '0/0',
    parameters: run.parameters ?? [],
    suspended: run.suspended ?? false,
    shutdown: run.shutdown ?? '',
});

export const eventRow = (event: EventRow): EventRow => ({
    ...event,
    deliveries: event.deliveries ?? [],
    runs: event.runs ?? [],
});

export const wholeTemplate = (template: Template): Template => ({
    ...template,
    description: template.description ?? '',
    parameters: template.parameters ?? [],
});

export const wholeCron = (cron: Cron): Cron => ({
    ...cron,
    schedules: cron.schedules ?? [],
    next: cron.next ?? [],
    active: cron.active ?? [],
});

export const wholeCronDetail = (cron: CronDetail): CronDetail => ({
    ...cron,
    ...wholeCron(cron),
    clockChanges: cron.clockChanges ?? [],
    history: cron.history ?? [],
});

/** A list whose items are each made whole. */
export const wholeItems =
    <T, L extends { items: T[] }>(whole: (item: T) => T) =>
    (list: L): L => ({ ...list, items: (list.items ?? []).map(whole) });

export const wholeRun = (run: RunDetail): RunDetail => ({
    ...runRow(run),
    quarantined: run.quarantined ?? false,
    executor: run.executor ?? '',
    images: run.images ?? [],
    links: run.links ?? [],
    nodes: (run.nodes ?? []).map(wholeNode),
});

const wholeClause = (clause: Clause): Clause => ({
    ...clause,
    actual: clause.actual ?? '',
    error: clause.error ?? '',
    children: (clause.children ?? []).map(wholeClause),
});

const wholeDelivery = (delivery: Delivery): Delivery => ({
    ...delivery,
    clauses: (delivery.clauses ?? []).map(wholeClause),
    condition: delivery.condition ? { ...delivery.condition, holds: delivery.condition.holds ?? {} } : null,
    firing: delivery.firing ? { ...delivery.firing, parameters: delivery.firing.parameters ?? [] } : null,
});

export const wholeEvent = (event: EventDetail): EventDetail => ({
    ...event,
    runs: event.runs ?? [],
    context: event.context ?? {},
    deliveries: (event.deliveries ?? []).map(wholeDelivery),
});

export const wholeFlow = (flow: Flow): Flow => ({
    ...flow,
    sources: flow.sources ?? [],
    sensors: (flow.sensors ?? []).map((sensor) => ({
        ...sensor,
        dependencies: sensor.dependencies ?? [],
        triggers: (sensor.triggers ?? []).map((trigger) => ({
            ...trigger,
            waiting: trigger.waiting ?? [],
            backlog: trigger.backlog ?? 0,
            heldBack: trigger.heldBack ?? false,
            message: trigger.message ?? '',
            runs: (trigger.runs ?? []).map(runRow),
        })),
    })),
});
