/// The Kubernetes-style API, as unmodified kubectl and client libraries speak it. Begin with [KubernetesApi].
@NullMarked
package tiphys.server.kubernetes;

import org.jspecify.annotations.NullMarked;
