import { html } from 'lit';
import { api } from '../api/client';
import type { Template } from '../api/types';
import { askForParameters } from './parameter-form';

const EARLIER = 20;

/** Asks for the parameters of a template, and starts a workflow of it. */
export const submitTemplate = (template: Template): void =>
    askForParameters({
        title: `Submit ${template.name}`,
        testid: 'submit-dialog',
        intro: html`<p>
            Starts a workflow in <strong>${template.namespace}</strong> at <code>${template.entrypoint}</code>.
        </p>`,
        yes: 'Submit',
        busy: 'Starting…',
        parameters: template.parameters,
        earlier: async () =>
            (await api.runs({ namespace: template.namespace, template: template.name, limit: EARLIER })).items,
        start: (values) => api.submit(template.namespace, template.name, values),
    });
