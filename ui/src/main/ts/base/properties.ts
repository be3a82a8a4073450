import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** Sets CSS properties through the object model: a style attribute would break the content policy. */
class Properties extends Directive {
    render(_values: Record<string, string | number>) {
        return noChange;
    }

    override update(part: ElementPart, [values]: [Record<string, string | number>]) {
        const style = (part.element as HTMLElement).style;
        for (const [name, value] of Object.entries(values)) {
            const text = String(value);
            if (style.getPropertyValue(name) !== text) {
                style.setProperty(name, text);
            }
        }
        return noChange;
    }
}

export const css = directive(Properties);
