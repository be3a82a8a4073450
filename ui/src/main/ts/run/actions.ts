import { html, nothing } from 'lit';
import { api, type RunAction } from '../api/client';
import type { Run, RunDetail } from '../api/types';
import { announce, announceFailure } from '../base/announce';
import { ask } from '../base/dialog';
import { icon, type Icon } from '../base/icons';
import { href, namespace, navigate } from '../base/router';
import { compareHref } from '../runs/compare-href';
import { resubmitRun, retryRun } from './retry';

interface Choice {
    action: RunAction;
    word: string;
    sign: Icon;
    title: string;
    body: string;
    done: string;
    danger: boolean;
    message: boolean;
}

const CHOICES: Record<RunAction, Choice> = {
    suspend: {
        action: 'suspend',
        word: 'Suspend',
        sign: 'pause',
        title: 'Suspend this run?',
        body: 'Steps that are running go on to their end; no new step starts until the run is resumed.',
        done: 'Suspended',
        danger: false,
        message: false,
    },
    resume: {
        action: 'resume',
        word: 'Resume',
        sign: 'play',
        title: 'Resume this run?',
        body: 'Waiting suspend steps succeed, and new steps start again.',
        done: 'Resumed',
        danger: false,
        message: false,
    },
    stop: {
        action: 'stop',
        word: 'Stop',
        sign: 'stop',
        title: 'Stop this run?',
        body: 'Running steps are ended and no new one starts; exit handlers still run.',
        done: 'Stopping',
        danger: true,
        message: true,
    },
    terminate: {
        action: 'terminate',
        word: 'Terminate',
        sign: 'skull',
        title: 'Terminate this run?',
        body: 'Running steps are ended at once, and exit handlers do not run.',
        done: 'Terminating',
        danger: true,
        message: true,
    },
    retry: {
        action: 'retry',
        word: 'Retry',
        sign: 'replay',
        title: 'Retry this run?',
        body: 'Steps that failed, and what depends on them, run again. Steps that succeeded are kept with their outputs.',
        done: 'Trying again',
        danger: false,
        message: false,
    },
};

/** What can be done with a run in its present phase. */
export function possibleActions(run: Run): RunAction[] {
    if (run.phase === 'Failed' || run.phase === 'Error') {
        return ['retry'];
    }
    if (run.phase === 'Succeeded') {
        return [];
    }
    return [run.suspended ? 'resume' : 'suspend', 'stop', 'terminate'];
}

export async function act(run: Run, action: RunAction): Promise<void> {
    const choice = CHOICES[action];
    const answer = await ask({
        title: choice.title,
        body: html`<p><strong>${run.name}</strong></p>
            <p>${choice.body}</p>`,
        yes: choice.word,
        danger: choice.danger,
        ...(choice.message ? { field: { label: 'Message (optional)', placeholder: 'Why?' } } : {}),
    });
    if (!answer) {
        return;
    }
    try {
        await api.act(run, action, answer.text ? { message: answer.text } : {});
        announce(`${choice.done}: ${run.name}`);
    } catch (failure) {
        announceFailure(failure);
    }
}

/** Resumes one suspended step. */
export async function resumeNode(run: Run, displayName: string): Promise<void> {
    const answer = await ask({
        title: `Resume ${displayName}?`,
        body: 'This step succeeds, and what depends on it starts.',
        yes: 'Resume',
    });
    if (answer) {
        try {
            await api.act(run, 'resume', { selector: `displayName=${displayName}` });
            announce(`Resumed: ${displayName}`);
        } catch (failure) {
            announceFailure(failure);
        }
    }
}

/** Among how many workflows of its template the one before is looked for. */
const LOOKED_AT = 50;

/** Opens the comparison with the workflow of the same template that was started before. */
async function compareWithPrevious(run: Run): Promise<void> {
    try {
        const { items } = await api.runs({
            namespace: run.namespace,
            template: run.template,
            to: run.createdAt,
            limit: LOOKED_AT,
        });
        const previous = items.find((each) => each.uid !== run.uid);
        if (previous) {
            navigate(compareHref(previous, run));
        } else {
            announce('There is no earlier workflow of this template to compare with.');
        }
    } catch (failure) {
        announceFailure(failure);
    }
}

/** Deletes a run after asking, and goes back to the list. */
async function deleteRun(run: Run): Promise<void> {
    const answer = await ask({
        title: 'Delete this workflow?',
        body: html`<p><strong>${run.name}</strong></p>
            <p>The workflow and what is known of it are deleted. What runs of it is ended.</p>`,
        yes: 'Delete',
        danger: true,
    });
    if (!answer) {
        return;
    }
    try {
        await api.deleteRun(run);
        announce(`Deleted ${run.name}`);
        navigate(href('/workflows', { namespace: namespace() }));
    } catch (failure) {
        announceFailure(failure);
    }
}

export function actionButtons(run: RunDetail) {
    const ended = ['Succeeded', 'Failed', 'Error'].includes(run.phase);
    return html`<div class="actions" role="group" aria-label="Actions">
        ${possibleActions(run).map((action) => {
            const choice = CHOICES[action];
            return html`<button
                class=${action === 'retry' || (action === 'resume' && run.suspended) ? 'primary' : ''}
                data-testid="action-${action}"
                aria-label=${choice.word}
                title=${choice.body}
                @click=${() => void (action === 'retry' ? retryRun(run) : act(run, action))}
            >
                ${icon(choice.sign, 14)} <span>${choice.word}</span>
            </button>`;
        })}
        ${
            ended
                ? html`<button
                      data-testid="action-resubmit"
                      aria-label="Resubmit"
                      title="Start it once more as a new workflow, with the same or other parameters"
                      @click=${() => resubmitRun(run)}
                  >
                      ${icon('play', 14)} <span>Resubmit</span>
                  </button>`
                : nothing
        }
        ${
            run.template
                ? html`<button
                      data-testid="action-compare"
                      aria-label="Compare"
                      title="Compare with the workflow of this template before it"
                      @click=${() => void compareWithPrevious(run)}
                  >
                      ${icon('compare', 14)} <span>Compare</span>
                  </button>`
                : nothing
        }
        <button
            class="plain"
            data-testid="action-delete"
            aria-label="Delete"
            title="Delete this workflow"
            @click=${() => void deleteRun(run)}
        >
            ${icon('trash', 15)}
        </button>
    </div>`;
}
