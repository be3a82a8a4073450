import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { EventRow, ShortDelivery } from '../api/types';
import { phaseLook, sign, verdictChip, verdictLook } from '../base/phase';
import { eventHref, runHref, sensorHref } from '../base/router';

const SHOWN_DELIVERIES = 3;

/** Ids begin with the time and end with chance: both ends tell events apart. */
export const shortId = (id: string) => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

export interface Shape {
    /** Leaves out where events came from. */
    source: boolean;
    namespace: boolean;
    /** Only deliveries to this sensor are told; empty for all. */
    sensor: string;
    label: string;
}

/** Deliveries that ended alike for the same reason, told as one. */
interface Told {
    first: ShortDelivery;
    triggers: string[];
}

function alike(deliveries: ShortDelivery[]): Told[] {
    const all = new Map<string, Told>();
    for (const one of deliveries) {
        const key = one.object ? `${one.sensor}/${one.trigger}` : `${one.sensor} ${one.verdict} ${one.reason}`;
        const known = all.get(key);
        if (known) {
            known.triggers.push(one.trigger);
        } else {
            all.set(key, { first: one, triggers: [one.trigger] });
        }
    }
    return [...all.values()];
}

function told(event: EventRow, { first, triggers }: Told) {
    const look = verdictLook(first.verdict);
    const run = first.object ? event.runs.find((each) => each.name === first.object) : undefined;
    const made = first.object
        ? run
            ? html`<a class="run-link" href=${runHref(run.namespace, run.name)} title=${run.phase || 'Pending'}
                  >${sign(phaseLook(run.phase), 14)}<span>${run.name}</span></a
              >`
            : html`<strong>${first.object}</strong>`
        : nothing;
    const who = `${first.sensor}/${triggers.join(', ')}`;
    const why = first.reason.replaceAll(`event ${event.id}`, 'the event');
    return html`<li class="what">
        ${sign(look, 14)}
        <span class="what-why"
            ><span class=${look.key === 'bad' ? 'bad-text' : ''}
                >${why || (made === nothing ? look.word : look.word.toLowerCase())}</span
            >
            ${made}</span
        >
        <a class="what-who clip" href=${sensorHref(event.namespace, first.sensor)} title=${who}>${who}</a>
    </li>`;
}

function deliveries(event: EventRow, sensor: string) {
    const all = alike(event.deliveries.filter((one) => !sensor || one.sensor === sensor));
    if (all.length === 0) {
        return html`<span class="muted">${event.summary}</span>`;
    }
    const rest = all.length - SHOWN_DELIVERIES;
    return html`<ul class="whats">
        ${all.slice(0, SHOWN_DELIVERIES).map((one) => told(event, one))}
        ${rest > 0 ? html`<li class="muted small">and ${rest} more</li>` : nothing}
    </ul>`;
}

/** Events with what became of them, one row each. */
export const eventTable = (events: EventRow[], shape: Shape) =>
    html`<table class="table tall" data-testid="events" aria-label=${shape.label}>
        <thead>
            <tr>
                <th scope="col">Verdict</th>
                <th scope="col">Event</th>
                <th scope="col" class="wide">What happened</th>
                ${shape.namespace ? html`<th scope="col" class="wide">Namespace</th>` : nothing}
                <th scope="col" class="right">Received</th>
            </tr>
        </thead>
        <tbody>
            ${repeat(
                events,
                (event) => event.id,
                (event) =>
                    html`<tr data-testid="event-row" data-event=${event.id}>
                        <td>${verdictChip(event.verdict)}</td>
                        <td>
                            <a class="row" data-row href=${eventHref(event.id)}
                                >${shape.source ? `${event.eventSource}/${event.eventName}` : event.eventName}</a
                            >
                            <span class="sub"
                                ><span class="mono" title=${event.id}>${shortId(event.id)}</span
                                ><t-copy .text=${event.id} label="Copy the event’s id"></t-copy
                            ></span>
                            <div class="narrow-only">${deliveries(event, shape.sensor)}</div>
                        </td>
                        <td class="grow wide">${deliveries(event, shape.sensor)}</td>
                        ${shape.namespace ? html`<td class="wide muted">${event.namespace}</td>` : nothing}
                        <td class="right muted"><t-time .at=${event.at}></t-time></td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
