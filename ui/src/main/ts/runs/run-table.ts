import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Run } from '../api/types';
import { phaseChip, shownPhase } from '../base/phase';
import { eventHref, runHref } from '../base/router';
import { progressBar } from './progress';

export const given = (run: Run) => run.parameters.map((parameter) => `${parameter.name}=${parameter.value}`).join('  ');

/** A few runs of one thing, newest first, without anything to shape the table. */
export const runTable = (runs: Run[], label: string) =>
    html`<table class="table" data-testid="runs" aria-label=${label}>
        <thead>
            <tr>
                <th scope="col">Phase</th>
                <th scope="col">Workflow</th>
                <th scope="col" class="wide">Started by</th>
                <th scope="col" class="wide">Progress</th>
                <th scope="col" class="right wide">Duration</th>
                <th scope="col" class="right">Created</th>
            </tr>
        </thead>
        <tbody>
            ${repeat(
                runs,
                (run) => run.uid,
                (run) =>
                    html`<tr data-testid="run-row" data-run=${run.name}>
                        <td>${phaseChip(shownPhase(run))}</td>
                        <td class="grow">
                            <a class="row" data-row href=${runHref(run.namespace, run.name)}>${run.name}</a>
                            <span class="sub clip"
                                >${run.message && run.phase !== 'Succeeded' ? run.message : given(run)}</span
                            >
                        </td>
                        <td class="wide">
                            ${run.event ? html`<a href=${eventHref(run.event)}>event</a>` : html`<span class="muted">by hand</span>`}
                        </td>
                        <td class="wide">${progressBar(run.progress, shownPhase(run))}</td>
                        <td class="right number wide">
                            <t-duration .from=${run.startedAt} .to=${run.finishedAt}></t-duration>
                        </td>
                        <td class="right muted"><t-time .at=${run.createdAt}></t-time></td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
