import { html, nothing } from 'lit';
import type { RunNode } from '../api/types';
import { LightElement } from '../base/element';
import { phaseLook, sign } from '../base/phase';
import { css } from '../base/properties';
import { duration, elapsed } from '../base/time';
import { criticalPath, lengthOf } from './critical';
import { nodePhase, shortName, type RunTree } from './tree';

const ROW_PX = 28;
const STEPS_MS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5,
    144e5, 288e5, 864e5, 6048e5,
];
const TICKS = 7;
const SECOND = 1000;

const neverRan = (node: RunNode): boolean => node.phase === 'Skipped' || node.phase === 'Omitted';

/** When each step ran, one bar each, in the order in which they began, and what did not run. */
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
        const { tree } = this;
        const shown = tree.run.nodes.filter((node) => !tree.retryOf.has(node.id));
        const began = (node: RunNode) => node.startedAt !== '' && !neverRan(node);
        this.rows = [
            ...shown
                .filter(began)
                .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0))
                .flatMap((node) => [
                    node,
                    ...(tree.attemptsOf.get(node.id) ?? []).filter((attempt) => attempt.startedAt),
                ]),
            // what did not run is told, too: below, because it has no place in time
            ...shown.filter((node) => !began(node)),
        ];
        const path = criticalPath(tree);
        this.critical = new Set(path.map((node) => node.id));
        this.path = path;
        const now = Date.now();
        this.start = Date.parse(this.rows.find(began)?.startedAt ?? tree.run.createdAt);
        const end = this.rows
            .filter(began)
            .reduce(
                (last, node) => Math.max(last, node.finishedAt ? Date.parse(node.finishedAt) : now),
                this.start + 1,
            );
        this.span = end - this.start;
    }

    private critical = new Set<string>();
    private path: RunNode[] = [];

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
        const look = phaseLook(nodePhase(node));
        const critical = this.critical.has(node.id);
        const ran = node.startedAt !== '' && !neverRan(node);
        const words = ran ? duration(elapsed(node.startedAt, node.finishedAt)) : look.word;
        return html`<button
            class="gantt-row ${node.id === this.selected ? 'selected' : ''} ${critical ? 'critical' : ''}"
            data-row
            data-testid="gantt-row"
            title="${shortName(node)} · ${look.word}${ran ? ` · ${words}` : ''}${critical ? ' · on the critical path' : ''}"
            @click=${() => this.dispatchEvent(new CustomEvent('pick', { detail: node.id }))}
        >
            <span class="gantt-name ${this.tree.retryOf.has(node.id) ? 'attempt' : ''}"
                >${sign(look, 14)}<span class="clip">${shortName(node)}</span
                ><span class="unseen">${look.word}${critical ? ', on the critical path' : ''}</span></span
            >
            <span class="gantt-track"
                >${ran ? this.bars(node, look.key, words) : html`<span class="gantt-time none">${words}${node.message ? `: ${node.message}` : ''}</span>`}</span
            >
        </button>`;
    }

    /** The time that a step waited for a place is hatched; the time that it ran is full. */
    private bars(node: RunNode, key: string, words: string) {
        const { tree } = this;
        const at = (instant: string) => ((Date.parse(instant) - this.start) / this.span) * 100;
        const begin = at(node.startedAt);
        const length = (elapsed(node.startedAt, node.finishedAt) / this.span) * 100;
        const part = node.type !== 'Pod' && node.type !== 'Suspend';
        const process = node.attempts[0]?.startedAt ?? '';
        const retried = tree.attemptsOf.has(node.id);
        const waits = node.type === 'Pod' && !retried;
        const waited = !waits
            ? 0
            : process
              ? Math.max(0, Math.min(length, (elapsed(node.startedAt, process) / this.span) * 100))
              : node.finishedAt
                ? 0
                : length;
        return html`${
                waited > 0
                    ? html`<span
                          class="gantt-bar waits"
                          title="Waited ${duration(process ? elapsed(node.startedAt, process) : elapsed(node.startedAt, node.finishedAt))} to start"
                          ${css({ left: `${begin}%`, width: `${waited}%` })}
                      ></span>`
                    : nothing
            }
            ${
                waited < length || length === 0
                    ? html`<span
                          class="gantt-bar ${key} ${part ? 'part' : ''}"
                          ${css({ left: `${begin + waited}%`, width: `max(3px, ${length - waited}%)` })}
                      ></span>`
                    : nothing
            } <span class="gantt-time" ${css({ left: `calc(max(3px, ${begin + length}%) + 8px)` })}>${words}</span>`;
    }

    private legend() {
        return html`<p class="gantt-legend">
            ${
                this.path.length > 0
                    ? html`<span data-testid="critical-path"
                          ><span class="swatch critical"></span>Critical path:
                          <strong>${duration(lengthOf(this.path))}</strong> in ${this.path.length} steps<span
                              class="muted wide"
                              >, ${this.path.map(shortName).join(' → ')}</span
                          ></span
                      >`
                    : nothing
            }
            <span class="push"><span class="swatch waits"></span>waits to start</span>
        </p>`;
    }

    override render() {
        return html`${this.legend()}
            <div class="gantt-head" aria-hidden="true">
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
