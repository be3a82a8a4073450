import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface Shortcut {
    /** Keys as `KeyboardEvent.key` names them; a sequence is separated by spaces: `g e`; `Ctrl+k` is also ⌘k. */
    keys: string;
    what: string;
    run: () => void;
}

export interface Group {
    title: string;
    shortcuts: Shortcut[];
}

const groups: Group[] = [];
const SEQUENCE_MS = 1200;
let pending = '';
let pendingAt = 0;

export function shortcutGroups(): readonly Group[] {
    return groups;
}

/** Shortcuts that hold while an element is in the page. */
export class Keys implements ReactiveController {
    private readonly group: Group;

    constructor(host: ReactiveControllerHost, title: string, shortcuts: Shortcut[]) {
        this.group = { title, shortcuts };
        host.addController(this);
    }

    hostConnected(): void {
        groups.push(this.group);
    }

    hostDisconnected(): void {
        const index = groups.indexOf(this.group);
        if (index >= 0) {
            groups.splice(index, 1);
        }
    }
}

const inField = (target: EventTarget | null) =>
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

function find(keys: string): Shortcut | undefined {
    // the page's own meaning of a key wins over the application's
    for (let i = groups.length - 1; i >= 0; i--) {
        const found = groups[i]?.shortcuts.find((shortcut) => shortcut.keys === keys);
        if (found) {
            return found;
        }
    }
    return undefined;
}

export function startKeys(): void {
    document.addEventListener('keydown', (event) => {
        if (event.defaultPrevented || event.altKey || document.querySelector('dialog[open]')) {
            return;
        }
        if (event.ctrlKey || event.metaKey) {
            const chord = find(`Ctrl+${event.key}`);
            if (chord) {
                event.preventDefault();
                chord.run();
            }
            return;
        }
        if (inField(event.target)) {
            if (event.key === 'Escape') {
                (event.target as HTMLElement).blur();
            }
            return;
        }
        const sequence = pending && Date.now() - pendingAt < SEQUENCE_MS ? `${pending} ${event.key}` : '';
        pending = '';
        const shortcut = (sequence && find(sequence)) || find(event.key);
        if (shortcut) {
            event.preventDefault();
            shortcut.run();
        } else if (event.key === 'g') {
            pending = 'g';
            pendingAt = Date.now();
        }
    });
}

/** Moves the focus to the next or previous `[data-row]` inside a root: what j and k do in each list. */
export function moveFocus(root: ParentNode, step: 1 | -1): void {
    const rows = [...root.querySelectorAll<HTMLElement>('[data-row]')];
    const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
}

export const listShortcuts = (root: () => ParentNode): Shortcut[] => [
    { keys: 'j', what: 'Next row', run: () => moveFocus(root(), 1) },
    { keys: 'k', what: 'Previous row', run: () => moveFocus(root(), -1) },
    { keys: 'ArrowDown', what: 'Next row', run: () => moveFocus(root(), 1) },
    { keys: 'ArrowUp', what: 'Previous row', run: () => moveFocus(root(), -1) },
];

export const searchShortcut = (root: () => ParentNode): Shortcut => ({
    keys: '/',
    what: 'Search',
    run: () => root().querySelector<HTMLInputElement>('input[type="search"]')?.focus(),
});
