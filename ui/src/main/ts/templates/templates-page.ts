import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Template } from '../api/types';
import { command } from '../base/copy';
import { LightElement } from '../base/element';
import { empty, failure, skeleton, stale } from '../base/feedback';
import { icon } from '../base/icons';
import { Keys, listShortcuts, searchShortcut } from '../base/keys';
import { counted } from '../base/page';
import { Resource } from '../base/resource';
import { href, namespace, route, setQuery, templateHref } from '../base/router';
import { Watch } from '../base/signal';
import { submitTemplate } from './submit';

const SHOWN_PARAMETERS = 4;

/** The workflow templates that can be started. */
class TemplatesPage extends LightElement {
    private readonly route = new Watch(this, route);
    private shown: string | undefined;
    private readonly list = new Resource(
        this,
        (signal) => api.templates(namespace(), signal),
        (change) => change.stream.startsWith('object') || change.type === 'run.observed',
    );

    constructor() {
        super();
        new Keys(this, 'Workflow Templates', [...listShortcuts(() => this), searchShortcut(() => this)]);
    }

    override willUpdate(): void {
        document.title = 'Workflow Templates · Tiphys';
        if (this.shown !== namespace()) {
            this.shown = namespace();
            this.list.restart();
        }
    }

    private row(template: Template) {
        const parameters = template.parameters;
        return html`<tr data-testid="template-row" data-template=${template.name}>
            <td class="grow">
                <a class="row" data-row href=${templateHref(template.namespace, template.name)}>${template.name}</a>
                ${
                    template.description
                        ? html`<span class="sub sentence" title=${template.description}>${template.description}</span>`
                        : nothing
                }
            </td>
            ${namespace() ? nothing : html`<td class="muted wide">${template.namespace || 'every'}</td>`}
            <td class="wide"><code>${template.entrypoint}</code></td>
            <td class="wide">
                ${parameters
                    .slice(0, SHOWN_PARAMETERS)
                    .map(
                        (parameter) =>
                            html`<span class="tag short" title=${parameter.description ?? ''}
                                >${parameter.name}${parameter.value ? html`=${parameter.value}` : nothing}</span
                            > `,
                    )}
                ${
                    parameters.length > SHOWN_PARAMETERS
                        ? html`<span class="muted">+${parameters.length - SHOWN_PARAMETERS}</span>`
                        : nothing
                }
            </td>
            <td class="right number">
                <a
                    href=${href('/workflows', { namespace: template.namespace, template: template.name })}
                    aria-label="${counted(template.runs, 'workflow')} of ${template.name}"
                    >${template.runs.toLocaleString('en')}</a
                >
            </td>
            <td class="right muted wide"><t-time .at=${template.createdAt}></t-time></td>
            <td class="right">
                <button
                    data-testid="submit"
                    aria-label="Submit ${template.name}"
                    @click=${() => submitTemplate(template)}
                >
                    ${icon('play', 14)} <span class="wide">Submit</span>
                </button>
            </td>
        </tr>`;
    }

    private body() {
        const { value, error } = this.list;
        if (!value) {
            return error ? failure(error, () => this.list.reload()) : skeleton();
        }
        const search = (this.route.value.query.get('search') ?? '').toLowerCase();
        const items = value.items.filter((template) =>
            `${template.name} ${template.description}`.toLowerCase().includes(search),
        );
        if (items.length === 0) {
            return search
                ? empty('search', 'No template matches', '')
                : empty(
                      'file',
                      namespace() ? `No workflow templates in ${namespace()} yet` : 'No workflow templates yet',
                      html`<p>
                              A WorkflowTemplate is a pipeline that can be started by hand or by a sensor. Apply one:
                          </p>
                          ${command('tiphys apply -f examples/ml-pipeline/workflowtemplate.yaml')}`,
                  );
        }
        return html`<table class="table tall" data-testid="templates" aria-label="Workflow Templates">
            <thead>
                <tr>
                    <th scope="col">Template</th>
                    ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
                    <th scope="col" class="wide">Entrypoint</th>
                    <th scope="col" class="wide">Parameters</th>
                    <th scope="col" class="right">Workflows</th>
                    <th scope="col" class="right wide">Created</th>
                    <th scope="col"><span class="unseen">Actions</span></th>
                </tr>
            </thead>
            <tbody>
                ${items.map((template) => this.row(template))}
            </tbody>
        </table>`;
    }

    override render() {
        return html`<header class="bar">
                <h1>Workflow Templates</h1>
                <div class="filters" role="search">
                    <label class="search"
                        >${icon('search')}<span class="unseen">Search templates</span
                        ><input
                            type="search"
                            placeholder="Search   /"
                            .value=${this.route.value.query.get('search') ?? ''}
                            @input=${(event: Event) => setQuery({ search: (event.target as HTMLInputElement).value })}
                    /></label>
                </div>
            </header>
            ${this.list.value ? stale(this.list.error) : nothing}
            <div class="page-body" tabindex="-1">${this.body()}</div>`;
    }
}
customElements.define('t-templates', TemplatesPage);
