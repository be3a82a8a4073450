import { html } from 'lit';
import { ApiError, api } from '../api/client';
import { announce, announceFailure } from '../base/announce';
import { ask } from '../base/dialog';

/** Gives an event to its triggers again. When it made runs already, it asks first. */
export async function replay(id: string, confirmed = false): Promise<void> {
    try {
        const { triggers } = await api.replay(id, confirmed);
        announce(`Replayed to ${triggers.join(', ')}`);
    } catch (failure) {
        if (!(failure instanceof ApiError) || failure.status !== 409 || confirmed) {
            announceFailure(failure);
            return;
        }
        const runs = failure.runs;
        const answer = await ask({
            title: 'Replay this event?',
            body: html`<p>${failure.message}</p>
                ${
                    runs.length > 0
                        ? html`<ul class="mono">
                              ${runs.map((run) => html`<li>${run}</li>`)}
                          </ul>`
                        : ''
                }
                <p>Each trigger that accepts it will make a second object.</p>`,
            yes: 'Replay anyway',
        });
        if (answer) {
            await replay(id, true);
        }
    }
}
