/// Event sources of Google Cloud: the subscriptions of Pub/Sub, over its REST API. Read [PubSubLine] first.
@NullMarked
package tiphys.connectors.gcp;

import org.jspecify.annotations.NullMarked;
