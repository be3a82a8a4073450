import { html, nothing } from 'lit';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import { phaseLook, sign } from '../base/phase';
import { countPhases } from './graph-scene';
import { nodePhase, shortName, type RunTree } from './tree';
import type { RunNode } from '../api/types';

const ROW_PX = 30;

/** All nodes of a run as a list: the way through a run for keyboards and screen readers, and for very large runs. */
class Steps extends LightElement {
    static override properties = { tree: { attribute: false }, selected: {}, phase: {}, search: {} };
    declare tree: RunTree;
    declare selected: string;
    declare phase: string;
    declare search: string;
    private rows: RunNode[] = [];

    override willUpdate(): void {
        const search = this.search.toLowerCase();
        this.rows = this.tree.run.nodes
            .filter((node) => !this.phase || nodePhase(node) === this.phase)
            .filter(
                (node) =>
                    !search || node.name.toLowerCase().includes(search) || node.message.toLowerCase().includes(search),
            );
    }

    private tell(type: string, detail: string): void {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }

    private depth(node: RunNode): number {
        let depth = 0;
        for (let at = this.tree.byId.get(node.boundary); at && depth < 8; at = this.tree.byId.get(at.boundary)) {
            depth++;
        }
        return depth + (this.tree.retryOf.has(node.id) ? 1 : 0);
    }

    private row(node: RunNode | undefined) {
        if (!node) {
            return html``;
        }
        return html`<button
            class="step-row depth-${this.depth(node)} ${node.id === this.selected ? 'selected' : ''}"
            data-row
            data-testid="step-row"
            data-node=${node.id}
            aria-current=${node.id === this.selected ? 'true' : nothing}
            @click=${() => this.tell('pick', node.id)}
        >
            <span class="step-name"
                >${sign(phaseLook(nodePhase(node)))}<span class="clip">${shortName(node)}</span></span
            >
            <span class="step-phase">${nodePhase(node) || 'Pending'}</span>
            <span class="muted clip wide">${node.template}</span>
            <span class="muted number right"
                >${node.phase === 'Skipped' || node.phase === 'Omitted' ? nothing : html`<t-duration .from=${node.startedAt} .to=${node.finishedAt}></t-duration>`}</span
            >
            <span class="muted clip wide">${node.message}</span>
        </button>`;
    }

    override render() {
        return html`<div class="steps-tools filters">
                <label class="search"
                    >${icon('search')}<span class="unseen">Search steps</span
                    ><input
                        type="search"
                        placeholder="Search steps   /"
                        .value=${this.search}
                        @input=${(event: Event) => this.tell('search', (event.target as HTMLInputElement).value)}
                /></label>
                <div class="segments" role="group" aria-label="Phase">
                    <button aria-pressed=${String(!this.phase)} @click=${() => this.tell('phase', '')}>
                        All ${this.tree.run.nodes.length.toLocaleString('en')}
                    </button>
                    ${countPhases(this.tree.run.nodes).map(
                        ([phase, count]) =>
                            html`<button
                                aria-pressed=${String(this.phase === phase)}
                                @click=${() => this.tell('phase', this.phase === phase ? '' : phase)}
                            >
                                ${phase} ${count.toLocaleString('en')}
                            </button>`,
                    )}
                </div>
            </div>
            <t-virtual
                label="Steps"
                .count=${this.rows.length}
                .rowHeight=${ROW_PX}
                .version=${this.tree}
                .row=${(index: number) => this.row(this.rows[index])}
                data-testid="steps"
            ></t-virtual>`;
    }
}
customElements.define('t-steps', Steps);
