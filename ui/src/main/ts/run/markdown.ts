import { html, type TemplateResult } from 'lit';

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]*)\]\((https?:\/\/[^\s)]+)\)/g;

function inline(text: string): (string | TemplateResult)[] {
    const parts: (string | TemplateResult)[] = [];
    let at = 0;
    for (const found of text.matchAll(INLINE)) {
        const [all, code, bold, word, link] = found;
        parts.push(text.slice(at, found.index));
        at = found.index + all.length;
        if (code !== undefined) {
            parts.push(html`<code>${code}</code>`);
        } else if (bold !== undefined) {
            parts.push(html`<strong>${bold}</strong>`);
        } else {
            parts.push(html`<a href=${link ?? ''} target="_blank" rel="noopener noreferrer">${word || link}</a>`);
        }
    }
    return [...parts, text.slice(at)];
}

/**
 * Markdown with light formatting: headings, lists, quotes, code, links to the web. What else there is stays as it was
 * written; nothing of it becomes HTML.
 */
export function markdown(text: string): TemplateResult {
    const blocks: TemplateResult[] = [];
    const lines = text.split(/\r?\n/);
    let i = 0;
    const taken = (pattern: RegExp): string[] => {
        const found: string[] = [];
        for (
            let match = pattern.exec(lines[i] ?? '');
            i < lines.length && match;
            match = pattern.exec(lines[i] ?? '')
        ) {
            found.push(match[1] ?? '');
            i++;
        }
        return found;
    };
    while (i < lines.length) {
        const line = lines[i] ?? '';
        const heading = /^(#{1,6}) +(.*)$/.exec(line);
        if (line.startsWith('```')) {
            const end = lines.findIndex((each, index) => index > i && each.startsWith('```'));
            const stop = end < 0 ? lines.length : end;
            blocks.push(html`<pre tabindex="0">${lines.slice(i + 1, stop).join('\n')}</pre>`);
            i = stop + 1;
        } else if (heading) {
            blocks.push(html`<p class="md-heading md-${heading[1]?.length ?? 1}">${inline(heading[2] ?? '')}</p>`);
            i++;
        } else if (/^\s*[-*+] /.test(line)) {
            const items = taken(/^\s*[-*+] (.*)$/);
            blocks.push(
                html`<ul>
                    ${items.map((item) => html`<li>${inline(item)}</li>`)}
                </ul>`,
            );
        } else if (/^\s*\d+[.)] /.test(line)) {
            const items = taken(/^\s*\d+[.)] (.*)$/);
            blocks.push(
                html`<ol>
                    ${items.map((item) => html`<li>${inline(item)}</li>`)}
                </ol>`,
            );
        } else if (/^> ?/.test(line)) {
            blocks.push(html`<blockquote>${inline(taken(/^> ?(.*)$/).join('\n'))}</blockquote>`);
        } else if (line.trim() === '') {
            i++;
        } else {
            const words = [line];
            i++;
            words.push(...taken(/^(?![#>]|```|\s*[-*+] |\s*\d+[.)] )(.*\S.*)$/));
            blocks.push(html`<p>${inline(words.join('\n'))}</p>`);
        }
    }
    return html`<div class="markdown">${blocks}</div>`;
}
