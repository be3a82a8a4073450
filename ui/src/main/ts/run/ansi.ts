import { html, type TemplateResult } from 'lit';

const SEQUENCE = /\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07]*(?:\x07|\x1b\\)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/g;

export interface Span {
    text: string;
    style: string;
}

/** A line as a terminal would leave it: what a carriage return wrote over is gone, colours are classes. */
export function spans(line: string): Span[] {
    const shown = line.replace(/\r+$/, '');
    const last = shown.slice(shown.lastIndexOf('\r') + 1);
    const result: Span[] = [];
    let style = new Set<string>();
    let at = 0;
    const push = (text: string) => text && result.push({ text, style: [...style].join(' ') });
    for (const match of last.matchAll(SEQUENCE)) {
        push(last.slice(at, match.index));
        at = match.index + match[0].length;
        if (match[2] === 'm') {
            style = styled(style, match[1] ?? '');
        }
    }
    push(last.slice(at));
    return result;
}

function styled(style: Set<string>, codes: string): Set<string> {
    let next = new Set(style);
    const numbers = codes === '' ? [0] : codes.split(';').map(Number);
    for (let i = 0; i < numbers.length; i++) {
        const code = numbers[i] ?? 0;
        if (code === 0) {
            next = new Set();
        } else if (code === 1) {
            next.add('a-bold');
        } else if (code === 2) {
            next.add('a-dim');
        } else if (code === 38 || code === 48) {
            // 256 colours and true colour: their numbers are passed over, the text stays plain
            i += numbers[i + 1] === 5 ? 2 : 4;
        } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
            next = new Set([...next].filter((name) => !/^a-\d/.test(name)));
            next.add(`a-${code % 10}`);
        } else if (code === 39) {
            next = new Set([...next].filter((name) => !/^a-\d/.test(name)));
        } else if (code === 22) {
            next.delete('a-bold');
            next.delete('a-dim');
        }
    }
    return next;
}

export const plain = (line: string): string =>
    spans(line)
        .map((span) => span.text)
        .join('');

/** A line with its colours, and with every place of a searched text marked. */
export function lineView(line: string, searched: string, current: boolean): TemplateResult {
    const parts = spans(line);
    if (!searched) {
        return html`${parts.map((span) => (span.style ? html`<span class=${span.style}>${span.text}</span>` : span.text))}`;
    }
    return html`${parts.map((span) => html`<span class=${span.style}>${marked(span.text, searched, current)}</span>`)}`;
}

function marked(text: string, searched: string, current: boolean) {
    const pieces: (TemplateResult | string)[] = [];
    const lower = text.toLowerCase();
    let at = 0;
    for (let found = lower.indexOf(searched); found >= 0; found = lower.indexOf(searched, at)) {
        pieces.push(text.slice(at, found));
        at = found + searched.length;
        pieces.push(html`<mark class=${current ? 'now' : ''}>${text.slice(found, at)}</mark>`);
    }
    pieces.push(text.slice(at));
    return pieces;
}
