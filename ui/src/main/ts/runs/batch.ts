import { html, nothing } from 'lit';
import { api, type RunAction } from '../api/client';
import type { Run } from '../api/types';
import { announce } from '../base/announce';
import { ask } from '../base/dialog';
import { icon, type Icon } from '../base/icons';
import { counted } from '../base/page';
import { navigate } from '../base/router';
import { possibleActions } from '../run/actions';
import { compareHref } from './compare-href';

type Batch = RunAction | 'resubmit' | 'delete';

interface Choice {
    word: string;
    sign: Icon;
    body: string;
    danger: boolean;
}

const CHOICES: Record<Batch, Choice> = {
    retry: {
        word: 'Retry',
        sign: 'replay',
        body: 'Steps that failed, and what depends on them, run again.',
        danger: false,
    },
    resubmit: {
        word: 'Resubmit',
        sign: 'play',
        body: 'Each is started once more as a new workflow, with the same parameters.',
        danger: false,
    },
    suspend: {
        word: 'Suspend',
        sign: 'pause',
        body: 'Running steps go on to their end; no new step starts.',
        danger: false,
    },
    resume: { word: 'Resume', sign: 'play', body: 'Waiting steps succeed, and new steps start again.', danger: false },
    stop: { word: 'Stop', sign: 'stop', body: 'Running steps are ended; exit handlers still run.', danger: true },
    terminate: {
        word: 'Terminate',
        sign: 'skull',
        body: 'Running steps are ended at once, without exit handlers.',
        danger: true,
    },
    delete: {
        word: 'Delete',
        sign: 'trash',
        body: 'The workflows and what is known of them are deleted. What runs is ended.',
        danger: true,
    },
};
const ORDER: Batch[] = ['retry', 'resubmit', 'suspend', 'resume', 'stop', 'terminate', 'delete'];
const AT_ONCE = 4;
const NAMED = 8;

const possible = (run: Run, batch: Batch): boolean =>
    batch === 'resubmit' || batch === 'delete' || possibleActions(run).includes(batch);

const perform = (run: Run, batch: Batch): Promise<unknown> =>
    batch === 'resubmit' ? api.resubmit(run, {}) : batch === 'delete' ? api.deleteRun(run) : api.act(run, batch, {});

/** Does something to several workflows after asking; gives those to which it was done. */
async function act(batch: Batch, runs: Run[]): Promise<Run[]> {
    const choice = CHOICES[batch];
    const answer = await ask({
        title: `${choice.word} ${counted(runs.length, 'workflow')}?`,
        body: html`<p>${choice.body}</p>
            <ul class="mono names">
                ${runs.slice(0, NAMED).map((run) => html`<li>${run.name}</li>`)}
                ${runs.length > NAMED ? html`<li class="muted">and ${runs.length - NAMED} more</li>` : nothing}
            </ul>`,
        yes: `${choice.word} ${runs.length}`,
        danger: choice.danger,
    });
    if (!answer) {
        return [];
    }
    const left = [...runs];
    const done: Run[] = [];
    const refused: string[] = [];
    const worker = async () => {
        for (let run = left.shift(); run; run = left.shift()) {
            try {
                await perform(run, batch);
                done.push(run);
            } catch (failure) {
                refused.push(`${run.name}: ${failure instanceof Error ? failure.message : String(failure)}`);
            }
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (done.length > 0) {
        announce(`${choice.word}: ${counted(done.length, 'workflow')}`);
    }
    if (refused.length > 0) {
        announce(`Not done for ${counted(refused.length, 'workflow')}`, 'bad', refused.slice(0, 3).join('; '));
    }
    return done;
}

/** What can be done with the workflows that were chosen. */
export function batchBar(runs: Run[], clear: () => void, done: (runs: Run[]) => void) {
    const [first, second] = runs;
    return html`<div class="batch" role="region" aria-label="Chosen workflows" data-testid="batch">
        <strong role="status">${runs.length} chosen</strong>
        ${ORDER.map((batch) => {
            const fitting = runs.filter((run) => possible(run, batch));
            const { word, sign, body, danger } = CHOICES[batch];
            return fitting.length === 0
                ? nothing
                : html`<button
                      class=${danger ? 'danger-text' : ''}
                      title=${body}
                      data-testid="batch-${batch}"
                      @click=${async () => done(await act(batch, fitting))}
                  >
                      ${icon(sign, 14)}
                      <span>${word}${fitting.length < runs.length ? ` ${fitting.length}` : ''}</span>
                  </button>`;
        })}
        ${
            first && second && runs.length === 2
                ? html`<button data-testid="batch-compare" @click=${() => navigate(compareHref(second, first))}>
                      ${icon('compare', 14)} <span>Compare</span>
                  </button>`
                : nothing
        }
        <button class="plain push" @click=${clear}>${icon('close', 14)} Clear</button>
    </div>`;
}
