import { Signal } from './signal';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tiphys.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = new Signal<Theme>(stored());

function show(): void {
    const effective = theme.value === 'system' ? (dark.matches ? 'dark' : 'light') : theme.value;
    if (document.documentElement.dataset['theme'] !== effective) {
        document.documentElement.dataset['theme'] = effective;
        window.dispatchEvent(new Event('tiphys-colours'));
    }
}

export function startTheme(): void {
    dark.addEventListener('change', show);
    theme.subscribe(show);
    show();
}

export function nextTheme(): Theme {
    const order: Theme[] = ['system', 'light', 'dark'];
    const next = order[(order.indexOf(theme.value) + 1) % order.length] ?? 'system';
    localStorage.setItem(KEY, next);
    theme.set(next);
    return next;
}
