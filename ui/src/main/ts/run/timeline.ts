import { html, nothing } from 'lit';
import type { RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { phaseLook, sign } from '../base/phase';
import { css } from '../base/properties';
import { duration, elapsed } from '../base/time';
import { nodePhase, shortName, type RunTree } from './tree';

const ROW_PX = 28;
const STEPS_MS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5,
    144e5, 288e5, 864e5, 6048e5,
];
const TICKS = 7;
const SECOND = 1000;

/** When each step ran, one bar each, in the order in which they began. */
class Timeline extends LightElement {
    static override properties = { tree: { attribute: false }, selected: {} };
    declare tree: RunTree;
    declare selected: string;
    private rows: RunNode[] = [];
    private start = 0;
    private span = 1;
    private timer = 0;

    override connectedCallback(): void {
        super.connectedCallback();
        this.timer = window.setInterval(() => !this.tree.run.finishedAt && this.requestUpdate(), SECOND);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        clearInterval(this.timer);
    }

    override willUpdate(): void {
        this.rows = this.tree.run.nodes
            .filter((node) => node.startedAt && node.phase !== 'Skipped' && node.phase !== 'Omitted')
            .filter((node) => !this.tree.retryOf.has(node.id))
            .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0))
            .flatMap((node) => [
                node,
                ...(this.tree.attemptsOf.get(node.id) ?? []).filter((attempt) => attempt.startedAt),
            ]);
        const now = Date.now();
        this.start = Date.parse(this.rows[0]?.startedAt ?? this.tree.run.createdAt);
        const end = this.rows.reduce(
            (last, node) => Math.max(last, node.finishedAt ? Date.parse(node.finishedAt) : now),
            this.start + 1,
        );
        this.span = end - this.start;
    }

    private ticks(): { at: number; text: string }[] {
        const step = STEPS_MS.find((each) => this.span / each <= TICKS) ?? this.span;
        return Array.from({ length: Math.floor(this.span / step) + 1 }, (_, index) => ({
            at: ((index * step) / this.span) * 100,
            text:
                index === 0
                    ? '0'
                    : duration(index * step)
                          .replace('.0s', 's')
                          .replace(/m 00s$/, 'm'),
        }));
    }

    private row(node: RunNode | undefined) {
        if (!node) {
            return html``;
        }
        const begin = ((Date.parse(node.startedAt) - this.start) / this.span) * 100;
        const length = (elapsed(node.startedAt, node.finishedAt) / this.span) * 100;
        const look = phaseLook(nodePhase(node));
        const part = node.type !== 'Pod' && node.type !== 'Suspend';
        const words = duration(elapsed(node.startedAt, node.finishedAt));
        return html`<button
            class="gantt-row ${node.id === this.selected ? 'selected' : ''}"
            data-row
            data-testid="gantt-row"
            title="${shortName(node)} · ${look.word} · ${words}"
            @click=${() => this.dispatchEvent(new CustomEvent('pick', { detail: node.id }))}
        >
            <span class="gantt-name ${this.tree.retryOf.has(node.id) ? 'attempt' : ''}"
                >${sign(look, 14)}<span class="clip">${shortName(node)}</span
                ><span class="unseen">${look.word}</span></span
            >
            <span class="gantt-track">
                <span
                    class="gantt-bar ${look.key} ${part ? 'part' : ''}"
                    ${css({ left: `${begin}%`, width: `max(3px, ${length}%)` })}
                ></span>
                <span class="gantt-time" ${css({ left: `calc(max(3px, ${begin + length}%) + 8px)` })}>${words}</span>
            </span>
        </button>`;
    }

    override render() {
        return html`<div class="gantt-head" aria-hidden="true">
                <span>Step</span>
                <span class="gantt-track">
                    ${this.ticks().map((tick) => html`<span class="gantt-tick" ${css({ left: `${tick.at}%` })}>${tick.text}</span>`)}
                </span>
            </div>
            ${this.rows.length === 0 ? html`<p class="log-more">No step has started yet.</p>` : nothing}
            <t-virtual
                label="Timeline"
                .count=${this.rows.length}
                .rowHeight=${ROW_PX}
                .version=${[this.tree, this.span, this.selected].join()}
                .row=${(index: number) => this.row(this.rows[index])}
                data-testid="timeline"
            ></t-virtual>`;
    }
}
customElements.define('t-timeline', Timeline);
