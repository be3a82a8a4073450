import { html, svg } from 'lit';

/** Line drawings on a grid of 16; the canvas strokes the same paths. */
export const PATHS = {
    check: 'M4.8 8.3 7 10.4 11.3 5.8',
    cross: 'M5.6 5.6 10.4 10.4 M10.4 5.6 5.6 10.4',
    bang: 'M8 4.6 V8.8 M8 11.1 V11.2',
    pause: 'M6.3 5.5 V10.5 M9.7 5.5 V10.5',
    dots: 'M5 8 H5.1 M8 8 H8.1 M11 8 H11.1',
    slash: 'M5 11 11 5',
    dash: 'M5.2 8 H10.8',
    arc: 'M8 1.8 A6.2 6.2 0 0 1 14.2 8',
    bolt: 'M8.8 1.8 3.6 9 H7.6 L7 14.2 12.4 6.9 H8.3 Z',
    flow: 'M2 8 H5 M11 4 H14 M11 12 H14 M5 8 C8 8 7 4 11 4 M5 8 C8 8 7 12 11 12',
    box: 'M2.5 5 8 2.2 13.5 5 V11 L8 13.8 2.5 11 Z M2.5 5 8 7.8 13.5 5 M8 7.8 V13.8',
    clock: 'M8 2 A6 6 0 1 0 8 14 A6 6 0 1 0 8 2 M8 4.8 V8 L10.4 9.6',
    file: 'M4 2 H9.2 L12 4.8 V14 H4 Z M9 2.2 V5 H11.8 M6.2 8 H9.8 M6.2 10.6 H9.8',
    play: 'M5 3.4 12.2 8 5 12.6 Z',
    sun: 'M8 5.2 A2.8 2.8 0 1 0 8 10.8 A2.8 2.8 0 1 0 8 5.2 M8 1.4 V2.6 M8 13.4 V14.6 M1.4 8 H2.6 M13.4 8 H14.6 M3.3 3.3 4.2 4.2 M11.8 11.8 12.7 12.7 M3.3 12.7 4.2 11.8 M11.8 4.2 12.7 3.3',
    moon: 'M13.2 9.6 A5.6 5.6 0 1 1 6.6 2.7 A4.6 4.6 0 0 0 13.2 9.6 Z',
    screen: 'M2 3 H14 V11 H2 Z M6 13.6 H10 M8 11 V13.6',
    keyboard: 'M1.6 4 H14.4 V12 H1.6 Z M4 6.6 H4.1 M6.6 6.6 H6.7 M9.3 6.6 H9.4 M12 6.6 H12.1 M5 9.4 H11',
    copy: 'M5.5 5.5 H13 V13.5 H5.5 Z M3 10.5 V2.5 H10.5',
    search: 'M7 2.5 A4.5 4.5 0 1 0 7 11.5 A4.5 4.5 0 1 0 7 2.5 M10.3 10.3 13.7 13.7',
    close: 'M3.8 3.8 12.2 12.2 M12.2 3.8 3.8 12.2',
    plus: 'M8 3 V13 M3 8 H13',
    minus: 'M3 8 H13',
    fit: 'M2.5 6 V2.5 H6 M10 2.5 H13.5 V6 M13.5 10 V13.5 H10 M6 13.5 H2.5 V10',
    download: 'M8 2 V10 M4.8 7 8 10.2 11.2 7 M2.8 13.4 H13.2',
    follow: 'M8 2 V11.6 M4.2 8 8 11.8 11.8 8 M4 14 H12',
    replay: 'M3.2 8 A4.8 4.8 0 1 0 5 4.2 M5.6 1.6 4.8 4.4 7.6 5.2',
    send: 'M14 2 7 9 M14 2 9.6 14 7 9 2 6.4 Z',
    stop: 'M4 4 H12 V12 H4 Z',
    skull: 'M5 1.8 H11 L14.2 5 V11 L11 14.2 H5 L1.8 11 V5 Z M5.8 5.8 10.2 10.2 M10.2 5.8 5.8 10.2',
    left: 'M9.8 3.5 5.3 8 9.8 12.5',
    right: 'M6.2 3.5 10.7 8 6.2 12.5',
    down: 'M3.5 6.2 8 10.7 12.5 6.2',
    up: 'M3.5 9.8 8 5.3 12.5 9.8',
    graph: 'M2 6.2 H5.6 V9.8 H2 Z M10.4 2.2 H14 V5.8 H10.4 Z M10.4 10.2 H14 V13.8 H10.4 Z M5.6 8 H8 V4 H10.4 M8 8 V12 H10.4',
    bars: 'M2 3.5 H8 M5 8 H12 M9 12.5 H14',
    list: 'M5.5 4 H14 M5.5 8 H14 M5.5 12 H14 M2.2 4 H2.6 M2.2 8 H2.6 M2.2 12 H2.6',
    sliders: 'M2 5 H9 M12 5 H14 M2 11 H4 M7 11 H14 M10.5 3.4 V6.6 M5.5 9.4 V12.6',
    question: 'M5.8 6.2 A2.2 2.2 0 1 1 8 8.4 V9.6 M8 11.9 V12',
    terminal: 'M3 4.5 6.5 8 3 11.5 M8 12 H13',
    source: 'M8 9.4 V14 M5 14 H11 M8 6.6 A1.4 1.4 0 1 0 8 9.4 A1.4 1.4 0 1 0 8 6.6 M5.2 10.8 A4 4 0 0 1 5.2 5.2 M10.8 5.2 A4 4 0 0 1 10.8 10.8 M3.2 12.8 A6.8 6.8 0 0 1 3.2 3.2 M12.8 3.2 A6.8 6.8 0 0 1 12.8 12.8',
    sensor: 'M2 3 H14 L9.6 8.6 V13.4 L6.4 11.8 V8.6 Z',
    info: 'M8 2 A6 6 0 1 0 8 14 A6 6 0 1 0 8 2 M8 7.4 V11 M8 5 V5.1',
    columns: 'M2.5 3 H13.5 V13 H2.5 Z M6.2 3 V13 M9.8 3 V13',
    compare: 'M5 2.5 V13.5 M11 2.5 V13.5 M2.5 5 H5 M11 5 H13.5 M2.5 9 H5 M11 9 H13.5 M5 8 H11',
    trash: 'M3 4.4 H13 M6.2 4.2 V2.6 H9.8 V4.2 M4.2 4.4 4.8 13.6 H11.2 L11.8 4.4 M6.8 7 V11 M9.2 7 V11',
    bus: 'M3 2.5 H13 M3 13.5 H13 M4.5 2.5 V13.5 M11.5 2.5 V13.5 M4.5 6 H11.5 M4.5 10 H11.5',
} as const;

export type Icon = keyof typeof PATHS;

export const icon = (name: Icon, size = 16) =>
    html`<svg class="icon" width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true">
        ${svg`<path d=${PATHS[name]} />`}
    </svg>`;
