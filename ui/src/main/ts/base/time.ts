import { html } from 'lit';
import { LightElement } from './element';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as people say it: `412ms`, `3.2s`, `1m 04s`, `2h 07m`, `3d 4h`. */
export function duration(ms: number): string {
    const length = Math.max(0, ms);
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
    if (length < SECOND) {
        return `${Math.round(length)}ms`;
    }
    if (length < 10 * SECOND) {
        return `${(length / SECOND).toFixed(1)}s`;
    }
    if (length < MINUTE) {
        return `${Math.floor(length / SECOND)}s`;
    }
    if (length < HOUR) {
        return `${Math.floor(length / MINUTE)}m ${two((length % MINUTE) / SECOND)}s`;
    }
    if (length < DAY) {
        return `${Math.floor(length / HOUR)}h ${two((length % HOUR) / MINUTE)}m`;
    }
    return `${Math.floor(length / DAY)}d ${Math.floor((length % DAY) / HOUR)}h`;
}

export function relative(at: number, now: number): string {
    const age = now - at;
    if (age < 0) {
        return age > -2 * SECOND ? 'now' : `in ${coarse(-age)}`;
    }
    return age < 2 * SECOND ? 'now' : `${coarse(age)} ago`;
}

function coarse(ms: number): string {
    if (ms < MINUTE) {
        return `${Math.floor(ms / SECOND)}s`;
    }
    if (ms < HOUR) {
        return `${Math.floor(ms / MINUTE)}m`;
    }
    return ms < 2 * DAY ? `${Math.floor(ms / HOUR)}h` : `${Math.floor(ms / DAY)}d`;
}

export function exact(at: string): string {
    const date = new Date(at);
    const pad = (value: number, width = 2) => String(value).padStart(width, '0');
    const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
    return `${day} ${time}.${pad(date.getMilliseconds(), 3)} (${date.toISOString()})`;
}

export function clock(at: string): string {
    const date = new Date(at);
    const pad = (value: number, width = 2) => String(value).padStart(width, '0');
    return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** How long something took, or takes until now. */
export function elapsed(from: string, to: string, now = Date.now()): number {
    return from ? (to ? Date.parse(to) : now) - Date.parse(from) : 0;
}

const ticking = new Set<{ tick(): void }>();
setInterval(() => {
    if (!document.hidden) {
        ticking.forEach((element) => element.tick());
    }
}, SECOND);

/** A time relative to now, with the exact one when pointed at. */
class RelativeTime extends LightElement {
    static override properties = { at: {} };
    declare at: string;

    constructor() {
        super();
        this.at = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        ticking.add(this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        ticking.delete(this);
    }

    tick(): void {
        const time = this.querySelector('time');
        const text = this.text();
        if (time && time.textContent !== text) {
            time.textContent = text;
        }
    }

    private text(): string {
        return relative(Date.parse(this.at), Date.now());
    }

    override updated(): void {
        this.tick();
    }

    override render() {
        // the text is set in tick(), which alone owns it
        return this.at ? html`<time datetime=${this.at} title=${exact(this.at)}></time>` : html`<span>–</span>`;
    }
}
customElements.define('t-time', RelativeTime);

/** The time between two instants; without the second one it runs on. */
class Duration extends LightElement {
    static override properties = { from: {}, to: {} };
    declare from: string;
    declare to: string;

    constructor() {
        super();
        this.from = '';
        this.to = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        ticking.add(this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        ticking.delete(this);
    }

    tick(): void {
        if (this.from && !this.to) {
            this.requestUpdate();
        }
    }

    override render() {
        if (!this.from) {
            return html`–`;
        }
        const title = `${exact(this.from)} – ${this.to ? exact(this.to) : 'now'}`;
        const ms = elapsed(this.from, this.to);
        // a running duration is shown in whole seconds: tenths would only flicker
        return html`<span title=${title}
            >${duration(this.to || ms < SECOND ? ms : Math.floor(ms / SECOND) * SECOND)}</span
        >`;
    }
}
customElements.define('t-duration', Duration);
