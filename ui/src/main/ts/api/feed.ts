import { Signal } from '../base/signal';
import { BASE } from './client';
import type { Change } from './types';

export type Connection =
    | { kind: 'connecting' }
    | { kind: 'live' }
    | { kind: 'waiting'; retryAt: number }
    | { kind: 'resting' }
    | { kind: 'denied' };

const NOTHING: Change = {
    sequence: 0,
    at: '',
    stream: '',
    type: '',
    namespace: '',
    name: '',
    uid: '',
    eventId: '',
};
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server writes a comment each 15 s: three missed ones mean that the line is dead. */
const SILENCE_MS = 45_000;
/** A browser has six connections to a server for all its pages: a page that nobody sees gives its one back. */
const HIDDEN_MS = 60_000;

/**
 * The server's hints of what changed. It reconnects where it was, with growing pauses, and tells everybody to read
 * again after a gap, because a hint may have been missed.
 */
class Feed {
    readonly connection = new Signal<Connection>({ kind: 'connecting' });
    private readonly listeners = new Set<(change: Change | 'everything') => void>();
    private after: number | undefined;
    private pause = FIRST_PAUSE_MS;
    private attempt: AbortController | undefined;
    private timer = 0;
    private hiddenTimer = 0;
    private interrupted = false;

    start(): void {
        document.addEventListener('visibilitychange', () => this.visibilityChanged());
        window.addEventListener('online', () => this.retryNow());
        void this.connect();
    }

    onChange(listener: (change: Change | 'everything') => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** The store of objects has no entries in the journal: whoever sees that it changed says so here. */
    objectsChanged(): void {
        this.tell({ ...NOTHING, stream: 'object', type: 'object.changed' });
    }

    retryNow(): void {
        if (this.connection.value.kind !== 'live') {
            this.pause = FIRST_PAUSE_MS;
            clearTimeout(this.timer);
            void this.connect();
        }
    }

    private visibilityChanged(): void {
        clearTimeout(this.hiddenTimer);
        if (document.hidden) {
            this.hiddenTimer = window.setTimeout(() => {
                clearTimeout(this.timer);
                this.attempt?.abort();
                this.connection.set({ kind: 'resting' });
            }, HIDDEN_MS);
        } else {
            this.retryNow();
        }
    }

    private async connect(): Promise<void> {
        this.attempt?.abort();
        const attempt = new AbortController();
        this.attempt = attempt;
        this.connection.set({ kind: 'connecting' });
        try {
            await this.read(attempt);
        } catch {
            // whatever ended the line, the answer is the same: wait and try again
        }
        if (this.attempt !== attempt || this.connection.value.kind === 'resting') {
            return;
        }
        if (this.connection.value.kind === 'denied') {
            return;
        }
        this.interrupted = true;
        this.connection.set({ kind: 'waiting', retryAt: Date.now() + this.pause });
        this.timer = window.setTimeout(() => void this.connect(), this.pause);
        this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    }

    private async read(attempt: AbortController): Promise<void> {
        const from = this.after === undefined ? '' : `?after=${this.after}`;
        let watchdog = window.setTimeout(() => attempt.abort(), SILENCE_MS);
        try {
            const response = await fetch(`${BASE}/feed${from}`, {
                signal: attempt.signal,
                headers: { Accept: 'text/event-stream' },
            });
            if (response.status === 401 || response.status === 403) {
                this.connection.set({ kind: 'denied' });
                return;
            }
            if (!response.ok || !response.body) {
                // the place may have left the server's memory: begin from now, and read everything again
                this.after = undefined;
                return;
            }
            this.opened();
            const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
            let rest = '';
            for (;;) {
                const { done, value } = await reader.read();
                clearTimeout(watchdog);
                if (done) {
                    return;
                }
                watchdog = window.setTimeout(() => attempt.abort(), SILENCE_MS);
                const blocks = (rest + value).split(/\r?\n\r?\n/);
                rest = blocks.pop() ?? '';
                blocks.forEach((block) => this.take(block));
            }
        } finally {
            clearTimeout(watchdog);
        }
    }

    private opened(): void {
        this.pause = FIRST_PAUSE_MS;
        this.connection.set({ kind: 'live' });
        if (this.interrupted) {
            this.interrupted = false;
            this.tell('everything');
        }
    }

    private take(block: string): void {
        const data = block
            .split(/\r?\n/)
            .filter((line) => line.startsWith('data:'))
            .map((line) => line.slice(5).trimStart())
            .join('\n');
        if (data) {
            const change = JSON.parse(data) as Change;
            this.after = change.sequence;
            // a gap stands for changes that are not told one by one
            this.tell(change.type === 'gap' ? 'everything' : change);
        }
    }

    private tell(change: Change | 'everything'): void {
        this.listeners.forEach((listener) => listener(change));
    }
}

export const feed = new Feed();
