import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons';
import { href, namespace } from './router';

/** The head of a page about one thing: the way back, its name, its state, and what can be done. */
export const pageHead = (
    back: { path: string; word: string },
    name: string | TemplateResult,
    state: TemplateResult | typeof nothing,
    more: TemplateResult | typeof nothing = nothing,
    actions: TemplateResult | typeof nothing = nothing,
) =>
    html`<header class="bar page-head">
        <a class="button plain" href=${href(back.path, { namespace: namespace() })} aria-label="Back to ${back.word}"
            >${icon('left')}</a
        >
        <h1 class="clip">${name}</h1>
        ${state}
        <span class="muted page-facts">${more}</span>
        <div class="push actions">${actions}</div>
    </header>`;

/** One named fact in a list of facts; nothing when there is no value. */
export const fact = (name: string, value: TemplateResult | string | number | typeof nothing) =>
    value === '' || value === nothing
        ? nothing
        : html`<dt>${name}</dt>
              <dd>${value}</dd>`;

/** `1 event`, `3 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
    `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
