/// How the API server of a cluster is reached: a kubeconfig, requests, and what is followed. Begin with [ApiClient].
@NullMarked
package tiphys.kubernetes.client;

import org.jspecify.annotations.NullMarked;
