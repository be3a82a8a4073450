import { html, nothing } from 'lit';
import { route, setQuery } from './router';

const MINUTE = 60_000;

const SPANS: [key: string, word: string, ms: number][] = [
    ['15m', 'Last 15 minutes', 15 * MINUTE],
    ['1h', 'Last hour', 60 * MINUTE],
    ['24h', 'Last 24 hours', 24 * 60 * MINUTE],
    ['7d', 'Last 7 days', 7 * 24 * 60 * MINUTE],
];
const OWN = 'own';

/** The names of the address's parameters that say a time. */
export const TIME_FILTERS = ['since', 'from', 'to'];

/** The time that the address asks for, as instants; empty texts where it has no limit. */
export function timeRange(): { from: string; to: string } {
    const { query } = route.value;
    const span = SPANS.find(([key]) => key === query.get('since'));
    return span
        ? { from: new Date(Date.now() - span[2]).toISOString(), to: '' }
        : { from: instant(query.get('from')), to: instant(query.get('to')) };
}

const instant = (text: string | null): string => {
    const at = text ? Date.parse(text) : NaN;
    return Number.isNaN(at) ? '' : new Date(at).toISOString();
};

/** An instant as a field for date and time has it: in the reader's own time, without a zone. */
const local = (text: string | null): string => {
    const at = text ? Date.parse(text) : NaN;
    return Number.isNaN(at) ? '' : new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
};

/** Chooses a time in the address. */
export function timeFilter() {
    const { query } = route.value;
    const since = query.get('since') ?? '';
    const own = since === OWN || (since === '' && (query.has('from') || query.has('to')));
    const bound = (name: 'from' | 'to', word: string) =>
        html`<label class="moment"
            ><span>${word}</span
            ><input
                type="datetime-local"
                .value=${local(query.get(name))}
                data-testid="time-${name}"
                @change=${(event: Event) => setQuery({ [name]: instant((event.target as HTMLInputElement).value), before: '' })}
        /></label>`;
    return html`<select
            aria-label="Time"
            data-testid="time-range"
            @change=${(event: Event) => {
                const chosen = (event.target as HTMLSelectElement).value;
                setQuery({ since: chosen, before: '', ...(chosen === OWN ? {} : { from: '', to: '' }) });
            }}
        >
            <option value="" ?selected=${since === '' && !own}>Any time</option>
            ${SPANS.map(([key, word]) => html`<option value=${key} ?selected=${since === key}>${word}</option>`)}
            <option value=${OWN} ?selected=${own}>From … to …</option>
        </select>
        ${own ? html`${bound('from', 'From')}${bound('to', 'to')}` : nothing}`;
}
