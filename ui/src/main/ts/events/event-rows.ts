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

function delivery(event: EventRow, one: ShortDelivery) {
    const look = verdictLook(one.verdict);
    const run = one.object ? event.runs.find((each) => each.name === one.object) : undefined;
    const made = one.object
        ? run
            ? html`<a class="run-link" href=${runHref(run.namespace, run.name)} title=${run.phase || 'Pending'}
                  >${sign(phaseLook(run.phase), 14)}<span>${run.name}</span></a
              >`
            : html`<strong>${one.object}</strong>`
        : nothing;
    return html`<li class="what">
        ${sign(look, 14)}
        <span class="what-why"
            ><span class=${look.key === 'bad' ? 'bad-text' : ''}
                >${one.reason || (made === nothing ? look.word : look.word.toLowerCase())}</span
            >
            ${made}</span
        >
        <a class="what-who clip" href=${sensorHref(event.namespace, one.sensor)} title="${one.sensor}/${one.trigger}"
            >${one.sensor}/${one.trigger}</a
        >
    </li>`;
}

function deliveries(event: EventRow, sensor: string) {
    const told = event.deliveries.filter((one) => !sensor || one.sensor === sensor);
    if (told.length === 0) {
        return html`<span class="muted">${event.summary}</span>`;
    }
    const rest = told.length - SHOWN_DELIVERIES;
    return html`<ul class="whats">
        ${told.slice(0, SHOWN_DELIVERIES).map((one) => delivery(event, one))}
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
                        </td>
                        <td class="grow wide">${deliveries(event, shape.sensor)}</td>
                        ${shape.namespace ? html`<td class="wide muted">${event.namespace}</td>` : nothing}
                        <td class="right muted"><t-time .at=${event.at}></t-time></td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
