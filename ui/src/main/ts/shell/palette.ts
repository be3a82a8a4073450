import { html, nothing } from 'lit';
import { ApiError, api } from '../api/client';
import type { ApiObject } from '../api/types';
import { openDialog } from '../base/dialog';
import { icon, type Icon } from '../base/icons';
import { shortcutGroups } from '../base/keys';
import { phaseLook, shownPhase, sign } from '../base/phase';
import {
    chooseNamespace,
    eventHref,
    namespace,
    navigate,
    runHref,
    sensorHref,
    sourceHref,
    templateHref,
} from '../base/router';
import { submitTemplate } from '../templates/submit';
import { status } from './status';

interface Command {
    kind: string;
    words: string;
    sign: ReturnType<typeof html>;
    keys: string;
    run: () => void;
}

const TYPING_MS = 150;
const SHOWN = 12;
const FOUND_RUNS = 6;
const EVENT_ID = /^[0-9a-f]{8}-?[0-9a-f-]{23,27}$/i;

const drawn = (name: Icon) => icon(name, 16);

/** What the present page and the application can do: their shortcuts, in words. */
function shortcuts(): Command[] {
    const seen = new Set<string>();
    return [...shortcutGroups()].reverse().flatMap((group) =>
        group.shortcuts
            .filter((shortcut) => !/row$|^Search$|^Commands$/.test(shortcut.what))
            .filter((shortcut) => !seen.has(shortcut.what) && seen.add(shortcut.what))
            .map((shortcut) => ({
                kind: group.title,
                words: shortcut.what,
                sign: drawn(group.title === 'Anywhere' ? 'right' : 'terminal'),
                keys: shortcut.keys,
                run: shortcut.run,
            })),
    );
}

function namespaces(): Command[] {
    const known = status.value;
    const names = known && !(known instanceof ApiError) ? known.namespaces : [];
    return ['', ...names].map((name) => ({
        kind: 'Namespace',
        words: `Show ${name || 'all namespaces'}`,
        sign: drawn('list'),
        keys: '',
        run: () => chooseNamespace(name),
    }));
}

async function templates(): Promise<Command[]> {
    const { items } = await api.templates(namespace());
    const opened = items.map((template) => ({
        kind: 'Workflow Template',
        words: template.name,
        sign: drawn('file'),
        keys: '',
        run: () => navigate(templateHref(template.namespace, template.name)),
    }));
    const submitted = items.map((template) => ({
        kind: 'Workflow Template',
        words: `Submit ${template.name}`,
        sign: drawn('play'),
        keys: '',
        run: () => submitTemplate(template),
    }));
    return [...submitted, ...opened];
}

/** The event sources and sensors, to be opened. */
async function listeners(): Promise<Command[]> {
    const [sources, sensors] = await Promise.all([
        api.objects('EventSource', namespace()),
        api.objects('Sensor', namespace()),
    ]);
    const commands = (kind: string, sign: Icon, items: ApiObject[], to: typeof sourceHref) =>
        items.map(({ metadata }) => ({
            kind,
            words: metadata.name,
            sign: drawn(sign),
            keys: '',
            run: () => navigate(to(metadata.namespace ?? '', metadata.name)),
        }));
    return [
        ...commands('Event Source', 'source', sources.items, sourceHref),
        ...commands('Sensor', 'sensor', sensors.items, sensorHref),
    ];
}

async function runs(search: string): Promise<Command[]> {
    const { items } = await api.runs({
        namespace: namespace(),
        search,
        limit: FOUND_RUNS,
    });
    return items.map((run) => ({
        kind: 'Workflow',
        words: run.name,
        sign: sign(phaseLook(shownPhase(run))),
        keys: '',
        run: () => navigate(runHref(run.namespace, run.name)),
    }));
}

/** Everything that can be done or opened, found by typing. */
export function openPalette(): void {
    const fixed = [...shortcuts(), ...namespaces()];
    let loaded: Command[] = [];
    let found: Command[] = [];
    let text = '';
    let at = 0;
    let timer = 0;
    let chosen: Command | undefined;

    const matching = (): Command[] => {
        const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
        const fits = (command: Command) =>
            parts.every((part) => `${command.kind} ${command.words}`.toLowerCase().includes(part));
        const event = EVENT_ID.test(text.trim())
            ? [
                  {
                      kind: 'Event',
                      words: text.trim(),
                      sign: drawn('bolt'),
                      keys: '',
                      run: () => navigate(eventHref(text.trim())),
                  },
              ]
            : [];
        return [...event, ...[...fixed, ...loaded].filter(fits), ...found].slice(0, SHOWN);
    };
    const search = (update: () => void) => {
        clearTimeout(timer);
        timer = window.setTimeout(async () => {
            const asked = text.trim();
            // what cannot be found now is only missing from the list
            const answer = asked.length >= 2 ? await runs(asked).catch(() => []) : [];
            if (asked === text.trim()) {
                found = answer;
                update();
            }
        }, TYPING_MS);
    };
    const keyed = (event: KeyboardEvent, close: () => void, update: () => void) => {
        const list = matching();
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            at = (at + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % Math.max(1, list.length);
        } else if (event.key === 'Enter') {
            chosen = list[at];
            close();
        } else {
            return;
        }
        event.preventDefault();
        update();
    };
    let loading: Promise<void> | undefined;

    openDialog(
        'Commands',
        'palette',
        (close, update) => {
            loading ??= Promise.all([templates(), listeners()])
                .then((commands) => void (loaded = commands.flat()))
                .catch(() => undefined)
                .then(update);
            const list = matching();
            at = Math.min(at, Math.max(0, list.length - 1));
            return html`<div class="palette">
                <input
                    type="text"
                    role="combobox"
                    aria-label="Find a command, workflow, template, event source, sensor or event id"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=${list.length > 0 ? `palette-${at}` : nothing}
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Type a command, the name of anything, or an event’s id"
                    autofocus
                    @input=${(event: Event) => {
                        text = (event.target as HTMLInputElement).value;
                        at = 0;
                        search(update);
                        update();
                    }}
                    @keydown=${(event: KeyboardEvent) => keyed(event, close, update)}
                />
                <ul id="palette-list" role="listbox" aria-label="Found">
                    ${list.map(
                        (command, index) =>
                            html`<li
                                id="palette-${index}"
                                role="option"
                                aria-selected=${String(index === at)}
                                @click=${() => {
                                    chosen = command;
                                    close();
                                }}
                            >
                                ${command.sign}<span class="clip">${command.words}</span
                                ><span class="muted small">${command.kind}</span
                                ><span class="palette-keys"
                                    >${command.keys ? command.keys.split(' ').map((key) => html`<kbd>${key === 'Escape' ? 'Esc' : key}</kbd>`) : nothing}</span
                                >
                            </li>`,
                    )}
                </ul>
                ${list.length === 0 ? html`<p class="log-more" role="status">Nothing matches.</p>` : nothing}
            </div>`;
        },
        () => {
            clearTimeout(timer);
            chosen?.run();
        },
    );
}
