import { ApiError, api } from '../api/client';
import { feed } from '../api/feed';
import type { Status } from '../api/types';
import { Signal } from '../base/signal';

const GAP_MS = 2000;
const OBJECTS_MS = 4000;

/**
 * What the server says of itself, read again at most each two seconds while things change, and each four seconds in any
 * case: only here is seen that objects have changed, which the feed does not tell.
 */
export const status = new Signal<Status | ApiError | undefined>(undefined);

let timer = 0;

async function read(): Promise<void> {
    try {
        const before = status.value;
        const now = await api.status();
        status.set(now);
        if (before && !(before instanceof ApiError) && before.objectVersion !== now.objectVersion) {
            feed.objectsChanged();
        }
    } catch (failure) {
        // what was known stays on the screen; the connection's state says that it may be old
        if (status.value === undefined || status.value instanceof ApiError) {
            status.set(failure as ApiError);
        }
    }
    timer = 0;
}

/** Lets what was set aside go on; throws if it was not. */
export async function repair(stream: string): Promise<void> {
    await api.repair(stream);
    await read();
}

export function startStatus(): void {
    feed.onChange((change) => {
        if (change === 'everything' || /^(run|object)/.test(change.stream) || change.eventId) {
            timer ||= window.setTimeout(() => void read(), GAP_MS);
        }
    });
    setInterval(() => {
        if (!document.hidden && feed.connection.value.kind === 'live') {
            timer ||= window.setTimeout(() => void read(), 0);
        }
    }, OBJECTS_MS);
    void read();
}
