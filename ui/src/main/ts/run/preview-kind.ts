/** How the content of a file is shown. */
export type PreviewKind = 'text' | 'json' | 'table' | 'image' | 'markdown' | 'page' | 'packed' | 'unknown';

const KINDS: Record<string, PreviewKind> = {
    json: 'json',
    csv: 'table',
    tsv: 'table',
    md: 'markdown',
    markdown: 'markdown',
    png: 'image',
    jpg: 'image',
    jpeg: 'image',
    gif: 'image',
    webp: 'image',
    svg: 'image',
    html: 'page',
    htm: 'page',
    pdf: 'page',
    tgz: 'packed',
    gz: 'packed',
    zip: 'packed',
    tar: 'packed',
    txt: 'text',
    log: 'text',
    yaml: 'text',
    yml: 'text',
};

const ending = (file: string): string => file.slice(file.lastIndexOf('.') + 1).toLowerCase();

export const previewKind = (file: string): PreviewKind => KINDS[ending(file)] ?? 'unknown';

export const isPdf = (file: string): boolean => ending(file) === 'pdf';

export const delimiterOf = (file: string): string => (ending(file) === 'tsv' ? '\t' : ',');

/** A number of bytes as people say it: `412 bytes`, `9.9 KiB`. */
export function size(bytes: number): string {
    if (bytes < 1024) {
        return bytes === 1 ? '1 byte' : `${bytes} bytes`;
    }
    const units = ['KiB', 'MiB', 'GiB', 'TiB'];
    let value = bytes / 1024;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${value.toFixed(1)} ${units[unit]}`;
}

/** The first rows of a text of separated values; quotes hold separators, line ends and doubled quotes. */
export function rowsOf(text: string, delimiter: string, most: number): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let cell = '';
    let quoted = false;
    for (let i = 0; i < text.length && rows.length < most; i++) {
        const sign = text[i] ?? '';
        if (quoted) {
            if (sign !== '"') {
                cell += sign;
            } else if (text[i + 1] === '"') {
                cell += '"';
                i++;
            } else {
                quoted = false;
            }
        } else if (sign === '"' && cell === '') {
            quoted = true;
        } else if (sign === delimiter) {
            row.push(cell);
            cell = '';
        } else if (sign === '\n') {
            rows.push([...row, cell.replace(/\r$/, '')]);
            row = [];
            cell = '';
        } else {
            cell += sign;
        }
    }
    if (rows.length < most && (cell !== '' || row.length > 0)) {
        rows.push([...row, cell.replace(/\r$/, '')]);
    }
    return rows;
}
