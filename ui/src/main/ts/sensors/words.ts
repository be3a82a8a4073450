import { html, nothing, type TemplateResult } from 'lit';

type Json = Record<string, unknown>;

interface DataFilter {
    path?: string;
    type?: string;
    comparator?: string;
    value?: unknown[];
    template?: string;
}

interface ExprFilter {
    expr?: string;
    fields?: { name?: string; path?: string }[];
}

interface Filters {
    time?: { start?: string; stop?: string; timezone?: string };
    context?: Json;
    data?: DataFilter[];
    exprs?: ExprFilter[];
    dataLogicalOperator?: string;
    exprLogicalOperator?: string;
    script?: string;
}

export interface DependencySpec {
    name: string;
    eventSourceName: string;
    eventName: string;
    filters?: Filters;
    filtersLogicalOperator?: string;
    transform?: Json;
}

export interface TriggerParameter {
    src?: {
        dependencyName?: string;
        dataKey?: string;
        dataTemplate?: string;
        contextKey?: string;
        contextTemplate?: string;
        value?: string;
        useRawData?: boolean;
    };
    dest?: string;
    operation?: string;
}

export interface TriggerSpec {
    template?: Json & {
        name?: string;
        conditions?: string;
        k8s?: { operation?: string; source?: { resource?: Json }; parameters?: TriggerParameter[] };
    };
    parameters?: TriggerParameter[];
    retryStrategy?: { steps?: number; duration?: unknown; factor?: unknown };
    rateLimit?: { unit?: string; requestsPerUnit?: number };
    atLeastOnce?: boolean;
}

const COMPARED: Record<string, string> = {
    '': 'is',
    '=': 'is',
    '!=': 'is not',
    '>': 'is more than',
    '>=': 'is at least',
    '<': 'is less than',
    '<=': 'is at most',
};

const values = (list: unknown[] | undefined, joint: string) =>
    (list ?? []).map((value, index) => html`${index > 0 ? ` ${joint} ` : nothing}<code>${String(value)}</code>`);

/** One comparison. A text is compared as a regular expression, and several values are alternatives, as in Argo Events. */
function compared(filter: DataFilter): TemplateResult {
    const comparator = filter.comparator ?? '';
    const negative = comparator === '!=';
    const words =
        filter.type === 'string'
            ? negative
                ? 'does not match'
                : comparator === '' || comparator === '='
                  ? 'matches'
                  : (COMPARED[comparator] ?? comparator)
            : (COMPARED[comparator] ?? comparator);
    return html`<code>${filter.path}</code> ${words} ${values(filter.value, negative ? 'and' : 'or')}`;
}

function expression(filter: ExprFilter): TemplateResult {
    const fields = filter.fields ?? [];
    return html`<code>${filter.expr}</code>${
            fields.length > 0
                ? html`<span class="muted">
                      with
                      ${fields.map(
                          (field, index) =>
                              html`${index > 0 ? ', ' : nothing}<code>${field.name}</code> =
                                  <code>${field.path}</code>`,
                      )}</span
                  >`
                : nothing
        }`;
}

interface Words {
    lines: TemplateResult[];
    /** What joins the lines. */
    joint: 'and' | 'or';
}

const jointOf = (operator: string | undefined): 'and' | 'or' => (operator === 'or' ? 'or' : 'and');

/** The groups of filters of a dependency, each group with how its parts are joined. */
function groups(dependency: DependencySpec): Words[] {
    const filters = dependency.filters ?? {};
    const { time } = filters;
    const all: Words[] = [
        {
            lines: (filters.exprs ?? []).map(expression),
            joint: jointOf(filters.exprLogicalOperator),
        },
        {
            lines: (filters.data ?? []).map(compared),
            joint: jointOf(filters.dataLogicalOperator),
        },
        {
            lines: Object.entries(filters.context ?? {}).map(
                ([name, value]) => html`the event’s <code>${name}</code> is <code>${String(value)}</code>`,
            ),
            joint: 'and',
        },
        {
            lines: time
                ? [
                      html`it comes between <strong>${time.start}</strong> and
                          <strong>${time.stop}</strong> ${time.timezone || 'UTC'}`,
                  ]
                : [],
            joint: 'and',
        },
        { lines: filters.script ? [html`the script says so: <code>${filters.script}</code>`] : [], joint: 'and' },
    ];
    return all.filter((group) => group.lines.length > 0);
}

/** A dependency's filters as sentences. */
export function filterWords(dependency: DependencySpec): TemplateResult {
    const all = groups(dependency);
    if (all.length === 0) {
        return html`<p class="muted">No filters: every event passes.</p>`;
    }
    const outer = jointOf(dependency.filtersLogicalOperator);
    const single = all.every((group) => group.lines.length === 1 || group.joint === outer);
    const lines = (list: TemplateResult[], joint: string) =>
        list.map(
            (line, index) => html`<li>${index > 0 ? html`<span class="joint">${joint}</span>` : nothing} ${line}</li>`,
        );
    return html`<p>An event passes when</p>
        ${
            single
                ? html`<ul class="sentences">
                      ${lines(
                          all.flatMap((group) => group.lines),
                          outer,
                      )}
                  </ul>`
                : html`<ul class="sentences">
                      ${lines(
                          all.map((group) =>
                              group.lines.length === 1
                                  ? (group.lines[0] as TemplateResult)
                                  : html`${group.joint === 'and' ? 'all of' : 'one of'}
                                        <ul class="sentences">
                                            ${lines(group.lines, group.joint)}
                                        </ul>`,
                          ),
                          outer,
                      )}
                  </ul>`
        }`;
}

/** When a trigger fires. */
export function conditionWords(trigger: TriggerSpec, dependencies: DependencySpec[]): TemplateResult {
    const text = trigger.template?.conditions || dependencies.map((each) => each.name).join(' && ');
    const names = text.match(/[\w-]+/g) ?? [];
    const signs: Record<string, string> = { '&&': ' and ', '||': ' or ', '!': ' not ', '(': '(', ')': ')' };
    const words = text
        .split(/(&&|\|\||[()!])/)
        .map((part) => part.trim())
        .filter(Boolean)
        .map((part) => signs[part] ?? html`<code>${part}</code>`);
    return html`Fires when ${words} ${names.length > 1 ? 'have passed' : 'has passed'}.`;
}

const THIRD_PERSON: Record<string, string> = {
    '': 'creates',
    create: 'creates',
    update: 'updates',
    patch: 'patches',
    delete: 'deletes',
    submit: 'submits',
};

/** `creates` for `create`. */
export const does = (operation: string): string => THIRD_PERSON[operation] ?? `does ${operation} on`;

/** Where a value of a firing comes from. */
export function originWords({ src = {} }: TriggerParameter): TemplateResult {
    const { dependencyName, dataKey, dataTemplate, contextKey, contextTemplate, value } = src;
    const of = html`of <code>${dependencyName}</code>`;
    const origin = dataTemplate
        ? html`template <code>${dataTemplate}</code> ${of}`
        : contextTemplate
          ? html`template <code>${contextTemplate}</code> on the context ${of}`
          : dataKey
            ? html`<code>${dataKey}</code> ${of}`
            : contextKey
              ? html`the context’s <code>${contextKey}</code> ${of}`
              : dependencyName && value === undefined
                ? html`the whole event ${of}`
                : nothing;
    return html`${origin}${
        value !== undefined ? html`${origin === nothing ? nothing : ', or else '}<code>${value}</code>` : nothing
    }`;
}
