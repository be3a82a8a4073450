/// Steps as pods of a Kubernetes cluster. Begin with [tiphys.kubernetes.pod.Pods].
@NullMarked
package tiphys.kubernetes;

import org.jspecify.annotations.NullMarked;
