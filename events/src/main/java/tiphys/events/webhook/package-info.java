/// What events that come in as HTTP requests ask for. Read [WebhookSettings] first.
@NullMarked
package tiphys.events.webhook;

import org.jspecify.annotations.NullMarked;
