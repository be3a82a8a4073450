import { html, LitElement } from 'lit';

class TiphysApp extends LitElement {
    override render() {
        return html`<h1>Tiphys</h1>`;
    }
}
customElements.define('tiphys-app', TiphysApp);
