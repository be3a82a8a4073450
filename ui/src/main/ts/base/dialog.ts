import { html, nothing, render, type TemplateResult } from 'lit';

export interface Question {
    title: string;
    body: TemplateResult | string;
    yes: string;
    danger?: boolean;
    /** Asks for a text too. */
    field?: { label: string; placeholder: string };
}

/** Opens a modal dialog that `content` fills; it closes when `content` says so, on Esc, and on a click beside it. */
export function openDialog(
    title: string,
    testid: string,
    content: (close: () => void, update: () => void) => TemplateResult,
    onClose: () => void = () => {},
): void {
    const dialog = document.createElement('dialog');
    dialog.dataset['testid'] = testid;
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    const before = document.activeElement as HTMLElement | null;
    const close = () => dialog.close();
    const update = () =>
        render(
            html`<h2 id="dialog-title">${title}</h2>
                ${content(close, update)}`,
            dialog,
        );
    dialog.addEventListener('close', () => {
        dialog.remove();
        before?.focus?.();
        onClose();
    });
    dialog.addEventListener('pointerdown', (event) => {
        const box = dialog.getBoundingClientRect();
        const outside =
            event.clientX < box.left ||
            event.clientX > box.right ||
            event.clientY < box.top ||
            event.clientY > box.bottom;
        if (event.target === dialog && outside) {
            dialog.close();
        }
    });
    document.body.append(dialog);
    update();
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[autofocus]')?.focus();
}

/** Asks before something happens; the answer is undefined when the answer was no. */
export function ask(question: Question): Promise<{ text: string } | undefined> {
    return new Promise((resolve) => {
        let answer: { text: string } | undefined;
        const submit = (event: SubmitEvent, close: () => void) => {
            event.preventDefault();
            const field = (event.target as HTMLFormElement).querySelector('input');
            answer = { text: field?.value.trim() ?? '' };
            close();
        };
        openDialog(
            question.title,
            'confirm',
            (close) =>
                html`<form @submit=${(event: SubmitEvent) => submit(event, close)}>
                    <div class="dialog-body">
                        ${typeof question.body === 'string' ? html`<p>${question.body}</p>` : question.body}
                        ${
                            question.field
                                ? html`<label class="field"
                                      ><span>${question.field.label}</span
                                      ><input type="text" placeholder=${question.field.placeholder} autofocus
                                  /></label>`
                                : nothing
                        }
                    </div>
                    <footer>
                        <button type="button" data-testid="confirm-no" @click=${close}>Cancel</button>
                        <button
                            type="submit"
                            class=${question.danger ? 'danger' : 'primary'}
                            data-testid="confirm-yes"
                            ?autofocus=${!question.field}
                        >
                            ${question.yes}
                        </button>
                    </footer>
                </form>`,
            () => resolve(answer),
        );
    });
}
