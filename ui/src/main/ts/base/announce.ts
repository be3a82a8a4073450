import { html } from 'lit';
import { LightElement } from './element';
import { icon } from './icons';

interface Note {
    id: number;
    kind: 'good' | 'bad';
    text: string;
    hint: string;
}

const SHOWN_MS = 6000;
let next = 1;
let host: Notes | undefined;

/** Says something in the corner, and to a screen reader. Bad news stays until it is closed. */
export function announce(text: string, kind: 'good' | 'bad' = 'good', hint = ''): void {
    host?.add({ id: next++, kind, text, hint });
}

export function announceFailure(failure: unknown): void {
    const hint = typeof failure === 'object' && failure !== null && 'hint' in failure ? String(failure.hint) : '';
    announce(failure instanceof Error ? failure.message : String(failure), 'bad', hint);
}

class Notes extends LightElement {
    private notes: Note[] = [];

    override connectedCallback(): void {
        super.connectedCallback();
        host = this;
    }

    add(note: Note): void {
        this.notes = [...this.notes.slice(-3), note];
        this.requestUpdate();
        if (note.kind === 'good') {
            setTimeout(() => this.remove_(note.id), SHOWN_MS);
        }
    }

    private remove_(id: number): void {
        this.notes = this.notes.filter((note) => note.id !== id);
        this.requestUpdate();
    }

    override render() {
        return html`<div class="notes" role="status" aria-live="polite" data-testid="notes">
            ${this.notes.map(
                (note) =>
                    html`<div class="note ${note.kind}">
                        <p>${note.text}${note.hint ? html`<small>${note.hint}</small>` : ''}</p>
                        <button class="plain" aria-label="Close message" @click=${() => this.remove_(note.id)}>
                            ${icon('close', 14)}
                        </button>
                    </div>`,
            )}
        </div>`;
    }
}
customElements.define('t-notes', Notes);
