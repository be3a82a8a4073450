import { html, nothing } from 'lit';
import { ApiError, BASE, send } from '../api/client';
import { LightElement } from '../base/element';
import { skeleton } from '../base/feedback';
import { markdown } from './markdown';
import { delimiterOf, isPdf, previewKind, rowsOf, size, type PreviewKind } from './preview-kind';

const MOST_BYTES = 1 << 20;
const MOST_ROWS = 200;
/** Shown as text when its ending says nothing and no byte of it is zero. */
const ZERO = 0;

interface Text {
    text: string;
    /** There is more of it. */
    cut: boolean;
    binary: boolean;
}

/** The content of one file of an artifact. What is large waits for a click, and of text there is at most 1 MiB. */
class Preview extends LightElement {
    static override properties = {
        path: {},
        file: {},
        bytes: { attribute: false },
    };
    /** The path of its bytes in the API. */
    declare path: string;
    /** Its name, whose ending tells its kind. */
    declare file: string;
    /** How many they are; null if that is not known. */
    declare bytes: number | null;
    private shown = '';
    private wanted = false;
    private text: Text | undefined;
    private error: ApiError | undefined;
    private request: AbortController | undefined;

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.request?.abort();
        this.shown = '';
    }

    private get kind(): PreviewKind {
        return previewKind(this.file);
    }

    private get framed(): boolean {
        return this.kind === 'image' || this.kind === 'page';
    }

    override willUpdate(): void {
        if (this.shown !== this.path && this.isConnected) {
            this.shown = this.path;
            this.text = undefined;
            this.error = undefined;
            // without a length, a text can be cut off while it is read, and a picture cannot
            this.wanted = this.bytes === null ? !this.framed : this.bytes <= MOST_BYTES;
            this.request?.abort();
            this.read();
        }
    }

    private read(): void {
        if (this.wanted && !this.framed && this.kind !== 'packed') {
            this.request = new AbortController();
            void this.perform(this.request);
        }
    }

    private show(): void {
        this.wanted = true;
        this.read();
        this.requestUpdate();
    }

    private async perform(request: AbortController): Promise<void> {
        try {
            const text = await firstBytes(this.path, request.signal);
            if (this.request === request) {
                this.text = text;
            }
        } catch (failure) {
            if (request.signal.aborted || this.request !== request) {
                return;
            }
            this.error = failure instanceof ApiError ? failure : new ApiError(0, '', 'The file broke off.', '');
        }
        this.requestUpdate();
    }

    private failed(): void {
        this.error = new ApiError(0, '', 'The browser cannot show this picture.', 'Download it instead.');
        this.requestUpdate();
    }

    private table(text: string) {
        const rows = rowsOf(text, delimiterOf(this.file), MOST_ROWS + 2);
        const [head = [], ...body] = rows;
        const shown = body.slice(0, MOST_ROWS);
        return html`<div class="preview-table" tabindex="0" role="group" aria-label="Table ${this.file}">
                <table>
                    <thead>
                        <tr>
                            ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
                        </tr>
                    </thead>
                    <tbody>
                        ${shown.map(
                            (row) =>
                                html`<tr>
                                    ${row.map((cell) => html`<td>${cell}</td>`)}
                                </tr>`,
                        )}
                    </tbody>
                </table>
            </div>
            ${body.length > shown.length ? html`<p class="muted small">The first ${MOST_ROWS} rows.</p>` : nothing}`;
    }

    private plain(text: string) {
        return text === ''
            ? html`<p class="muted">The file is empty.</p>`
            : html`<pre class="preview-text" tabindex="0" role="group" aria-label="Text of ${this.file}">${text}</pre>`;
    }

    private json({ text, cut }: Text) {
        if (!cut) {
            try {
                return html`<t-json .value=${JSON.parse(text)}></t-json>`;
            } catch {
                // it only looked like JSON, and is shown as the text that it is
            }
        }
        return this.plain(text);
    }

    private content(text: Text) {
        if (text.binary) {
            return html`<p class="muted">This is no text. Download it to look at it.</p>`;
        }
        switch (this.kind) {
            case 'json':
                return this.json(text);
            case 'table':
                return this.table(text.text);
            case 'markdown':
                return markdown(text.text);
            default:
                return /^\s*[[{]/.test(text.text) && this.kind === 'unknown' ? this.json(text) : this.plain(text.text);
        }
    }

    override render() {
        const { kind, file, error, text } = this;
        if (kind === 'packed') {
            return html`<p class="muted">It is packed. Download it to look at it.</p>`;
        }
        if (!this.wanted) {
            const why = this.bytes === null ? 'Its size is not known.' : `It has ${size(this.bytes)}.`;
            return html`<p class="preview-large">
                <span class="muted">${why}</span>
                <button data-testid="preview-show" @click=${() => this.show()}>
                    ${this.framed ? 'Show it' : 'Show the first 1 MiB'}
                </button>
            </p>`;
        }
        if (error) {
            return html`<p class="notice wait" role="status"><span>${error.message} ${error.hint}</span></p>`;
        }
        if (kind === 'image') {
            return html`<img
                class="preview-image"
                src=${BASE + this.path}
                alt="Picture ${file}"
                @error=${() => this.failed()}
            />`;
        }
        if (kind === 'page') {
            return isPdf(file)
                ? html`<iframe class="preview-page" title="Document ${file}" src=${BASE + this.path}></iframe>`
                : html`<iframe class="preview-page" title="Page ${file}" sandbox="" src=${BASE + this.path}></iframe>`;
        }
        return text
            ? html`${this.content(text)}${text.cut && !text.binary ? html`<p class="muted small">Only the first 1 MiB is shown.</p>` : nothing}`
            : skeleton(3);
    }
}
customElements.define('t-preview', Preview);

/** Reads a file up to the most that is shown, and leaves the rest. */
async function firstBytes(path: string, signal: AbortSignal): Promise<Text> {
    const response = await send(path, { signal });
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    let left = MOST_BYTES;
    let binary = false;
    for (;;) {
        const next = await reader?.read();
        if (!next || next.done) {
            return { text: text + decoder.decode(), cut: false, binary };
        }
        const piece = next.value.subarray(0, left);
        binary ||= piece.includes(ZERO);
        text += decoder.decode(piece, { stream: true });
        left -= piece.byteLength;
        if (binary || piece.byteLength < next.value.byteLength) {
            void reader?.cancel();
            return { text, cut: true, binary };
        }
    }
}
