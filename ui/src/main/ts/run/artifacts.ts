import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError, BASE, api, artifactPath } from '../api/client';
import type { ArtifactItem, RunArtifact, RunDetail } from '../api/types';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { counted } from '../base/page';
import { Resource } from '../base/resource';
import './preview';
import { size } from './preview-kind';

const MOST_ITEMS = 500;

const idOf = (artifact: RunArtifact) => `${artifact.node}/${artifact.side}/${artifact.name}`;

/** What nodes of a run took and gave as files: a list in which each opens to what is in it. */
class Artifacts extends LightElement {
    static override properties = { run: { attribute: false }, nodes: { attribute: false } };
    declare run: RunDetail;
    /** The ids of the nodes; empty for all of the run. */
    declare nodes: string[];
    private shown = '';
    private readonly opened = new Set<string>();
    private readonly list: Resource<RunArtifact[]> = new Resource<RunArtifact[]>(
        this,
        async (signal) => {
            const wanted = this.nodes.length > 0 ? this.nodes : [''];
            const lists = await Promise.all(wanted.map((node) => api.artifacts(this.run, node, signal)));
            return lists.flatMap((list) => list.items ?? []);
        },
        (change) => change.uid === this.run.uid,
    );

    override willUpdate(): void {
        const asked = `${this.run.uid}/${this.nodes.join()}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.opened.clear();
            this.list.restart();
        }
    }

    private toggled(artifact: RunArtifact, event: Event): void {
        if (event.target === event.currentTarget && (event.target as HTMLDetailsElement).open) {
            this.opened.add(idOf(artifact));
            this.requestUpdate();
        }
    }

    private row(artifact: RunArtifact) {
        const known = artifact.path || artifact.key;
        const title = html`<span class="artifact-name">${artifact.name}</span>
            <span class="artifact-path clip" title=${known}><code>${known}</code></span>
            ${artifact.place ? html`<span class="tag" title=${artifact.key}>${artifact.place}</span>` : nothing}`;
        if (artifact.deleted) {
            return html`<li class="artifact gone" data-testid="artifact" data-artifact=${artifact.name}>
                <div class="artifact-head">${title}<span class="tag warn">deleted</span></div>
            </li>`;
        }
        return html`<li class="artifact" data-testid="artifact" data-artifact=${artifact.name}>
            <details @toggle=${(event: Event) => this.toggled(artifact, event)}>
                <summary class="artifact-head">${title}</summary>
                ${
                    this.opened.has(idOf(artifact))
                        ? html`<t-artifact .run=${this.run} .artifact=${artifact}></t-artifact>`
                        : nothing
                }
            </details>
            <a
                class="button plain artifact-download"
                href=${BASE + artifactPath(this.run, artifact, { download: 'true' })}
                download
                title="Download ${artifact.file}"
                aria-label="Download ${artifact.name}"
                >${icon('download', 14)}</a
            >
        </li>`;
    }

    private listed(title: string, list: RunArtifact[]) {
        return list.length === 0
            ? nothing
            : html`<section>
                  <h3>${title}</h3>
                  <ul class="artifacts">
                      ${repeat(list, idOf, (artifact) => this.row(artifact))}
                  </ul>
              </section>`;
    }

    private sides(list: RunArtifact[]) {
        const of = (side: RunArtifact['side']) => list.filter((artifact) => artifact.side === side);
        return html`${this.listed('Inputs', of('inputs'))}${this.listed('Outputs', of('outputs'))}`;
    }

    override render() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton(4);
        }
        if (value.length === 0) {
            return this.nodes.length > 0
                ? html`<p class="muted">This step took and gave no artifacts.</p>`
                : empty('box', 'No artifacts', 'No step of this workflow took or gave a file.');
        }
        if (this.nodes.length > 0) {
            return html`${stale(error)}${this.sides(value)}`;
        }
        const byNode = new Map<string, RunArtifact[]>();
        for (const artifact of value) {
            byNode.set(artifact.node, [...(byNode.get(artifact.node) ?? []), artifact]);
        }
        return html`${stale(error)}
        ${repeat(
            [...byNode],
            ([node]) => node,
            ([node, list]) =>
                html`<section class="card artifact-node">
                    <h2>
                        <button
                            class="link"
                            @click=${() => this.dispatchEvent(new CustomEvent('pick', { detail: node }))}
                        >
                            ${list[0]?.nodeName ?? node}
                        </button>
                    </h2>
                    ${this.sides(list)}
                </section>`,
        )}`;
    }
}
customElements.define('t-artifacts', Artifacts);

/** What is in one artifact: the file, or the files of an archive or a directory, each of which opens. */
class ArtifactContent extends LightElement {
    static override properties = { run: { attribute: false }, artifact: { attribute: false } };
    declare run: RunDetail;
    declare artifact: RunArtifact;
    private readonly opened = new Set<string>();
    /** What a step has put away does not change, so it is read once. */
    private readonly items: Resource<ArtifactItem[]> = new Resource<ArtifactItem[]>(
        this,
        async (signal) => (await api.artifactItems(this.run, this.artifact, signal)).items ?? [],
        () => false,
    );

    override connectedCallback(): void {
        super.connectedCallback();
        this.items.restart();
    }

    private preview(item: ArtifactItem) {
        return html`<t-preview
            .path=${artifactPath(this.run, this.artifact, { part: item.path })}
            .file=${item.path.slice(item.path.lastIndexOf('/') + 1) || this.artifact.file}
            .bytes=${item.bytes}
        ></t-preview>`;
    }

    private toggled(item: ArtifactItem, event: Event): void {
        if ((event.target as HTMLDetailsElement).open) {
            this.opened.add(item.path);
            this.requestUpdate();
        }
    }

    private file(item: ArtifactItem) {
        return html`<li class="artifact">
            <details @toggle=${(event: Event) => this.toggled(item, event)}>
                <summary class="artifact-head">
                    <code class="clip" title=${item.path}>${item.path}</code>
                    <span class="muted small number">${item.bytes === null ? '' : size(item.bytes)}</span>
                </summary>
                ${this.opened.has(item.path) ? html`<div class="artifact-content">${this.preview(item)}</div>` : nothing}
            </details>
            <a
                class="button plain artifact-download"
                href=${BASE + artifactPath(this.run, this.artifact, { part: item.path, download: 'true' })}
                download
                title="Download ${item.path}"
                aria-label="Download ${item.path}"
                >${icon('download', 14)}</a
            >
        </li>`;
    }

    private content(files: ArtifactItem[]): TemplateResult {
        const [only] = files;
        if (!only) {
            return html`<p class="muted">There is nothing in it.</p>`;
        }
        if (files.length === 1) {
            return html`<p class="muted small">
                    ${only.path || this.artifact.file}${only.bytes === null ? '' : html` · ${size(only.bytes)}`}
                </p>
                ${this.preview(only)}`;
        }
        const shown = files.slice(0, MOST_ITEMS);
        return html`<p class="muted small">${counted(files.length, 'file')}</p>
            <ul class="artifacts">
                ${shown.map((item) => this.file(item))}
            </ul>
            ${
                files.length > shown.length
                    ? html`<p class="muted small">The first ${MOST_ITEMS}; the download has all of them.</p>`
                    : nothing
            }`;
    }

    private trouble(error: ApiError): TemplateResult {
        return html`<p class="notice wait" role="status"><span>${error.message} ${error.hint}</span></p>`;
    }

    override render() {
        const { value, error } = this.items;
        return html`<div class="artifact-content">
            ${value ? this.content(value.filter((item) => !item.path.endsWith('/'))) : error ? this.trouble(error) : skeleton(3)}
        </div>`;
    }
}
customElements.define('t-artifact', ArtifactContent);
