import { html, nothing } from 'lit';
import type { RunDetail } from '../api/types';
import { icon } from '../base/icons';
import { originWords, type Origin } from './origins';

/** What the run was started with, which defaults stepped in and why, and what its images became. */
export const parametersView = (run: RunDetail, origins: Map<string, Origin> | undefined) =>
    html`<div class="run-parameters">
        <div>
            <section class="card">
                <h2>Parameters</h2>
                ${
                    run.parameters.length === 0
                        ? html`<p class="muted">This workflow has none.</p>`
                        : html`<dl class="facts" data-testid="run-parameters">
                              ${run.parameters.map(
                                  (parameter) =>
                                      html`<dt>${parameter.name}</dt>
                                          <dd>
                                              <code>${parameter.value}</code>
                                              <t-copy .text=${parameter.value} label="Copy ${parameter.name}"></t-copy>
                                              ${
                                                  parameter.fallback
                                                      ? nothing
                                                      : originWords(origins?.get(parameter.name), run.namespace)
                                              }
                                              ${
                                                  parameter.fallback
                                                      ? html`<p class="notice wait">
                                                            ${icon('bang')}<span
                                                                >The default was used: ${parameter.fallback}</span
                                                            >
                                                        </p>`
                                                      : nothing
                                              }
                                          </dd>`,
                              )}
                          </dl>`
                }
            </section>
            <section class="card">
                <h2>In the terminal</h2>
                ${[
                    `tiphys watch -n ${run.namespace} ${run.name}`,
                    `tiphys explain -n ${run.namespace} ${run.name}`,
                    `kubectl -n ${run.namespace} get workflow ${run.name} -o yaml`,
                ].map(
                    (text) =>
                        html`<div class="command">
                            <code>${text}</code><t-copy .text=${text} label="Copy command"></t-copy>
                        </div>`,
                )}
            </section>
        </div>
        <section class="card">
            <h2>Images</h2>
            ${
                run.images.length === 0
                    ? html`<p class="muted">No step names an image.</p>`
                    : html`<dl class="facts">
                          ${run.images.map(
                              (each) =>
                                  html`<dt><code>${each.image}</code></dt>
                                      <dd>runs as <code>${each.program}</code></dd>`,
                          )}
                      </dl>`
            }
            <p class="muted small">Executor: ${run.executor || 'process'}</p>
        </section>
    </div>`;
