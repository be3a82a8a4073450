import { html, nothing, type TemplateResult } from 'lit';
import { LightElement } from './element';
import { empty, failure, skeleton, stale } from './feedback';
import { icon, type Icon } from './icons';
import { Keys, listShortcuts, searchShortcut } from './keys';
import type { Resource } from './resource';
import { namespace, route, setQuery } from './router';
import { Watch } from './signal';

export interface ListWords {
    /** As the navigation has it: `Event Sources`. */
    title: string;
    /** In a sentence: `event sources`. */
    many: string;
    /** In `No … matches`. */
    one: string;
    icon: Icon;
    testid: string;
}

/** A page with all things of one kind in a table that can be searched. */
export abstract class ListPage<T> extends LightElement {
    protected abstract readonly list: Resource<T[]>;
    private readonly route = new Watch(this, route);
    private shown: string | undefined;

    protected constructor(private readonly words: ListWords) {
        super();
        new Keys(this, words.title, [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    /** What the search looks at. */
    protected abstract text(item: T): string;

    /** The heads of the columns. */
    protected abstract heads(): TemplateResult;

    protected abstract row(item: T): TemplateResult;

    /** What the kind is for, and how one is made; shown where there is none yet. */
    protected abstract introduction(): TemplateResult;

    /** What can be done on the whole page. */
    protected action(): TemplateResult | typeof nothing {
        return nothing;
    }

    override willUpdate(): void {
        document.title = `${this.words.title} · Tiphys`;
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.list.restart();
        }
    }

    private body() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton();
        }
        const { many, one, testid, title } = this.words;
        const search = (this.route.value.query.get('search') ?? '').toLowerCase();
        const items = value.filter((item) => this.text(item).toLowerCase().includes(search));
        if (items.length === 0) {
            return search
                ? empty('search', `No ${one} matches`, '')
                : empty(
                      this.words.icon,
                      namespace() ? `No ${many} in ${namespace()} yet` : `No ${many} yet`,
                      this.introduction(),
                  );
        }
        return html`<table class="table tall" data-testid=${testid} aria-label=${title}>
            <thead>
                <tr>
                    ${this.heads()}
                </tr>
            </thead>
            <tbody>
                ${items.map((item) => this.row(item))}
            </tbody>
        </table>`;
    }

    override render() {
        return html`<header class="bar">
                <h1>${this.words.title}</h1>
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search ${this.words.many}</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            .value=${this.route.value.query.get('search') ?? ''}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                </div>
                ${this.action()}
            </header>
            ${this.list.value ? stale(this.list.error) : nothing}
            <div class="page-body" tabindex="-1">${this.body()}</div>`;
    }
}
