import { html } from 'lit';
import { announce } from './announce';
import { LightElement } from './element';
import { icon } from './icons';

/** A small button that copies a text. */
class Copy extends LightElement {
    static override properties = { text: {}, label: {} };
    declare text: string;
    declare label: string;
    private done = false;

    constructor() {
        super();
        this.text = '';
        this.label = 'Copy';
    }

    private async copy(event: Event): Promise<void> {
        event.preventDefault();
        event.stopPropagation();
        try {
            await navigator.clipboard.writeText(this.text);
        } catch {
            announce('The browser does not let this page copy.', 'bad', 'Select the text and copy it yourself.');
            return;
        }
        this.done = true;
        this.requestUpdate();
        setTimeout(() => {
            this.done = false;
            this.requestUpdate();
        }, 1500);
    }

    override render() {
        return html`<button
            type="button"
            class="plain copy"
            title=${this.label}
            aria-label=${this.done ? 'Copied' : this.label}
            @click=${(event: Event) => this.copy(event)}
        >
            ${icon(this.done ? 'check' : 'copy', 14)}
        </button>`;
    }
}
customElements.define('t-copy', Copy);

/** A command for the terminal, to be copied as a whole. */
export const command = (text: string) =>
    html`<div class="command">
        <code>${text}</code><t-copy .text=${text} .label=${`Copy command: ${text}`}></t-copy>
    </div>`;
