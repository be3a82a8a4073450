/// HTTP: the Kubernetes-style API, the feed of UI and CLI, webhook listeners.
@NullMarked
package tiphys.server;

import org.jspecify.annotations.NullMarked;
