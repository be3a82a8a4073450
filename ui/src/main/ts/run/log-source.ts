import { ApiError, logPath, send } from '../api/client';

const MOST_LINES = 200_000;
const FIRST_PAUSE_MS = 500;
const MOST_FAILURES = 6;

export interface LogPlace {
    namespace: string;
    run: string;
    node: string;
    attempt: number;
    /** Whose output; empty for `main`. */
    container: string;
}

/**
 * The lines of one attempt's log, from the last so many on, and further as they are written. A broken line is taken up
 * where it was, by bytes; when it breaks too often in a row the reader is told.
 */
export class LogSource {
    lines: string[] = [];
    /** Where the first line begins; 0 when the log is here from its beginning. */
    firstOffset = 0;
    ended = false;
    error: ApiError | undefined;
    dropped = 0;
    private nextOffset: number | undefined;
    private rest = '';
    private readonly stop = new AbortController();

    constructor(
        private readonly place: LogPlace,
        private readonly tail: number,
        private readonly follow: boolean,
        private readonly changed: () => void,
    ) {}

    start(): this {
        void this.run();
        return this;
    }

    close(): void {
        this.stop.abort();
    }

    private async run(): Promise<void> {
        let failures = 0;
        while (!this.stop.signal.aborted) {
            try {
                await this.read();
                this.ended = true;
                this.changed();
                return;
            } catch (failure) {
                if (this.stop.signal.aborted) {
                    return;
                }
                failures++;
                const refused = failure instanceof ApiError && failure.status >= 400 && failure.status < 500;
                if (refused || failures > MOST_FAILURES) {
                    this.error = failure instanceof ApiError ? failure : new ApiError(0, '', 'The log broke off.', '');
                    this.ended = true;
                    this.changed();
                    return;
                }
                await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** failures));
            }
        }
    }

    private async read(): Promise<void> {
        const path = logPath(this.place.namespace, this.place.run, this.place.node, {
            attempt: this.place.attempt,
            container: this.place.container,
            offset: this.nextOffset,
            tail: this.nextOffset === undefined && this.tail > 0 ? this.tail : undefined,
            follow: this.follow ? 'true' : undefined,
        });
        const response = await send(path, { signal: this.stop.signal }, false);
        const offset = Number(response.headers.get('X-Tiphys-Offset') ?? '0');
        if (this.nextOffset === undefined) {
            this.firstOffset = offset;
            this.nextOffset = offset;
        }
        const reader = response.body?.getReader();
        const decoder = new TextDecoder();
        for (;;) {
            const next = await reader?.read();
            if (!next || next.done) {
                break;
            }
            this.nextOffset += next.value.byteLength;
            this.take(decoder.decode(next.value, { stream: true }));
        }
        if (this.rest) {
            this.lines.push(this.rest);
            this.rest = '';
        }
    }

    private take(text: string): void {
        const pieces = (this.rest + text).split('\n');
        this.rest = pieces.pop() ?? '';
        for (const piece of pieces) {
            this.lines.push(piece);
        }
        const excess = this.lines.length - MOST_LINES;
        if (excess > 0) {
            this.lines.splice(0, excess);
            this.dropped += excess;
        }
        this.changed();
    }
}
