import { html, type TemplateResult } from 'lit';
import type { ApiError } from '../api/client';
import { icon, type Icon } from './icons';

/** What a page shows instead of its content: loading, empty, failed. */
export const skeleton = (rows = 6) =>
    html`<div class="skeleton" role="status" aria-label="Loading">
        ${Array.from({ length: rows }, () => html`<div></div>`)}
    </div>`;

export const empty = (sign: Icon, title: string, body: TemplateResult | string) =>
    html`<section class="empty" data-testid="empty">
        <span class="empty-sign">${icon(sign, 24)}</span>
        <h2>${title}</h2>
        <div>${body}</div>
    </section>`;

export const failure = (error: ApiError, again: () => void) =>
    html`<section class="empty failed" role="alert" data-testid="failure">
        <span class="empty-sign">${icon('bang', 24)}</span>
        <h2>
            ${error.status === 404 ? 'Not found' : error.status === 401 ? 'Your session has ended' : 'This could not be read'}
        </h2>
        <div>
            <p>${error.message}</p>
            ${
                error.status === 401
                    ? html`<p>Run <code>tiphys open</code> for a new link.</p>`
                    : error.hint
                      ? html`<p>${error.hint}</p>`
                      : ''
            }
            ${error.code ? html`<p class="muted"><code>${error.code}</code></p>` : ''}
            <p><button @click=${again}>Try again</button></p>
        </div>
    </section>`;

/** An old answer stays on the screen when reading again failed; this says so above it. */
export const stale = (error: ApiError | undefined) =>
    error ? html`<p class="stale" role="status">${icon('bang', 14)} Not up to date: ${error.message}</p>` : '';
