import { html, svg } from 'lit';

const WIDTH = 5;
const GAP = 2;
const HEIGHT = 22;

/** Numbers as small bars, for a glance; what they say is in `words`. */
export function spark(numbers: readonly number[], words: string) {
    const most = Math.max(1, ...numbers);
    const width = numbers.length * (WIDTH + GAP) - GAP;
    return html`<svg
        class="spark"
        width=${width}
        height=${HEIGHT}
        viewBox="0 0 ${width} ${HEIGHT}"
        role="img"
        aria-label=${words}
    >
        <title>${words}</title>
        ${numbers.map((number, index) => {
            const height = number === 0 ? 1.5 : Math.max(3, (number / most) * HEIGHT);
            return svg`<rect class=${number === 0 ? 'none' : ''} x=${index * (WIDTH + GAP)} y=${HEIGHT - height}
                width=${WIDTH} height=${height} rx="1" />`;
        })}
    </svg>`;
}
