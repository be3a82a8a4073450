import { html, nothing } from 'lit';
import { api, type ApiError } from '../api/client';
import { announce } from '../base/announce';
import { openDialog } from '../base/dialog';
import { eventHref, namespace, navigate } from '../base/router';
import { flows } from '../flow/flows';

const PATIENCE_MS = 10_000;
const LAST_BODY = 'tiphys.test-event';
const SAMPLE = '{\n  "model": "resnet",\n  "dataset": "imagenet"\n}';

/** What is wrong with a JSON text; empty when it is well. */
function complaint(text: string): string {
    try {
        JSON.parse(text);
        return '';
    } catch (failure) {
        return failure instanceof Error ? failure.message : String(failure);
    }
}

/** Asks for a body, and lets it arrive as if the source had received it. */
export function sendTestEvent(chosen = ''): void {
    let sources: string[] | undefined;
    let key = chosen;
    let text = sessionStorage.getItem(LAST_BODY) ?? SAMPLE;
    let refusal: ApiError | undefined;
    let busy = false;
    const submit = async (event: SubmitEvent, close: () => void, update: () => void) => {
        event.preventDefault();
        if (complaint(text)) {
            update();
            return;
        }
        busy = true;
        update();
        const [namespace = '', eventSource = '', eventName = ''] = key.split('/');
        try {
            const { id } = await api.sendEvent(namespace, eventSource, eventName, JSON.parse(text));
            sessionStorage.setItem(LAST_BODY, text);
            close();
            announce('The event was accepted');
            navigate(eventHref(id));
        } catch (failure) {
            refusal = failure as ApiError;
            busy = false;
            update();
        }
    };
    const load = async (update: () => void) => {
        try {
            const known = await flows(namespace(), AbortSignal.timeout(PATIENCE_MS));
            sources = known.flatMap((flow) =>
                flow.sources.map((source) => `${flow.namespace}/${source.eventSource}/${source.eventName}`),
            );
            key ||= sources[0] ?? '';
        } catch (failure) {
            refusal = failure as ApiError;
        }
        update();
    };
    let loading: Promise<void> | undefined;
    openDialog('Send test event', 'send-dialog', (close, update) => {
        loading ??= load(update);
        const wrong = complaint(text);
        return html`<form @submit=${(event: SubmitEvent) => submit(event, close, update)}>
            <div class="dialog-body">
                ${
                    sources?.length === 0
                        ? html`<div class="notice wait"><p>No event source is here to send it to.</p></div>`
                        : html`<label class="field"
                              ><span>Event source</span
                              ><select
                                  data-testid="send-source"
                                  @change=${(event: Event) => (key = (event.target as HTMLSelectElement).value)}
                              >
                                  ${(sources ?? (chosen ? [chosen] : [])).map(
                                      (source) =>
                                          html`<option value=${source} ?selected=${source === key}>${source}</option>`,
                                  )}
                              </select></label
                          >`
                }
                ${
                    refusal
                        ? html`<div class="notice bad" role="alert"><p>${refusal.message} ${refusal.hint}</p></div>`
                        : nothing
                }
                <label class="field"
                    ><span>Body (JSON)</span
                    ><textarea
                        rows="9"
                        spellcheck="false"
                        data-testid="send-body"
                        aria-invalid=${String(wrong !== '')}
                        aria-describedby="send-complaint"
                        autofocus
                        .value=${text}
                        @input=${(event: Event) => {
                            text = (event.target as HTMLTextAreaElement).value;
                            update();
                        }}
                    ></textarea
                    ><small id="send-complaint" class=${wrong ? 'bad' : ''} aria-live="polite"
                        >${wrong || 'It goes the way of a real event: recorded, filtered, fired.'}</small
                    ></label
                >
            </div>
            <footer>
                <button type="button" @click=${close}>Cancel</button>
                <button
                    type="submit"
                    class="primary"
                    data-testid="send-yes"
                    ?disabled=${busy || wrong !== '' || key === ''}
                >
                    ${busy ? 'Sending…' : 'Send'}
                </button>
            </footer>
        </form>`;
    });
}
