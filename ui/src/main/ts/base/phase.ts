import { html, svg } from 'lit';
import { PATHS, type Icon } from './icons';
import type { Verdict } from '../api/types';

/** How a phase or a verdict is shown everywhere: a sign, a word and a colour; never the colour alone. */
export interface Look {
    word: string;
    /** Names the colours `--KEY` and `--KEY-soft`. */
    key: 'ok' | 'run' | 'bad' | 'err' | 'wait' | 'idle' | 'hold';
    sign: Icon;
}

const PHASES: Record<string, Look> = {
    Succeeded: { word: 'Succeeded', key: 'ok', sign: 'check' },
    Running: { word: 'Running', key: 'run', sign: 'arc' },
    Failed: { word: 'Failed', key: 'bad', sign: 'cross' },
    Error: { word: 'Error', key: 'err', sign: 'bang' },
    Pending: { word: 'Pending', key: 'wait', sign: 'dots' },
    Skipped: { word: 'Skipped', key: 'idle', sign: 'slash' },
    Omitted: { word: 'Omitted', key: 'idle', sign: 'dash' },
    Suspended: { word: 'Suspended', key: 'hold', sign: 'pause' },
};

const VERDICTS: Record<Verdict, Look> = {
    fired: { word: 'Fired', key: 'ok', sign: 'check' },
    waiting: { word: 'Waiting', key: 'wait', sign: 'dots' },
    filtered: { word: 'Filtered', key: 'idle', sign: 'slash' },
    failed: { word: 'Failed', key: 'bad', sign: 'cross' },
    unheard: { word: 'No sensor listened', key: 'hold', sign: 'dash' },
};

const STATES: Record<string, Look> = {
    waiting: { word: 'Waiting', key: 'wait', sign: 'dots' },
    running: { word: 'Running', key: 'run', sign: 'arc' },
    exited: { word: 'Exited', key: 'ok', sign: 'check' },
    lost: { word: 'Lost', key: 'err', sign: 'bang' },
    cancelled: { word: 'Cancelled', key: 'idle', sign: 'slash' },
    done: { word: 'Done', key: 'ok', sign: 'check' },
    failed: { word: 'Failed', key: 'bad', sign: 'cross' },
};

const UNKNOWN: Look = { word: 'Pending', key: 'wait', sign: 'dots' };

export const phaseLook = (phase: string): Look => PHASES[phase] ?? { ...UNKNOWN, word: phase || 'Pending' };
export const verdictLook = (verdict: string): Look => VERDICTS[verdict as Verdict] ?? { ...UNKNOWN, word: verdict };
export const stateLook = (state: string): Look => STATES[state] ?? { ...UNKNOWN, word: state };

/** What a run is called in lists: a running one that waits for somebody is suspended. */
export const shownPhase = (run: { phase: string; suspended: boolean }): string =>
    run.suspended && (run.phase === 'Running' || run.phase === 'Pending' || run.phase === '') ? 'Suspended' : run.phase;

export const sign = (look: Look, size = 16) =>
    html`<svg class="sign ${look.key}" width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true">
        ${svg`<circle cx="8" cy="8" r="6.2" /><path class=${look.sign} d=${PATHS[look.sign]} />`}
    </svg>`;

export const chip = (look: Look) =>
    html`<span class="chip ${look.key}">${sign(look, 14)}<span>${look.word}</span></span>`;

export const phaseChip = (phase: string) => chip(phaseLook(phase));
export const verdictChip = (verdict: string) => chip(verdictLook(verdict));
