import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ApiError } from '../api/client';
import { feed } from '../api/feed';
import type { Change } from '../api/types';

const SHORTEST_GAP_MS = 150;
/** Reading again may take at most a third of the time, so that a large answer does not keep the page busy. */
const SHARE = 2;

/**
 * Something read from the server and kept fresh: it is read again soon after a change that concerns it, however many
 * changes there were, and not while the page is hidden.
 */
export class Resource<T> implements ReactiveController {
    value: T | undefined;
    error: ApiError | undefined;
    loading = false;
    /** The reader asked for something else, and what is shown is still the old answer. */
    asked = false;
    private request: AbortController | undefined;
    private timer = 0;
    private dirty = false;
    private lastDuration = 0;
    private leave: (() => void)[] = [];

    constructor(
        private readonly host: ReactiveControllerHost,
        private readonly read: (signal: AbortSignal) => Promise<T>,
        private readonly concerns: (change: Change) => boolean,
        private readonly onValue: (value: T) => void = () => {},
    ) {
        host.addController(this);
    }

    hostConnected(): void {
        const visible = () => this.dirty && this.schedule();
        document.addEventListener('visibilitychange', visible);
        this.leave = [
            feed.onChange((change) => {
                if (change === 'everything' || this.concerns(change)) {
                    this.schedule();
                }
            }),
            () => document.removeEventListener('visibilitychange', visible),
        ];
    }

    hostDisconnected(): void {
        this.leave.forEach((leave) => leave());
        this.request?.abort();
        clearTimeout(this.timer);
        this.timer = 0;
    }

    /** Forgets what was read and reads anew: what is asked for has changed. */
    restart(): void {
        this.value = undefined;
        this.error = undefined;
        this.reload();
    }

    reload(): void {
        this.asked = true;
        this.load();
    }

    private load(): void {
        clearTimeout(this.timer);
        this.timer = 0;
        this.dirty = false;
        this.request?.abort();
        const request = new AbortController();
        this.request = request;
        this.loading = true;
        this.host.requestUpdate();
        void this.perform(request);
    }

    private schedule(): void {
        this.dirty = true;
        if (this.timer || document.hidden || this.loading) {
            return;
        }
        this.timer = window.setTimeout(() => this.load(), Math.max(SHORTEST_GAP_MS, this.lastDuration * SHARE));
    }

    private async perform(request: AbortController): Promise<void> {
        const started = performance.now();
        try {
            const value = await this.read(request.signal);
            if (this.request !== request) {
                return;
            }
            this.value = value;
            this.error = undefined;
            this.onValue(value);
        } catch (failure) {
            if (this.request !== request || request.signal.aborted) {
                return;
            }
            this.error =
                failure instanceof ApiError ? failure : new ApiError(0, '', `Cannot show the answer: ${failure}`, '');
        }
        this.lastDuration = performance.now() - started;
        this.loading = false;
        this.asked = false;
        this.host.requestUpdate();
        if (this.dirty) {
            this.schedule();
        }
    }
}
