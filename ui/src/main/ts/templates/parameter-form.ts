import { html, nothing, type TemplateResult } from 'lit';
import type { ApiError } from '../api/client';
import type { Run, TemplateParameter } from '../api/types';
import { announce } from '../base/announce';
import { openDialog } from '../base/dialog';
import { icon } from '../base/icons';
import { navigate, runHref } from '../base/router';

/** Values that lists shorten cannot be given again. */
const LONGEST_KNOWN = 100;
const MOST_SUGGESTED = 8;

export interface Form {
    title: string;
    testid: string;
    intro: TemplateResult;
    yes: string;
    busy: string;
    parameters: TemplateParameter[];
    /** Reads runs whose values may be used again, newest first; without it nothing is offered. */
    earlier?: () => Promise<Run[]>;
    start: (values: Record<string, string>) => Promise<Run>;
}

/** What is wrong with a text that begins like a JSON list or object; empty when nothing is. */
function complaint(value: string): string {
    const text = value.trim();
    if (!/^[[{]/.test(text) || text.startsWith('{{')) {
        return '';
    }
    try {
        JSON.parse(text);
        return '';
    } catch (failure) {
        return failure instanceof Error ? failure.message : String(failure);
    }
}

const isJson = (value: string) => /^\s*[[{]/.test(value) && !value.trim().startsWith('{{');

/** Spread over lines, for reading. */
const spread = (value: string) => JSON.stringify(JSON.parse(value), null, 2);

/** The values that runs had for a parameter, each once, the latest first. */
function used(runs: Run[], name: string): string[] {
    const all = runs.flatMap((run) => run.parameters.filter((each) => each.name === name).map((each) => each.value));
    return [...new Set(all)].filter((value) => value !== '' && value.length < LONGEST_KNOWN).slice(0, MOST_SUGGESTED);
}

/** Asks for parameters, and starts a workflow with them. */
export function askForParameters(form: Form): void {
    const { parameters } = form;
    const values = new Map(parameters.map((each) => [each.name, each.value ?? '']));
    let refusal: ApiError | undefined;
    let busy = false;
    let runs: Run[] = [];
    let loading: Promise<void> | undefined;
    let known = false;

    const submit = async (event: SubmitEvent, close: () => void, update: () => void) => {
        event.preventDefault();
        busy = true;
        refusal = undefined;
        update();
        try {
            const run = await form.start(Object.fromEntries(values));
            close();
            announce(`Started ${run.name}`);
            navigate(runHref(run.namespace, run.name));
        } catch (failure) {
            refusal = failure as ApiError;
            busy = false;
            update();
        }
    };

    const input = (parameter: TemplateParameter, first: boolean, update: () => void) => {
        const { name } = parameter;
        const value = values.get(name) ?? '';
        const required = parameter.value === undefined || parameter.value === null;
        const set = (event: Event) => {
            values.set(name, (event.target as HTMLInputElement).value);
            update();
        };
        if (parameter.enum && parameter.enum.length > 0) {
            const listed = parameter.enum.includes(value);
            return html`<select name=${name} ?autofocus=${first} @change=${set}>
                ${listed ? nothing : html`<option value=${value} selected>${value || 'Choose…'}</option>`}
                ${parameter.enum.map((choice) => html`<option ?selected=${choice === value}>${choice}</option>`)}
            </select>`;
        }
        const wrong = complaint(value);
        if (isJson(value) || value.includes('\n')) {
            return html`<textarea
                    name=${name}
                    rows=${Math.min(12, Math.max(3, value.split('\n').length + 1))}
                    spellcheck="false"
                    ?autofocus=${first}
                    aria-invalid=${String(wrong !== '')}
                    aria-describedby="check-${name}"
                    .value=${value}
                    @input=${set}
                ></textarea>
                ${
                    isJson(value)
                        ? html`<small id="check-${name}" class="json-check ${wrong ? 'bad' : ''}" aria-live="polite"
                              >${wrong ? html`${icon('bang', 12)} Not JSON: ${wrong}` : html`${icon('check', 12)} JSON`}
                              ${
                                  wrong || spread(value) === value
                                      ? nothing
                                      : html`<button
                                            type="button"
                                            class="link"
                                            @click=${() => {
                                                values.set(name, spread(value));
                                                update();
                                            }}
                                        >
                                            Spread over lines
                                        </button>`
                              }</small
                          >`
                        : nothing
                }`;
        }
        const suggested = used(runs, name);
        return html`<input
                type="text"
                name=${name}
                .value=${value}
                autocomplete="off"
                spellcheck="false"
                list=${suggested.length > 0 ? `used-${name}` : nothing}
                ?required=${required}
                ?autofocus=${first}
                @input=${set}
            />
            ${suggested.length > 0 ? html`<datalist id="used-${name}">${suggested.map((each) => html`<option value=${each}></option>`)}</datalist>` : nothing}`;
    };

    /** Puts in what an earlier run had, as far as it is known whole. */
    const useOf = (run: Run, update: () => void) => {
        for (const { name, value } of run.parameters) {
            if (values.has(name) && value.length < LONGEST_KNOWN) {
                values.set(name, value);
            }
        }
        update();
    };

    openDialog(form.title, form.testid, (close, update) => {
        loading ??= form
            .earlier?.()
            .then((found) => void (runs = found.filter((run) => run.parameters.length > 0)))
            .catch(() => undefined) // without earlier values the form works all the same
            .then(() => {
                known = true;
                update();
            });
        const [last] = runs;
        return html`<form @submit=${(event: SubmitEvent) => submit(event, close, update)}>
            <div class="dialog-body">
                <div>${form.intro}</div>
                ${
                    refusal
                        ? html`<div class="notice bad" role="alert">
                              <p>${refusal.message} ${refusal.hint ? html`<br />${refusal.hint}` : nothing}</p>
                          </div>`
                        : nothing
                }
                ${parameters.length === 0 ? html`<p>It has no parameters.</p>` : nothing}
                ${
                    form.earlier && parameters.length > 0
                        ? html`<p class="last-values">
                              <button
                                  type="button"
                                  data-testid="last-values"
                                  ?disabled=${!last}
                                  @click=${() => last && useOf(last, update)}
                              >
                                  ${icon('replay', 14)} Use the last values
                              </button>
                              <small class="muted"
                                  >${last ? html`of ${last.name}, <t-time .at=${last.createdAt}></t-time>` : known ? 'no earlier run is known' : 'looking for earlier runs…'}</small
                              >
                          </p>`
                        : nothing
                }
                ${parameters.map((parameter, index) => {
                    const changed =
                        parameter.value !== undefined &&
                        parameter.value !== null &&
                        values.get(parameter.name) !== parameter.value;
                    return html`<label class="field"
                        ><span
                            ><span>${parameter.name}</span>${
                                parameter.value === undefined || parameter.value === null
                                    ? html` <small class="muted">must be given</small>`
                                    : nothing
                            }${changed ? html` <small class="muted">default: ${parameter.value === '' ? '(empty)' : parameter.value}</small>` : nothing}</span
                        >${input(parameter, index === 0, update)}
                        ${parameter.description ? html`<small>${parameter.description}</small>` : nothing}
                    </label>`;
                })}
            </div>
            <footer>
                <button type="button" @click=${close}>Cancel</button>
                <button type="submit" class="primary" data-testid="submit-yes" ?disabled=${busy}>
                    ${busy ? form.busy : form.yes}
                </button>
            </footer>
        </form>`;
    });
}
