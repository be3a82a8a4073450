import type { Look } from '../base/phase';

/** The colours of the style sheets, for the canvas. */
export interface Palette {
    bg: string;
    raised: string;
    sunken: string;
    hover: string;
    line: string;
    lineStrong: string;
    text: string;
    text2: string;
    text3: string;
    accent: string;
    accentSoft: string;
    font: string;
    mono: string;
    ink: (look: Look) => string;
    soft: (look: Look) => string;
    fill: (look: Look) => string;
}

export function readPalette(): Palette {
    const style = getComputedStyle(document.documentElement);
    const known = new Map<string, string>();
    const read = (name: string) => {
        let value = known.get(name);
        if (value === undefined) {
            value = style.getPropertyValue(name).trim();
            known.set(name, value);
        }
        return value;
    };
    return {
        bg: read('--bg'),
        raised: read('--bg-raised'),
        sunken: read('--bg-sunken'),
        hover: read('--bg-hover'),
        line: read('--line'),
        lineStrong: read('--line-strong'),
        text: read('--text'),
        text2: read('--text-2'),
        text3: read('--text-3'),
        accent: read('--accent'),
        accentSoft: read('--accent-soft'),
        font: read('--font'),
        mono: read('--mono'),
        ink: (look) => read(`--${look.key}`),
        soft: (look) => read(`--${look.key}-soft`),
        fill: (look) => read(`--${look.key}-fill`),
    };
}
