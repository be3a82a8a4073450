import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { RunDetail, RunNode } from '../api/types';
import { announce, announceFailure } from '../base/announce';
import { ask } from '../base/dialog';
import { counted } from '../base/page';
import { phaseLook, sign } from '../base/phase';
import { askForParameters } from '../templates/parameter-form';
import { bad, nodePhase, RunTree, shortName } from './tree';

const NAMED = 8;

export interface RetryPlan {
    /** Steps that run again, those that failed first. */
    again: RunNode[];
    /** Steps that are kept with what they put out. */
    kept: RunNode[];
    exitHandler: boolean;
}

/**
 * What a retry will do, by the engine's own rule: succeeded steps and suspensions are kept, and everything else is begun
 * anew, with the exit handler and the hooks.
 */
export function retryPlan(tree: RunTree): RetryPlan {
    const { run } = tree;
    const exit = (node: RunNode) => node.name.startsWith(`${run.name}.onExit`);
    const steps = run.nodes.filter(
        (node) =>
            !tree.retryOf.has(node.id) && ['Pod', 'Suspend', 'Retry', 'Skipped'].includes(node.type) && !exit(node),
    );
    const keeps = (node: RunNode) => node.phase === 'Succeeded' && !/\.hooks\./.test(node.name);
    const again = steps.filter((node) => !keeps(node) && node.phase !== 'Skipped');
    return {
        again: [...again].sort((a, b) => Number(bad(b)) - Number(bad(a))),
        kept: steps.filter(keeps),
        exitHandler: run.nodes.some(exit),
    };
}

const names = (nodes: RunNode[]) =>
    html`<ul class="step-names">
        ${nodes.slice(0, NAMED).map(
            (node) =>
                html`<li>
                    ${sign(phaseLook(nodePhase(node)), 14)}${shortName(node)}
                    <span class="muted">${nodePhase(node).toLowerCase() || 'pending'}</span>
                </li>`,
        )}
        ${nodes.length > NAMED ? html`<li class="muted">and ${(nodes.length - NAMED).toLocaleString('en')} more</li>` : nothing}
    </ul>`;

/** Says what a retry will run again and what it keeps, and retries when the answer is yes. */
export async function retryRun(run: RunDetail): Promise<void> {
    const { again, kept, exitHandler } = retryPlan(new RunTree(run));
    const answer = await ask({
        title: 'Retry this workflow?',
        body: html`<p><strong>${run.name}</strong></p>
            <section data-testid="retry-again">
                <h3>Runs again: ${counted(again.length, 'step')}</h3>
                ${again.length > 0 ? names(again) : html`<p>What was never reached starts.</p>`}
                <p class="muted small">
                    and what follows them and was not reached${exitHandler ? ', then the exit handler once more' : ''}
                </p>
            </section>
            <section data-testid="retry-kept">
                <h3>Kept with its outputs: ${counted(kept.length, 'step')}</h3>
                ${kept.length > 0 ? names(kept) : nothing}
            </section>
            <p class="muted small">
                Parameters stay as they are. To run everything with other ones, resubmit the workflow instead.
            </p>`,
        yes: 'Retry',
    });
    if (!answer) {
        return;
    }
    try {
        await api.act(run, 'retry', {});
        announce(`Trying again: ${run.name}`);
    } catch (failure) {
        announceFailure(failure);
    }
}

/** Starts a run once more as a new one, with the parameters that the reader changes. */
export const resubmitRun = (run: RunDetail): void =>
    askForParameters({
        title: 'Resubmit this workflow',
        testid: 'resubmit-dialog',
        intro: html`<p>
            Starts <strong>${run.name}</strong> once more from its beginning, as a new workflow. What is changed here is
            changed for the new one only.
        </p>`,
        yes: 'Resubmit',
        busy: 'Starting…',
        parameters: run.parameters,
        // what stays as it was is left to the original, which may have it from elsewhere
        start: (values) =>
            api.resubmit(
                run,
                Object.fromEntries(
                    run.parameters
                        .filter(({ name, value }) => values[name] !== value)
                        .map(({ name }) => [name, values[name] ?? '']),
                ),
            ),
    });
