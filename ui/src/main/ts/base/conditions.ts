import { html, nothing } from 'lit';
import type { ApiObject, Condition } from '../api/types';
import { chip, phaseLook, sign, type Look } from './phase';

export interface Readiness {
    look: Look;
    /** Why it is not ready, in the words of the first condition that does not hold; empty if all hold. */
    why: string;
    /** When the last of its conditions came to hold; empty if unknown. */
    since: string;
}

const LOOKS: Record<'ready' | 'not' | 'unknown', Look> = {
    ready: { ...phaseLook('Succeeded'), word: 'Ready' },
    not: { ...phaseLook('Error'), word: 'Not ready' },
    unknown: { ...phaseLook('Pending'), word: 'Starting' },
};

/** What an object's conditions say together. */
export function readiness(object: ApiObject): Readiness {
    const conditions = object.status?.conditions ?? [];
    const wrong = conditions.find((condition) => condition.status === 'False');
    const open = conditions.find((condition) => condition.status !== 'True');
    const since = conditions
        .map((condition) => condition.lastTransitionTime ?? '')
        .reduce((a, b) => (a > b ? a : b), '');
    const bad = wrong ?? open;
    return {
        look: wrong ? LOOKS.not : open || conditions.length === 0 ? LOOKS.unknown : LOOKS.ready,
        why: bad ? bad.message || bad.reason || `${bad.type} does not hold` : '',
        since,
    };
}

export const readyChip = (state: Readiness) => chip(state.look);

const conditionLook = (condition: Condition): Look =>
    condition.status === 'True' ? LOOKS.ready : condition.status === 'False' ? LOOKS.not : LOOKS.unknown;

/** All conditions of an object with their reasons. */
export const conditionList = (object: ApiObject) => {
    const conditions = object.status?.conditions ?? [];
    return conditions.length === 0
        ? nothing
        : html`<section class="card">
              <h2>Conditions</h2>
              <ul class="conditions">
                  ${conditions.map(
                      (condition) =>
                          html`<li>
                              ${sign(conditionLook(condition), 14)}
                              <div>
                                  <p>
                                      ${condition.type}<span class="unseen">: ${condition.status}</span>
                                      <span class="muted small"
                                          ><t-time .at=${condition.lastTransitionTime ?? ''}></t-time
                                      ></span>
                                  </p>
                                  ${
                                      condition.message || condition.reason
                                          ? html`<p class="muted small">${condition.message || condition.reason}</p>`
                                          : nothing
                                  }
                              </div>
                          </li>`,
                  )}
              </ul>
          </section>`;
};
