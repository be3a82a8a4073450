import { html } from 'lit';
import { api } from '../api/client';
import type { Cron } from '../api/types';
import { announce, announceFailure } from '../base/announce';
import { ask } from '../base/dialog';
import { icon } from '../base/icons';
import { phaseLook, type Look } from '../base/phase';
import { navigate, runHref } from '../base/router';

/** How a CronWorkflow stands: it starts runs, somebody suspended it, or its stop strategy ended it. */
export const cronLook = (cron: Cron): Look => {
    if (cron.suspended) {
        return phaseLook('Suspended');
    }
    return cron.phase === 'Stopped'
        ? { ...phaseLook('Omitted'), word: 'Stopped' }
        : { ...phaseLook('Succeeded'), word: cron.phase || 'Active' };
};

async function hold(cron: Cron, verb: 'suspend' | 'resume', after: () => void): Promise<void> {
    try {
        await api.holdCron(cron, verb);
        announce(`${verb === 'suspend' ? 'Suspended' : 'Resumed'} ${cron.name}`);
        after();
    } catch (failure) {
        announceFailure(failure);
    }
}

async function trigger(cron: Cron): Promise<void> {
    const answer = await ask({
        title: 'Start a run now?',
        body: html`<p><strong>${cron.name}</strong></p>
            <p>A run starts outside its schedule, whatever its concurrency policy says.</p>`,
        yes: 'Start a run',
    });
    if (!answer) {
        return;
    }
    try {
        const run = await api.triggerCron(cron);
        announce(`Started ${run.name}`);
        navigate(runHref(run.namespace, run.name));
    } catch (failure) {
        announceFailure(failure);
    }
}

/** What can be done with a CronWorkflow; `after` is called when it has changed. */
export const cronButtons = (cron: Cron, after: () => void) => {
    const verb = cron.suspended ? 'resume' : 'suspend';
    const word = cron.suspended ? 'Resume' : 'Suspend';
    return html`<button
            data-testid="cron-trigger"
            title="Start a run now"
            aria-label="Run now: ${cron.name}"
            @click=${() => void trigger(cron)}
        >
            ${icon('play', 14)}<span>Run now</span></button
        ><button
            data-testid="cron-${verb}"
            aria-label="${word} ${cron.name}"
            title=${cron.suspended ? 'Let it start runs again' : 'Start no more runs'}
            @click=${() => void hold(cron, verb, after)}
        >
            ${icon(cron.suspended ? 'replay' : 'pause', 14)}<span>${word}</span>
        </button>`;
};
