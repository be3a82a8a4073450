import { LitElement } from 'lit';

/**
 * An element that renders into the page itself: one set of style sheets, labels that may point anywhere, and a focus
 * that document.activeElement knows. Its styles are nested under its own tag name.
 */
export abstract class LightElement extends LitElement {
    protected override createRenderRoot(): HTMLElement {
        return this;
    }
}

export function adopt(...texts: string[]): void {
    for (const text of texts) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
}
