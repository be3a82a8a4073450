import { html } from 'lit';
import { api } from '../api/client';
import { LightElement } from '../base/element';
import { failure, skeleton } from '../base/feedback';
import { Resource } from '../base/resource';
import { yaml, yamlView } from '../base/yaml';

type Manifest = Record<string, unknown>;

/** What the reader wrote: without the bookkeeping of the API. */
function tidy(object: Manifest): Manifest {
    const metadata = { ...(object['metadata'] as Manifest | undefined) };
    delete metadata['managedFields'];
    const annotations = { ...(metadata['annotations'] as Manifest | undefined) };
    delete annotations['kubectl.kubernetes.io/last-applied-configuration'];
    if (Object.keys(annotations).length > 0) {
        metadata['annotations'] = annotations;
    } else {
        delete metadata['annotations'];
    }
    const { apiVersion, kind, metadata: _, status, ...rest } = object;
    return { apiVersion, kind, metadata, ...rest, ...(status === undefined ? {} : { status }) };
}

/** The manifest of one object as YAML, with its status. */
class ManifestView extends LightElement {
    static override properties = { kind: {}, namespace: {}, name: {} };
    declare kind: string;
    declare namespace: string;
    declare name: string;
    private shown = '';
    private readonly object = new Resource(
        this,
        (signal) => api.object(this.kind, this.namespace, this.name, signal),
        (change) =>
            change.stream.startsWith('object') || (change.name === this.name && change.namespace === this.namespace),
    );

    override willUpdate(): void {
        const asked = `${this.kind}/${this.namespace}/${this.name}`;
        if (asked !== this.shown) {
            this.shown = asked;
            this.object.restart();
        }
    }

    override render() {
        const { value, error } = this.object;
        if (!value) {
            return error ? failure(error, () => this.object.reload()) : skeleton(5);
        }
        const text = yaml(tidy({ ...value }));
        return html`<div class="manifest" data-testid="manifest">
            <t-copy .text=${text} label="Copy manifest"></t-copy>
            ${yamlView(text)}
        </div>`;
    }
}
customElements.define('t-manifest', ManifestView);
