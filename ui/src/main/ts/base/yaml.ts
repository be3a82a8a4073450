import { html, type TemplateResult } from 'lit';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const PLAIN = /^[A-Za-z0-9_/.][\w ./@+=()<>-]*$/;
const RESERVED = /^(true|false|yes|no|on|off|null|y|n|~)$/i;
const CONTROL = /[\x00-\x08\x0b-\x1f]/;
/** What a reader of YAML could take for a number, a time or a date. */
const NUMERIC = /^[-+.]?[0-9][0-9_.]*(e[-+]?[0-9]*)?$|^0[xob]|^[0-9]+:|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|^\.(inf|nan)$/i;

function quoted(text: string): string {
    const plain = PLAIN.test(text) && !RESERVED.test(text) && !NUMERIC.test(text) && text === text.trim();
    return plain && !text.includes(': ') && !text.includes(' #') ? text : JSON.stringify(text);
}

/** Texts of several lines that a block can hold as they are; the others are quoted. */
function fitsBlock(text: string): boolean {
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    return text.includes('\n') && body !== '' && body.trim() === body && !CONTROL.test(text);
}

function scalar(value: null | boolean | number | string): string {
    return typeof value === 'string' ? quoted(value) : String(value);
}

const empty = (value: Json) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function write(value: Json, indent: string, lines: string[]): void {
    if (Array.isArray(value)) {
        for (const item of value) {
            const start = lines.length;
            writeEntry(`${indent}-`, item, `${indent}  `, lines);
            // `- ` takes the place of the first indentation of what follows
            const first = lines[start + 1];
            if (lines[start] === `${indent}-` && first !== undefined) {
                lines.splice(start, 2, `${indent}- ${first.slice(indent.length + 2)}`);
            }
        }
    } else if (value !== null && typeof value === 'object') {
        for (const [key, item] of Object.entries(value)) {
            writeEntry(`${indent}${quoted(key)}:`, item, Array.isArray(item) ? indent : `${indent}  `, lines);
        }
    }
}

function writeEntry(head: string, value: Json, indent: string, lines: string[]): void {
    if (value === null || typeof value !== 'object') {
        if (typeof value === 'string' && fitsBlock(value)) {
            lines.push(`${head} |${value.endsWith('\n') ? '' : '-'}`);
            const depth = head.endsWith('-') ? indent : `${head.match(/^ */)?.[0] ?? ''}  `;
            value
                .replace(/\n$/, '')
                .split('\n')
                .forEach((line) => lines.push(line ? depth + line : ''));
        } else {
            lines.push(`${head} ${scalar(value)}`);
        }
    } else if (empty(value)) {
        lines.push(`${head} ${Array.isArray(value) ? '[]' : '{}'}`);
    } else {
        lines.push(head);
        write(value, indent, lines);
    }
}

/** An object as YAML for reading. */
export function yaml(value: unknown): string {
    const lines: string[] = [];
    write(value as Json, '', lines);
    return lines.join('\n') + '\n';
}

const LINE = /^(\s*(?:- )*)((?:[\w./-]+|"(?:[^"\\]|\\.)*"):)?(\s?)(.*)$/;

/** The same with colours for keys, texts and numbers. */
export function yamlView(text: string): TemplateResult {
    return html`<pre class="yaml" tabindex="0" aria-label="Manifest">
${text
            .trimEnd()
            .split('\n')
            .map((line) => {
                const [, lead, key, gap, rest] = LINE.exec(line) ?? [];
                const kind = /^(true|false|null|-?[\d.]+)$/.test(rest ?? '') ? 'j-number' : 'j-string';
                return html`${lead}<span class="j-key">${key}</span>${gap}<span class=${kind}>${rest}</span>${'\n'}`;
            })}</pre>`;
}
