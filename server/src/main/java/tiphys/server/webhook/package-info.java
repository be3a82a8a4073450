/// The HTTP side of webhook event sources: listeners and their answers, as Argo Events gives them. Start at
/// [tiphys.server.webhook.WebhookListeners]; the answers are in [tiphys.server.webhook.WebhookHandler].
@NullMarked
package tiphys.server.webhook;

import org.jspecify.annotations.NullMarked;
