import { html } from 'lit';
import { phaseLook } from '../base/phase';
import { css } from '../base/properties';

/** `3/6` as a short bar and the same text. */
export function progressBar(progress: string, phase: string) {
    const [done = 0, total = 0] = progress.split('/').map(Number);
    const part = total > 0 ? Math.round((done / total) * 100) : 0;
    return html`<span class="progress"
        ><span class="track"><span class="fill ${phaseLook(phase).key}" ${fill(part)}></span></span>${progress}</span
    >`;
}

const fill = (part: number) => css({ '--part': `${part}%`, display: 'block' });
