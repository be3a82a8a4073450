import { html, type TemplateResult } from 'lit';
import { LightElement } from './element';

const OPEN_DEPTH = 3;
const OPEN_ITEMS = 60;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const scalar = (value: null | boolean | number | string) => {
    const kind = value === null ? 'null' : typeof value;
    return html`<span class="j-${kind}">${kind === 'string' ? JSON.stringify(value) : String(value)}</span>`;
};

/** JSON as a tree whose branches close: native disclosure, so keyboard and screen reader know it. */
class JsonTree extends LightElement {
    static override properties = { value: { attribute: false } };
    declare value: unknown;

    private branch(key: TemplateResult | string, value: Json, depth: number): TemplateResult {
        if (value === null || typeof value !== 'object') {
            return html`<div class="leaf">${key}${scalar(value)}</div>`;
        }
        const list = Array.isArray(value);
        const entries: [string, Json][] = list
            ? value.map((item, index) => [String(index), item])
            : Object.entries(value);
        const [open, close] = list ? ['[', ']'] : ['{', '}'];
        if (entries.length === 0) {
            return html`<div class="leaf">${key}<span class="j-null">${open}${close}</span></div>`;
        }
        return html`<details ?open=${depth < OPEN_DEPTH && entries.length <= OPEN_ITEMS}>
            <summary>${key}<span class="j-null">${open}${entries.length}${close}</span></summary>
            <div class="branch">
                ${entries.map(([name, item]) =>
                    this.branch(html`<span class=${list ? 'j-index' : 'j-key'}>${name}</span>`, item, depth + 1),
                )}
            </div>
        </details>`;
    }

    override render() {
        return html`<div class="json-tree">${this.branch('', this.value as Json, 0)}</div>`;
    }
}
customElements.define('t-json', JsonTree);
