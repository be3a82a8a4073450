import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { LightElement } from './element';
import { css } from './properties';

const EXTRA_ROWS = 8;

/** A list of any length that keeps only the rows in sight in the page. All rows have the same height. */
export class VirtualList extends LightElement {
    static override properties = {
        count: { type: Number },
        rowHeight: { type: Number, attribute: 'row-height' },
        row: { attribute: false },
        label: {},
        kind: {},
        version: { attribute: false },
    };
    declare count: number;
    declare rowHeight: number;
    declare row: (index: number) => TemplateResult;
    declare label: string;
    declare kind: 'log' | 'list';
    /** Changes when rows look different though the other properties are the same. */
    declare version: unknown;
    private first = 0;
    private last = 40;
    private watcher: ResizeObserver | undefined;

    constructor() {
        super();
        this.count = 0;
        this.rowHeight = 28;
        this.label = '';
        this.kind = 'list';
        this.row = () => html``;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.addEventListener('scroll', this.measure, { passive: true });
        this.watcher = new ResizeObserver(this.measure);
        this.watcher.observe(this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.removeEventListener('scroll', this.measure);
        this.watcher?.disconnect();
    }

    private readonly measure = () => {
        const first = Math.max(0, Math.floor(this.scrollTop / this.rowHeight) - EXTRA_ROWS);
        const last = Math.ceil((this.scrollTop + this.clientHeight) / this.rowHeight) + EXTRA_ROWS;
        if (first !== this.first || last !== this.last) {
            this.first = first;
            this.last = last;
            this.requestUpdate();
        }
    };

    get atEnd(): boolean {
        return this.scrollTop + this.clientHeight >= this.scrollHeight - this.rowHeight * 1.5;
    }

    scrollToRow(index: number, where: 'nearest' | 'centre' = 'nearest'): void {
        const top = index * this.rowHeight;
        if (where === 'centre') {
            this.scrollTop = top - this.clientHeight / 2;
        } else if (top < this.scrollTop) {
            this.scrollTop = top;
        } else if (top + this.rowHeight > this.scrollTop + this.clientHeight) {
            this.scrollTop = top + this.rowHeight - this.clientHeight;
        }
        this.measure();
    }

    override render() {
        const last = Math.min(this.count, this.last);
        const first = Math.min(this.first, Math.max(0, last - 1));
        const indices = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
        return html`<div
            class="rows"
            role=${this.kind}
            aria-label=${this.label}
            aria-live=${this.kind === 'log' ? 'off' : nothing}
            tabindex="0"
            ${css({ height: `${this.count * this.rowHeight}px` })}
        >
            ${repeat(
                indices,
                (index) => index,
                (index) =>
                    html`<div
                        class="vrow"
                        role=${this.kind === 'list' ? 'listitem' : nothing}
                        aria-setsize=${this.kind === 'log' ? nothing : this.count}
                        aria-posinset=${this.kind === 'log' ? nothing : index + 1}
                        ${css({ top: `${index * this.rowHeight}px`, height: `${this.rowHeight}px` })}
                    >
                        ${this.row(index)}
                    </div>`,
            )}
        </div>`;
    }
}
customElements.define('t-virtual', VirtualList);
