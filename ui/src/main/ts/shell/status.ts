import { ApiError, api } from '../api/client';
import { feed } from '../api/feed';
import type { Status } from '../api/types';
import { Signal } from '../base/signal';

const GAP_MS = 2000;

/** What the server says of itself, read again at most each two seconds while things change. */
export const status = new Signal<Status | ApiError | undefined>(undefined);

let timer = 0;

async function read(): Promise<void> {
    try {
        status.set(await api.status());
    } catch (failure) {
        // what was known stays on the screen; the connection's state says that it may be old
        if (status.value === undefined || status.value instanceof ApiError) {
            status.set(failure as ApiError);
        }
    }
    timer = 0;
}

export function startStatus(): void {
    feed.onChange((change) => {
        if (change === 'everything' || /^(run|object)/.test(change.stream) || change.eventId) {
            timer ||= window.setTimeout(() => void read(), GAP_MS);
        }
    });
    void read();
}
