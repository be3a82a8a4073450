/// Tests of the Kubernetes-style API, by plain HTTP and by kubectl.
@NullMarked
package tiphys.server.kubernetes;

import org.jspecify.annotations.NullMarked;
