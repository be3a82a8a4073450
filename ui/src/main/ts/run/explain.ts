import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Explanation } from '../api/types';
import { LightElement } from '../base/element';
import { failure, skeleton } from '../base/feedback';
import { Resource } from '../base/resource';
import { clock } from '../base/time';

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const isEmpty = (value: unknown): boolean =>
    value === '' || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** The facts that say more than the sentence does. */
const telling = (item: Explanation): [string, unknown][] =>
    Object.entries(item.facts ?? {}).filter(
        ([name, value]) => name !== 'type' && !isEmpty(value) && !item.what.includes(text(value)),
    );

const factTags = (facts: [string, unknown][]) =>
    facts.length > 0
        ? html`<p class="why-facts">
              ${facts.map(([name, fact]) => html`<span class="tag">${name}: ${text(fact)}</span> `)}
          </p>`
        : nothing;

/** Why a run, or one node of it, is as it is: the sentences of the journal, in order. */
class Explain extends LightElement {
    static override properties = { namespace: {}, run: {}, uid: {}, node: {} };
    declare namespace: string;
    declare run: string;
    declare uid: string;
    /** Empty for the whole run. */
    declare node: string;
    private shown = '';
    private readonly items = new Resource(
        this,
        (signal) => api.explain(this.namespace, this.run, this.node, signal),
        (change) => change.uid === this.uid,
    );

    override willUpdate(): void {
        const asked = `${this.namespace}/${this.run}/${this.node}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.items.restart();
        }
    }

    override render() {
        const { value, error } = this.items;
        if (!value) {
            return error ? failure(error, () => this.items.reload()) : skeleton(5);
        }
        if (value.items.length === 0) {
            return html`<p class="muted">Nothing is recorded about this yet.</p>`;
        }
        return html`<ol class="why" data-testid="explain">
            ${value.items.map(
                (item) =>
                    html`<li>
                        <time class="mono muted" datetime=${item.at} title=${item.at}>${clock(item.at)}</time>
                        <div>
                            <p>${item.what}</p>
                            ${factTags(telling(item))}
                        </div>
                    </li>`,
            )}
        </ol>`;
    }
}
customElements.define('t-explain', Explain);
