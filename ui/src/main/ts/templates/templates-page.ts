import { html, nothing } from 'lit';
import { api } from '../api/client';
import type { Template } from '../api/types';
import { command } from '../base/copy';
import { icon } from '../base/icons';
import { ListPage } from '../base/list-page';
import { counted } from '../base/page';
import { Resource } from '../base/resource';
import { href, namespace, templateHref } from '../base/router';
import { submitTemplate } from './submit';

const SHOWN_PARAMETERS = 4;

/** The workflow templates that can be started. */
class TemplatesPage extends ListPage<Template> {
    protected readonly list = new Resource<Template[]>(
        this,
        async (signal) => (await api.templates(namespace(), signal)).items,
        (change) => change.stream.startsWith('object') || change.type === 'run.observed',
    );

    constructor() {
        super({
            title: 'Workflow Templates',
            many: 'workflow templates',
            one: 'template',
            icon: 'file',
            testid: 'templates',
        });
    }

    protected row(template: Template) {
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

    protected text(template: Template): string {
        return `${template.name} ${template.description}`;
    }

    protected heads() {
        return html`<th scope="col">Template</th>
            ${namespace() ? nothing : html`<th scope="col" class="wide">Namespace</th>`}
            <th scope="col" class="wide">Entrypoint</th>
            <th scope="col" class="wide">Parameters</th>
            <th scope="col" class="right">Workflows</th>
            <th scope="col" class="right wide">Created</th>
            <th scope="col"><span class="unseen">Actions</span></th>`;
    }

    protected introduction() {
        return html`<p>A WorkflowTemplate is a pipeline that can be started by hand or by a sensor. Apply one:</p>
            ${command('tiphys apply -f examples/ml-pipeline/workflowtemplate.yaml')}`;
    }
}
customElements.define('t-templates', TemplatesPage);
