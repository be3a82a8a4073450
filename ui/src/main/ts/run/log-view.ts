import { html, nothing } from 'lit';
import { BASE, logPath } from '../api/client';
import { LightElement } from '../base/element';
import { icon } from '../base/icons';
import type { VirtualList } from '../base/virtual-list';
import { lineView, plain } from './ansi';
import { LogSource, type LogPlace } from './log-source';

const TAIL_LINES = 2000;
const ROW_PX = 18;

/** A log that follows, is searched in place and can be downloaded. */
class LogView extends LightElement {
    static override properties = { place: { attribute: false }, live: { type: Boolean } };
    declare place: LogPlace;
    /** The attempt is still writing. */
    declare live: boolean;
    private source: LogSource | undefined;
    private shown = '';
    private following = true;
    private search = '';
    private hits: number[] = [];
    private hit = -1;
    private all = false;
    private scanned = 0;
    private frame = 0;

    override connectedCallback(): void {
        super.connectedCallback();
        this.addEventListener('scroll', this.scrolled, { capture: true, passive: true });
        this.addEventListener('keydown', this.keyed);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.removeEventListener('scroll', this.scrolled, { capture: true });
        this.removeEventListener('keydown', this.keyed);
        this.source?.close();
        this.source = undefined;
        this.shown = '';
    }

    override willUpdate(): void {
        const { namespace, run, node, attempt, container } = this.place;
        const asked = `${namespace}/${run}/${node}/${attempt}/${container}/${this.all}`;
        if (asked !== this.shown && this.isConnected) {
            this.shown = asked;
            this.source?.close();
            this.clearHits();
            this.source = new LogSource(this.place, this.all ? 0 : TAIL_LINES, true, () => this.changed()).start();
        }
    }

    /** New lines come in bursts: they are shown once in a frame. */
    private changed(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.findMore();
            this.requestUpdate();
        });
    }

    override updated(): void {
        const list = this.list;
        if (this.following && list) {
            // the list grows first, and is at its end then
            void list.updateComplete.then(() => (list.scrollTop = list.scrollHeight));
        }
    }

    private get list(): VirtualList | null {
        return this.querySelector<VirtualList>('t-virtual');
    }

    private readonly scrolled = () => {
        const list = this.list;
        if (list && this.following !== list.atEnd) {
            this.following = list.atEnd;
            this.requestUpdate();
        }
    };

    private readonly keyed = (event: KeyboardEvent) => {
        if (event.target instanceof HTMLInputElement) {
            if (event.key === 'Enter') {
                this.jump(event.shiftKey ? -1 : 1);
            } else if (event.key === 'Escape') {
                this.find('');
                (event.target as HTMLInputElement).value = '';
            }
        } else if (event.key === 'n' || event.key === 'N') {
            this.jump(event.key === 'n' ? 1 : -1);
        } else {
            return;
        }
        event.stopPropagation();
    };

    private clearHits(): void {
        this.hits = [];
        this.hit = -1;
        this.scanned = 0;
    }

    private find(text: string): void {
        this.search = text.toLowerCase();
        this.clearHits();
        this.findMore();
        if (this.hits.length > 0) {
            this.hit = this.hits.length - 1;
            this.show();
        }
        this.requestUpdate();
    }

    private findMore(): void {
        const lines = this.source?.lines ?? [];
        if (!this.search) {
            return;
        }
        if (this.source?.dropped) {
            this.clearHits();
        }
        for (let i = this.scanned; i < lines.length; i++) {
            if (
                plain(lines[i] ?? '')
                    .toLowerCase()
                    .includes(this.search)
            ) {
                this.hits.push(i);
            }
        }
        this.scanned = lines.length;
    }

    private jump(step: 1 | -1): void {
        if (this.hits.length > 0) {
            this.hit = (this.hit + step + this.hits.length) % this.hits.length;
            this.show();
        }
    }

    private show(): void {
        this.following = false;
        this.requestUpdate();
        void this.updateComplete.then(() => this.list?.scrollToRow(this.hits[this.hit] ?? 0, 'centre'));
    }

    private toEnd(): void {
        this.following = true;
        this.requestUpdate();
    }

    private tools() {
        const { namespace, run, node, attempt, container } = this.place;
        const download = BASE + logPath(namespace, run, node, { attempt, container, download: 'true' });
        return html`<div class="log-tools">
            <label class="log-search"
                >${icon('search', 14)}<span class="unseen">Search in the log</span
                ><input
                    type="text"
                    placeholder="Find"
                    data-testid="log-search"
                    @input=${(event: Event) => this.find((event.target as HTMLInputElement).value)}
            /></label>
            ${
                this.search
                    ? html`<span class="muted number" role="status"
                              >${this.hits.length === 0 ? 'none' : `${this.hit + 1}/${this.hits.length}`}</span
                          ><button
                              class="plain"
                              aria-label="Previous match"
                              title="Previous (Shift Enter)"
                              @click=${() => this.jump(-1)}
                          >
                              ${icon('up', 14)}</button
                          ><button
                              class="plain"
                              aria-label="Next match"
                              title="Next (Enter)"
                              @click=${() => this.jump(1)}
                          >
                              ${icon('down', 14)}
                          </button>`
                    : nothing
            }
            <span class="push muted small" role="status"
                >${this.source?.ended ? 'ended' : this.live ? 'following' : 'reading'}</span
            >
            <button
                class="plain"
                aria-pressed=${String(this.following)}
                title="Keep the newest line in sight"
                aria-label="Follow the log"
                data-testid="log-follow"
                @click=${() => this.toEnd()}
            >
                ${icon('follow', 14)}
            </button>
            <a
                class="button plain"
                href=${download}
                download
                title="Download the log"
                aria-label="Download the log"
                data-testid="log-download"
                >${icon('download', 14)}</a
            >
        </div>`;
    }

    override render() {
        const source = this.source;
        const lines = source?.lines ?? [];
        const current = this.hits[this.hit];
        return html`<section class="log" aria-label="Log">
            ${this.tools()}
            ${
                source && source.firstOffset > 0 && !this.all
                    ? html`<p class="log-more">
                          The last ${TAIL_LINES.toLocaleString('en')} lines.
                          <button
                              class="plain"
                              @click=${() => {
                                  this.all = true;
                                  this.requestUpdate();
                              }}
                          >
                              Read from the beginning
                          </button>
                      </p>`
                    : nothing
            }
            ${source?.dropped ? html`<p class="log-more">The first ${source.dropped.toLocaleString('en')} lines are only in the download.</p>` : nothing}
            ${source?.error ? html`<p class="notice wait" role="status">${source.error.message} ${source.error.hint}</p>` : nothing}
            ${lines.length === 0 && source?.ended && !source.error ? html`<p class="log-more">Nothing was printed.</p>` : nothing}
            <t-virtual
                class="log-lines"
                kind="log"
                label="Log lines"
                data-testid="log"
                .count=${lines.length}
                .rowHeight=${ROW_PX}
                .version=${`${this.search}${this.hit}${source?.dropped}`}
                .row=${(index: number) =>
                    html`<code class="log-line ${index === current ? 'hit' : ''}"
                        >${lineView(lines[index] ?? '', this.search, index === current)}</code
                    >`}
            ></t-virtual>
        </section>`;
    }
}
customElements.define('t-log', LogView);
