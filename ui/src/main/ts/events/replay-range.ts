import { html, nothing } from 'lit';
import { type ApiError, api, type ReplayedEvents } from '../api/client';
import type { ReplayCounts, ReplayPlan } from '../api/types';
import { announce } from '../base/announce';
import { openDialog } from '../base/dialog';

const STEP = 25;
const PAUSE_MS = 500;
const COUNTS: [keyof ReplayCounts, string][] = [
    ['fired', 'fire'],
    ['waiting', 'wait for others'],
    ['filtered', 'are filtered out'],
    ['failed', 'fail'],
    ['firedBefore', 'fired before, and are passed over'],
    ['doneBefore', 'were done in this replay'],
    ['toCome', 'come by themselves'],
];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const events = (number: number) => `${number.toLocaleString()} ${number === 1 ? 'event' : 'events'}`;

/** Gives all events that are filtered to the sensors again: a plan first, then step by step while the dialog is open. */
export function replayRange(wanted: ReplayedEvents): void {
    const asked: ReplayedEvents = { ...wanted, to: wanted.to || new Date().toISOString() };
    let plan: ReplayPlan | undefined;
    let refusal: ApiError | undefined;
    let loading: Promise<void> | undefined;
    let running = false;
    let closed = false;
    let done = 0;
    const became = new Map<keyof ReplayCounts, number>();

    const load = async (update: () => void) => {
        plan = undefined;
        refusal = undefined;
        try {
            plan = await api.planReplay(asked);
        } catch (failure) {
            refusal = failure as ApiError;
        }
        update();
    };
    const go = async (head: number, close: () => void, update: () => void) => {
        running = true;
        let after = 0;
        try {
            do {
                update();
                const step = await api.replayStep({ ...asked, head, after, most: STEP });
                done += step.events;
                for (const [name] of COUNTS) {
                    became.set(name, (became.get(name) ?? 0) + (step.counts[name] ?? 0));
                }
                after = step.next;
                if (!step.heldBack && after === 0) {
                    announce(`Replayed ${events(done)}: ${became.get('fired') ?? 0} fired`);
                    close();
                    return;
                }
                await pause(PAUSE_MS);
            } while (!closed && running);
        } catch (failure) {
            refusal = failure as ApiError;
        }
        running = false;
        update();
    };
    const again = (event: Event, update: () => void) => {
        asked.again = (event.target as HTMLInputElement).checked ? `ui-${new Date().toISOString()}` : '';
        loading = load(update);
        update();
    };

    const plans = (known: ReplayPlan) => html`<p data-testid="replay-plan">
            ${known.complete ? '' : 'At least '}${events(known.events)}
            ${known.triggers.length === 0 ? '; no sensor listens to them' : 'go to'}
        </p>
        ${known.triggers.map(
            (trigger) =>
                html`<p>
                        <strong>${trigger.sensor}/${trigger.trigger}</strong>: of ${events(trigger.events)}
                        ${COUNTS.filter(([name]) => trigger.counts[name] > 0)
                            .map(([name, word]) => `${trigger.counts[name].toLocaleString()} ${word}`)
                            .join(', ')}
                    </p>
                    ${trigger.message ? html`<p class="mono">${trigger.message}</p>` : nothing}`,
        )}`;

    openDialog(
        'Replay these events',
        'replay-range-dialog',
        (close, update) => {
            loading ??= load(update);
            return html`<form
                @submit=${(event: SubmitEvent) => {
                    event.preventDefault();
                    if (plan && !running) {
                        void go(plan.head, close, update);
                    }
                }}
            >
                <div class="dialog-body">
                    ${plan ? plans(plan) : refusal ? nothing : html`<p>Looking at what they would do…</p>`}
                    ${
                        refusal
                            ? html`<div class="notice bad" role="alert"><p>${refusal.message} ${refusal.hint}</p></div>`
                            : nothing
                    }
                    ${
                        running || done > 0
                            ? html`<p aria-live="polite" data-testid="replay-progress">
                                  ${done.toLocaleString()} of ${events(plan?.events ?? 0)} given,
                                  ${became.get('fired') ?? 0} fired
                              </p>`
                            : html`<label
                                  ><input
                                      type="checkbox"
                                      data-testid="replay-again"
                                      ?checked=${asked.again !== ''}
                                      @change=${(event: Event) => again(event, update)}
                                  />
                                  Also those that fired already: each makes another object</label
                              >`
                    }
                </div>
                <footer>
                    <button
                        type="button"
                        data-testid="replay-range-no"
                        @click=${() => {
                            if (running) {
                                running = false;
                            } else {
                                close();
                            }
                        }}
                    >
                        ${running ? 'Stop' : 'Cancel'}
                    </button>
                    <button
                        type="submit"
                        class="primary"
                        data-testid="replay-range-yes"
                        ?disabled=${running || !plan || plan.events === 0 || plan.triggers.length === 0}
                    >
                        ${running ? 'Replaying…' : done > 0 ? 'Go on' : 'Replay'}
                    </button>
                </footer>
            </form>`;
        },
        () => {
            closed = true;
        },
    );
}
