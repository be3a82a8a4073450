import { html, nothing, type TemplateResult } from 'lit';
import type { Run } from '../api/types';
import { shownPhase } from '../base/phase';
import { eventHref, templateHref } from '../base/router';
import { Signal } from '../base/signal';
import { progressBar } from './progress';

/** A column that readers may show or hide. The phase and the name are always there. */
export interface Column {
    id: string;
    word: string;
    /** What the list is sorted by; empty if it cannot be. */
    sort: string;
    right: boolean;
    /** Whether it is left out where there is no room for all. */
    roomy?: boolean;
    cell: (run: Run) => TemplateResult | string | typeof nothing;
}

const none = html`<span class="muted">–</span>`;

const FIXED: Column[] = [
    {
        id: 'template',
        word: 'Template',
        sort: 'template',
        right: false,
        cell: (run) =>
            run.template
                ? html`<a class="cell clip" title=${run.template} href=${templateHref(run.namespace, run.template)}
                      >${run.template}</a
                  >`
                : none,
    },
    {
        id: 'namespace',
        word: 'Namespace',
        sort: '',
        right: false,
        cell: (run) => html`<span class="muted">${run.namespace}</span>`,
    },
    {
        id: 'by',
        word: 'Started by',
        sort: '',
        right: false,
        roomy: true,
        cell: (run) =>
            run.event
                ? html`<a href=${eventHref(run.event)} title=${run.event}>event</a>`
                : html`<span class="muted">by hand</span>`,
    },
    {
        id: 'progress',
        word: 'Progress',
        sort: '',
        right: false,
        cell: (run) => progressBar(run.progress, shownPhase(run)),
    },
    {
        id: 'duration',
        word: 'Duration',
        sort: 'duration',
        right: true,
        cell: (run) => html`<t-duration .from=${run.startedAt} .to=${run.finishedAt}></t-duration>`,
    },
    {
        id: 'started',
        word: 'Started',
        sort: 'started',
        right: true,
        cell: (run) => html`<span class="muted"><t-time .at=${run.startedAt}></t-time></span>`,
    },
    {
        id: 'finished',
        word: 'Finished',
        sort: 'finished',
        right: true,
        cell: (run) => html`<span class="muted"><t-time .at=${run.finishedAt}></t-time></span>`,
    },
];
const AT_FIRST = ['template', 'namespace', 'by', 'progress', 'duration'];
const LABEL = 'label:';
const PARAMETER = 'parameter:';
const KEY = 'tiphys.workflows.columns';

const own = (id: string): Column | undefined => {
    const label = id.startsWith(LABEL) ? id.slice(LABEL.length) : '';
    const parameter = id.startsWith(PARAMETER) ? id.slice(PARAMETER.length) : '';
    if (!label && !parameter) {
        return undefined;
    }
    const valueOf = (run: Run) =>
        label ? run.labels?.[label] : run.parameters.find((each) => each.name === parameter)?.value;
    return {
        id,
        word: label ? (label.split('/').pop() ?? label) : parameter,
        sort: '',
        right: false,
        cell: (run) => {
            const value = valueOf(run);
            return value === undefined ? none : html`<span class="cell clip" title=${value}>${value}</span>`;
        },
    };
};

function stored(): string[] {
    try {
        const ids: unknown = JSON.parse(localStorage.getItem(KEY) ?? '');
        return Array.isArray(ids) ? ids.map(String) : AT_FIRST;
    } catch {
        return AT_FIRST;
    }
}

/** The ids of the columns that are shown. */
export const shownColumns = new Signal<string[]>(stored());

function choose(ids: string[]): void {
    localStorage.setItem(KEY, JSON.stringify(ids));
    shownColumns.set(ids);
}

/** The columns to show, in order: the fixed ones first, then those made of labels and parameters. */
export function columns(oneNamespace: boolean): Column[] {
    const ids = shownColumns.value;
    const fixed = FIXED.filter((column) => ids.includes(column.id) && !(oneNamespace && column.id === 'namespace'));
    return [...fixed, ...ids.map(own).filter((column) => column !== undefined)];
}

export const wantsLabels = (): boolean => shownColumns.value.some((id) => id.startsWith(LABEL));

/** Chooses the columns. */
export function columnMenu(runs: Run[]) {
    const ids = shownColumns.value;
    const labels = new Set(runs.flatMap((run) => Object.keys(run.labels ?? {})));
    const parameters = new Set(runs.flatMap((run) => run.parameters.map((each) => each.name)));
    const toggle = (id: string, on: boolean) => choose(on ? [...ids, id] : ids.filter((each) => each !== id));
    const box = (id: string, word: string) =>
        html`<label class="check"
            ><input
                type="checkbox"
                .checked=${ids.includes(id)}
                @change=${(event: Event) => toggle(id, (event.target as HTMLInputElement).checked)}
            />${word}</label
        >`;
    const add = (event: SubmitEvent) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const name = String(new FormData(form).get('name') ?? '').trim();
        if (name && !ids.includes(LABEL + name)) {
            toggle(LABEL + name, true);
            form.reset();
        }
    };
    const owned = (prefix: string, seen: Set<string>) => [
        ...new Set([...ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length)), ...seen]),
    ];
    return html`<div class="menu-body" data-testid="columns">
        <h2>Columns</h2>
        ${FIXED.map((column) => box(column.id, column.word))}
        <h2>Labels</h2>
        ${owned(LABEL, labels).map((name) => box(LABEL + name, name))}
        <form class="add" @submit=${add}>
            <input type="text" name="name" placeholder="Another label" aria-label="Name of a label" />
            <button type="submit">Add</button>
        </form>
        ${
            parameters.size > 0
                ? html`<h2>Parameters</h2>
                      ${owned(PARAMETER, parameters).map((name) => box(PARAMETER + name, name))}`
                : nothing
        }
        <button class="link" @click=${() => choose(AT_FIRST)}>As at first</button>
    </div>`;
}
