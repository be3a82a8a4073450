import { html, nothing } from 'lit';
import { ApiError, api } from '../api/client';
import type { Template, TemplateParameter } from '../api/types';
import { announce } from '../base/announce';
import { openDialog } from '../base/dialog';
import { navigate, runHref } from '../base/router';

function input(parameter: TemplateParameter, first: boolean) {
    const value = parameter.value ?? '';
    if (parameter.enum && parameter.enum.length > 0) {
        return html`<select name=${parameter.name} ?autofocus=${first}>
            ${parameter.enum.map((choice) => html`<option ?selected=${choice === value}>${choice}</option>`)}
        </select>`;
    }
    if (value.includes('\n')) {
        return html`<textarea name=${parameter.name} rows="5" ?autofocus=${first} .value=${value}></textarea>`;
    }
    return html`<input
        type="text"
        name=${parameter.name}
        .value=${value}
        autocomplete="off"
        ?required=${parameter.value === undefined || parameter.value === null}
        ?autofocus=${first}
    />`;
}

/** Asks for the parameters of a template, and starts a run of it. */
export function submitTemplate(template: Template): void {
    let refusal: ApiError | undefined;
    let busy = false;
    const submit = async (event: SubmitEvent, close: () => void, update: () => void) => {
        event.preventDefault();
        const given: Record<string, string> = {};
        for (const [name, value] of new FormData(event.target as HTMLFormElement)) {
            given[name] = String(value);
        }
        busy = true;
        update();
        try {
            const run = await api.submit(template.namespace, template.name, given);
            close();
            announce(`Started ${run.name}`);
            navigate(runHref(run.namespace, run.name));
        } catch (failure) {
            refusal = failure as ApiError;
            busy = false;
            update();
        }
    };
    openDialog(
        `Submit ${template.name}`,
        'submit-dialog',
        (close, update) =>
            html`<form @submit=${(event: SubmitEvent) => submit(event, close, update)}>
                <div class="dialog-body">
                    <p>
                        Starts a run in <strong>${template.namespace}</strong> at <code>${template.entrypoint}</code>.
                    </p>
                    ${
                        refusal
                            ? html`<div class="notice bad" role="alert">
                                  <p>${refusal.message} ${refusal.hint ? html`<br />${refusal.hint}` : nothing}</p>
                              </div>`
                            : nothing
                    }
                    ${template.parameters.length === 0 ? html`<p>It has no parameters.</p>` : nothing}
                    ${template.parameters.map(
                        (parameter, index) =>
                            html`<label class="field"
                                ><span>${parameter.name}</span>${input(parameter, index === 0)}
                                ${parameter.description ? html`<small>${parameter.description}</small>` : nothing}
                            </label>`,
                    )}
                </div>
                <footer>
                    <button type="button" @click=${close}>Cancel</button>
                    <button type="submit" class="primary" data-testid="submit-yes" ?disabled=${busy}>
                        ${busy ? 'Starting…' : 'Submit'}
                    </button>
                </footer>
            </form>`,
    );
}
