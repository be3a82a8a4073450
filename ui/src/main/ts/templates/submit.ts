import { html } from 'lit';
import { api } from '../api/client';
import type { Template } from '../api/types';
import { namespace } from '../base/router';
import { askForParameters } from './parameter-form';

const EARLIER = 20;

/** Asks for the parameters of a template, and starts a workflow of it. */
export function submitTemplate(template: Template): void {
    const into = template.namespace || namespace() || 'default'; // one for the whole cluster runs where we are
    askForParameters({
        title: `Submit ${template.name}`,
        testid: 'submit-dialog',
        intro: html`<p>Starts a workflow in <strong>${into}</strong> at <code>${template.entrypoint}</code>.</p>`,
        yes: 'Submit',
        busy: 'Starting…',
        parameters: template.parameters,
        earlier: async () => (await api.runs({ namespace: into, template: template.name, limit: EARLIER })).items,
        start: (values) => api.submit(into, template.name, values),
    });
}
